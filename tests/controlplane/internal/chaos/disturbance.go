package chaos

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/plane"
)

// A disturbance is something done to a process at a time since the start.
type disturbance struct {
	at        time.Duration
	what      string
	replica   int           // of operators
	component string        // of the plane
	duration  time.Duration // of a freeze
}

// What is done; the words are those of the report.
const (
	killOperator   = "operator killed (SIGKILL)"
	freezeOperator = "operator frozen (SIGSTOP, SIGCONT)"
	restartServer  = "API server restarted"
	killServer     = "API server killed and started"
	restartEtcd    = "etcd restarted"
	killEtcd       = "etcd killed and started"
)

// disturbances lists all kinds in the order of the report.
func disturbances() []string {
	return []string{killOperator, freezeOperator, restartServer, killServer, restartEtcd, killEtcd}
}

// Each kind comes once in so long; in a shorter run, once all the same.
var periods = map[string]time.Duration{
	killOperator: 20 * time.Second, freezeOperator: 15 * time.Second,
	restartServer: 2 * time.Minute, killServer: 3 * time.Minute,
	restartEtcd: 3 * time.Minute, killEtcd: 4 * time.Minute,
}

// longestFreeze is longer than a lease lasts, so that a frozen leader wakes up
// beside another.
const longestFreeze = 12 * time.Second

// planDisturbances spreads disturbances at random over a run.
func planDisturbances(random *rand.Rand, length time.Duration, replicas int) []disturbance {
	var plan []disturbance
	for _, what := range disturbances() {
		for range max(1, int(length/periods[what])) {
			d := disturbance{at: time.Duration(random.Float64() * float64(length)), what: what}
			switch what {
			case killOperator:
				d.replica = random.IntN(replicas)
			case freezeOperator:
				d.replica = random.IntN(replicas)
				d.duration = time.Second + time.Duration(random.Float64()*float64(longestFreeze-time.Second))
			case restartServer, killServer:
				d.component = plane.APIServer
			case restartEtcd, killEtcd:
				d.component = plane.Etcd
			}
			plan = append(plan, d)
		}
	}
	slices.SortStableFunc(plan, func(a, b disturbance) int { return cmp.Compare(a.at, b.at) })
	return plan
}

// A disturber carries a plan out and counts what it has done.
type disturber struct {
	plane  *plane.Plane
	fleet  *fleet
	mutex  sync.Mutex
	counts map[string]int
}

// carryOut returns when the whole plan is carried out and everything that it
// took down is up again, or when ctx ends.
func (d *disturber) carryOut(ctx context.Context, plan []disturbance) error {
	started := time.Now()
	failures := make(chan error, len(plan))
	var underWay sync.WaitGroup
	for _, each := range plan {
		select {
		case <-ctx.Done():
		case <-time.After(each.at - time.Since(started)):
			underWay.Add(1)
			go func() {
				defer underWay.Done()
				if err := d.do(each); err != nil {
					failures <- fmt.Errorf("%s: %w", each.what, err)
				}
			}()
		}
	}
	underWay.Wait()
	close(failures)
	return <-failures
}

// do carries one disturbance out. Commands to the plane queue up there.
func (d *disturber) do(each disturbance) error {
	done := true
	var err error
	switch each.what {
	case killOperator:
		done = d.fleet.replicas[each.replica].kill()
	case freezeOperator:
		done = d.fleet.replicas[each.replica].freeze(each.duration)
	case restartServer, restartEtcd:
		_, err = d.plane.Execute(plane.Restart, each.component)
	case killServer, killEtcd:
		if _, err = d.plane.Execute(plane.Kill, each.component); err == nil {
			_, err = d.plane.Execute(plane.Launch, each.component)
		}
	}
	if done && err == nil {
		d.mutex.Lock()
		defer d.mutex.Unlock()
		d.counts[each.what]++
	}
	return err
}
