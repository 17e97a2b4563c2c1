package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// timeout leaves room for machines that compile at the same time.
const timeout = 2 * time.Minute

// A testPlane is a `run up` under test, or something that starts one.
type testPlane struct {
	t         *testing.T
	command   *exec.Cmd
	temporary string            // its $TMPDIR, where it must leave nothing
	values    map[string]string // what it has printed before READY
	ended     chan struct{}     // closed at its end
	stderr    bytes.Buffer      // valid after that
}

// needPlanes skips a test where planes are not wanted, and builds the programs.
func needPlanes(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts control planes")
	}
	if output, err := exec.Command("./run", "build").CombinedOutput(); err != nil {
		t.Fatalf("building the programs: %v\n%s", err, output)
	}
}

// begin starts a command that is, or starts, a plane; the caller waits for more.
func begin(t *testing.T, program string, arguments ...string) (*testPlane, io.Reader) {
	t.Helper()
	p := &testPlane{t: t, values: map[string]string{}, ended: make(chan struct{})}
	var err error
	// Not t.TempDir, whose paths are too long for a socket.
	if p.temporary, err = os.MkdirTemp("", "cp"); err != nil {
		t.Fatal(err)
	}
	p.command = exec.Command(program, arguments...)
	p.command.Env = append(os.Environ(), "TMPDIR="+p.temporary)
	p.command.Stderr = &p.stderr
	// What the command leaves running must not keep the test from going on.
	p.command.WaitDelay = 5 * time.Second
	output, input := io.Pipe()
	p.command.Stdout = input
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.command.Wait()
		input.Close()
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.command.Process.Signal(syscall.SIGTERM)
		<-p.ended
		os.RemoveAll(p.temporary)
	})
	return p, output
}

// readUntilReady reads the lines that `up` prints and leaves the rest unread.
func (p *testPlane) readUntilReady(output io.Reader) {
	p.t.Helper()
	ready := make(chan bool, 1)
	go func() {
		lines := bufio.NewScanner(output)
		for lines.Scan() {
			if lines.Text() == "READY" {
				ready <- true
				io.Copy(io.Discard, output)
				return
			}
			name, value, _ := strings.Cut(lines.Text(), "=")
			p.values[name] = value
		}
		ready <- false
	}()
	select {
	case ok := <-ready:
		if !ok {
			<-p.ended
			p.t.Fatalf("the plane ended instead of getting ready:\n%s", p.stderr.String())
		}
	case <-time.After(timeout):
		p.t.Fatal("the plane did not get ready")
	}
}

// startPlane returns when a new plane is ready.
func startPlane(t *testing.T, flags ...string) *testPlane {
	t.Helper()
	p, output := begin(t, "./run", append([]string{"up"}, flags...)...)
	p.readUntilReady(output)
	return p
}

// order executes a command such as kill, which has to succeed.
func (p *testPlane) order(command string, operands ...string) string {
	p.t.Helper()
	arguments := append(append([]string{command}, operands...), "--dir", p.values["DIR"])
	output, err := exec.Command("./run", arguments...).CombinedOutput()
	if err != nil {
		p.t.Fatalf("run %v: %v\n%s", arguments, err, output)
	}
	return string(output)
}

// processes are the ids of the components' processes, by component.
func (p *testPlane) processes() map[string]int {
	p.t.Helper()
	ids := map[string]int{}
	for line := range strings.Lines(p.order("status")) {
		fields := strings.Fields(line)
		if len(fields) == 3 {
			ids[fields[0]], _ = strconv.Atoi(fields[2])
		}
	}
	return ids
}

// kubectl runs kubectl against the plane and returns its output.
func (p *testPlane) kubectl(arguments ...string) string {
	p.t.Helper()
	return p.kubectlWithInput("", arguments...)
}

func (p *testPlane) kubectlWithInput(input string, arguments ...string) string {
	p.t.Helper()
	program, err := exec.Command("./run", "path", "kubectl").Output()
	if err != nil {
		p.t.Fatal(err)
	}
	command := exec.Command(strings.TrimSpace(string(program)), arguments...)
	command.Env = append(os.Environ(), "KUBECONFIG="+p.values["KUBECONFIG"])
	command.Stdin = strings.NewReader(input)
	output, err := command.CombinedOutput()
	if err != nil {
		p.t.Fatalf("kubectl %v: %v\n%s", arguments, err, output)
	}
	return string(output)
}

// job creates a Job of one pod with these annotations, each "name: value".
func (p *testPlane) job(name string, annotations ...string) {
	p.t.Helper()
	p.kubectlWithInput(`
apiVersion: batch/v1
kind: Job
metadata: {name: `+name+`}
spec:
  backoffLimit: 0
  template:
    metadata:
      annotations: {`+strings.Join(annotations, ", ")+`}
    spec:
      restartPolicy: Never
      containers: [{name: main, image: none.invalid/none}]
`, "create", "-f", "-")
}

// wait waits for a condition of an object.
func (p *testPlane) wait(object, condition string) {
	p.t.Helper()
	p.kubectl("wait", object, "--for=condition="+condition, "--timeout=60s")
}

// eventually polls until the condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("not within 20 s: %s", what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// expectNothingLeft waits for the plane's processes and files to be gone.
func (p *testPlane) expectNothingLeft(processes map[string]int) {
	p.t.Helper()
	for component, id := range processes {
		eventually(p.t, component+" is gone", func() bool { return syscall.Kill(id, 0) != nil })
	}
	eventually(p.t, "the directory is gone", func() bool {
		entries, err := os.ReadDir(p.temporary)
		return err == nil && len(entries) == 0
	})
}
