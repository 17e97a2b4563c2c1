package live

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"scheduledjob.dev/operator/tests/chart/internal/chart"
)

func operatorBinary() string {
	if path := os.Getenv("OPERATOR_BINARY"); path != "" {
		return path
	}
	return filepath.Join(chart.Root, "build", "release", "operator", "scheduledjob-operator")
}

// An operator is one process, as a pod of a Deployment would run it: with the arguments of its container and a token of its
// ServiceAccount.
type operator struct {
	process *exec.Cmd
	ended   chan struct{}

	mutex sync.Mutex
	text  bytes.Buffer
}

func (o *operator) Write(text []byte) (int, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.text.Write(text)
}

func (o *operator) log() string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.text.String()
}

// credentials writes a kubeconfig for a ServiceAccount, which finds the API server at an address.
func credentials(t *testing.T, namespace, account, server string) string {
	t.Helper()
	token := strings.TrimSpace(do(t, "", "create", "token", account, "--namespace", namespace))
	path := filepath.Join(t.TempDir(), "kubeconfig")
	text := fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: c
clusters: [{name: c, cluster: {server: %q, certificate-authority-data: %s}}]
users: [{name: u, user: {token: %s}}]
contexts: [{name: c, context: {cluster: c, user: u, namespace: %s}}]
`, server, plane.authority, token, namespace)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// start runs the operator of a Deployment, with more arguments, which win.
func start(t *testing.T, deployment chart.Object, server string, more ...string) *operator {
	t.Helper()
	pod := "spec.template.spec."
	kubeconfig := credentials(t, deployment.Namespace(), deployment.Text(pod+"serviceAccountName"), server)
	arguments := []string{"--kubeconfig", kubeconfig, "--listen", "127.0.0.1:0"}
	replaced := func(argument string) bool {
		name, _, _ := strings.Cut(argument, "=")
		return name == "--listen" || strings.Contains(strings.Join(more, " "), name+"=")
	}
	for _, argument := range deployment.Texts(pod + "containers.0.args") {
		if !replaced(argument) {
			arguments = append(arguments, argument)
		}
	}
	o := &operator{process: exec.Command(operatorBinary(), append(arguments, more...)...), ended: make(chan struct{})}
	o.process.Stderr = o
	if err := o.process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		o.process.Wait()
		close(o.ended)
	}()
	t.Cleanup(func() {
		o.process.Process.Kill()
		<-o.ended
		if t.Failed() {
			t.Logf("an operator's log:\n%s", o.log())
		}
	})
	return o
}

// awaitLine waits for a line in the log.
func (o *operator) awaitLine(t *testing.T, line string) {
	t.Helper()
	eventually(t, "the operator says: "+line, func() bool {
		select {
		case <-o.ended:
			if !strings.Contains(o.log(), line) {
				t.Fatalf("the operator ended before it said: %s", line)
			}
		default:
		}
		return strings.Contains(o.log(), line)
	})
}

func (o *operator) awaitLeading(t *testing.T) {
	t.Helper()
	o.awaitLine(t, "Schedules are in force")
}

// stop asks for the end, and waits for it.
func (o *operator) stop(t *testing.T) {
	t.Helper()
	if err := o.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := o.awaitEnd(t); code != 0 {
		t.Fatalf("asked to stop, the operator ends with exit code %d", code)
	}
}

// awaitEnd waits for the end and returns the exit code.
func (o *operator) awaitEnd(t *testing.T) int {
	t.Helper()
	select {
	case <-o.ended:
	case <-time.After(60 * time.Second):
		t.Fatal("the operator does not end")
	}
	return o.process.ProcessState.ExitCode()
}

var address = regexp.MustCompile(`127\.0\.0\.1:[1-9][0-9]*`)

// listensAt is the address of its health and metrics, once it has said so.
func (o *operator) listensAt(t *testing.T) string {
	t.Helper()
	var found string
	eventually(t, "the operator says where it listens", func() bool {
		for line := range strings.Lines(o.log()) {
			if strings.Contains(line, "etrics") {
				found = address.FindString(line)
			}
		}
		return found != ""
	})
	return found
}
