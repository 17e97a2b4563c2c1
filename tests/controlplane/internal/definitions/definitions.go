// Package definitions installs custom resource definitions on a plane.
package definitions

import (
	"context"
	"fmt"
	"os/exec"
	"time"
)

const (
	// patience is how long it may take until there is a condition to wait for.
	patience = 60 * time.Second
	interval = 200 * time.Millisecond
)

// Install applies what a folder holds and returns once ScheduledJobs can be
// created. kubectl is the program's path.
func Install(ctx context.Context, kubectl, kubeconfig, folder string) error {
	run := func(arguments ...string) error {
		arguments = append([]string{"--kubeconfig", kubeconfig}, arguments...)
		output, err := exec.CommandContext(ctx, kubectl, arguments...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("kubectl %v: %w\n%s", arguments, err, output)
		}
		return nil
	}
	if err := run("apply", "-f", folder); err != nil {
		return err
	}
	// kubectl wait takes a definition that has no condition yet for an error.
	for deadline := time.Now().Add(patience); ; {
		err := run("wait", "--for=condition=Established", "crd/scheduledjobs.scheduledjob.dev", "--timeout=30s")
		if err == nil || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(interval):
		}
	}
}
