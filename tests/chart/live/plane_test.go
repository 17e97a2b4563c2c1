// Package live installs the chart into a real control plane, and runs the operator with the rights that the chart gives it.
//
// Tests whose operators serve the whole cluster, or that take the CRD away, run one after another; the others side by side, after them.
package live

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"scheduledjob.dev/operator/tests/chart/internal/chart"
	controlplane "scheduledjob.dev/operator/tests/plane"
)

// plane is the control plane that all tests of this package share.
var plane struct {
	*controlplane.Plane
	server    string
	authority string // base64, as in a kubeconfig
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
	started, err := controlplane.Start("--apiserver-arg=--enable-admission-plugins=OwnerReferencesPermissionEnforcement")
	if err != nil {
		return 1, err
	}
	defer started.Stop()
	plane.Plane, plane.server = started, started.Server
	plane.authority, err = kubectl("", "config", "view", "--raw", "-o", "jsonpath={.clusters[0].cluster.certificate-authority-data}")
	if err != nil {
		return 1, err
	}
	return run(), nil
}

// kubectl returns what kubectl has said on standard output; the error holds the rest.
func kubectl(input string, arguments ...string) (string, error) {
	return plane.Kubectl(input, arguments...)
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
	output, err := chart.Helm([]string{"KUBECONFIG=" + plane.Kubeconfig}, arguments...)
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
	if err := plane.InstallDefinitions(); err != nil {
		t.Fatal(err)
	}
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
	controlplane.Eventually(t, what, holds)
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
	text, err := os.ReadFile(plane.AuditLog)
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
