package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/accounts"
	"scheduledjob.dev/operator/tests/controlplane/internal/audit"
	"scheduledjob.dev/operator/tests/controlplane/internal/faultproxy"
	"scheduledjob.dev/operator/tests/controlplane/internal/faults"
)

const (
	stormTime = 60 * time.Second
	// recovery is how long after a storm the operator may take until it is measured.
	recovery = 5 * time.Second
)

// storm has every request refused with 429 for a minute in which a burst is due,
// but for the leases, whose requests have a priority of their own in a real API
// server, and measures how fast the operator is soon after. C is what the loader
// achieves through the same proxy, which takes its part of the machine: the more of
// it as the operator watches through it, too. How much that is tells a burst without a
// storm.
func (b *bench) storm(ctx context.Context, c *contestant, count int) error {
	dice := faults.NewDice(faults.Mix{}, 1)
	proxy, err := faultproxy.Start(b.cluster.server, b.authorityPEM, dice)
	if err != nil {
		return err
	}
	defer proxy.Close()
	kubeconfig, err := proxy.Kubeconfig(ctx, b.admin)
	if err != nil {
		return err
	}
	through := *c
	through.user = accounts.UserName(faultproxy.AccountNamespace, faultproxy.AccountName)
	through.kubeconfig = filepath.Join(string(b.o.Directory), "bench-storm.kubeconfig")
	if err := os.WriteFile(through.kubeconfig, kubeconfig, 0o600); err != nil {
		return err
	}
	r, err := b.begin(ctx, &through)
	if err != nil {
		return err
	}
	defer r.end()
	loader, err := b.loader.to("storm", proxy.URL(), proxy.AuthorityPEM())
	if err != nil {
		return err
	}
	namespaces := names("bench-storm", manyNamespaces)
	calm, err := b.burst(ctx, loader, r, count, namespaces)
	if err != nil {
		return err
	}
	before := loader.last
	b.say("%s: %d due at once in a storm of 429, C = %.0f/s", c.name, count, before)
	instant, err := b.place(ctx, c.kind, count, namespaces, schedule{history: 3})
	if err != nil {
		return err
	}
	dice.Use(faults.Mix{Chances: map[faults.Kind]float64{faults.TooManyRequests: 1}, LeaseCalm: 2 * stormTime})
	end := instant.Add(stormTime)
	if err := waitUntil(ctx, end); err != nil {
		return err
	}
	dice.Use(faults.Mix{})
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
	after, err := loader.now(ctx, count, len(namespaces))
	if err != nil {
		return err
	}
	recovered := createdAfter(starts, end.Add(recovery))
	rate, fastest := rateOf(recovered, end.Add(recovery)), (before+after)/2
	b.say("%s: %d of %d Jobs from %v after the storm on, %.0f/s; C = %.0f/s then %.0f/s", c.name, len(recovered), count, recovery, rate, before, after)
	kept := 100.0
	select {
	case <-r.process.Done():
		kept = 0
	default:
	}
	b.result.Table.row("the same burst through the same proxy, without a storm: throughput", percentOfC, "").set(r, 100*calm.ofC())
	b.result.Table.row("429 for 60 s during a burst: lease kept", percent, "kept").floor(100).set(r, kept)
	if len(recovered) > 0 {
		b.result.Table.row("429 for 60 s during a burst: throughput 5 s later", percentOfC, "≥ 90 % of C").floor(90).set(r, 100*rate/fastest)
	}
	return b.tidy(ctx, c.kind, namespaces)
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
