package docs

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"scheduledjob.dev/operator/tests/plane"
)

// notApplied are the kinds that this control plane does not know, and who else tries them.
var notApplied = map[string]string{
	"argoproj.io/v1alpha1":           "Argo CD is not there; tests/gitops runs its scripts",
	"kustomize.toolkit.fluxcd.io/v1": "Flux is not there; tests/gitops does what it does",
	"kustomize.config.k8s.io":        "tests/gitops builds it",
}

// A manifest is one YAML text of a page.
type manifest struct {
	place  string
	object map[string]any
}

func manifests(t *testing.T) (all []manifest) {
	t.Helper()
	for _, page := range pages(t) {
		for i, text := range page.blocks("yaml") {
			place := fmt.Sprintf("%s, example %d", page.name(), i+1)
			var object map[string]any
			if err := yaml.UnmarshalStrict([]byte(text), &object); err != nil {
				t.Errorf("%s: %v in\n%s", place, err, text)
				continue
			}
			all = append(all, manifest{place, object})
		}
	}
	return all
}

// load reads a YAML file of this repository.
func load[T any](t *testing.T, path ...string) (value T) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{root}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// specFields are the names of the fields of spec.
func specFields(t *testing.T) map[string]any {
	t.Helper()
	type schema struct{ Properties map[string]any }
	definition := load[struct {
		Spec struct {
			Versions []struct {
				Schema struct {
					OpenAPIV3Schema struct{ Properties struct{ Spec schema } }
				}
			}
		}
	}](t, "crds", "scheduledjobs.scheduledjob.dev.yaml")
	return definition.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties.Spec.Properties
}

// allIn is whether all names of an object are known.
func allIn(object, known map[string]any) bool {
	for name := range object {
		if _, is := known[name]; !is {
			return false
		}
	}
	return true
}

// completed makes a ScheduledJob of a part of a spec.
func completed(part map[string]any) map[string]any {
	spec := maps.Clone(part)
	if spec["schedule"] == nil && spec["schedules"] == nil {
		spec["schedule"] = "@daily"
	}
	if spec["jobTemplate"] == nil {
		container := map[string]any{"name": "main", "image": "busybox"}
		pod := map[string]any{"restartPolicy": "Never", "containers": []any{container}}
		spec["jobTemplate"] = map[string]any{"spec": map[string]any{"template": map[string]any{"spec": pod}}}
	}
	return map[string]any{"apiVersion": "scheduledjob.dev/v1", "kind": "ScheduledJob", "metadata": map[string]any{}, "spec": spec}
}

func TestEveryManifestIsTaken(t *testing.T) {
	cluster := needCluster(t)
	if err := cluster.InstallDefinitions(); err != nil {
		t.Fatal(err)
	}
	fields, values := specFields(t), load[map[string]any](t, "charts", "scheduledjob-operator", "values.yaml")

	var applied, forChart []manifest
	known := map[string]bool{}
	for _, each := range manifests(t) {
		version, _ := each.object["apiVersion"].(string)
		if version == "" && (each.object["resources"] != nil || each.object["components"] != nil) {
			version = "kustomize.config.k8s.io"
		}
		switch {
		case notApplied[version] != "":
			known[version] = true
		case version != "":
			applied = append(applied, each)
		case allIn(each.object, fields):
			applied = append(applied, manifest{each.place, completed(each.object)})
		case allIn(each.object, values):
			forChart = append(forChart, each)
		default:
			t.Errorf("%s: nobody knows what this is: %v", each.place, each.object)
		}
	}
	if len(applied) < 20 || len(forChart) == 0 || len(known) != len(notApplied) {
		t.Errorf("found %d manifests, %d values of the chart, and of others %v", len(applied), len(forChart), known)
	}
	apply(t, cluster, applied)
	render(t, forChart)
}

// apply has the API server try objects, with every field known to it, and the plugin look at the schedules in them, which the API
// server does not read.
func apply(t *testing.T, cluster *plane.Plane, all []manifest) {
	t.Helper()
	var items []any
	var places strings.Builder
	for i, each := range all {
		metadata, _ := each.object["metadata"].(map[string]any)
		if metadata == nil {
			t.Errorf("%s has no metadata", each.place)
			continue
		}
		// Where it goes and how it is called is of no matter to whether it is taken, but two of a name would be.
		metadata["name"] = fmt.Sprintf("example-%d", i)
		delete(metadata, "namespace")
		fmt.Fprintf(&places, "%s: %s\n", metadata["name"], each.place)
		items = append(items, each.object)
	}
	list, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": items})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cluster.Kubectl(string(list), "apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"); err != nil {
		t.Errorf("%v\nwhere\n%s", err, &places)
	}
	validate := exec.Command(built(t, "KUBECTL_SCHEDULEDJOB", "src", "cli", "kubectl-scheduledjob"), "validate", "-f", "-")
	validate.Stdin = strings.NewReader(string(list))
	if output, err := validate.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s\nwhere\n%s", err, output, &places)
	}
}

// render has helm render the chart with values.
func render(t *testing.T, all []manifest) {
	t.Helper()
	helm, err := plane.Tool("helm")
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range all {
		values, err := json.Marshal(each.object)
		if err != nil {
			t.Fatal(err)
		}
		command := exec.Command(helm, "template", "operator", filepath.Join(root, "charts", "scheduledjob-operator"), "--values", "-")
		command.Env = append(os.Environ(), "HOME="+t.TempDir())
		command.Stdin = strings.NewReader(string(values))
		if output, err := command.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", each.place, err, output)
		}
	}
}
