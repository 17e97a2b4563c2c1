// Package chaos runs operators for a while under faults, ends with quiet, and
// then holds what the API server's audit log shows against what the operators'
// books say: no instant twice, none early, none lost.
//
// run.go is the course of such a run; workload.go what is scheduled, fleet.go
// the operators, disturbance.go what is done to processes, evidence.go and
// verdict.go the reckoning. A soak is a run without faults during which
// samples.go watches memory and descriptors.
package chaos

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/definitions"
	"scheduledjob.dev/operator/tests/controlplane/internal/faultproxy"
	"scheduledjob.dev/operator/tests/controlplane/internal/faults"
	"scheduledjob.dev/operator/tests/controlplane/internal/kubeapi"
	"scheduledjob.dev/operator/tests/controlplane/internal/plane"
	"scheduledjob.dev/operator/tests/controlplane/internal/process"
)

// creators is how many ScheduledJobs are created at a time.
const creators = 8

// Options say what a run is like.
type Options struct {
	Plane     *plane.Plane
	Directory plane.Directory
	Spawner   *process.Spawner
	// Kubectl installs what Definitions, a folder, holds.
	Kubectl, Definitions string
	// Operator is the program under test.
	Operator  string
	Replicas  int
	Schedules int
	// Rate is about how many instants a second all schedules have together.
	Rate float64
	// Length is the time between the start and the quiet.
	Length time.Duration
	// Seed decides on schedules, disturbances and faults.
	Seed uint64
	Mix  faults.Mix
	// Disturbed has operators and the plane's servers killed and frozen.
	Disturbed bool
	// Soak has memory and descriptors watched.
	Soak bool
	// Output is for people.
	Output io.Writer
}

// Run returns nil when everything was as it should be. The report, on the
// output, says what was not.
func Run(ctx context.Context, o Options) error {
	random := rand.New(rand.NewPCG(o.Seed, 1))
	schedules := makeWorkload(random, o.Schedules, o.Rate)
	plan := planDisturbances(random, o.Length, o.Replicas)
	if !o.Disturbed {
		plan = nil
	}
	access, err := o.Directory.Access()
	if err != nil {
		return err
	}
	client, err := kubeapi.NewClient(access.AuthorityPEM, access.Pair)
	if err != nil {
		return err
	}
	c := cluster{client: client, server: access.Server}
	if err := prepare(ctx, o, c); err != nil {
		return err
	}

	dice := faults.NewDice(faults.Mix{}, o.Seed)
	proxy, err := faultproxy.Start(access.Server, access.AuthorityPEM, dice)
	if err != nil {
		return err
	}
	defer proxy.Close()
	operators, err := startOperators(ctx, o, proxy, client)
	if err != nil {
		return err
	}
	stopped := sync.OnceFunc(operators.stop)
	defer stopped()

	end := endOfInstants(time.Now().Add(o.Length))
	if err := createSchedules(ctx, c, schedules, end); err != nil {
		return err
	}
	fmt.Fprintf(o.Output, "seed %d: %d schedules, %.0f instants a second, %d operators; quiet from %s on\n",
		o.Seed, len(schedules), rateOf(schedules), o.Replicas, end.Format("15:04:05"))
	watched := startSampling(ctx, o, operators)
	dice.Use(o.Mix)
	d := &disturber{plane: o.Plane, fleet: operators, counts: map[string]int{}}
	if err := d.carryOut(ctx, plan); err != nil {
		return err
	}
	if err := waitUntil(ctx, end); err != nil {
		return err
	}

	dice.Use(faults.Mix{})
	flat := watched.stop()
	// A Job controller whose status update met an etcd that was being killed may
	// never complete that Job; it is not what is under test.
	restartJobController := func() error {
		_, err := o.Plane.Execute(plane.Restart, plane.ControllerManager)
		return err
	}
	books, err := c.awaitRest(ctx, schedules, end, restartJobController)
	if err != nil {
		return fmt.Errorf("reading the ScheduledJobs in the end: %w", err)
	}
	stopped()
	found, err := readEvidence(o.Directory.AuditLog())
	if err != nil {
		return err
	}
	r := report{verdict: judge(schedules, books, found, end), faults: dice.Counts(), disturbances: d.counts, ends: operators.ends()}
	r.write(o.Output)
	return errors.Join(r.err(), flat)
}

// prepare makes the cluster one in which ScheduledJobs can be created.
func prepare(ctx context.Context, o Options, c cluster) error {
	if err := definitions.Install(ctx, o.Kubectl, o.Directory.Kubeconfig(), o.Definitions); err != nil {
		return err
	}
	return c.create(ctx, "/api/v1/namespaces", object{"metadata": object{"name": namespace}})
}

// startOperators starts the fleet, which reaches the API server through the
// proxy only.
func startOperators(ctx context.Context, o Options, proxy *faultproxy.Proxy, admin *kubeapi.Client) (*fleet, error) {
	kubeconfig, err := proxy.Kubeconfig(ctx, admin)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(string(o.Directory), "operators.kubeconfig")
	if err := os.WriteFile(file, kubeconfig, 0o600); err != nil {
		return nil, err
	}
	return startFleet(o.Spawner, o.Replicas, filepath.Join(string(o.Directory), "logs"), func() *exec.Cmd {
		arguments := []string{"--kubeconfig", file, "--listen", "127.0.0.1:0", "--lease-namespace", "default"}
		if o.Disturbed {
			// Short, so that leaders change often.
			arguments = append(arguments, "--lease-duration", "4s", "--lease-renew-deadline", "3s", "--lease-retry-period", "1s")
		}
		return exec.Command(o.Operator, arguments...)
	}), nil
}

func createSchedules(ctx context.Context, c cluster, schedules []schedule, end time.Time) error {
	return kubeapi.Each(len(schedules), creators, func(i int) error {
		s := schedules[i]
		if err := c.create(ctx, scheduledJobsPath, s.manifest(end)); err != nil {
			return fmt.Errorf("creating the ScheduledJob %s: %w", s.name, err)
		}
		return nil
	})
}

func waitUntil(ctx context.Context, t time.Time) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(time.Until(t)):
		return nil
	}
}
