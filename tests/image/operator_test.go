package image

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"scheduledjob.dev/operator/tests/plane"
)

// user is whom the Dockerfile names.
const user = 65532

// inside is a command that sees nothing but a root, as the user of the image.
func inside(root string, arguments ...string) *exec.Cmd {
	command := exec.Command("/"+operatorPath, arguments...)
	command.Dir = "/"
	command.Env = []string{"PATH=/usr/bin"}
	command.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: user, Gid: user}}
	if os.Getuid() != 0 {
		// Who may not change the root may do so in a name space of users of his own.
		command.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		command.SysProcAttr.Credential = nil
		command.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: user, HostID: os.Getuid(), Size: 1}}
		command.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: user, HostID: os.Getgid(), Size: 1}}
	}
	return command
}

func TestTheOperatorStartsWithNothingElsePresent(t *testing.T) {
	for flag, wanted := range map[string]string{"--version": "scheduledjob-operator ", "--help": "Usage: scheduledjob-operator"} {
		if output, err := inside(untouched, flag).CombinedOutput(); err != nil || !strings.Contains(string(output), wanted) {
			t.Errorf("%s: %v\n%s", flag, err, output)
		}
	}
}

func TestAnAPIServerThatCannotBeReachedIsNamed(t *testing.T) {
	root := another(t)
	mountServiceAccount(t, root, "token", anyCertificate(t))
	command := inside(root, "--lease-namespace=default", "--listen=127.0.0.1:0")
	command.Env = append(command.Env, "KUBERNETES_SERVICE_HOST=127.0.0.1", "KUBERNETES_SERVICE_PORT=1")
	log := start(t, command)
	plane.Eventually(t, "the operator names the server that it cannot reach", func() bool { return strings.Contains(log.String(), "127.0.0.1:1") })
}

func TestTheOperatorRunsAScheduledJobFromItsImage(t *testing.T) {
	cluster, err := plane.Start("--etcd-fsync=false")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Stop)
	if err := cluster.InstallDefinitions(); err != nil {
		t.Fatal(err)
	}
	kubectl := func(input string, arguments ...string) string {
		t.Helper()
		output, err := cluster.Kubectl(input, arguments...)
		if err != nil {
			t.Fatal(err)
		}
		return output
	}
	kubectl("", "apply", "-f", filepath.Join(plane.Root, "dist", "install.yaml"))
	const home = "scheduledjob-system"

	root := another(t)
	authority := kubectl("", "get", "configmap", "kube-root-ca.crt", "-n", "default", "-o", `jsonpath={.data.ca\.crt}`)
	mountServiceAccount(t, root, kubectl("", "create", "token", "scheduledjob-operator", "-n", home), authority)
	before := inventory(t, root)
	var deployment struct {
		Spec struct {
			Template struct {
				Spec struct{ Containers []struct{ Args []string } }
			}
		}
	}
	if err := json.Unmarshal([]byte(kubectl("", "get", "deployment", "scheduledjob-operator", "-n", home, "-o", "json")), &deployment); err != nil {
		t.Fatal(err)
	}
	arguments := slices.DeleteFunc(deployment.Spec.Template.Spec.Containers[0].Args, func(argument string) bool { return strings.HasPrefix(argument, "--listen=") })
	server, err := url.Parse(cluster.Server)
	if err != nil {
		t.Fatal(err)
	}
	command := inside(root, append(arguments, "--listen=127.0.0.1:0")...)
	command.Env = append(command.Env, "KUBERNETES_SERVICE_HOST="+server.Hostname(), "KUBERNETES_SERVICE_PORT="+server.Port())
	log := start(t, command)

	kubectl(`{"apiVersion":"scheduledjob.dev/v1","kind":"ScheduledJob","metadata":{"name":"from-the-image"},"spec":{
	  "timeZone":"Australia/Lord_Howe","schedules":[{"cron":"* * * * * *"}],"jobTemplate":{"spec":{"template":{"spec":{
	  "restartPolicy":"Never","containers":[{"name":"main","image":"busybox"}]}}}}}}`, "apply", "-n", "default", "-f", "-")
	plane.Eventually(t, "a run of the zone Australia/Lord_Howe succeeds", func() bool {
		return kubectl("", "get", "schj", "from-the-image", "-n", "default", "-o", "jsonpath={.status.lastSuccessfulTime}") != ""
	})
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if log.wait(); command.ProcessState.ExitCode() != 0 {
		t.Errorf("asked to stop, it ends with %v", command.ProcessState)
	}
	if after := inventory(t, root); !slices.Equal(before, after) {
		t.Error("the operator has changed its root, which is read-only in a pod")
	}
}

// mountServiceAccount puts the files of one where a kubelet does.
func mountServiceAccount(t *testing.T, root, token, authority string) {
	t.Helper()
	folder := filepath.Join(root, "var/run/secrets/kubernetes.io/serviceaccount")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"token": token, "ca.crt": authority, "namespace": "default"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// A record is what a process writes, until it has ended.
type record struct {
	mutex sync.Mutex
	text  bytes.Buffer
	ended chan struct{}
}

func (r *record) Write(text []byte) (int, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.text.Write(text)
}

func (r *record) String() string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.text.String()
}

func (r *record) wait() { <-r.ended }

// start starts a command, which the end of the test ends.
func start(t *testing.T, command *exec.Cmd) *record {
	t.Helper()
	log := &record{ended: make(chan struct{})}
	command.Stdout, command.Stderr = log, log
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		command.Wait()
		close(log.ended)
	}()
	t.Cleanup(func() {
		command.Process.Kill()
		log.wait()
		if t.Failed() {
			t.Logf("the operator's log:\n%s", log)
		}
	})
	return log
}
