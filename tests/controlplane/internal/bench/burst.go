package bench

import (
	"context"
	"fmt"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/audit"
)

const (
	// createShare is at least how much of C schedules can be created with.
	createShare = 0.3
	// calm is how long the plane is left alone between the last schedule and the
	// instant.
	calm = 5 * time.Second
	// burstPatience is how long the last Job may take: the CronJob controller, with
	// its default limits, takes 20 minutes for 5,000.
	burstPatience = 25 * time.Minute
	// quietTime without a request means that a contestant has done its work.
	quietTime = 3 * time.Second
	// quietPatience is how long that may take.
	quietPatience = 15 * time.Minute
)

// place creates schedules that are all due at one instant, and returns it a
// second before, with the recorder restarted. Where a busy machine takes longer to
// create them than was thought, it starts over with more time.
func (b *bench) place(ctx context.Context, k kind, count int, namespaces []string, s schedule) (time.Time, error) {
	for _, namespace := range namespaces {
		if err := b.cluster.makeNamespace(ctx, namespace); err != nil {
			return time.Time{}, err
		}
	}
	step := time.Minute
	if k.seconds {
		step = time.Second
	}
	needed := time.Duration(float64(count) / (createShare * b.loader.last) * float64(time.Second))
	for {
		begun := time.Now()
		instant := begun.Add(needed + calm).Truncate(step).Add(step)
		s.cron = k.daily(instant)
		err := b.cluster.createAll(ctx, count, func(i int) creation {
			return creation{k.collection(namespaces[i%len(namespaces)]), k.manifest(fmt.Sprintf("report-%d", i), s)}
		})
		if err != nil {
			return instant, err
		}
		if time.Until(instant) >= calm {
			if err := waitUntil(ctx, instant.Add(-time.Second)); err != nil {
				return instant, err
			}
			return instant, b.log.restart()
		}
		needed = 2 * time.Since(begun)
		b.say("creating %d schedules took too long; once more, with %v", count, needed.Round(time.Second))
		if err := b.cluster.sweep(ctx, k, namespaces); err != nil {
			return instant, err
		}
	}
}

// burst measures so many schedules that are due at once, with C beside it.
func (b *bench) burst(ctx context.Context, r *running, count int, namespaces []string) error {
	before, err := b.loader.now(ctx)
	if err != nil {
		return err
	}
	b.say("%s: %d due at once in %d namespaces, C = %.0f/s", r.name, count, len(namespaces), before)
	instant, err := b.place(ctx, r.kind, count, namespaces, schedule{history: 3})
	if err != nil {
		return err
	}
	err = b.log.await(ctx, fmt.Sprintf("%d Jobs", count), burstPatience, func(events []audit.Event) bool {
		return countStarts(events, r.user) >= count
	})
	if err != nil {
		return err
	}
	starts := startsOf(b.log.events, r.user)
	if err := b.awaitQuiet(ctx, r); err != nil {
		return err
	}
	after, err := b.loader.now(ctx)
	if err != nil {
		return err
	}
	c := (before + after) / 2
	p := punctualityOf(starts)
	found := Burst{Of: r.name, Count: count, Namespaces: len(namespaces), C: c, Rate: rateOf(starts, instant), P50: percentile(p.creations, 50).Seconds(),
		P99: percentile(p.creations, 99).Seconds(), Last: percentile(p.creations, 100).Seconds(), First: percentile(p.arrivals, 0).Seconds()}
	b.result.Bursts = append(b.result.Bursts, found)
	b.say("%s: p50 %.2f s, p99 %.2f s, last %.2f s, %.0f/s, C = %.0f/s then %.0f/s", r.name, found.P50, found.P99, found.Last, found.Rate, before, after)

	late := b.result.Table.row(fmt.Sprintf("%d due at once: p99 until the Job exists", count), seconds, fmt.Sprintf("≤ 1.15 × %d/C", count))
	late.Values[r.name] = found.P99
	rate := b.result.Table.row(fmt.Sprintf("%d due at once: throughput", count), percentOfC, "≥ 90 % of C")
	rate.Limit, rate.AtLeast = 90, true
	rate.Values[r.name] = 100 * found.Rate / c
	if r.name == ours {
		late.Limit = 1.15 * float64(count) / c
	}
	return b.cluster.sweep(ctx, r.kind, namespaces)
}

// awaitQuiet returns when a contestant has nothing more to write.
func (b *bench) awaitQuiet(ctx context.Context, r *running) error {
	return b.log.await(ctx, "quiet after the last write of the "+r.name, quietPatience, func(events []audit.Event) bool {
		return isQuiet(events, r.user, time.Now(), quietTime)
	})
}
