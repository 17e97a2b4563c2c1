package gitops

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	root     = "../.."
	tool     = root + "/tests/controlplane/run"
	crdFile  = root + "/crds/scheduledjobs.scheduledjob.dev.yaml"
	patience = 180 * time.Second // leaves room for machines that compile at the same time
)

// A cluster is a control plane with the resource definition in it.
type cluster struct {
	kubectlPath string
	kubeconfig  string
	end         func()
}

// shared is the one plane of all tests, started by the first that needs it.
var shared = sync.OnceValues(startCluster)

func TestMain(m *testing.M) {
	code := m.Run()
	if started != nil {
		started.end()
	}
	os.Exit(code)
}

var started *cluster

// needCluster returns the plane, or skips the test where none is wanted.
func needCluster(t *testing.T) *cluster {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a control plane")
	}
	c, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func startCluster() (*cluster, error) {
	path, err := exec.Command(tool, "path", "kubectl").Output()
	if err != nil {
		return nil, fmt.Errorf("building kubectl: %w", err)
	}
	plane := exec.Command(tool, "up", "--watch-parent", "--etcd-fsync=false")
	plane.Stderr = os.Stderr
	output, err := plane.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := plane.Start(); err != nil {
		return nil, err
	}
	c := &cluster{kubectlPath: strings.TrimSpace(string(path)), end: func() {
		plane.Process.Signal(syscall.SIGTERM)
		plane.Wait()
	}}
	started = c
	lines := bufio.NewScanner(output)
	for lines.Scan() && lines.Text() != "READY" {
		if value, found := strings.CutPrefix(lines.Text(), "KUBECONFIG="); found {
			c.kubeconfig = value
		}
	}
	if lines.Text() != "READY" {
		return nil, errors.New("the control plane did not get ready")
	}
	go io.Copy(io.Discard, output)
	if _, err := c.try("", "apply", "-f", crdFile); err != nil {
		return nil, err
	}
	// Waiting for its condition fails while it has none at all.
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		if _, err = c.try("", "get", "schj"); err == nil || time.Now().After(deadline) {
			return c, err
		}
	}
}

// try runs kubectl with a standard input; the error has what it wrote to stderr.
func (c *cluster) try(input string, arguments ...string) (string, error) {
	command := exec.Command(c.kubectlPath, arguments...)
	command.Env = append(os.Environ(), "KUBECONFIG="+c.kubeconfig)
	command.Stdin = strings.NewReader(input)
	var problems strings.Builder
	command.Stderr = &problems
	output, err := command.Output()
	if err != nil {
		err = fmt.Errorf("kubectl %s: %w\n%s", strings.Join(arguments, " "), err, problems.String())
	}
	return string(output), err
}

// kubectl has to succeed.
func (c *cluster) kubectl(t *testing.T, input string, arguments ...string) string {
	t.Helper()
	output, err := c.try(input, arguments...)
	if err != nil {
		t.Fatal(err)
	}
	return output
}

// namespace makes one for a test.
func (c *cluster) namespace(t *testing.T, name string) string {
	t.Helper()
	c.kubectl(t, "", "create", "namespace", name)
	t.Cleanup(func() { c.try("", "delete", "namespace", name, "--wait=false") })
	return name
}

// list returns all objects of a kind, by name.
func (c *cluster) list(t *testing.T, kind, namespace string) map[string]object {
	t.Helper()
	return byName(t, c.kubectl(t, "", "get", kind, "-n", namespace, "-o", "json", "--show-managed-fields"))
}

// get returns one object.
func (c *cluster) get(t *testing.T, kind, namespace, name string) object {
	t.Helper()
	return decode[object](t, c.kubectl(t, "", "get", kind, name, "-n", namespace, "-o", "json", "--show-managed-fields"))
}

func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var value T
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return value
}

func byName(t *testing.T, list string) map[string]object {
	t.Helper()
	objects := map[string]object{}
	for _, each := range decode[struct{ Items []object }](t, list).Items {
		objects[each.text("metadata", "name")] = each
	}
	return objects
}

// eventually polls until the condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}
