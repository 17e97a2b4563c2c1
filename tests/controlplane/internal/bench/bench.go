// Package bench measures this project's operator beside the CronJob controller
// and a loader that does nothing but create Jobs, all on one control plane, and
// takes the figures from the API server's audit log.
//
// bench.go is the course of a run. contestant.go and loader.go are who is
// measured, objects.go what they are given; single.go, burst.go, … are a question
// each. recorder.go, creates.go and calls.go read the audit log, rows.go and
// report.go present what was found.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/accounts"
	"scheduledjob.dev/operator/tests/controlplane/internal/definitions"
	"scheduledjob.dev/operator/tests/controlplane/internal/kubeapi"
	"scheduledjob.dev/operator/tests/controlplane/internal/plane"
	"scheduledjob.dev/operator/tests/controlplane/internal/process"
)

// Options say what is measured.
type Options struct {
	Plane     *plane.Plane
	Directory plane.Directory
	Spawner   *process.Spawner
	// Kubectl installs what Definitions, a folder, holds.
	Kubectl, Definitions string
	// Operator is this project's program, ControllerManager Kubernetes'.
	Operator, ControllerManager string
	// WithoutLibrary is the operator with the least that can take the place of its HTTP
	// library; empty when that is not asked about.
	WithoutLibrary string
	// Kubernetes is the version of everything that comes from there.
	Kubernetes string
	// Quick asks the essential questions only.
	Quick bool
	// Sections are those of a full run that are wanted.
	Sections []string
	// Output is for people, as the run goes on.
	Output io.Writer
}

// A bench is one run.
type bench struct {
	o            Options
	admin        *kubeapi.Client
	cluster      cluster
	authorityPEM []byte
	log          recorder
	loader       *loader
	result       Result
	grown        map[string]int // how many schedules of a kind there are
}

// Run measures.
func Run(ctx context.Context, o Options) (Result, error) {
	b := &bench{o: o, log: recorder{file: o.Directory.AuditLog()}, grown: map[string]int{}}
	b.result.Started = time.Now().UTC().Truncate(time.Second)
	b.result.Machine, b.result.Kubernetes = thisMachine(), o.Kubernetes
	if err := b.prepare(ctx); err != nil {
		return b.result, err
	}
	ask := b.full
	if o.Quick {
		ask = b.quick
	}
	err := ask(ctx)
	b.result.Took = time.Since(b.result.Started).Round(time.Second).String()
	return b.result, err
}

// prepare makes the cluster one in which everything can be created.
func (b *bench) prepare(ctx context.Context) error {
	access, err := b.o.Directory.Access()
	if err != nil {
		return err
	}
	b.authorityPEM = access.AuthorityPEM
	if b.admin, err = kubeapi.NewClient(access.AuthorityPEM, access.Pair); err != nil {
		return err
	}
	token, err := accounts.Make(ctx, b.admin, access.Server, accountsNamespace, "bench-user")
	if err != nil {
		return err
	}
	client, err := kubeapi.NewTokenClient(access.AuthorityPEM, token, creators)
	if err != nil {
		return err
	}
	b.cluster = cluster{client: client, server: access.Server}
	if err := definitions.Install(ctx, b.o.Kubectl, b.o.Directory.Kubeconfig(), b.o.Definitions); err != nil {
		return err
	}
	b.loader, err = b.newLoader(ctx)
	return err
}

// quick asks the essential questions. The CronJob controller has an answer only at whole
// minutes: between two of them the operator is measured, and no longer than fits in.
func (b *bench) quick(ctx context.Context) error {
	// As many as the CronJob controller creates in twenty seconds.
	const burst = 200
	if err := b.measureC(ctx, burst); err != nil {
		return err
	}
	controller, err := b.newCronJobController(ctx, peer, "cronjob-controller")
	if err != nil {
		return err
	}
	operator, err := b.newOperator(ctx, ours, "operator", b.o.Operator)
	if err != nil {
		return err
	}
	if err := b.latenessInTurns(ctx, 1, 20, operator); err != nil {
		return err
	}
	if err := b.with(ctx, controller, func(r *running) error { return b.lateness(ctx, r, 1) }); err != nil {
		return err
	}
	if err := b.with(ctx, operator, func(r *running) error {
		if err := b.spreadBurst(ctx, r, burst, 1); err != nil {
			return err
		}
		return b.wholeRuns(ctx, r, 100, shortRuns)
	}); err != nil {
		return err
	}
	return b.with(ctx, controller, func(r *running) error {
		if err := b.wholeRuns(ctx, r, 50, shortRuns); err != nil {
			return err
		}
		return b.spreadBurst(ctx, r, burst, 1)
	})
}

// Sections are the parts of a full run, in their order; those that leave most
// behind come last.
func Sections() []string {
	return []string{"lateness", "runs", "bursts", "library", "peers", "failover", "storm", "catch-up", "crowd", "growth", "scale"}
}

