package bench

import (
	"context"
	"fmt"
	"slices"
	"syscall"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/audit"
)

const (
	// shortBefore is how long before an instant the leader is made to end: what is
	// due next finds nobody who leads.
	shortBefore = 20 * time.Millisecond
	// warmTime is how long a new standby is given to fill its caches.
	warmTime = 3 * time.Second
	// failoverPatience is longer than a lease lasts.
	failoverPatience = 60 * time.Second
)

// failover ends leaders, each with a standby beside it, and measures how long the
// schedule of every second is without anybody.
func (b *bench) failover(ctx context.Context, c *contestant, signal syscall.Signal, times int) (longest time.Duration, err error) {
	const namespace = "bench-failover"
	b.say("%s: %d × %v to the leader", c.name, times, signal)
	if err := b.cluster.makeNamespace(ctx, namespace); err != nil {
		return 0, err
	}
	leader, err := b.begin(ctx, c)
	if err != nil {
		return 0, err
	}
	defer func() { leader.end() }()
	if err := b.cluster.create(ctx, c.kind.collection(namespace), c.kind.manifest("every-second", schedule{cron: everySecond, history: 1})); err != nil {
		return 0, err
	}
	for range times {
		standby, err := b.begin(ctx, c)
		if err != nil {
			return 0, err
		}
		gap, err := b.endLeader(ctx, leader, signal)
		leader.end()
		leader = standby
		if err != nil {
			return 0, err
		}
		b.say("%s: nobody for %v", c.name, gap.Round(time.Millisecond))
		longest = max(longest, gap)
	}
	return longest, b.cluster.remove(ctx, c.kind, []string{namespace})
}

// endLeader sends a signal shortly before an instant, and returns how long that
// instant, or the one after it, had to wait: the first from the signal on.
func (b *bench) endLeader(ctx context.Context, leader *running, signal syscall.Signal) (time.Duration, error) {
	instant := time.Now().Add(warmTime).Truncate(time.Second).Add(time.Second)
	if err := waitUntil(ctx, instant.Add(-shortBefore)); err != nil {
		return 0, err
	}
	if err := b.log.restart(); err != nil {
		return 0, err
	}
	if err := leader.process.Signal(signal); err != nil {
		return 0, err
	}
	// It has its own time to end in: a second signal would cut it short.
	select {
	case <-leader.process.Done():
	case <-time.After(failoverPatience):
		return 0, fmt.Errorf("the leader has not ended %v after %v", failoverPatience, signal)
	}
	affected := map[int64]time.Duration{instant.Unix(): shortBefore, instant.Unix() + 1: 0}
	err := b.log.await(ctx, fmt.Sprintf("the Jobs of %v and the second after", instant), failoverPatience, func(events []audit.Event) bool {
		return len(latenessOf(events, leader.user, affected)) == len(affected)
	})
	return slices.Max(append(latenessOf(b.log.events, leader.user, affected), 0)), err
}

// latenessOf is how late the Jobs of some instants were, those that exist; each
// with what is to be added to it. Instants are seconds since the epoch.
func latenessOf(events []audit.Event, user string, instants map[int64]time.Duration) []time.Duration {
	var found []time.Duration
	for _, s := range startsOf(events, user) {
		if more, wanted := instants[s.instant.Unix()]; wanted {
			found = append(found, s.received.Sub(s.instant)+more)
		}
	}
	return found
}

// failovers asks what there are goals for.
func (b *bench) failovers(ctx context.Context, c *contestant, times int) error {
	gap, err := b.failover(ctx, c, syscall.SIGTERM, times)
	if err != nil {
		return err
	}
	b.result.Table.row("graceful handover: longest without a leader", millis, "≤ 200 ms").limit(200).Values[c.name] = asMillis(gap)
	gap, err = b.failover(ctx, c, syscall.SIGKILL, max(1, times/3))
	if err != nil {
		return err
	}
	b.result.Table.row("crash: longest without a leader", seconds, "≤ 15 s + 1 s").limit(16).Values[c.name] = gap.Seconds()
	return nil
}
