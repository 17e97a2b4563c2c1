package docs

import (
	"os"
	"sync"
	"testing"

	"scheduledjob.dev/operator/tests/plane"
)

// cluster is the control plane of all tests, started by the first that needs it, without the resource definition.
var cluster = sync.OnceValues(func() (*plane.Plane, error) {
	started, err := plane.Start("--etcd-fsync=false")
	if err == nil {
		stop = started.Stop
	}
	return started, err
})

var stop = func() {}

func TestMain(m *testing.M) {
	code := m.Run()
	stop()
	os.Exit(code)
}

func needCluster(t *testing.T) *plane.Plane {
	t.Helper()
	started, err := cluster()
	if err != nil {
		t.Fatal(err)
	}
	return started
}
