// Package live installs the chart into a real control plane, and runs the operator with the rights that the chart gives it.
//
// Tests whose operators serve the whole cluster, or that take the CRD away, run one after another; the others side by side, after them.
package live

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"scheduledjob.dev/operator/tests/chart/internal/chart"
)

// plane is the control plane that all tests of this package share.
var plane struct {
	kubeconfig string
	auditLog   string
	server     string
	authority  string // base64, as in a kubeconfig
	kubectl    string
}

func TestMain(m *testing.M) {
	code, err := withPlane(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// withPlane runs something while a plane is up.
func withPlane(run func() int) (int, error) {
	// OpenShift, and who else wants it, checks who may block the deletion of an owner.
	command := exec.Command(filepath.Join(chart.Root, "tests", "controlplane", "run"), "up", "--watch-parent",
		"--apiserver-arg=--enable-admission-plugins=OwnerReferencesPermissionEnforcement")
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	if err != nil {
		return 1, err
	}
	if err := command.Start(); err != nil {
		return 1, err
	}
	defer func() {
		command.Process.Signal(syscall.SIGTERM)
		command.Wait()
	}()
	ready := false
	for lines := bufio.NewScanner(output); !ready && lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), "=")
		switch name {
		case "KUBECONFIG":
			plane.kubeconfig = value
		case "AUDIT_LOG":
			plane.auditLog = value
		case "API_SERVER":
			plane.server = value
		case "READY":
			ready = true
		}
	}
	if !ready {
		return 1, fmt.Errorf("the control plane did not start")
	}
	if plane.kubectl, err = chart.Tool("kubectl"); err != nil {
		return 1, err
	}
	plane.authority, err = kubectl("", "config", "view", "--raw", "-o", "jsonpath={.clusters[0].cluster.certificate-authority-data}")
	if err != nil {
		return 1, err
	}
	return run(), nil
}

// kubectl returns what kubectl has said on standard output; the error holds the rest.
func kubectl(input string, arguments ...string) (string, error) {
	command := exec.Command(plane.kubectl, append([]string{"--kubeconfig", plane.kubeconfig}, arguments...)...)
	command.Stdin = strings.NewReader(input)
	var output, complaints bytes.Buffer
	command.Stdout, command.Stderr = &output, &complaints
	if err := command.Run(); err != nil {
		return output.String(), fmt.Errorf("kubectl %s: %w\n%s", strings.Join(arguments, " "), err, complaints.String())
	}
	return output.String(), nil
}

// do is kubectl where nothing may go wrong.
func do(t *testing.T, input string, arguments ...string) string {
	t.Helper()
	output, err := kubectl(input, arguments...)
	if err != nil {
		t.Fatal(err)
	}
	return output
}

func helm(t *testing.T, arguments ...string) string {
	t.Helper()
	output, err := chart.Helm([]string{"KUBECONFIG=" + plane.kubeconfig}, arguments...)
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return output
}

// apply applies objects; none is fine.
func apply(t *testing.T, objects ...chart.Object) {
	t.Helper()
	if len(objects) == 0 {
		return
	}
	text, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": objects})
	if err != nil {
		t.Fatal(err)
	}
	do(t, string(text), "apply", "--server-side", "-f", "-")
}

// get reads an object.
func get(t *testing.T, arguments ...string) chart.Object {
	t.Helper()
	var object chart.Object
	if err := json.Unmarshal([]byte(do(t, "", append([]string{"get", "-o", "json"}, arguments...)...)), &object); err != nil {
		t.Fatal(err)
	}
	return object
}

// needCRDs installs crds/ as they are; again does no harm.
func needCRDs(t *testing.T) {
	t.Helper()
	do(t, "", "apply", "--server-side", "--force-conflicts", "-f", filepath.Join(chart.Root, "crds"))
	// kubectl wait takes a definition that has no condition yet for an error.
	eventually(t, "the definition is established", func() bool {
		_, err := kubectl("", "wait", "--for=condition=Established", "crd/scheduledjobs.scheduledjob.dev", "--timeout=30s")
		return err == nil
	})
}

// namespace makes one for a test, which it goes with.
func namespace(t *testing.T, name string) string {
	t.Helper()
	do(t, fmt.Sprintf(`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":%q,"labels":{"pod-security.kubernetes.io/enforce":"restricted"}}}`, name),
		"apply", "-f", "-")
	t.Cleanup(func() { kubectl("", "delete", "namespace", name, "--wait=false") })
	return name
}

// eventually polls until the condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(180 * time.Second); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within three minutes: %s", what)
		}
	}
}

// A request as the audit log tells it.
type request struct {
	user, verb, resource, namespace, name string
	code                                  int
	message                               string
}

// requests lists what has been asked so far, but for dry runs, which do nothing.
func requests(t *testing.T) (all []request) {
	t.Helper()
	text, err := os.ReadFile(plane.auditLog)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var entry struct {
			Verb           string
			RequestURI     string
			User           struct{ Username string }
			ObjectRef      struct{ Resource, Subresource, Namespace, Name string }
			ResponseStatus struct {
				Code    int
				Message string
			}
		}
		if json.Unmarshal([]byte(line), &entry) != nil {
			continue // the last line may still be being written
		}
		if strings.Contains(entry.RequestURI, "dryRun=All") {
			continue
		}
		resource := entry.ObjectRef.Resource
		if entry.ObjectRef.Subresource != "" {
			resource += "/" + entry.ObjectRef.Subresource
		}
		all = append(all, request{entry.User.Username, entry.Verb, resource, entry.ObjectRef.Namespace, entry.ObjectRef.Name,
			entry.ResponseStatus.Code, entry.ResponseStatus.Message})
	}
	return all
}
