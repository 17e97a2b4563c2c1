package bench

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/audit"
)

const (
	// createShare is at least how much of C schedules can be created with, while their
	// first statuses are written.
	createShare = 0.1
	// p99Factor is how much longer than at the rate of C nearly all Jobs may take.
	p99Factor = 1.15
	// longBurst is the number of Jobs from which on throughput has a goal of its own: of
	// fewer, what the first of them take is too great a part, and it has that of p99.
	longBurst = 5000
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
func (b *bench) burst(ctx context.Context, r *running, count int, namespaces []string) (Burst, error) {
	found := Burst{Of: r.name, Count: count, Namespaces: len(namespaces)}
	before, err := b.loader.now(ctx, count, len(namespaces))
	if err != nil {
		return found, err
	}
	b.say("%s: %d due at once in %d namespaces, C = %.0f/s", r.name, count, len(namespaces), before)
	instant, err := b.place(ctx, r.kind, count, namespaces, schedule{history: 3})
	if err != nil {
		return found, err
	}
	spentBefore, err := r.spent()
	if err != nil {
		return found, err
	}
	starts, err := b.awaitStarts(ctx, r, count)
	if err != nil {
		return found, err
	}
	spentAfter, err := r.spent()
	if err != nil {
		return found, err
	}
	found.Cores = float64(spentAfter-spentBefore) / float64(time.Since(instant))
	found.CallsBefore = float64(total(callsOf(upTo(b.log.events, lastOf(starts)), r.user))) / float64(count)
	if err := b.awaitQuiet(ctx, r); err != nil {
		return found, err
	}
	after, err := b.loader.now(ctx, count, len(namespaces))
	if err != nil {
		return found, err
	}
	found.LoaderCores = b.loader.cores
	p := punctualityOf(starts)
	found.C, found.Rate = (before+after)/2, rateOf(starts, instant)
	found.First, found.P50 = percentile(p.arrivals, 0).Seconds(), percentile(p.creations, 50).Seconds()
	found.P99, found.Last = percentile(p.creations, 99).Seconds(), percentile(p.creations, 100).Seconds()
	b.say("%s: p50 %.2f s, p99 %.2f s, last %.2f s, %.0f/s, C = %.0f/s then %.0f/s; %.2f cores, the loader %.2f",
		r.name, found.P50, found.P99, found.Last, found.Rate, before, after, found.Cores, found.LoaderCores)
	return found, b.tidy(ctx, r.kind, namespaces)
}

// spreadBurst asks what goals there are about a burst over several namespaces, an odd
// number of times: the median is what counts.
func (b *bench) spreadBurst(ctx context.Context, r *running, count, times int) error {
	var bursts []Burst
	for range times {
		found, err := b.burst(ctx, r, count, names("bench-burst-"+r.slug, manyNamespaces))
		if err != nil {
			return err
		}
		bursts = append(bursts, found)
	}
	slices.SortFunc(bursts, func(a, b Burst) int { return cmp.Compare(a.ofC(), b.ofC()) })
	found := bursts[len(bursts)/2]
	b.result.Bursts = append(b.result.Bursts, found)
	late := b.result.Table.row(fmt.Sprintf("%d due at once: p99 until the Job exists", count), seconds, fmt.Sprintf("≤ %.2f × %d/C", p99Factor, count)).
		set(r, found.P99)
	if r.name == ours {
		late.limit(p99Factor * float64(count) / found.C)
	}
	least := 90.0
	if count < longBurst {
		least = 100 / p99Factor
	}
	b.result.Table.row(fmt.Sprintf("%d due at once: throughput", count), percentOfC, fmt.Sprintf("≥ %.0f %% of C", least)).
		floor(least).set(r, 100*found.ofC())
	b.result.Table.row(fmt.Sprintf("%d due at once: API calls a run until all Jobs exist", count), calls, "1").set(r, found.CallsBefore)
	return nil
}

// crowdedBurst compares a burst within one namespace that is full of finished Jobs
// with one over several, right before it.
func (b *bench) crowdedBurst(ctx context.Context, r *running, count, finished int) error {
	spread, err := b.burst(ctx, r, count, names("bench-burst-"+r.slug, manyNamespaces))
	if err != nil {
		return err
	}
	namespace := "bench-crowd-" + r.slug
	if err := b.cluster.makeNamespace(ctx, namespace); err != nil {
		return err
	}
	b.say("%s: %d finished Jobs in one namespace", r.name, finished)
	err = b.cluster.createAll(ctx, finished, func(i int) creation {
		return creation{jobsOf(namespace), job(fmt.Sprintf("finished-%d", i), nil)}
	})
	if err != nil {
		return err
	}
	crowded, err := b.burst(ctx, r, count, []string{namespace})
	if err != nil {
		return err
	}
	b.result.Bursts = append(b.result.Bursts, crowded)
	b.result.Table.row(fmt.Sprintf("%d due at once in one namespace with %d finished Jobs: throughput", count, finished), percent, "≥ 90 % of that in many").
		floor(90).set(r, 100*crowded.ofC()/spread.ofC())
	return nil
}

// awaitStarts returns so many Jobs of a contestant once all of them exist.
func (b *bench) awaitStarts(ctx context.Context, r *running, count int) ([]start, error) {
	err := b.log.await(ctx, fmt.Sprintf("%d Jobs", count), burstPatience, func(events []audit.Event) bool {
		return countStarts(events, r.user) >= count
	})
	return startsOf(b.log.events, r.user), err
}

// awaitQuiet returns when a contestant has nothing more to write.
func (b *bench) awaitQuiet(ctx context.Context, r *running) error {
	return b.log.await(ctx, "quiet after the last write of the "+r.name, quietPatience, func(events []audit.Event) bool {
		return isQuiet(events, r.user, time.Now(), quietTime)
	})
}

// lastOf is when the last of the Jobs came into being.
func lastOf(starts []start) time.Time {
	var last time.Time
	for _, s := range starts {
		if s.created.After(last) {
			last = s.created
		}
	}
	return last
}

// upTo are the events that were received up to a time.
func upTo(events []audit.Event, last time.Time) []audit.Event {
	return slices.DeleteFunc(slices.Clone(events), func(event audit.Event) bool { return event.Received.After(last) })
}
