package bench

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/audit"
)

// A start is a Job that was created for an instant.
type start struct {
	instant time.Time
	// received is when the API server had the request, created when it had
	// answered it: the Job existed.
	received, created time.Time
}

// startsOf finds the Jobs that a user created.
func startsOf(events []audit.Event, user string) []start {
	var found []start
	for _, event := range events {
		if isCreate(event, user) {
			found = append(found, start{instant: instantOf(event.ObjectRef.Name), received: event.Received, created: event.Ended})
		}
	}
	return found
}

func isCreate(event audit.Event, user string) bool {
	return event.Verb == "create" && event.ObjectRef.Resource == "jobs" && event.User.Name == user &&
		event.Succeeded() && event.HasEffect()
}

// countStarts is len(startsOf).
func countStarts(events []audit.Event, user string) int {
	count := 0
	for _, event := range events {
		if isCreate(event, user) {
			count++
		}
	}
	return count
}

// instantOf reads the instant from a Job's name, be it a ScheduledJob's or a
// CronJob's: <owner>-<minutes since the epoch>. Zero when it has none.
func instantOf(job string) time.Time {
	if _, instant, err := audit.ReadJobName(job); err == nil {
		return instant
	}
	minutes, err := strconv.ParseInt(job[strings.LastIndexByte(job, '-')+1:], 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(60*minutes, 0)
}

// A punctuality is how late the Jobs of several instants were.
type punctuality struct {
	// arrivals are the times from the instant until the API server had the request,
	// creations those until the Job existed; both in ascending order.
	arrivals, creations []time.Duration
}

func punctualityOf(starts []start) punctuality {
	var p punctuality
	for _, s := range starts {
		p.arrivals = append(p.arrivals, s.received.Sub(s.instant))
		p.creations = append(p.creations, s.created.Sub(s.instant))
	}
	slices.Sort(p.arrivals)
	slices.Sort(p.creations)
	return p
}

// and is both together.
func (p punctuality) and(other punctuality) punctuality {
	joined := punctuality{slices.Concat(p.arrivals, other.arrivals), slices.Concat(p.creations, other.creations)}
	slices.Sort(joined.arrivals)
	slices.Sort(joined.creations)
	return joined
}

// percentile is the least value that so many per cent of an ordered list do not
// exceed (nearest rank); zero of none.
func percentile(ordered []time.Duration, percent float64) time.Duration {
	if len(ordered) == 0 {
		return 0
	}
	rank := int(percent / 100 * float64(len(ordered)))
	if float64(rank) < percent/100*float64(len(ordered)) {
		rank++
	}
	return ordered[max(0, min(rank, len(ordered))-1)]
}

// rateOf is how many Jobs a second came into being between a time and the last of
// them.
func rateOf(starts []start, from time.Time) float64 {
	last := lastOf(starts)
	if !last.After(from) {
		return 0
	}
	return float64(len(starts)) / last.Sub(from).Seconds()
}

// firstOf is when the API server had the first of the requests.
func firstOf(starts []start) time.Time {
	first := starts[0].received
	for _, s := range starts {
		if s.received.Before(first) {
			first = s.received
		}
	}
	return first
}
