package process

import (
	"context"
	"os"
	"time"
)

// WatchParent returns a context that is cancelled when the process that started
// this program ends. Polling is used rather than PR_SET_PDEATHSIG, which would
// fire as soon as the *thread* of the parent that started this program ends.
func WatchParent(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	parent := os.Getppid()
	go func() {
		defer cancel()
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for os.Getppid() == parent {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	return ctx
}
