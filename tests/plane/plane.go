// Package plane gives tests a control plane of tests/controlplane, and kubectl to talk to it.
package plane

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Patience leaves room for machines that compile at the same time.
const Patience = 180 * time.Second

// Root is the top folder of this repository.
var Root = func() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}()

var tool = filepath.Join(Root, "tests", "controlplane", "run")

// A Plane is a running control plane. It ends with the process that started it, at the latest.
type Plane struct {
	Kubeconfig string
	Server     string // https://127.0.0.1:PORT
	AuditLog   string
	KubectlBin string
	process    *exec.Cmd
}

// Start starts one and returns when it is ready. The arguments are further ones of `tests/controlplane/run up`.
func Start(arguments ...string) (*Plane, error) {
	kubectl, err := Tool("kubectl")
	if err != nil {
		return nil, err
	}
	p := &Plane{KubectlBin: kubectl, process: exec.Command(tool, append([]string{"up", "--watch-parent"}, arguments...)...)}
	p.process.Stderr = os.Stderr
	output, err := p.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.process.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), "=")
		switch name {
		case "KUBECONFIG":
			p.Kubeconfig = value
		case "API_SERVER":
			p.Server = value
		case "AUDIT_LOG":
			p.AuditLog = value
		case "READY":
			go io.Copy(io.Discard, output)
			return p, nil
		}
	}
	p.Stop()
	return nil, errors.New("the control plane did not get ready")
}

// Stop ends it and waits for that.
func (p *Plane) Stop() {
	p.process.Process.Signal(syscall.SIGTERM)
	p.process.Wait()
}

// Kubectl runs kubectl with a standard input and returns what it printed. The error has what it wrote to standard error.
func (p *Plane) Kubectl(input string, arguments ...string) (string, error) {
	command := exec.Command(p.KubectlBin, arguments...)
	command.Env = append(os.Environ(), "KUBECONFIG="+p.Kubeconfig)
	command.Stdin = strings.NewReader(input)
	var problems strings.Builder
	command.Stderr = &problems
	output, err := command.Output()
	if err != nil {
		err = fmt.Errorf("kubectl %s: %w\n%s", strings.Join(arguments, " "), err, problems.String())
	}
	return string(output), err
}

// InstallDefinitions applies crds/ and returns when the resource is served.
func (p *Plane) InstallDefinitions() error {
	if _, err := p.Kubectl("", "apply", "--server-side", "--force-conflicts", "-f", filepath.Join(Root, "crds")); err != nil {
		return err
	}
	// Waiting for its condition fails while it has none at all.
	for deadline := time.Now().Add(Patience); ; time.Sleep(50 * time.Millisecond) {
		if _, err := p.Kubectl("", "get", "schj"); err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// Tool returns the path of a pinned program, built if need be.
func Tool(name string) (string, error) {
	var complaints strings.Builder
	command := exec.Command(tool, "path", name)
	command.Stderr = &complaints
	output, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("building %s: %w\n%s", name, err, complaints.String())
	}
	return strings.TrimSpace(string(output)), nil
}

// Eventually polls until the condition holds.
func Eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(Patience); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", Patience, what)
		}
	}
}
