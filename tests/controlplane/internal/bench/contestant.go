package bench

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/accounts"
	"scheduledjob.dev/operator/tests/controlplane/internal/credentials"
	"scheduledjob.dev/operator/tests/controlplane/internal/process"
)

const (
	// accountsNamespace is where the service accounts of all contestants are. It is
	// not kube-system, whose accounts have a priority of their own.
	accountsNamespace = "default"
	// readyPatience is how long a program may take to start: a busy API server needs a
	// minute to send 100,000 objects.
	readyPatience = 5 * time.Minute
	readyInterval = 20 * time.Millisecond
	// stopGrace is what a program may take to end when asked to.
	stopGrace = 30 * time.Second
)

// A contestant is a program that creates Jobs on a schedule.
type contestant struct {
	// name is its column in the table, slug the same for files and accounts.
	name, slug string
	kind       kind
	user       string // as the audit log has it
	// command makes the command line of one process, whose health is asked for at
	// this port.
	command func(kubeconfig string, port int) *exec.Cmd
	health  func(port int) string
	// kubeconfig leads to the API server as user.
	kubeconfig string
}

// operatorFlags are those of the chart, with its default values.
func operatorFlags(kubeconfig, lease string, port int) []string {
	return []string{
		"--kubeconfig=" + kubeconfig, "--listen=127.0.0.1:" + strconv.Itoa(port), "--log-format=json", "--log-level=info",
		"--lease-name=" + lease, "--lease-namespace=" + accountsNamespace,
		"--lease-duration=15s", "--lease-renew-deadline=10s", "--lease-retry-period=2s",
	}
}

// newOperator is this project's.
func (b *bench) newOperator(ctx context.Context, name, slug, program string) (*contestant, error) {
	c := &contestant{
		name: name,
		slug: slug,
		kind: scheduledJob,
		command: func(kubeconfig string, port int) *exec.Cmd {
			return exec.Command(program, operatorFlags(kubeconfig, "bench-"+slug, port)...)
		},
		health: func(port int) string { return fmt.Sprintf("http://127.0.0.1:%d/readyz", port) },
	}
	return c, b.admit(ctx, c)
}

// newCronJobController is the controller manager with that controller alone, so
// that what it costs can be told from what others cost.
func (b *bench) newCronJobController(ctx context.Context, name, slug string, flags ...string) (*contestant, error) {
	c := &contestant{
		name: name,
		slug: slug,
		kind: cronJob,
		command: func(kubeconfig string, port int) *exec.Cmd {
			return exec.Command(b.o.ControllerManager, append([]string{
				"--kubeconfig=" + kubeconfig, "--controllers=cronjob-controller",
				"--bind-address=127.0.0.1", "--secure-port=" + strconv.Itoa(port), "--cert-dir=" + filepath.Join(string(b.o.Directory), slug),
				"--leader-elect=false",
			}, flags...)...)
		},
		health: func(port int) string { return fmt.Sprintf("https://127.0.0.1:%d/healthz", port) },
	}
	return c, b.admit(ctx, c)
}

// admit gives a contestant its account.
func (b *bench) admit(ctx context.Context, c *contestant) error {
	token, err := accounts.Make(ctx, b.admin, b.cluster.server, accountsNamespace, "bench-"+c.slug)
	if err != nil {
		return err
	}
	c.user = accounts.UserName(accountsNamespace, "bench-"+c.slug)
	c.kubeconfig = filepath.Join(string(b.o.Directory), "bench-"+c.slug+".kubeconfig")
	return os.WriteFile(c.kubeconfig, credentials.TokenKubeconfig(b.cluster.server, b.authorityPEM, c.slug, token), 0o600)
}

// A running contestant is one process of it.
type running struct {
	*contestant
	process *process.Process
	started time.Time
}

// begin starts a process of a contestant and returns when it says that it is
// ready.
func (b *bench) begin(ctx context.Context, c *contestant) (*running, error) {
	ports, err := process.FreePorts(1)
	if err != nil {
		return nil, err
	}
	logFile := filepath.Join(string(b.o.Directory), "logs", "bench-"+c.slug+".log")
	log, err := os.OpenFile(logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own
	command := c.command(c.kubeconfig, ports[0])
	command.Stdout, command.Stderr = log, log
	started := time.Now()
	child, err := b.o.Spawner.Start(command)
	if err != nil {
		return nil, fmt.Errorf("starting the %s: %w", c.name, err)
	}
	r := &running{contestant: c, process: child, started: started}
	if err := awaitHealth(ctx, child, c.health(ports[0])); err != nil {
		r.end()
		return nil, fmt.Errorf("starting the %s: %w; the end of its log:\n%s", c.name, err, process.LogTail(logFile, 20))
	}
	return r, nil
}

// end asks the process to end and returns when it has.
func (r *running) end() { r.process.Terminate(stopGrace) }

func (r *running) hasEnded() bool {
	select {
	case <-r.process.Done():
		return true
	default:
		return false
	}
}

// spent is what the process has used of processors so far.
func (r *running) spent() (time.Duration, error) { return process.ProcessorTime(r.process.PID()) }

// awaitHealth returns when a local program answers 200.
func awaitHealth(ctx context.Context, child *process.Process, url string) error {
	// The program has made its certificate itself, a moment ago.
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}
	for deadline := time.Now().Add(readyPatience); time.Now().Before(deadline); {
		if answer, err := client.Get(url); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-child.Done():
			return fmt.Errorf("it ended (%v)", child.Err())
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(readyInterval):
		}
	}
	return fmt.Errorf("not ready after %v", readyPatience)
}
