package gitops

import (
	"encoding/json"
	"os"
	"sync"
	"testing"

	"scheduledjob.dev/operator/tests/plane"
)

const (
	root    = "../.."
	crdFile = root + "/crds/scheduledjobs.scheduledjob.dev.yaml"
)

// A cluster is a control plane with the resource definition in it.
type cluster struct{ *plane.Plane }

// shared is the one plane of all tests, started by the first that needs it.
var shared = sync.OnceValues(startCluster)

func TestMain(m *testing.M) {
	code := m.Run()
	if started != nil {
		started.Stop()
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
	p, err := plane.Start("--etcd-fsync=false")
	if err != nil {
		return nil, err
	}
	started = &cluster{p}
	return started, p.InstallDefinitions()
}

// kubectl has to succeed.
func (c *cluster) kubectl(t *testing.T, input string, arguments ...string) string {
	t.Helper()
	output, err := c.Kubectl(input, arguments...)
	if err != nil {
		t.Fatal(err)
	}
	return output
}

// namespace makes one for a test.
func (c *cluster) namespace(t *testing.T, name string) string {
	t.Helper()
	c.kubectl(t, "", "create", "namespace", name)
	t.Cleanup(func() { c.Kubectl("", "delete", "namespace", name, "--wait=false") })
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
	plane.Eventually(t, what, holds)
}
