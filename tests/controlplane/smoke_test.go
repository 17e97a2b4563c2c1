package main

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/plane"
)

func TestJobsRunWhicheverComponentIsRestarted(t *testing.T) {
	needPlanes(t)
	p := startPlane(t)
	for _, component := range plane.Components() {
		p.order("kill", component)
		if _, running := p.processes()[component]; running {
			t.Errorf("%s is still running after kill", component)
		}
		p.order("start", component)
		p.job("after-" + component)
		p.wait("job/after-"+component, "Complete")
	}
	p.order("restart", plane.APIServer)
	p.job("after-restart")
	p.wait("job/after-restart", "Complete")

	processes := p.processes()
	p.command.Process.Signal(syscall.SIGINT)
	<-p.ended
	if code := p.command.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit code %d after Ctrl-C:\n%s", code, p.stderr.String())
	}
	p.expectNothingLeft(processes)
}

func TestAFrozenSchedulerSchedulesNothingUntilItGoesOn(t *testing.T) {
	needPlanes(t)
	p := startPlane(t)
	p.order("stop", plane.Scheduler)
	p.job("held")
	time.Sleep(2 * time.Second)
	if node := p.kubectl("get", "pods", "-l", "job-name=held", "-o", "jsonpath={.items[0].spec.nodeName}"); node != "" {
		t.Errorf("the pod was bound to %s by a frozen scheduler", node)
	}
	p.order("cont", plane.Scheduler)
	p.wait("job/held", "Complete")

	// A frozen process cannot hear a request to end; ending must not wait for it.
	p.order("stop", plane.APIServer)
	processes := p.processes()
	p.command.Process.Signal(syscall.SIGTERM)
	<-p.ended
	p.expectNothingLeft(processes)
}

func TestAnnotationsDecideHowAPodFares(t *testing.T) {
	needPlanes(t)
	p := startPlane(t)
	p.job("failing", `kwok.scheduledjob.dev/outcome: Failed`, `kwok.scheduledjob.dev/exit-code: "42"`)
	p.job("endless", `kwok.scheduledjob.dev/run-for: 24h`, `kwok.scheduledjob.dev/terminate-after: 3s`)
	p.job("waiting", `kwok.scheduledjob.dev/start-after: 24h`)
	started := time.Now()
	p.job("slow", `kwok.scheduledjob.dev/run-for: 5s`)

	p.wait("job/failing", "Failed")
	const exitCode = "jsonpath={.items[0].status.containerStatuses[0].state.terminated.exitCode}"
	if code := p.kubectl("get", "pods", "-l", "job-name=failing", "-o", exitCode); code != "42" {
		t.Errorf("exit code %q, want 42", code)
	}
	phase := func(job string) string {
		return p.kubectl("get", "pods", "-l", "job-name="+job, "-o", "jsonpath={.items[0].status.phase}")
	}
	eventually(t, "the slow pod runs", func() bool { return phase("slow") == "Running" })
	p.wait("job/slow", "Complete")
	if took := time.Since(started); took < 5*time.Second {
		t.Errorf("a pod told to run for 5 s has ended after %v", took)
	}
	if phase("endless") != "Running" || phase("waiting") != "Pending" {
		t.Errorf("the endless pod is %s and the waiting one %s", phase("endless"), phase("waiting"))
	}
	started = time.Now()
	p.kubectl("delete", "job", "endless", "--cascade=foreground")
	if took := time.Since(started); took < 2*time.Second {
		t.Errorf("a pod told to take 3 s for its end took %v", took)
	}
}

func TestTheAuditLogHasAnEntryWhenTheAnswerArrives(t *testing.T) {
	needPlanes(t)
	p := startPlane(t)
	p.job("audited")
	content, err := os.ReadFile(p.values["AUDIT_LOG"])
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		if strings.Contains(line, `"verb":"create"`) && strings.Contains(line, `"name":"audited"`) {
			if !strings.Contains(line, `"requestReceivedTimestamp"`) {
				t.Errorf("an entry without the time of the request: %s", line)
			}
			return
		}
	}
	t.Errorf("no entry for the Job that was created:\n%s", content)
}

