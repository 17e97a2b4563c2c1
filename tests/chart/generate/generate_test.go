package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"scheduledjob.dev/operator/tests/chart/internal/chart"
)

func TestNothingThatIsGeneratedHasDrifted(t *testing.T) {
	files, err := generated()
	if err != nil {
		t.Fatal(err)
	}
	for path, wanted := range files {
		present, err := os.ReadFile(filepath.Join(chart.Root, path))
		if err != nil || string(present) != wanted {
			t.Errorf("%s is not what it is made from (%v); run `make manifests`", path, err)
		}
	}
	copies, _ := filepath.Glob(filepath.Join(chart.Folder, "files", "crds", "*"))
	for _, path := range copies {
		name, _ := filepath.Rel(chart.Root, path)
		if _, made := files[name]; !made {
			t.Errorf("%s has no source in crds/", name)
		}
	}
}

func TestThePlainManifestIsWholeAndHelmsNoMore(t *testing.T) {
	text, err := plainManifest()
	if err != nil {
		t.Fatal(err)
	}
	objects, err := chart.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, object := range objects {
		kinds = append(kinds, object.Kind())
		if namespace := object.Namespace(); namespace != "" && namespace != "scheduledjob-system" {
			t.Errorf("%s %s is in %s", object.Kind(), object.Name(), namespace)
		}
	}
	slices.Sort(kinds)
	wanted := []string{"ClusterRole", "ClusterRoleBinding", "Deployment", "Namespace", "PodDisruptionBudget", "Role", "RoleBinding", "Service", "ServiceAccount"}
	if !slices.Equal(slices.Compact(kinds), wanted) {
		t.Errorf("holds %v", kinds)
	}
	if strings.Contains(strings.ToLower(strings.TrimPrefix(text, manifestHead)), "helm") {
		t.Error("speaks of helm")
	}
}

func TestAValueWithoutCommentIsNoticed(t *testing.T) {
	if _, err := documented("a:\n  # -- Something.\n  b: 1\n  c: 2\n"); err == nil || !strings.Contains(err.Error(), "a.c") {
		t.Error(err)
	}
	values, err := documented("# -- All of it,\n# and more.\na:\n  b: [1]\n# Not a description.\n\n# -- Another.\nd: \"\"\n")
	if err != nil || !slices.Equal(values, []value{{"a", `{"b":[1]}`, "All of it, and more."}, {"d", `""`, "Another."}}) {
		t.Error(values, err)
	}
}

// Else a value could be set that nothing checks, or be offered that is refused.
func TestTheSchemaKnowsTheSameValues(t *testing.T) {
	read := func(name string) []byte {
		text, err := os.ReadFile(filepath.Join(chart.Folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	var schema node
	if err := json.Unmarshal(read("values.schema.json"), &schema); err != nil {
		t.Fatal(err)
	}
	values, err := chart.Parse(string(read("values.yaml")))
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "values", schema, values[0])
}

type node struct {
	Properties           map[string]node
	AdditionalProperties any
}

func compare(t *testing.T, path string, schema node, values map[string]any) {
	t.Helper()
	if len(schema.Properties) == 0 {
		return // a map of the user's
	}
	// `global` is shared with other charts; probes take more than is set.
	if path != "values.global" && schema.AdditionalProperties != false {
		t.Errorf("%s is open", path)
	}
	if !strings.HasSuffix(path, "Probe") {
		if known, set := slices.Sorted(maps.Keys(schema.Properties)), slices.Sorted(maps.Keys(values)); !slices.Equal(known, set) {
			t.Errorf("%s: the schema has %v, values.yaml %v", path, known, set)
		}
	}
	for name, below := range schema.Properties {
		if nested, is := values[name].(map[string]any); is {
			compare(t, path+"."+name, below, nested)
		}
	}
}
