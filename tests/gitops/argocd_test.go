package gitops

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

const argoFolder = root + "/gitops/argocd"

// state is a ScheduledJob as the operator has left it.
func state(t *testing.T, name string) object {
	t.Helper()
	return documents(t, read(t, "states/"+name+".yaml"))[0]
}

func TestArgoCDShowsEveryStateForWhatItIs(t *testing.T) {
	script := string(read(t, argoFolder+"/health.lua"))
	cases := map[string]struct{ status, message string }{
		"unseen":                {"Progressing", "Waiting for the operator to see it"},
		"edited-since":          {"Progressing", "latest edit"},
		"scheduled":             {"Healthy", "Next run at 2026-11-26T02:00:00Z"},
		"running":               {"Healthy", "Next run at "},
		"succeeded":             {"Healthy", "Next run at "},
		"schedule-ended":        {"Healthy", "No further run is due"},
		"suspended":             {"Healthy", "Suspended: Requested"},
		"suspended-by-failures": {"Healthy", "Suspended: TooManyFailures: 2 runs failed in a row"},
		// A run that failed is no fault of the application's manifests.
		"last-run-failed":  {"Healthy", "the last one failed (BackoffLimitExceeded"},
		"invalid-schedule": {"Degraded", "InvalidSchedule: spec.schedule: "},
		"invalid-template": {"Degraded", "InvalidJobTemplate: "},
		"create-forbidden": {"Degraded", "CreateForbidden: "},
	}
	recorded, _ := filepath.Glob("states/*.yaml")
	if len(recorded) != len(cases) {
		t.Errorf("%d states are recorded and %d are expected something of", len(recorded), len(cases))
	}
	for name, want := range cases {
		got := runLua[struct{ Status, Message string }](t, script, state(t, name))
		if got.Status != want.status || !strings.Contains(got.Message, want.message) {
			t.Errorf("%s is %s (%s), want %s (… %s …)", name, got.Status, got.Message, want.status, want.message)
		}
	}
}

