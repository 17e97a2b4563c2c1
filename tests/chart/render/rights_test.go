package render

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"scheduledjob.dev/operator/tests/chart/internal/chart"
)

// written gives the rights that docs/security.md lists: "verb resource.group", with " by name" where only a named object is meant.
func written(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(chart.Root, "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), "| API group | Resource | Verbs | What for |\n|---|---|---|---|\n")
	if !found {
		t.Fatal("docs/security.md has no table of rights")
	}
	row := regexp.MustCompile("^\\| `([^`]+)` \\| `([^`]+)`(, its own by name)? \\| ([a-z, ]+) \\|")
	rights := map[string]bool{}
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "|") {
			break
		}
		cells := row.FindStringSubmatch(line)
		if cells == nil {
			t.Fatalf("not a row of rights: %s", line)
		}
		for _, verb := range strings.Split(cells[4], ", ") {
			rights[right(verb, cells[2], cells[1], cells[3] != "")] = true
		}
	}
	return rights
}

func right(verb, resource, group string, named bool) string {
	text := verb + " " + resource + "." + group
	if named {
		text += " by name"
	}
	return text
}

// bound gives the rights of the roles that are bound to the operator.
func bound(objects chart.Objects) map[string]bool {
	roles := map[string]bool{}
	for _, each := range objects {
		if strings.HasSuffix(each.Kind(), "RoleBinding") {
			roles[each.Text("roleRef.kind")+" "+each.Text("roleRef.name")] = true
		}
	}
	rights := map[string]bool{}
	for _, role := range objects {
		if !roles[role.Kind()+" "+role.Name()] {
			continue
		}
		for _, rule := range role.Each("rules") {
			for _, group := range rule.Texts("apiGroups") {
				for _, resource := range rule.Texts("resources") {
					for _, verb := range rule.Texts("verbs") {
						rights[right(verb, resource, group, len(rule.Texts("resourceNames")) > 0)] = true
					}
				}
			}
		}
	}
	return rights
}

func TestTheTableOfRightsIsWhatTheChartGrants(t *testing.T) {
	wanted := slices.Sorted(maps.Keys(written(t)))
	for _, values := range []string{"", "namespaces: [a, b]"} {
		if granted := slices.Sorted(maps.Keys(bound(render(t, values).Installed()))); !slices.Equal(granted, wanted) {
			t.Errorf("with %q the chart grants\n%v\ndocs/security.md says\n%v", values, granted, wanted)
		}
	}
}
