package binaries

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"scheduledjob.dev/operator/tests/controlplane/internal/process"
)

// newTestStore is a store whose etcd is a program of one line.
func newTestStore(t *testing.T, program string) *Store {
	t.Helper()
	source := t.TempDir()
	writeFile(t, filepath.Join(source, "cluster", "go.mod"), "module cluster\n\ngo 1.26.0\n")
	writeFile(t, filepath.Join(source, "cluster", "etcd", "main.go"), program)
	s, err := Open(context.Background(), source, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestCallersAtOnceBuildOnce(t *testing.T) {
	s := newTestStore(t, "package main\n\nfunc main() {}\n")
	spawner := process.NewSpawner()
	var mutex sync.Mutex
	var all bytes.Buffer
	var callers sync.WaitGroup
	for range 4 {
		callers.Go(func() {
			var progress bytes.Buffer
			err := s.Ensure(context.Background(), spawner, &progress, "etcd")
			mutex.Lock()
			defer mutex.Unlock()
			if err != nil {
				t.Error(err)
			}
			all.Write(progress.Bytes())
		})
	}
	callers.Wait()
	if n := strings.Count(all.String(), "[1/1] etcd: built"); n != 1 {
		t.Errorf("built %d times:\n%s", n, all.String())
	}
	program, _ := s.Path("etcd")
	if _, err := os.Stat(program); err != nil {
		t.Error(err)
	}
}

func TestAFailedBuildSaysWhyAndLeavesNothing(t *testing.T) {
	s := newTestStore(t, "package main\n\nfunc main() { undefined() }\n")
	err := s.Ensure(context.Background(), process.NewSpawner(), &bytes.Buffer{}, "etcd")
	if err == nil || !strings.Contains(err.Error(), "undefined: undefined") {
		t.Errorf("error %v does not hold what the compiler said", err)
	}
	program, _ := s.Path("etcd")
	if left, _ := filepath.Glob(filepath.Dir(program) + "/*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAnInterruptedBuildEnds(t *testing.T) {
	s := newTestStore(t, "package main\n\nfunc main() {}\n")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := s.Ensure(ctx, process.NewSpawner(), &bytes.Buffer{}, "etcd")
	if err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("error %v, want that it was interrupted", err)
	}
}

func TestTheFolderDependsOnSources(t *testing.T) {
	s := newTestStore(t, "package main\n\nfunc main() {}\n")
	before, err := s.Path("etcd")
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(s.source, "cluster", "go.mod"), "module cluster\n\ngo 1.26.1\n")
	after, err := s.Path("etcd")
	if err != nil {
		t.Fatal(err)
	}
	if before == after {
		t.Error("other sources have the same place in the cache")
	}
}

func TestAnUnknownToolIsNamed(t *testing.T) {
	s := newTestStore(t, "package main\n")
	err := s.Ensure(context.Background(), process.NewSpawner(), &bytes.Buffer{}, "kubelet")
	if err == nil || !strings.Contains(err.Error(), `"kubelet"`) {
		t.Errorf("error %v does not name the tool", err)
	}
}

func TestLinkedVersionsAreThePinnedOnes(t *testing.T) {
	for module, wanted := range map[string]string{
		"cluster": "k8s.io/kubernetes " + KubernetesVersion,
		"extras":  "helm.sh/helm/v4 " + HelmVersion,
	} {
		content, err := os.ReadFile(filepath.Join("..", "..", module, "go.mod"))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(content), "\t"+wanted) {
			t.Errorf("%s/go.mod does not require %s", module, wanted)
		}
	}
}
