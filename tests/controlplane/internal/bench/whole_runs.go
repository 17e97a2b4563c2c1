package bench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/audit"
)

// A runLength is a kind of run whose cost is asked for.
type runLength struct {
	name  string
	runs  time.Duration
	calls float64 // at most, as the goal has it
}

var (
	shortRuns = runLength{name: "short run", calls: 3}
	// Long enough that their starts are written before their ends are known.
	longRuns = runLength{name: "run of 15 s", runs: 15 * time.Second, calls: 4}
)

// wholeRuns measures what runs cost from their instant until their Jobs are
// deleted, all due at once.
func (b *bench) wholeRuns(ctx context.Context, r *running, count int, length runLength) error {
	b.say("%s: what each %s costs, of %d", r.name, length.name, count)
	namespaces := names("bench-runs-"+r.slug, 1)
	if _, err := b.place(ctx, r.kind, count, namespaces, schedule{history: 0, runFor: length.runs}); err != nil {
		return err
	}
	spentBefore, err := r.spent()
	if err != nil {
		return err
	}
	err = b.log.await(ctx, fmt.Sprintf("the end of %d runs", count), quietPatience, func(events []audit.Event) bool {
		return countDeletes(events, r.user) >= count
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
	b.enterCost(r, count, length, callsOf(b.log.events, r.user), asMillis((spentAfter-spentBefore)/time.Duration(count)))
	return b.tidy(ctx, r.kind, namespaces)
}

// wholeRunsInTurns measures several contestants again and again, and keeps of each the
// turn that took the least of processors: other guests of a machine, and what it has
// in its caches, only ever add to that.
func (b *bench) wholeRunsInTurns(ctx context.Context, turns, count int, length runLength, contestants ...*contestant) error {
	for range turns {
		for _, c := range contestants {
			if err := b.with(ctx, c, func(r *running) error { return b.wholeRuns(ctx, r, count, length) }); err != nil {
				return err
			}
		}
	}
	return nil
}

// enterCost enters what so many runs have cost: requests as they were at most, and the
// rest of it unless it was less before.
func (b *bench) enterCost(r *running, count int, length runLength, counts map[call]int, spent float64) {
	b.say("%s: %.2f ms for each", r.name, spent)
	made := b.result.Table.row("API calls of a "+length.name, calls, fmt.Sprintf("≤ %.0f", length.calls)).limit(length.calls)
	made.set(r, max(made.Values[r.name], float64(total(counts))/float64(count)))
	before := slices.IndexFunc(b.result.Costs, func(c Cost) bool { return c.Of == r.name && c.Length == length.name })
	if before >= 0 {
		if b.result.Costs[before].CPU <= spent {
			return
		}
		b.result.Costs = slices.Delete(b.result.Costs, before, before+1)
	}
	found := Cost{Of: r.name, Runs: count, Length: length.name, CPU: spent}
	for _, made := range byCount(counts) {
		found.Calls = append(found.Calls, Calls{made, float64(counts[made]) / float64(count)})
		b.say("%s: %5.2f × %s %s", r.name, float64(counts[made])/float64(count), made.Verb, made.Resource)
	}
	b.result.Costs = append(b.result.Costs, found)
	b.result.Table.row("processor time of a "+length.name, millis, "≤ 1 ms").limit(1).set(r, found.CPU)
}

// countDeletes is how many Jobs a user has deleted.
func countDeletes(events []audit.Event, user string) int {
	count := 0
	for _, event := range events {
		if event.Verb == "delete" && event.ObjectRef.Resource == "jobs" && event.User.Name == user && event.Succeeded() {
			count++
		}
	}
	return count
}
