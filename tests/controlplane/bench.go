package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"

	"scheduledjob.dev/operator/tests/controlplane/internal/bench"
	"scheduledjob.dev/operator/tests/controlplane/internal/plane"
)

// benchPlane has no CronJob controller, which is measured apart from the rest.
func benchPlane() map[string][]string {
	extra := maps.Clone(busyPlane)
	extra[plane.ControllerManager] = append([]string{"--controllers=*,-cronjob-controller"}, busyPlane[plane.ControllerManager]...)
	return extra
}

// measure runs the benchmarks on a plane of their own.
func measure(ctx context.Context, arguments []string) error {
	flags := newFlags("bench --operator PROGRAM [flags]")
	var o bench.Options
	flags.StringVar(&o.Operator, "operator", "", "the `program` to measure, a release build")
	flags.BoolVar(&o.Quick, "quick", false, "the essential rows only, in five minutes")
	results := flags.String("json", "", "also write all figures to this `file`")
	keep := flags.Bool("keep", false, "leave the directory, with all logs")
	if _, err := parse(flags, 0, arguments); err != nil {
		return err
	}
	var err error
	if o.Operator, err = filepath.Abs(o.Operator); err != nil {
		return err
	}
	if _, err := os.Stat(o.Operator); err != nil {
		return fmt.Errorf("the program to measure: %w", err)
	}
	return onOwnPlane(ctx, benchPlane(), *keep, func(ctx context.Context, own ownPlane) error {
		o.Plane, o.Directory, o.Spawner, o.Output = own.plane, own.directory, own.spawner, os.Stderr
		o.Kubectl, o.Definitions, o.ControllerManager = own.programs["kubectl"], own.definitions, own.programs[plane.ControllerManager]
		found, err := bench.Run(ctx, o)
		found.Table.Write(os.Stdout)
		if err != nil || *results == "" {
			return err
		}
		encoded, err := json.MarshalIndent(found, "", "  ")
		if err != nil {
			return err
		}
		return os.WriteFile(*results, append(encoded, '\n'), 0o644)
	})
}
