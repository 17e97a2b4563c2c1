package bench

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/audit"
)

const (
	stormTime = 60 * time.Second
	// recovery is how long after a storm the operator may take until it is measured.
	recovery = 5 * time.Second
)

// storms asks what a storm does to an operator, an odd number of times: the median is what
// counts, and a lease that was lost in any of them.
func (b *bench) storms(ctx context.Context, c *contestant, count, times int) error {
	return b.with(ctx, c, func(r *running) error {
		refusal, err := b.prepareRefusal(ctx, r.user)
		if err != nil {
			return err
		}
		var recovered []float64
		for range times {
			share, err := b.storm(ctx, r, refusal, count)
			if err != nil {
				return err
			}
			recovered = append(recovered, 100*share)
		}
		slices.Sort(recovered)
		kept := 100.0
		if r.hasEnded() { // as it does without its lease
			kept = 0
		}
		b.result.Table.row("429 for 60 s during a burst: lease kept", percent, "kept").floor(100).set(r, kept)
		b.result.Table.row("429 for 60 s during a burst: throughput 5 s later", percentOfC, "≥ 90 % of C").floor(90).set(r, recovered[times/2])
		return nil
	})
}

// storm has the API server execute no more than one request at a time for a minute in
// which a burst is due, and refuse all others with 429, but for leases. It returns which
// share of C the operator reaches soon after.
func (b *bench) storm(ctx context.Context, r *running, refusal refusal, count int) (float64, error) {
	namespaces := names("bench-storm", manyNamespaces)
	before, err := b.loader.now(ctx, count, len(namespaces))
	if err != nil {
		return 0, err
	}
	b.say("%s: %d due at once in a storm of 429, C = %.0f/s", r.name, count, before)
	end, err := b.placeInStorm(ctx, r, refusal, count, namespaces)
	if err != nil {
		return 0, err
	}
	if r.hasEnded() { // it has lost its lease, and starts nothing more
		return 0, b.tidy(ctx, r.kind, namespaces)
	}
	starts, err := b.awaitStarts(ctx, r, count)
	if err != nil {
		return 0, err
	}
	refused, late := countRefused(b.log.events, r.user), createdAfter(starts, end.Add(recovery))
	b.say("%s: %d Jobs in the storm, where %d requests were refused; %d from %v after it on",
		r.name, count-len(createdAfter(starts, end)), refused, len(late), recovery)
	if refused == 0 || len(late) == 0 {
		return 0, fmt.Errorf("that was no storm")
	}
	if err := b.awaitQuiet(ctx, r); err != nil {
		return 0, err
	}
	after, err := b.loader.now(ctx, count, len(namespaces))
	if err != nil {
		return 0, err
	}
	rate, fastest := rateOf(late, end.Add(recovery)), (before+after)/2
	b.say("%s: %.0f/s; C = %.0f/s then %.0f/s", r.name, rate, before, after)
	return rate / fastest, b.tidy(ctx, r.kind, namespaces)
}

// placeInStorm creates schedules that are due at one instant, which lies in a storm, and
// returns when that was over.
func (b *bench) placeInStorm(ctx context.Context, r *running, refusal refusal, count int, namespaces []string) (time.Time, error) {
	instant, err := b.place(ctx, r.kind, count, namespaces, schedule{history: 3})
	if err != nil {
		return instant, err
	}
	if err := refusal.begin(ctx); err != nil {
		return instant, err
	}
	end := instant.Add(stormTime)
	if err := waitUntil(ctx, end); err != nil {
		return end, err
	}
	return end, refusal.end(ctx)
}

// createdAfter are the Jobs that came into being after a time.
func createdAfter(starts []start, t time.Time) []start {
	var later []start
	for _, s := range starts {
		if s.created.After(t) {
			later = append(later, s)
		}
	}
	return later
}

// countRefused is how many requests of a user were answered with 429.
func countRefused(events []audit.Event, user string) int {
	count := 0
	for _, event := range events {
		if event.User.Name == user && event.ResponseStatus.Code == http.StatusTooManyRequests {
			count++
		}
	}
	return count
}
