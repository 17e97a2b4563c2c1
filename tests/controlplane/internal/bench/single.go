package bench

import (
	"context"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/audit"
)

// single measures how late the Jobs of one schedule are that has nothing to wait
// for: every second where the kind knows seconds, otherwise every minute.
func (b *bench) single(ctx context.Context, r *running, samples int) error {
	const namespace = "bench-single"
	cron, period := "* * * * *", time.Minute
	if r.kind.seconds {
		cron, period = everySecond, time.Second
	}
	b.say("%s: one schedule, %d instants", r.name, samples)
	if err := b.cluster.makeNamespace(ctx, namespace); err != nil {
		return err
	}
	if err := b.awaitRest(ctx); err != nil {
		return err
	}
	if err := b.log.restart(); err != nil {
		return err
	}
	if err := b.cluster.create(ctx, r.kind.collection(namespace), r.kind.manifest("alone", schedule{cron: cron, history: 1})); err != nil {
		return err
	}
	patience := time.Duration(samples+1)*period + time.Minute
	err := b.log.await(ctx, "the Jobs of one schedule", patience, func(events []audit.Event) bool {
		return countStarts(events, r.user) >= samples
	})
	if err != nil {
		return err
	}
	b.enterPunctuality(r.name, punctualityOf(startsOf(b.log.events, r.user)))
	if err := b.cluster.remove(ctx, r.kind, []string{namespace}); err != nil || r.name != ours {
		return err
	}
	if err := b.awaitRest(ctx); err != nil {
		return err
	}
	p, err := b.loader.keepTime(ctx, samples)
	if err != nil {
		return err
	}
	b.enterPunctuality(bare, p)
	return nil
}

// awaitRest removes what the loader has left, and returns when the Job controller and
// the garbage collector have dealt with all that went before: they would take the
// machine from whoever is measured next.
func (b *bench) awaitRest(ctx context.Context) error {
	if err := b.log.restart(); err != nil {
		return err
	}
	if err := b.cluster.removeAll(ctx, jobsOf(loaderNamespace)); err != nil {
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
