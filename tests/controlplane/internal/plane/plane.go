// Package plane runs a Kubernetes control plane on this machine: etcd, API
// server, controller manager and scheduler as they are released, and kwok in
// place of nodes and kubelets. It lives in one directory and listens on
// 127.0.0.1 only.
package plane

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/kubeapi"
	"scheduledjob.dev/operator/tests/controlplane/internal/process"
)

const (
	// startAttempts is how often a plane is tried with new ports before the
	// machine is taken to be out of them.
	startAttempts = 4
	// stopGrace is how long a component may take to end by itself. Nothing it
	// still writes is kept, so waiting longer gains nothing.
	stopGrace = 2 * time.Second
)

// Options say how a plane is run.
type Options struct {
	// Directory has to be empty, as Prepare leaves it.
	Directory Directory
	// Programs are the paths of the components' programs, by component.
	Programs map[string]string
	// NodeStages are kwok's stage files for nodes; those for pods are built in.
	NodeStages []string
	// Nodes is how many nodes there are.
	Nodes int
	// FeatureGates go to every Kubernetes server: "X=true,Y=false".
	FeatureGates string
	// ExtraArguments are appended to a component's command line.
	ExtraArguments map[string][]string
	// EtcdFsync makes etcd wait for the disk, as it does in a real cluster.
	EtcdFsync bool
	// Messages are for people.
	Messages io.Writer
	// Spawner starts the components.
	Spawner *process.Spawner
}

// A Plane is a running control plane. Its methods may be called from any
// goroutine.
type Plane struct {
	options Options
	ports   ports
	client  *kubeapi.Client
	members map[string]*member

	// alive ends when the caller wants no plane any more, or with the cause when
	// a component ends that nobody told to.
	alive context.Context
	fail  context.CancelCauseFunc

	// commands lets one command at a time change members.
	commands sync.Mutex
}

// errPortTaken is why a start is worth another attempt.
var errPortTaken = errors.New("a port was taken by another program meanwhile")

// Start starts a plane and returns once a Job has run to its end on it. When it
// fails nothing of the plane is running. The plane lasts until Stop is called;
// the end of ctx is reported by Wait.
func Start(ctx context.Context, options Options) (*Plane, error) {
	for attempt := 1; ; attempt++ {
		p, err := startOnce(ctx, options)
		if err == nil {
			return p, nil
		}
		if !errors.Is(err, errPortTaken) || attempt == startAttempts {
			return nil, err
		}
		fmt.Fprintln(options.Messages, "controlplane: a port was taken meanwhile; starting again with others")
		if err := options.Directory.clear(); err != nil {
			return nil, err
		}
	}
}

func startOnce(ctx context.Context, options Options) (*Plane, error) {
	free, err := process.FreePorts(numberOfPorts)
	if err != nil {
		return nil, err
	}
	p := &Plane{options: options, ports: newPorts(free), members: map[string]*member{}}
	authority, admin, err := options.Directory.write(p.APIServerURL())
	if err != nil {
		return nil, fmt.Errorf("writing the plane's files: %w", err)
	}
	if p.client, err = kubeapi.NewClient(authority, admin); err != nil {
		return nil, err
	}
	for _, component := range Components() {
		p.members[component] = &member{component: component, down: true}
	}
	p.alive, p.fail = context.WithCancelCause(ctx)
	if err := p.startAll(); err != nil {
		p.Stop()
		return nil, err
	}
	return p, nil
}

// startAll starts what storage and API consist of, then, once these answer, all
// that would only wait for them.
func (p *Plane) startAll() error {
	p.commands.Lock()
	defer p.commands.Unlock()
	if err := p.startTogether(Etcd, APIServer); err != nil {
		return err
	}
	if err := p.grantControllerManager(); err != nil {
		return err
	}
	if err := p.createNodes(); err != nil {
		return err
	}
	if err := p.startTogether(ControllerManager, Scheduler, Kwok); err != nil {
		return err
	}
	return p.checkJobRuns()
}

// startTogether starts components at once and returns when all are ready, or
// with the first error.
func (p *Plane) startTogether(components ...string) error {
	results := make(chan error, len(components))
	for _, component := range components {
		go func() { results <- p.launch(p.members[component]) }()
	}
	for range components {
		if err := <-results; err != nil {
			return err
		}
	}
	return nil
}

// APIServerURL is where the API server listens.
func (p *Plane) APIServerURL() string { return localURL(p.ports.apiServer) }

// Wait returns when the plane should end: with nil because the caller's context
// ended, or with an error because a component did.
func (p *Plane) Wait() error {
	<-p.alive.Done()
	if cause := context.Cause(p.alive); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// Stop ends all components, those first that depend on others, and returns when
// they are gone.
func (p *Plane) Stop() {
	// First of all, so that a command or a start under way gives up.
	p.fail(context.Canceled)
	p.commands.Lock()
	defer p.commands.Unlock()
	for _, component := range slices.Backward(Components()) {
		p.members[component].takeDown(func(running *process.Process) { running.Terminate(stopGrace) })
	}
}