func TestAKilledPlaneLeavesNothing(t *testing.T) {
	needPlanes(t)
	p := startPlane(t)
	processes := p.processes()
	p.command.Process.Kill()
	<-p.ended
	p.expectNothingLeft(processes)
}

func TestAPlaneEndsWithItsParent(t *testing.T) {
	needPlanes(t)
	p, output := begin(t, "sh", "-c", "./run up --watch-parent & wait")
	p.readUntilReady(output)
	processes := p.processes()
	p.command.Process.Kill()
	p.expectNothingLeft(processes)
}

func TestAnInterruptedStartLeavesNothing(t *testing.T) {
	needPlanes(t)
	for _, after := range []time.Duration{100, 500, 1500, 3000} {
		p, _ := begin(t, "./run", "up")
		time.Sleep(after * time.Millisecond)
		p.command.Process.Signal(syscall.SIGINT)
		select {
		case <-p.ended:
		case <-time.After(time.Minute):
			t.Fatalf("interrupted after %d ms, the plane goes on", after)
		}
		p.expectNothingLeft(nil)
	}
}

func TestAComponentThatEndsByItselfEndsThePlaneLoudly(t *testing.T) {
	needPlanes(t)
	p := startPlane(t)
	processes := p.processes()
	syscall.Kill(processes[plane.Scheduler], syscall.SIGKILL)
	<-p.ended
	if code := p.command.ProcessState.ExitCode(); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	if !strings.Contains(p.stderr.String(), "kube-scheduler ended unexpectedly") {
		t.Errorf("stderr does not say what happened:\n%s", p.stderr.String())
	}
	p.expectNothingLeft(processes)
}

func TestPlanesRunSideBySide(t *testing.T) {
	needPlanes(t)
	for _, name := range []string{"one", "other"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPlane(t)
			p.job("side-by-side")
			p.wait("job/side-by-side", "Complete")
		})
	}
}

func TestAStartThatCannotSucceedSaysWhyAndLeavesNothing(t *testing.T) {
	needPlanes(t)
	p, _ := begin(t, "./run", "up", "--scheduler-arg=--no-such-flag")
	<-p.ended
	if code := p.command.ProcessState.ExitCode(); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	if !strings.Contains(p.stderr.String(), "unknown flag: --no-such-flag") {
		t.Errorf("stderr does not say why:\n%s", p.stderr.String())
	}
	p.expectNothingLeft(nil)
}

func TestADirectoryWithSomethingInItIsRefusedAndKept(t *testing.T) {
	needPlanes(t)
	directory := t.TempDir()
	if err := os.WriteFile(directory+"/precious", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p, _ := begin(t, "./run", "up", "--dir", directory)
	<-p.ended
	if p.command.ProcessState.ExitCode() != 1 || !strings.Contains(p.stderr.String(), "not empty") {
		t.Errorf("not refused:\n%s", p.stderr.String())
	}
	if _, err := os.Stat(directory + "/precious"); err != nil {
		t.Error(err)
	}
}

func TestAProxyLeadsToThePlaneAndTellsWhatItDid(t *testing.T) {
	needPlanes(t)
	p := startPlane(t)
	proxy, output := begin(t, "./run", "proxy", "--dir", p.values["DIR"], "--mix", "none", "--seed", "7")
	proxy.readUntilReady(output)
	if nodes := proxy.kubectl("get", "nodes", "-o", "name"); !strings.Contains(nodes, "node/node-0") {
		t.Errorf("nodes seen through the proxy: %q", nodes)
	}
	proxy.job("behind-the-proxy")
	proxy.wait("job/behind-the-proxy", "Complete")
	if proxy.values["API_SERVER"] == p.values["API_SERVER"] || proxy.values["SEED"] != "7" {
		t.Errorf("values %v", proxy.values)
	}
	proxy.command.Process.Signal(syscall.SIGTERM)
	<-proxy.ended
	if !strings.Contains(proxy.stderr.String(), "mix none, seed 7") {
		t.Errorf("said in the end: %s", proxy.stderr.String())
	}
}
