package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/audit"
	"scheduledjob.dev/operator/tests/controlplane/internal/process"
)

const (
	scaleNamespaces = 20
	// settleTime is how long memory is left to settle after a start.
	settleTime = 20 * time.Second
	// idleTime is how long idle processor time is measured.
	idleTime = 60 * time.Second
	// firstWrites is how long the first status of every schedule may take, for which it
	// is also tried out: 200,000 requests of 100,000 schedules.
	firstWrites = time.Hour
)

// grow creates schedules until there are so many. None is due soon, and all are due
// once a day.
func (b *bench) grow(ctx context.Context, k kind, to int) error {
	b.say("creating %ss up to %d", k.name, to)
	namespaces := names("bench-scale-"+k.resource, scaleNamespaces)
	for _, namespace := range namespaces {
		if err := b.cluster.makeNamespace(ctx, namespace); err != nil {
			return err
		}
	}
	begin, from := time.Now().UTC().Add(3*time.Hour), b.grown[k.name]
	b.grown[k.name] = to
	return b.cluster.createAll(ctx, to-from, func(i int) creation {
		at := begin.Add(time.Duration(rand.IntN(18*3600)) * time.Second)
		s := schedule{cron: k.daily(at), history: 3}
		return creation{k.collection(namespaces[i%len(namespaces)]), k.manifest(fmt.Sprintf("report-%d", from+i), s)}
	})
}

// scale measures a contestant that has so many schedules, with the status of each
// written before: how soon it decides, what it holds, what it does while nothing
// is due.
func (b *bench) scale(ctx context.Context, c *contestant, count int) error {
	found := Scale{Of: c.name, Schedules: count}
	if c.kind.seconds {
		if err := b.measureFirstWrites(ctx, c, &found); err != nil {
			return err
		}
		if err := b.measureColdStart(ctx, c, &found); err != nil {
			return err
		}
	}
	r, err := b.begin(ctx, c)
	if err != nil {
		return err
	}
	defer r.end()
	if err := waitUntil(ctx, time.Now().Add(settleTime)); err != nil {
		return err
	}
	spentBefore, err := r.spent()
	if err != nil {
		return err
	}
	if err := waitUntil(ctx, time.Now().Add(idleTime)); err != nil {
		return err
	}
	spentAfter, err := r.spent()
	if err != nil {
		return err
	}
	memory, err := process.ResidentMemory(r.process.PID())
	if err != nil {
		return err
	}
	found.Memory = memory / (1 << 20)
	found.Idle = 100 * float64(spentAfter-spentBefore) / float64(idleTime)
	b.result.Scales = append(b.result.Scales, found)
	b.say("%s: %d schedules: %.1f MiB, idle %.3f %%, %.2f s to the first decision, of which transfer %.2f s", c.name, count, found.Memory, found.Idle, found.Start, found.Transfer)
	b.scaleRows(r, found)
	return nil
}

// scaleRows enters what there are goals for.
func (b *bench) scaleRows(r *running, found Scale) {
	for size, megabytes := range map[int]float64{10_000: 25, 100_000: 60} {
		if found.Schedules == size {
			most := megabytes * 1e6 / (1 << 20)
			b.result.Table.row(fmt.Sprintf("resident memory, %d schedules", size), mebibytes, fmt.Sprintf("≤ %.0f MB (%s)", megabytes, mebibytes.format(most))).
				limit(most).set(r, found.Memory)
		}
	}
	if found.Schedules != 100_000 {
		return
	}
	b.result.Table.row("idle processor time, 100000 schedules", percent, "≤ 0.1 % of a core").limit(0.1).set(r, found.Idle)
	if found.Start > 0 {
		b.result.Table.row("cold start to first decision, 100000 schedules, beyond the transfer", seconds, "≤ 3 s").
			limit(3).set(r, found.Start-found.Transfer)
	}
}

// measureFirstWrites writes first statuses, and measures what memory that leaves
// an operator with.
func (b *bench) measureFirstWrites(ctx context.Context, c *contestant, found *Scale) error {
	r, err := b.writeFirstStatuses(ctx, c)
	if err != nil {
		return err
	}
	defer r.end()
	if err := waitUntil(ctx, time.Now().Add(settleTime)); err != nil {
		return err
	}
	written, err := process.ResidentMemory(r.process.PID())
	found.Written = written / (1 << 20)
	return err
}

// writeFirstStatuses begins an operator, which it returns once every schedule has
// its status.
func (b *bench) writeFirstStatuses(ctx context.Context, c *contestant) (*running, error) {
	if err := b.log.restart(); err != nil {
		return nil, err
	}
	r, err := b.begin(ctx, c)
	if err != nil {
		return nil, err
	}
	if err = waitUntil(ctx, time.Now().Add(settleTime)); err == nil {
		err = b.awaitFirstStatuses(ctx, r)
	}
	if err != nil {
		r.end()
		return nil, err
	}
	return r, nil
}

func (b *bench) awaitFirstStatuses(ctx context.Context, r *running) error {
	return b.log.await(ctx, "the first status of every schedule", firstWrites, func(events []audit.Event) bool {
		return isQuiet(events, r.user, time.Now(), quietTime)
	})
}

// measureColdStart measures the time from the start of the program to its first
// Job, which is due already, and beside it how long the same objects take to come
// from the API server when nobody reads them.
func (b *bench) measureColdStart(ctx context.Context, c *contestant, found *Scale) error {
	const namespace = "bench-probe"
	if err := b.cluster.makeNamespace(ctx, namespace); err != nil {
		return err
	}
	begun := time.Now()
	if err := b.transfer(ctx, "/apis/"+c.kind.apiVersion+"/"+c.kind.resource); err != nil {
		return err
	}
	found.Transfer = time.Since(begun).Seconds()
	if err := b.cluster.create(ctx, c.kind.collection(namespace), c.kind.manifest("probe", schedule{cron: everySecond, history: 0})); err != nil {
		return err
	}
	// So that an instant is due when the operator comes.
	if err := waitUntil(ctx, time.Now().Add(2*time.Second)); err != nil {
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
	err = b.log.await(ctx, "the first Job", readyPatience, func(events []audit.Event) bool { return countStarts(events, r.user) > 0 })
	if err != nil {
		return err
	}
	found.Start = startsOf(b.log.events, r.user)[0].received.Sub(r.started).Seconds()
	return b.cluster.remove(ctx, c.kind, []string{namespace})
}

// transfer reads a collection as the operator does at its start, a watch that
// begins with what is there, and throws it away.
func (b *bench) transfer(ctx context.Context, collection string) error {
	const query = "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := b.cluster.client.Open(ctx, b.cluster.server+collection+query)
	if err != nil {
		return err
	}
	defer stream.Close()
	for lines := bufio.NewReaderSize(stream, 1<<20); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			return errors.Join(errors.New("the API server ended a watch before its first events were complete"), err)
		}
		if strings.Contains(line, `"k8s.io/initial-events-end":"true"`) {
			return nil
		}
	}
}
