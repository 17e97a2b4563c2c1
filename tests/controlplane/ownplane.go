package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"scheduledjob.dev/operator/tests/controlplane/internal/plane"
	"scheduledjob.dev/operator/tests/controlplane/internal/process"
)

// busyPlane are the flags with which the plane's own clients keep up with many
// Jobs a second; their defaults would end four.
var busyPlane = map[string][]string{
	plane.ControllerManager: {"--kube-api-qps=2000", "--kube-api-burst=4000", "--concurrent-job-syncs=20", "--concurrent-gc-syncs=40"},
}

// An ownPlane is a plane that is started for one command, with what the command
// needs to work on it.
type ownPlane struct {
	plane     *plane.Plane
	directory plane.Directory
	programs  map[string]string // by component, and kubectl's
	// definitions is the folder of custom resource definitions.
	definitions string
	spawner     *process.Spawner
}

// onOwnPlane starts a plane with these extra arguments by component, and runs on
// it. What is left of a run that failed is kept, since that is what explains it.
func onOwnPlane(ctx context.Context, extra map[string][]string, keep bool, run func(context.Context, ownPlane) error) (err error) {
	const kubectl = "kubectl"
	own := ownPlane{spawner: process.NewSpawner()}
	store, err := openStore(ctx)
	if err != nil {
		return err
	}
	if err := store.Ensure(ctx, own.spawner, os.Stderr, kubectl); err != nil {
		return err
	}
	options, err := programs(ctx, own.spawner)
	if err != nil {
		return err
	}
	own.programs = options.Programs
	if own.programs[kubectl], err = store.Path(kubectl); err != nil {
		return err
	}
	own.definitions = filepath.Join(os.Getenv("CONTROLPLANE_SOURCE"), "..", "..", "crds")
	if own.directory, err = makeDirectory(""); err != nil {
		return err
	}
	defer func() {
		if err == nil && !keep {
			os.RemoveAll(string(own.directory))
			return
		}
		fmt.Fprintf(os.Stderr, "controlplane: audit.log and logs/operator-*.log are in %s\n", own.directory)
	}()
	options.Directory, options.Nodes, options.EtcdFsync, options.ExtraArguments = own.directory, 2, true, extra
	options.Messages, options.Spawner = os.Stderr, own.spawner
	if own.plane, err = plane.Start(ctx, options); err != nil {
		return fmt.Errorf("the plane did not start: %w", err)
	}
	defer own.plane.Stop()
	// A component that ends by itself ends the run.
	running, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	go func() { fail(own.plane.Wait()) }()
	err = run(running, own)
	if cause := context.Cause(running); cause != nil && !errors.Is(cause, context.Canceled) {
		err = cause
	}
	return err
}
