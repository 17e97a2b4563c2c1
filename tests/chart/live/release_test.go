package live

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"scheduledjob.dev/operator/tests/chart/internal/chart"
)

// olderChart is a copy of the chart whose CRD lacks a column that today's has.
func olderChart(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "scheduledjob-operator")
	if err := os.CopyFS(folder, os.DirFS(chart.Folder)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "files", "crds", "scheduledjobs.scheduledjob.dev.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	older := strings.Replace(string(text), "- name: Last Schedule\n", "- name: Previous\n", 1)
	if older == string(text) {
		t.Fatal("the CRD has no such column any more")
	}
	if err := os.WriteFile(file, []byte(older), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

func columns(t *testing.T) (names []string) {
	for _, version := range get(t, "crd", "scheduledjobs.scheduledjob.dev").Each("spec.versions") {
		for _, column := range version.Each("additionalPrinterColumns") {
			names = append(names, column.Text("name"))
		}
	}
	return names
}

func TestAReleaseIsInstalledUpgradedRolledBackAndUninstalledWithoutLosingAnything(t *testing.T) {
	home := namespace(t, "release")
	release := func(arguments ...string) {
		t.Helper()
		helm(t, append(arguments, "--namespace", home, "--timeout=90s")...)
	}
	replicas := func() string {
		return get(t, "deployment", "sj-scheduledjob-operator", "-n", home).Text("spec.replicas")
	}
	mine := func() bool { return get(t, "scheduledjobs", "mine", "-n", home).Text("metadata.uid") != "" }

	// CRDs that were applied by hand are handed over when that is asked for.
	needCRDs(t)
	if _, err := chart.Helm([]string{"KUBECONFIG=" + plane.Kubeconfig}, "install", "sj", chart.Folder, "--namespace", home); err == nil {
		t.Fatal("a CRD of somebody else was taken over")
	}
	release("install", "sj", chart.Folder, "--take-ownership")
	release("uninstall", "sj", "--wait")
	do(t, "", "delete", "crd", "scheduledjobs.scheduledjob.dev")

	// Waits for the pods, which Pod Security lets in and whose replicas become ready.
	release("install", "sj", olderChart(t), "--wait")
	if got := get(t, "deployment", "sj-scheduledjob-operator", "-n", home).Text("status.readyReplicas"); got != "2" {
		t.Errorf("%s replicas are ready", got)
	}
	do(t, scheduledJob("mine", home, `{"every":"1h"}`, "0s", ""), "apply", "-f", "-")

	release("upgrade", "sj", chart.Folder, "--wait", "--set", "replicas=3,networkPolicy.enabled=true,admission.authorCheck=true")
	if replicas() != "3" || !slices.Contains(columns(t), "Last Schedule") || !mine() {
		t.Errorf("after the upgrade: %s replicas, columns %v", replicas(), columns(t))
	}
	release("rollback", "sj", "1", "--wait")
	if replicas() != "2" || !slices.Contains(columns(t), "Previous") || !mine() {
		t.Errorf("after the rollback: %s replicas, columns %v", replicas(), columns(t))
	}
	if _, err := kubectl("", "get", "networkpolicy", "sj-scheduledjob-operator", "-n", home); err == nil {
		t.Error("the NetworkPolicy outlived the rollback")
	}

	release("uninstall", "sj", "--wait")
	if !mine() {
		t.Error("the ScheduledJob went with the release")
	}
	left := do(t, "", "get", "deployments,roles,rolebindings,serviceaccounts,services,poddisruptionbudgets", "-n", home, "-l", "app.kubernetes.io/instance=sj", "-o", "name")
	for line := range strings.Lines(do(t, "", "get", "clusterroles,clusterrolebindings,validatingadmissionpolicies,validatingadmissionpolicybindings", "-o", "name")) {
		if _, name, _ := strings.Cut(line, "/"); strings.HasPrefix(name, home+":") || strings.HasPrefix(name, home+".") {
			left += line
		}
	}
	if left != "" {
		t.Errorf("left are %s", left)
	}
	// It finds its CRDs again.
	release("install", "sj", chart.Folder)
	release("uninstall", "sj", "--wait")
}

func TestTheAPIServerTakesEverythingStrictly(t *testing.T) {
	t.Parallel()
	needCRDs(t)
	home := namespace(t, "strict")
	objects := rendered(t, "sj", home, `
admission: {authorCheck: true, createBefore: true}
networkPolicy: {enabled: true, apiServerCIDRs: [10.0.0.1/32], metricsFrom: [{podSelector: {}}]}
grafanaDashboard: {enabled: true}
priorityClassName: system-cluster-critical
extraEnv: [{name: TZDIR, value: /zones}]
`)
	text, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": objects})
	if err != nil {
		t.Fatal(err)
	}
	do(t, string(text), "apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-")
}

func TestThePlainManifestInstallsWithKubectl(t *testing.T) {
	t.Parallel()
	needCRDs(t)
	manifest := filepath.Join(chart.Root, "dist", "install.yaml")
	do(t, "", "apply", "--validate=strict", "-f", manifest)
	t.Cleanup(func() { kubectl("", "delete", "-f", manifest, "--wait=false") })
	do(t, "", "rollout", "status", "deployment/scheduledjob-operator", "-n", "scheduledjob-system", "--timeout=60s")
}

// What `helm test` does, but for the pod: none of this plane's nodes runs one.
func TestWhatHelmTestAwaitsComesToPass(t *testing.T) {
	needCRDs(t)
	home := namespace(t, "helm-test")
	objects, err := chart.Render(chart.Settings{Namespace: home, Values: "crds: {install: false}"})
	if err != nil {
		t.Fatal(err)
	}
	applyRights(t, objects.Installed())
	running := start(t, objects.Only("Deployment"), plane.server)
	running.awaitLeading(t)
	var pod chart.Object
	for _, object := range objects {
		switch {
		case object.IsHook() && object.Kind() == "Pod":
			pod = object
		case object.IsHook():
			apply(t, object)
		}
	}
	// The pod itself is let in.
	text, err := json.Marshal(pod)
	if err != nil {
		t.Fatal(err)
	}
	do(t, string(text), "create", "--dry-run=server", "--validate=strict", "-f", "-")
	kubeconfig := credentials(t, home, pod.Text("spec.serviceAccountName"), plane.server)
	output, err := exec.Command(plane.KubectlBin, append([]string{"--kubeconfig", kubeconfig}, pod.Texts("spec.containers.0.args")...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	expectMetrics(t, running)
}

// expectMetrics sees every metric of the alerts and the dashboard on the page of an operator that has run something.
func expectMetrics(t *testing.T, running *operator) {
	t.Helper()
	answer, err := http.Get("http://" + running.listensAt(t) + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var asked []string
	for _, file := range []string{"alerts.yaml", "dashboards/scheduledjobs.json"} {
		text, err := os.ReadFile(filepath.Join(chart.Folder, "files", file))
		if err != nil {
			t.Fatal(err)
		}
		asked = append(asked, string(text))
	}
	names := chart.MetricsIn(asked...)
	if len(names) < 10 {
		t.Fatalf("the alerts and the dashboard ask for %v only", names)
	}
	shown := chart.MetricsIn(string(page))
	for _, name := range names {
		if !slices.Contains(shown, name) {
			t.Errorf("no operator shows %s", name)
		}
	}
}
