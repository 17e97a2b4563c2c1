package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/chaos"
	"scheduledjob.dev/operator/tests/controlplane/internal/faults"
)

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
	return runChaos(ctx, o, keep)
}

// soak runs operators on a plane of their own without faults, and watches what
// they hold.
func soak(ctx context.Context, arguments []string) error {
	o, keep, err := parseChaosFlags("soak", "none", arguments)
	if err != nil {
		return err
	}
	o.Soak = true
	return runChaos(ctx, o, keep)
}

func runChaos(ctx context.Context, o chaos.Options, keep bool) error {
	return onOwnPlane(ctx, busyPlane, keep, func(ctx context.Context, own ownPlane) error {
		o.Plane, o.Directory, o.Spawner = own.plane, own.directory, own.spawner
		o.Kubectl, o.Definitions, o.Output = own.programs["kubectl"], own.definitions, os.Stdout
		return chaos.Run(ctx, o)
	})
}
