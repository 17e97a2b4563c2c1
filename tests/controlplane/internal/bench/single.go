package bench

import (
	"context"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/audit"
)

// lateness measures how late the Jobs of one schedule are that has nothing to wait for.
func (b *bench) lateness(ctx context.Context, r *running, samples int) error {
	p, err := b.single(ctx, r, samples)
	if err != nil {
		return err
	}
	b.enterPunctuality(r.name, p)
	return nil
}

// latenessInTurns measures the same of several contestants and of the loader, a part of
// the samples at a time: a machine that is slow for some minutes is slow for all of
// them.
func (b *bench) latenessInTurns(ctx context.Context, turns, samples int, contestants ...*contestant) error {
	found := map[string]punctuality{}
	for range turns {
		for _, c := range contestants {
			err := b.with(ctx, c, func(r *running) error {
				p, err := b.single(ctx, r, samples)
				found[r.name] = found[r.name].and(p)
				return err
			})
			if err != nil {
				return err
			}
		}
		if err := b.awaitRest(ctx); err != nil {
			return err
		}
		p, err := b.loader.keepTime(ctx, samples)
		if err != nil {
			return err
		}
		found[bare] = found[bare].and(p)
	}
	for name, p := range found {
		b.enterPunctuality(name, p)
	}
	return nil
}

// single runs one schedule for so many instants: one each second where the kind knows
// seconds, otherwise one each minute.
func (b *bench) single(ctx context.Context, r *running, samples int) (punctuality, error) {
	const namespace = "bench-single"
	cron, period := "* * * * *", time.Minute
	if r.kind.seconds {
		cron, period = everySecond, time.Second
	}
	b.say("%s: one schedule, %d instants", r.name, samples)
	if err := b.cluster.makeNamespace(ctx, namespace); err != nil {
		return punctuality{}, err
	}
	if err := b.awaitRest(ctx); err != nil {
		return punctuality{}, err
	}
	if err := b.log.restart(); err != nil {
		return punctuality{}, err
	}
	if err := b.cluster.create(ctx, r.kind.collection(namespace), r.kind.manifest("alone", schedule{cron: cron, history: 1})); err != nil {
		return punctuality{}, err
	}
	patience := time.Duration(samples+1)*period + time.Minute
	err := b.log.await(ctx, "the Jobs of one schedule", patience, func(events []audit.Event) bool {
		return countStarts(events, r.user) >= samples
	})
	if err != nil {
		return punctuality{}, err
	}
	return punctualityOf(startsOf(b.log.events, r.user)), b.cluster.remove(ctx, r.kind, []string{namespace})
}

// awaitRest removes what the loader has left, and returns when the Job controller and
// the garbage collector have dealt with all that went before: they would take the
// machine from whoever is measured next.
func (b *bench) awaitRest(ctx context.Context) error {
	if err := b.log.restart(); err != nil {
		return err
	}
	if err := b.loader.clear(ctx); err != nil {
		return err
	}
	if err := waitUntil(ctx, time.Now().Add(quietTime)); err != nil {
		return err
	}
	return b.log.await(ctx, "nobody writing anything", quietPatience, func(events []audit.Event) bool {
		return isAtRest(events, time.Now(), quietTime)
	})
}

func (b *bench) enterPunctuality(name string, p punctuality) {
	b.result.Single = append(b.result.Single, Lateness{Of: name, Milliseconds: inMillis(p.arrivals), P99Created: asMillis(percentile(p.creations, 99))})
	b.result.Table.row("1 schedule: median until the API server has the request", millis, "").Values[name] = asMillis(percentile(p.arrivals, 50))
	b.result.Table.row("1 schedule: p99 until the API server has the request", millis, "≤ 10 ms").limit(10).
		Values[name] = asMillis(percentile(p.arrivals, 99))
	b.result.Table.row("1 schedule: p99 until the Job exists", millis, "").Values[name] = asMillis(percentile(p.creations, 99))
	b.result.Table.row("1 schedule: earliest", millis, "never early").Values[name] = asMillis(p.arrivals[0])
}