func TestHealthDoesNotRelyOnWhatAStatusMayLack(t *testing.T) {
	script := string(read(t, argoFolder+"/health.lua"))
	for name, status := range map[string]object{
		"no conditions":    {"observedGeneration": 1.0},
		"bare conditions":  {"observedGeneration": 1.0, "conditions": []any{map[string]any{"type": "Ready", "status": "False"}}},
		"no times":         {"observedGeneration": 1.0, "conditions": []any{map[string]any{"type": "Ready", "status": "True"}}},
		"conditions null":  {"observedGeneration": 1.0, "conditions": nil},
		"Stalled, no word": {"observedGeneration": 1.0, "conditions": []any{map[string]any{"type": "Stalled", "status": "True"}}},
	} {
		subject := object{"metadata": map[string]any{"generation": 1.0}, "status": map[string]any(status)}
		if got := runLua[struct{ Status, Message string }](t, script, subject); got.Status == "" || got.Message == "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// An actionsFile is what Argo CD reads from resource.customizations.actions.…
type actionsFile struct {
	Discovery   string `json:"discovery.lua"`
	Definitions []struct {
		Name   string `json:"name"`
		Action string `json:"action.lua"`
	} `json:"definitions"`
}

func actions(t *testing.T) actionsFile {
	t.Helper()
	var file actionsFile
	if err := yaml.UnmarshalStrict(read(t, argoFolder+"/actions.yaml"), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Definitions) != 1 || file.Definitions[0].Name != "run-now" {
		t.Fatalf("actions %+v", file.Definitions)
	}
	return file
}

// runNow is the Job that the action creates.
func runNow(t *testing.T, subject object) object {
	t.Helper()
	type impact struct {
		Operation string
		Resource  object
	}
	impacts := runLua[[]impact](t, actions(t).Definitions[0].Action, subject)
	if len(impacts) != 1 || impacts[0].Operation != "create" {
		t.Fatalf("the action does %+v", impacts)
	}
	return impacts[0].Resource
}

func TestTheActionIsOfferedUntilTheObjectIsDeleted(t *testing.T) {
	discovery := actions(t).Discovery
	subject := state(t, "scheduled")
	type offer = map[string]struct{ Disabled bool }
	if got := runLua[offer](t, discovery, subject); len(got) != 1 || got["run-now"].Disabled {
		t.Errorf("offered %v", got)
	}
	subject.part("metadata")["deletionTimestamp"] = "2026-01-01T00:00:00Z"
	if got := runLua[offer](t, discovery, subject); !got["run-now"].Disabled {
		t.Errorf("offered %v for an object that is being deleted", got)
	}
}

func TestTheNameOfAJobByHandLeavesRoomForIndexes(t *testing.T) {
	for _, length := range []int{1, 36, 37, 63, 253} {
		subject := state(t, "scheduled")
		subject.part("metadata")["name"] = strings.Repeat("n", length)
		if name := runNow(t, subject).text("metadata", "name"); len(name) > 63-len("-99999") {
			t.Errorf("the Job of a name of %d characters has one of %d: %s", length, len(name), name)
		}
	}
}

func TestArgoCDsConfigurationGetsBothScripts(t *testing.T) {
	c := needCluster(t)
	folder := t.TempDir()
	if err := os.CopyFS(filepath.Join(folder, "scheduledjob"), os.DirFS(argoFolder)); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"argocd-cm.yaml":     "{apiVersion: v1, kind: ConfigMap, metadata: {name: argocd-cm}, data: {url: 'https://argocd.example'}}",
		"kustomization.yaml": "{namespace: argocd, resources: [argocd-cm.yaml], components: [scheduledjob]}",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	built := documents(t, []byte(c.kubectl(t, "", "kustomize", folder)))
	if len(built) != 1 || built[0].text("metadata", "name") != "argocd-cm" {
		t.Fatalf("built %s", readable(built))
	}
	want := map[string]any{
		"url": "https://argocd.example",
		"resource.customizations.health.scheduledjob.dev_ScheduledJob":  string(read(t, argoFolder+"/health.lua")),
		"resource.customizations.actions.scheduledjob.dev_ScheduledJob": string(read(t, argoFolder+"/actions.yaml")),
	}
	if got := built[0].at("data"); !reflect.DeepEqual(got, want) {
		t.Errorf("the ConfigMap has:\n%s", readable(got))
	}
}

func TestJobsByHandAreThoseOfTheTemplate(t *testing.T) {
	c := needCluster(t)
	namespace := c.namespace(t, "by-hand")
	files := corpus(t)
	c.kubectl(t, "", "create", "-n", namespace, "-f", asScheduledJobs(t, files))
	scheduledJobs := c.list(t, "scheduledjobs", namespace)
	want := c.jobsOf(t, namespace, scheduledJobs)
	templates := map[string]object{}
	for name, each := range scheduledJobs {
		job := runNow(t, each)
		owners, _ := job.at("metadata", "ownerReferences").([]any)
		if len(owners) != 1 || object(owners[0].(map[string]any)).at("controller") != true || job.text("metadata", "labels", "scheduledjob.dev/uid") != each.text("metadata", "uid") {
			t.Errorf("the operator would not count the Job of %s: %s", name, readable(job["metadata"]))
		}
		delete(job.part("metadata", "labels"), "scheduledjob.dev/uid")
		delete(job.part("metadata", "annotations"), "cronjob.kubernetes.io/instantiate")
		templates[name] = object{"spec": map[string]any{"jobTemplate": map[string]any{"metadata": job["metadata"], "spec": job["spec"]}}}
	}
	for name, job := range c.jobsOf(t, namespace, templates) {
		if name == "nulls-inside" {
			continue // a null within a list or map is lost in Argo CD before a script sees it
		}
		if got, wanted := withoutEmpties(comparableJob(job)), withoutEmpties(comparableJob(want[name])); !reflect.DeepEqual(got, wanted) {
			t.Errorf("the Job of %s is:\n%s\ninstead of:\n%s", name, readable(got), readable(wanted))
		}
	}
}

// withoutEmpties drops objects with nothing in them, apart from selectors, where
// that is not the same.
func withoutEmpties(job object) object {
	for name, member := range job {
		members, isObject := member.(map[string]any)
		if isObject && len(members) == 0 && !strings.HasSuffix(name, "Selector") {
			delete(job, name)
		} else if isObject {
			withoutEmpties(members)
		}
		list, _ := member.([]any)
		for _, each := range list {
			if members, isObject := each.(map[string]any); isObject {
				withoutEmpties(members)
			}
		}
	}
	return job
}
