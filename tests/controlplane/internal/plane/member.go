package plane

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/process"
)

const (
	// readyTimeout is long enough for a machine that is busy compiling.
	readyTimeout  = 90 * time.Second
	readyInterval = 25 * time.Millisecond
	// shownLogLines is how much of a log goes with a message about its writer.
	shownLogLines = 25
)

// A member is one component of a plane, running or not.
type member struct {
	component string

	mutex   sync.Mutex
	running *process.Process // nil before the first start
	paused  bool             // stopped by SIGSTOP
	// down means that the member is not relied on: not ready yet, or taken down
	// by command. Only the end of a member that is not down is a failure.
	down bool
}

// hasEnded tells whether the member has no process at present.
func (m *member) hasEnded() bool {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return !m.isRunning()
}

// isRunning needs the mutex.
func (m *member) isRunning() bool {
	if m.running == nil {
		return false
	}
	select {
	case <-m.running.Done():
		return false
	default:
		return true
	}
}

// takeDown ends the member's process, if there is one, in the given way.
func (m *member) takeDown(end func(*process.Process)) {
	m.mutex.Lock()
	running, ended := m.running, !m.isRunning()
	m.down, m.paused = true, false
	m.mutex.Unlock()
	if !ended {
		end(running)
	}
}

// launch starts a member that is down and returns when it is ready. A member
// that ends before that gives an error and is down still.
func (p *Plane) launch(m *member) error {
	running, err := p.spawn(m)
	if err != nil {
		return fmt.Errorf("starting %s: %w", m.component, err)
	}
	m.mutex.Lock()
	m.running, m.paused = running, false
	m.mutex.Unlock()
	if err := p.waitReady(m, running); err != nil {
		return err
	}

	m.mutex.Lock()
	m.down = false
	m.mutex.Unlock()
	go p.watch(m, running)
	return nil
}

// spawn starts the member's process, writing to the end of the member's log.
func (p *Plane) spawn(m *member) (*process.Process, error) {
	list, err := arguments(m.component, p.options, p.ports)
	if err != nil {
		return nil, err
	}
	directory := p.options.Directory
	log, err := os.OpenFile(directory.log(m.component), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own
	command := exec.Command(p.options.Programs[m.component], list...)
	command.Dir = string(directory)
	// Nothing of the user's own set-up may reach the plane, such as ~/.kwok or a
	// proxy for HTTP.
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + string(directory), "KWOK_WORKDIR=" + directory.path("kwok")}
	command.Stdout, command.Stderr = log, log
	return p.options.Spawner.Start(command)
}

// watch fails the plane when the process ends while the plane relies on it.
func (p *Plane) watch(m *member, running *process.Process) {
	<-running.Done()
	m.mutex.Lock()
	expected := m.down || m.running != running
	m.mutex.Unlock()
	if !expected {
		p.fail(p.endError(m, running))
	}
}

// waitReady returns when the member says that it is ready.
func (p *Plane) waitReady(m *member, running *process.Process) error {
	ctx, cancel := context.WithTimeout(p.alive, readyTimeout)
	defer cancel()
	var last error
	for {
		if last = p.client.Do(ctx, http.MethodGet, p.ports.healthURL(m.component), nil, nil); last == nil {
			return nil
		}
		select {
		case <-running.Done():
			return p.endError(m, running)
		case <-p.alive.Done():
			return context.Cause(p.alive)
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready after %v (%w); the end of its log:\n%s", m.component, readyTimeout, last, p.logTail(m))
		case <-time.After(readyInterval):
		}
	}
}

// endError says how a member ended, with the end of its log.
func (p *Plane) endError(m *member, running *process.Process) error {
	how := "exit status 0"
	if running.Err() != nil {
		how = running.Err().Error()
	}
	tail := p.logTail(m)
	err := fmt.Errorf("%s ended unexpectedly (%s); the end of its log:\n%s", m.component, how, tail)
	if bytes.Contains([]byte(tail), []byte("address already in use")) {
		return fmt.Errorf("%w: %w", errPortTaken, err)
	}
	return err
}

func (p *Plane) logTail(m *member) string {
	return process.LogTail(p.options.Directory.log(m.component), shownLogLines)
}
