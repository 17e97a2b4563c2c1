package bench

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/kubeapi"
)

const outage = 24 * time.Hour

// catchUp measures how fast an operator makes up for an outage of a day, with so
// many schedules that are due once an hour: their books are set back a day while no
// operator runs.
func (b *bench) catchUp(ctx context.Context, c *contestant, count int) error {
	const namespace = "bench-catch-up"
	if err := b.cluster.makeNamespace(ctx, namespace); err != nil {
		return err
	}
	b.say("%s: %d schedules make up for %v", c.name, count, outage)
	// Not due while this is measured.
	minute := time.Now().UTC().Add(40 * time.Minute).Minute()
	hourly := schedule{cron: fmt.Sprintf("%d * * * *", minute), history: 100, more: object{"missedRunPolicy": "All", "maxCatchUpRuns": 100}}
	err := b.cluster.createAll(ctx, count, func(i int) creation {
		return creation{c.kind.collection(namespace), c.kind.manifest(fmt.Sprintf("hourly-%d", i), hourly)}
	})
	if err != nil {
		return err
	}
	first, err := b.writeFirstStatuses(ctx, c)
	if err != nil {
		return err
	}
	first.end()
	if err := b.setBack(ctx, c.kind.collection(namespace), count); err != nil {
		return err
	}
	due := count * int(outage/time.Hour)
	before, err := b.loader.now(ctx, due, 1)
	if err != nil {
		return err
	}
	if err := b.log.restart(); err != nil {
		return err
	}
	r, err := b.begin(ctx, c)
	if err != nil {
		return err
	}
	defer r.end()
	starts, err := b.awaitStarts(ctx, r, due)
	if err != nil {
		return err
	}
	if err := b.awaitQuiet(ctx, r); err != nil {
		return err
	}
	created, distinct := countStarts(b.log.events, r.user), map[string]bool{}
	for _, event := range b.log.events {
		if isCreate(event, r.user) {
			distinct[event.ObjectRef.Name] = true
		}
	}
	after, err := b.loader.now(ctx, due, 1)
	if err != nil {
		return err
	}
	rate, fastest := rateOf(starts, firstOf(starts)), (before+after)/2
	b.say("%s: %.0f Jobs/s, C = %.0f/s then %.0f/s; %d due, %d created, %d names", c.name, rate, before, after, due, created, len(distinct))
	b.result.Table.row(fmt.Sprintf("catch-up of 24 h, %d schedules: throughput", count), percentOfC, "≥ 80 % of C").floor(80).set(r, 100*rate/fastest)
	b.result.Table.row("catch-up of 24 h: Jobs created of those due", percent, "exactly 100 %").set(r, 100*float64(created)/float64(due))
	return b.tidy(ctx, c.kind, []string{namespace})
}

// setBack has every book of a collection end a day earlier.
func (b *bench) setBack(ctx context.Context, collection string, count int) error {
	var list struct {
		Items []struct {
			Metadata struct{ Name string }
			Status   struct {
				DecidedThrough time.Time
				Basis          struct {
					Hash  string
					Since time.Time
				}
			}
		}
	}
	if err := b.cluster.client.Do(ctx, http.MethodGet, b.cluster.server+collection, nil, &list); err != nil {
		return err
	}
	if len(list.Items) != count {
		return fmt.Errorf("%d schedules are in %s instead of %d", len(list.Items), collection, count)
	}
	return kubeapi.Each(count, creators, func(i int) error {
		item := list.Items[i]
		earlier := func(t time.Time) string { return t.Add(-outage).UTC().Format(time.RFC3339) }
		patch := object{"status": object{
			"decidedThrough": earlier(item.Status.DecidedThrough),
			"basis":          object{"hash": item.Status.Basis.Hash, "since": earlier(item.Status.Basis.Since)},
		}}
		return b.cluster.client.Do(ctx, http.MethodPatch, b.cluster.server+collection+"/"+item.Metadata.Name+"/status", patch, nil)
	})
}
