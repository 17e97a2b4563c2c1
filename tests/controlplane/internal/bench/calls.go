package bench

import (
	"cmp"
	"slices"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/audit"
)

// A call is what one user asks for again and again.
type call struct {
	Verb     string `json:"verb"`
	Resource string `json:"resource"` // with its subresource
}

// callsOf counts the requests of a user, those that keep caches and leadership
// aside: they do not grow with runs.
func callsOf(events []audit.Event, user string) map[call]int {
	counts := map[call]int{}
	for _, event := range events {
		if event.User.Name != user || event.Verb == "watch" || event.ObjectRef.Resource == "leases" {
			continue
		}
		resource := event.ObjectRef.Resource
		if event.ObjectRef.Subresource != "" {
			resource += "/" + event.ObjectRef.Subresource
		}
		counts[call{event.Verb, resource}]++
	}
	return counts
}

func total(counts map[call]int) int {
	sum := 0
	for _, count := range counts {
		sum += count
	}
	return sum
}

// byCount lists calls, the most frequent first.
func byCount(counts map[call]int) []call {
	var list []call
	for made := range counts {
		list = append(list, made)
	}
	slices.SortFunc(list, func(a, b call) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Verb, b.Verb))
	})
	return list
}

// isQuiet tells whether a user has written nothing for a while before now.
func isQuiet(events []audit.Event, user string, now time.Time, length time.Duration) bool {
	for _, event := range slices.Backward(events) {
		if event.User.Name != user || event.ObjectRef.Resource == "leases" || event.Verb == "watch" {
			continue
		}
		return now.Sub(event.Ended) >= length
	}
	return true
}
