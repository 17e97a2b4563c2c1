package plane

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/process"
)

// The commands with which a test disturbs a running plane.
const (
	Kill    = "kill"    // SIGKILL; returns when the process is gone
	Pause   = "stop"    // SIGSTOP
	Resume  = "cont"    // SIGCONT
	Launch  = "start"   // start it again; returns when it is ready
	Restart = "restart" // end it in order, if it runs, then start it
	Status  = "status"  // one line per component: name, state, process id
)

// ComponentCommands lists the commands that take a component.
func ComponentCommands() []string { return []string{Kill, Pause, Resume, Launch, Restart} }

// portTimeout is how long a port may stay taken after its owner has ended.
const portTimeout = 15 * time.Second

// Execute carries out one command, after those before it, and returns what
// there is to print. What a command takes down is missed by nobody: only the
// end of a component that no command has asked for fails the plane.
func (p *Plane) Execute(command, component string) (string, error) {
	p.commands.Lock()
	defer p.commands.Unlock()
	if p.alive.Err() != nil {
		return "", fmt.Errorf("the plane is ending")
	}
	if command == Status {
		return p.status(), nil
	}
	m, known := p.members[component]
	if !known {
		return "", fmt.Errorf("there is no component %q; choose from %s", component, strings.Join(Components(), ", "))
	}
	switch command {
	case Kill:
		if m.hasEnded() {
			return "", fmt.Errorf("%s is not running", component)
		}
		m.takeDown(func(running *process.Process) {
			running.KillGroup()
			<-running.Done()
		})
		return "", nil
	case Pause:
		return "", m.signal(syscall.SIGSTOP)
	case Resume:
		return "", m.signal(syscall.SIGCONT)
	case Launch:
		if !m.hasEnded() {
			return "", fmt.Errorf("%s is running already; use restart", component)
		}
		return "", p.startAgain(m)
	case Restart:
		m.takeDown(func(running *process.Process) { running.Terminate(stopGrace) })
		return "", p.startAgain(m)
	}
	return "", fmt.Errorf("there is no command %q; choose from %s", command, strings.Join(ComponentCommands(), ", "))
}

// startAgain starts an ended member at its old port.
func (p *Plane) startAgain(m *member) error {
	ctx, cancel := context.WithTimeout(p.alive, portTimeout)
	defer cancel()
	if err := process.WaitPortFree(ctx, p.ports.of(m.component)); err != nil {
		return err
	}
	return p.launch(m)
}

// signal sends SIGSTOP or SIGCONT.
func (m *member) signal(signal syscall.Signal) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if !m.isRunning() {
		return fmt.Errorf("%s is not running", m.component)
	}
	m.paused = signal == syscall.SIGSTOP
	return m.running.Signal(signal)
}

// status describes each component in a line.
func (p *Plane) status() string {
	var lines []string
	for _, component := range Components() {
		m := p.members[component]
		m.mutex.Lock()
		line := component + " down"
		switch {
		case m.isRunning() && m.paused:
			line = fmt.Sprintf("%s stopped %d", component, m.running.PID())
		case m.isRunning():
			line = fmt.Sprintf("%s running %d", component, m.running.PID())
		}
		m.mutex.Unlock()
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
