package process

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test's own program be the janitor.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == JanitorCommand {
		if RunJanitor(os.Args[2]) != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func start(t *testing.T, script string) *Process {
	t.Helper()
	p, err := NewSpawner().Start(exec.Command("sh", "-c", script))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.KillGroup)
	return p
}

func TestTerminateEndsEvenAProcessThatIsFrozenOrDeaf(t *testing.T) {
	frozen := start(t, "sleep 60")
	frozen.Signal(syscall.SIGSTOP)
	deaf := start(t, "trap '' TERM; while :; do sleep 0.1; done")
	time.Sleep(100 * time.Millisecond) // for the trap to be set
	for name, p := range map[string]*Process{"frozen": frozen, "deaf": deaf} {
		started := time.Now()
		p.Terminate(500 * time.Millisecond)
		if p.Err() == nil || time.Since(started) > 5*time.Second {
			t.Errorf("%s: ended with %v after %v", name, p.Err(), time.Since(started))
		}
	}
}

func TestKillGroupEndsGrandchildren(t *testing.T) {
	file := filepath.Join(t.TempDir(), "id")
	p := start(t, "sleep 60 & echo $! > "+file+"; wait")
	var id int
	for deadline := time.Now().Add(5 * time.Second); id == 0 && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		content, _ := os.ReadFile(file)
		fmt.Sscan(string(content), &id)
	}
	p.KillGroup()
	<-p.Done()
	// Nobody may be there to collect the grandchild, so dead is enough.
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", id))
		if err != nil || strings.Contains(string(state), ") Z ") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the grandchild lives: %s", state)
		}
	}
}

func TestTheJanitorRemovesTheDirectory(t *testing.T) {
	directory := filepath.Join(t.TempDir(), "plane")
	if err := os.MkdirAll(filepath.Join(directory, "logs"), 0o700); err != nil {
		t.Fatal(err)
	}
	janitor, err := StartJanitor(directory)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(directory); err != nil {
		t.Fatalf("the janitor did not wait: %v", err)
	}
	if err := janitor.Finish(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(directory); !os.IsNotExist(err) {
		t.Errorf("the directory is still there: %v", err)
	}
}

func TestFreePortsDifferAndAvoidClients(t *testing.T) {
	ports, err := FreePorts(6)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(ports)
	if len(slices.Compact(ports)) != 6 {
		t.Errorf("not six different ports: %v", ports)
	}
}

func TestWaitPortFreeWaitsForTheOwner(t *testing.T) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := WaitPortFree(ctx, port); err == nil {
		t.Error("a port that is taken was said to be free")
	}
	time.AfterFunc(50*time.Millisecond, func() { listener.Close() })
	if err := WaitPortFree(context.Background(), port); err != nil {
		t.Error(err)
	}
}

func TestLogTailShowsTheLastLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte("one\ntwo\nthree\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if tail := LogTail(path, 2); tail != "    two\n    three\n" {
		t.Errorf("tail %q", tail)
	}
	if tail := LogTail(path+"-missing", 2); !strings.Contains(tail, "no log") {
		t.Errorf("tail of no file %q", tail)
	}
}