// full asks all questions of the sections that are wanted.
func (b *bench) full(ctx context.Context) error {
	if err := b.measureC(ctx, 1000); err != nil {
		return err
	}
	operator, err := b.newOperator(ctx, ours, "operator", b.o.Operator)
	if err != nil {
		return err
	}
	controller, err := b.newCronJobController(ctx, peer, "cronjob-controller")
	if err != nil {
		return err
	}
	fast, err := b.newCronJobController(ctx, tuned, "cronjob-controller-tuned",
		"--concurrent-cron-job-syncs=50", "--kube-api-qps=1000", "--kube-api-burst=1000")
	if err != nil {
		return err
	}
	operators := []*contestant{operator}
	if b.o.WithoutLibrary != "" {
		withoutLibrary, err := b.newOperator(ctx, plain, "plain", b.o.WithoutLibrary)
		if err != nil {
			return err
		}
		operators = append(operators, withoutLibrary)
	}
	sections := map[string]func() error{
		"lateness": func() error { return b.latenessInTurns(ctx, 3, 80, operators...) },
		"runs":     func() error { return b.runs(ctx, controller, fast, operators...) },
		"bursts":   func() error { return b.bursts(ctx, 3, operator) },
		"library":  func() error { return b.bursts(ctx, 1, operators[1:]...) },
		"peers":    func() error { return b.peers(ctx, fast, controller) },
		"crowd":    func() error { return b.crowd(ctx, operator) },
		"failover": func() error { return b.failovers(ctx, operator, 6) },
		"storm":    func() error { return b.storms(ctx, operator, 10_000, 3) },
		"catch-up": func() error { return b.catchUp(ctx, operator, 1000) },
		"growth":   func() error { return b.growth(ctx, []int{1_000, 10_000}, operator, controller) },
		"scale":    func() error { return b.growth(ctx, []int{100_000}, operator) },
	}
	var failures []error
	for _, section := range Sections() {
		if !slices.Contains(b.o.Sections, section) || ctx.Err() != nil {
			continue
		}
		// The others do not need it.
		if err := sections[section](); err != nil {
			b.say("section %s: %v", section, err)
			failures = append(failures, fmt.Errorf("section %s: %w", section, err))
		}
	}
	return errors.Join(failures...)
}

// runs asks what a run costs.
func (b *bench) runs(ctx context.Context, controller, fast *contestant, operators ...*contestant) error {
	const turns = 3
	if err := b.wholeRunsInTurns(ctx, turns, 1000, shortRuns, slices.Concat(operators, []*contestant{fast})...); err != nil {
		return err
	}
	if err := b.wholeRunsInTurns(ctx, turns, 100, longRuns, operators...); err != nil {
		return err
	}
	return b.wholeRunsInTurns(ctx, 1, 50, shortRuns, controller)
}

// bursts asks operators what concerns many runs at once, each so many times.
func (b *bench) bursts(ctx context.Context, times int, operators ...*contestant) error {
	for _, c := range operators {
		err := b.with(ctx, c, func(r *running) error {
			if err := b.spreadBurst(ctx, r, 1000, times); err != nil {
				return err
			}
			return b.spreadBurst(ctx, r, 5000, times)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// peers asks CronJob controllers the same, as far as they can be asked.
func (b *bench) peers(ctx context.Context, controllers ...*contestant) error {
	for _, c := range controllers {
		err := b.with(ctx, c, func(r *running) error {
			if err := b.lateness(ctx, r, 3); err != nil {
				return err
			}
			return b.spreadBurst(ctx, r, 1000, 1)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// crowd compares bursts in many namespaces and in one that is full of Jobs.
func (b *bench) crowd(ctx context.Context, operator *contestant) error {
	return b.with(ctx, operator, func(r *running) error {
		return b.crowdedBurst(ctx, r, 5000, 10_000)
	})
}

// growth measures contestants at several sizes. It takes the API server half an hour
// to be given 100,000 objects with their statuses.
func (b *bench) growth(ctx context.Context, sizes []int, contestants ...*contestant) error {
	for _, c := range contestants {
		for _, size := range sizes {
			if err := b.grow(ctx, c.kind, size); err != nil {
				return err
			}
			if err := b.scale(ctx, c, size); err != nil {
				return err
			}
		}
	}
	return nil
}

// with runs a contestant while it is measured.
func (b *bench) with(ctx context.Context, c *contestant, measure func(*running) error) error {
	r, err := b.begin(ctx, c)
	if err != nil {
		return err
	}
	defer r.end()
	if err := measure(r); err != nil {
		return fmt.Errorf("measuring the %s: %w", c.name, err)
	}
	return nil
}

// measureC finds how many requests in flight the API server likes best.
func (b *bench) measureC(ctx context.Context, jobs int) error {
	b.say("loader: %d Jobs with each of %v requests in flight", jobs, inFlight)
	rates, err := b.loader.climb(ctx, jobs)
	if err != nil {
		return err
	}
	for _, width := range inFlight {
		b.result.Ladder = append(b.result.Ladder, Rung{width, rates[width]})
		b.say("loader: %d in flight: %.0f Jobs/s", width, rates[width])
	}
	return nil
}

// say tells a person how the run goes on.
func (b *bench) say(format string, arguments ...any) {
	fmt.Fprintf(b.o.Output, "%s  %s\n", time.Now().UTC().Format("15:04:05"), fmt.Sprintf(format, arguments...))
}

// tidy removes what was measured where more is to follow for which it would be in
// the way.
func (b *bench) tidy(ctx context.Context, k kind, namespaces []string) error {
	if b.o.Quick {
		return nil
	}
	return b.cluster.sweep(ctx, k, namespaces)
}

// names are so many names with a common beginning.
func names(beginning string, count int) []string {
	var list []string
	for i := range count {
		list = append(list, fmt.Sprintf("%s-%d", beginning, i))
	}
	return list
}
