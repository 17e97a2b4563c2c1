package chaos

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/process"
)

const (
	// restartPause is how long a replica that has ended stays away.
	restartPause = time.Second
	// drainTime is what a replica may take to end when asked to.
	drainTime = 40 * time.Second
)

// A fleet is the replicas of one operator. One that ends, for whatever reason, is
// started again, as Kubernetes would.
type fleet struct {
	spawner  *process.Spawner
	replicas []*replica
	stopping chan struct{} // closed when nothing is to be started any more
	tending  sync.WaitGroup
}

// A replica is one place in the fleet, with the process that fills it.
type replica struct {
	command func() *exec.Cmd
	logFile string

	mutex   sync.Mutex
	running *process.Process // nil while there is none
	killed  bool             // by kill, and not yet seen to have ended
	ends    map[string]int   // how its processes have ended, and how often
}

// startFleet starts so many replicas of the program, which write their logs into
// the folder.
func startFleet(spawner *process.Spawner, replicas int, folder string, command func() *exec.Cmd) *fleet {
	f := &fleet{spawner: spawner, stopping: make(chan struct{})}
	for i := range replicas {
		r := &replica{
			command: command,
			logFile: filepath.Join(folder, fmt.Sprintf("operator-%d.log", i+1)),
			ends:    map[string]int{},
		}
		f.replicas = append(f.replicas, r)
		f.tending.Add(1)
		go f.tend(r)
	}
	return f
}

// tend keeps a replica running until the fleet stops.
func (f *fleet) tend(r *replica) {
	defer f.tending.Done()
	for {
		if running, err := r.start(f.spawner); err != nil {
			r.note("not started: " + err.Error())
		} else {
			<-running.Done()
			r.ended(running)
		}
		select {
		case <-f.stopping:
			return
		case <-time.After(restartPause):
		}
	}
}

func (r *replica) start(spawner *process.Spawner) (*process.Process, error) {
	log, err := os.OpenFile(r.logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own
	command := r.command()
	command.Stdout, command.Stderr = log, log
	r.mutex.Lock()
	defer r.mutex.Unlock()
	running, err := spawner.Start(command)
	r.running, r.killed = running, false
	return running, err
}

// ended notes how a process has ended.
func (r *replica) ended(running *process.Process) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	how := describeEnd(running.Err())
	if r.killed {
		how = endKilled
	}
	r.running, r.killed = nil, false
	r.ends[how]++
}

func (r *replica) note(end string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.ends[end]++
}

// kill ends the process without warning; false when there is none.
func (r *replica) kill() bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.running == nil {
		return false
	}
	r.killed = true
	r.running.KillGroup()
	return true
}

// freeze stops the process for so long; false when there is none.
func (r *replica) freeze(duration time.Duration) bool {
	r.mutex.Lock()
	running := r.running
	r.mutex.Unlock()
	if running == nil || running.Signal(syscall.SIGSTOP) != nil {
		return false
	}
	time.Sleep(duration)
	running.Signal(syscall.SIGCONT)
	return true
}

// pid is the id of the replica's process, 0 while there is none.
func (r *replica) pid() int {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.running == nil {
		return 0
	}
	return r.running.PID()
}

// stop asks all replicas to end, and returns when they have.
func (f *fleet) stop() {
	close(f.stopping)
	for _, r := range f.replicas {
		r.mutex.Lock()
		running := r.running
		r.mutex.Unlock()
		if running != nil {
			f.tending.Add(1)
			go func() {
				defer f.tending.Done()
				running.Terminate(drainTime)
			}()
		}
	}
	f.tending.Wait()
}

// ends adds up how processes of the fleet have ended.
func (f *fleet) ends() map[string]int {
	sum := map[string]int{}
	for _, r := range f.replicas {
		r.mutex.Lock()
		for how, times := range r.ends {
			sum[how] += times
		}
		r.mutex.Unlock()
	}
	return sum
}

// How a process may end and be right.
const (
	endKilled  = "killed by this test"
	endAsked   = "exit code 0 (asked to)"
	endNoStart = "exit code 1 (could not start)"
	endNoLead  = "exit code 3 (leadership lost)"
	endStuck   = "exit code 4 (stuck)"
)

// describeEnd words the end of a process that nobody has killed.
func describeEnd(err error) string {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return endAsked
	case !errors.As(err, &exit):
		return err.Error()
	}
	switch exit.ExitCode() {
	case 1:
		return endNoStart
	case 3:
		return endNoLead
	case 4:
		return endStuck
	}
	return exit.Error()
}

// isWrong tells whether no process may end like this, whatever happens to it.
func isWrong(end string) bool {
	return end != endKilled && end != endAsked && end != endNoStart && end != endNoLead && end != endStuck
}
