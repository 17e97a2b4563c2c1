package kubeapi

import "errors"

// Each calls nth for 0 up to count, so many at a time as width says. An error does
// not keep it from the rest; the first of each of those side by side are returned.
func Each(count, width int, nth func(int) error) error {
	todo := make(chan int)
	results := make(chan error, width)
	for range width {
		go func() {
			var first error
			for i := range todo {
				if err := nth(i); err != nil && first == nil {
					first = err
				}
			}
			results <- first
		}()
	}
	for i := range count {
		todo <- i
	}
	close(todo)
	var failed error
	for range width {
		failed = errors.Join(failed, <-results)
	}
	return failed
}
