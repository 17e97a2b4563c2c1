// Package process runs child processes that never outlive this program, and
// cleans up behind it even when it is killed.
package process

import (
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// A Spawner starts children that the kernel kills when this program ends, even
// by SIGKILL.
//
// The kernel ties that promise (PR_SET_PDEATHSIG) to the thread that forked, not
// to the process, and Go ends threads as it pleases. So one goroutine keeps one
// thread for itself, and every child is started from it.
type Spawner struct {
	starts chan func()
}

// NewSpawner starts the spawner's thread, which lasts as long as the program.
func NewSpawner() *Spawner {
	s := &Spawner{starts: make(chan func())}
	go func() {
		runtime.LockOSThread()
		for start := range s.starts {
			start()
		}
	}()
	return s
}

// Start starts the command in a process group of its own, so that a Ctrl-C in
// the terminal reaches this program alone, which then stops its children in
// order.
func (s *Spawner) Start(command *exec.Cmd) (*Process, error) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	s.starts <- func() { started <- command.Start() }
	if err := <-started; err != nil {
		return nil, err
	}
	p := &Process{command: command, done: make(chan struct{})}
	go func() {
		p.err = command.Wait()
		close(p.done)
	}()
	return p, nil
}

// A Process is a running or ended child. Its methods may be called from any
// goroutine and do nothing once it has ended.
type Process struct {
	command *exec.Cmd
	done    chan struct{}
	err     error
}

// PID is the process id; it stays the same after the end.
func (p *Process) PID() int { return p.command.Process.Pid }

// Done is closed when the process has ended and has been waited for.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err is how the process ended, nil for exit code 0; valid after Done.
func (p *Process) Err() error { return p.err }

// Signal sends a signal to the process alone. An error means that it has ended.
func (p *Process) Signal(signal syscall.Signal) error {
	return p.command.Process.Signal(signal)
}

// KillGroup kills the process and whatever it started.
func (p *Process) KillGroup() {
	select {
	case <-p.done: // its id may already belong to somebody else
	default:
		syscall.Kill(-p.PID(), syscall.SIGKILL)
	}
}

// Terminate asks the process to end, kills it when it has not ended after the
// grace period, and returns when it is gone. A stopped process is continued,
// since it could not hear the request otherwise.
func (p *Process) Terminate(grace time.Duration) {
	p.Signal(syscall.SIGTERM)
	p.Signal(syscall.SIGCONT)
	select {
	case <-p.done:
	case <-time.After(grace):
		p.KillGroup()
		<-p.done
	}
}
