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

// isQuiet tells whether a user has asked for nothing but routine for a while before now.
func isQuiet(events []audit.Event, user string, now time.Time, length time.Duration) bool {
	return endedBefore(now.Add(-length), events, func(event audit.Event) bool { return event.User.Name == user })
}

// isAtRest tells whether nobody has written anything for a while before now.
func isAtRest(events []audit.Event, now time.Time, length time.Duration) bool {
	return endedBefore(now.Add(-length), events, func(event audit.Event) bool { return event.Verb != "get" && event.Verb != "list" })
}

// endedBefore tells whether the last of those events that count, and are no routine,
// had ended by then.
func endedBefore(then time.Time, events []audit.Event, counts func(audit.Event) bool) bool {
	for _, event := range slices.Backward(events) {
		if event.ObjectRef.Resource != "leases" && event.Verb != "watch" && counts(event) {
			return !event.Ended.After(then)
		}
	}
	return true
}
