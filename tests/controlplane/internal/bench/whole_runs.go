package bench

import (
	"context"
	"fmt"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/audit"
)

// wholeRuns measures what short runs cost from their instant until their Job is
// deleted, all due at once.
func (b *bench) wholeRuns(ctx context.Context, r *running, count int) error {
	b.say("%s: what %d short runs cost, until their Jobs are deleted", r.name, count)
	namespaces := names("bench-runs", 1)
	if _, err := b.place(ctx, r.kind, count, namespaces, schedule{history: 0}); err != nil {
		return err
	}
	spentBefore, err := r.spent()
	if err != nil {
		return err
	}
	err = b.log.await(ctx, fmt.Sprintf("the end of %d runs", count), quietPatience, func(events []audit.Event) bool {
		deleted := 0
		for _, event := range events {
			if event.Verb == "delete" && event.ObjectRef.Resource == "jobs" && event.User.Name == r.user && event.Succeeded() {
				deleted++
			}
		}
		return deleted >= count
	})
	if err != nil {
		return err
	}
	if err := b.awaitQuiet(ctx, r); err != nil {
		return err
	}
	spentAfter, err := r.spent()
	if err != nil {
		return err
	}
	counts := callsOf(b.log.events, r.user)
	perRun := float64(total(counts)) / float64(count)
	cost := (spentAfter - spentBefore) / time.Duration(count)
	found := Cost{Of: r.name, Runs: count, CPU: asMillis(cost)}
	for _, made := range byCount(counts) {
		found.Calls = append(found.Calls, Calls{made, float64(counts[made]) / float64(count)})
		b.say("%s: %5.2f × %s %s", r.name, float64(counts[made])/float64(count), made.Verb, made.Resource)
	}
	b.result.Costs = append(b.result.Costs, found)
	called := b.result.Table.row("API calls of a short run", calls, "≤ 3")
	called.Limit = 3
	called.Values[r.name] = perRun
	spent := b.result.Table.row("processor time of a short run", millis, "≤ 1 ms")
	spent.Limit = 1
	spent.Values[r.name] = asMillis(cost)
	return b.cluster.sweep(ctx, r.kind, namespaces)
}
