package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/chaos"
	"scheduledjob.dev/operator/tests/controlplane/internal/faults"
	"scheduledjob.dev/operator/tests/controlplane/internal/plane"
	"scheduledjob.dev/operator/tests/controlplane/internal/process"
)

// busyPlane are the flags with which the plane's own clients keep up with many
// Jobs a second; their defaults would end four.
var busyPlane = map[string][]string{
	plane.ControllerManager: {"--kube-api-qps=2000", "--kube-api-burst=4000", "--concurrent-job-syncs=20", "--concurrent-gc-syncs=40"},
}

// parseChaosFlags reads the flags of chaos and soak, which differ in what they
// do unless told otherwise.
func parseChaosFlags(command, mixName string, arguments []string) (o chaos.Options, keep bool, err error) {
	flags := newFlags(command + " --operator PROGRAM [flags]")
	flags.StringVar(&o.Operator, "operator", "", "the `program` under test")
	flags.IntVar(&o.Replicas, "replicas", 3, "`number` of operators")
	flags.IntVar(&o.Schedules, "schedules", 500, "`number` of ScheduledJobs")
	flags.Float64Var(&o.Rate, "rate", 25, "about how many instants a `second` all of them have together")
	flags.DurationVar(&o.Length, "for", 30*time.Minute, "`time` until the quiet, such as 60s or 30m")
	mix := flags.String("mix", mixName, "which faults: one of "+strings.Join(faults.MixNames(), ", "))
	seed := seedFlag(flags)
	flags.BoolVar(&keep, "keep", false, "leave the directory, with all logs, also when all is well")
	if _, err = parse(flags, 0, arguments); err != nil {
		return o, keep, err
	}
	if o.Operator == "" || o.Replicas < 1 || o.Schedules < 1 || o.Rate <= 0 || o.Length <= 0 {
		return o, keep, fmt.Errorf("numbers and times have to be positive, and --operator has to be given; see run %s --help", command)
	}
	if o.Operator, err = filepath.Abs(o.Operator); err != nil {
		return o, keep, err
	}
	if _, err = os.Stat(o.Operator); err != nil {
		return o, keep, fmt.Errorf("the program under test: %w", err)
	}
	o.Mix, err = faults.Named(*mix)
	o.Seed = seedOrFresh(*seed)
	return o, keep, err
}

// chaosRun runs operators on a plane of their own under faults.
func chaosRun(ctx context.Context, arguments []string) error {
	o, keep, err := parseChaosFlags("chaos", "wild", arguments)
	if err != nil {
		return err
	}
	o.Disturbed = true
	return onOwnPlane(ctx, o, keep)
}

// soak runs operators on a plane of their own without faults, and watches what
// they hold.
func soak(ctx context.Context, arguments []string) error {
	o, keep, err := parseChaosFlags("soak", "none", arguments)
	if err != nil {
		return err
	}
	o.Soak = true
	return onOwnPlane(ctx, o, keep)
}

// onOwnPlane starts a plane and runs on it. What is left of a run that found
// something is kept, since that is what explains it.
func onOwnPlane(ctx context.Context, o chaos.Options, keep bool) (err error) {
	o.Spawner, o.Output = process.NewSpawner(), os.Stdout
	store, err := openStore(ctx)
	if err != nil {
		return err
	}
	if err := store.Ensure(ctx, o.Spawner, os.Stderr, "kubectl"); err != nil {
		return err
	}
	if o.Kubectl, err = store.Path("kubectl"); err != nil {
		return err
	}
	o.Definitions = filepath.Join(os.Getenv("CONTROLPLANE_SOURCE"), "..", "..", "crds")
	options, err := programs(ctx, o.Spawner)
	if err != nil {
		return err
	}
	if options.Directory, err = makeDirectory(""); err != nil {
		return err
	}
	o.Directory = options.Directory
	defer func() {
		if err == nil && !keep {
			os.RemoveAll(string(o.Directory))
			return
		}
		fmt.Fprintf(os.Stderr, "controlplane: audit.log and logs/operator-*.log are in %s\n", o.Directory)
	}()
	options.Nodes, options.EtcdFsync, options.ExtraArguments = 2, true, busyPlane
	options.Messages, options.Spawner = os.Stderr, o.Spawner
	if o.Plane, err = plane.Start(ctx, options); err != nil {
		return fmt.Errorf("the plane did not start: %w", err)
	}
	defer o.Plane.Stop()
	// A component that ends by itself ends the run.
	running, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	go func() { fail(o.Plane.Wait()) }()
	err = chaos.Run(running, o)
	if cause := context.Cause(running); cause != nil && !errors.Is(cause, context.Canceled) {
		err = cause
	}
	return err
}
