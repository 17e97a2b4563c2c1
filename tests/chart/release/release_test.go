// Package release makes what a release consists of, as the pipeline does, and looks at it.
package release

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"scheduledjob.dev/operator/tests/chart/internal/chart"
)

const digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func hack(name string, arguments ...string) (string, error) {
	output, err := exec.Command(filepath.Join(chart.Root, "hack", name), arguments...).CombinedOutput()
	return strings.TrimSpace(string(output)), err
}

func version(t *testing.T) string {
	t.Helper()
	version, err := hack("version")
	if err != nil || !regexp.MustCompile(`^\d+\.\d+\.\d+$`).MatchString(version) {
		t.Fatal(version, err)
	}
	return version
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheFilesOfAReleaseNameItsImage(t *testing.T) {
	folder, version := t.TempDir(), version(t)
	if said, err := hack("release-files", "--image", "ghcr.io/acme/scheduledjob-operator", "--digest", digest, "--output", folder); err != nil {
		t.Fatal(err, said)
	}
	image := "ghcr.io/acme/scheduledjob-operator:" + version + "@" + digest
	archive := filepath.Join(folder, "files", "scheduledjob-operator-"+version+".tgz")
	text, err := chart.Helm(nil, "template", "sj", archive)
	if err != nil {
		t.Fatal(err)
	}
	for what, manifest := range map[string]string{"the chart": text, "install.yaml": read(t, filepath.Join(folder, "files", "install.yaml"))} {
		objects, err := chart.Parse(manifest)
		if err != nil {
			t.Fatal(err)
		}
		if got := objects.Only("Deployment").Text("spec.template.spec.containers.0.image"); got != image {
			t.Errorf("%s runs %s", what, got)
		}
	}
	definitions, err := chart.Parse(read(t, filepath.Join(folder, "files", "crds.yaml")))
	if err != nil || definitions.Only("CustomResourceDefinition") == nil {
		t.Errorf("crds.yaml: %v", err)
	}
	if notes := read(t, filepath.Join(folder, "notes.md")); strings.Contains(notes, "\n## ") || !strings.Contains(notes, "### ") {
		t.Errorf("the notes are not one release's:\n%s", notes)
	}
}

func TestAnImageThatIsNoneIsRefused(t *testing.T) {
	for _, arguments := range [][]string{
		{"--image", "operator", "--digest", digest},
		{"--image", "ghcr.io/acme/operator", "--digest", "latest"},
		{"--image", "ghcr.io/acme/operator|e id", "--digest", digest},
		{"--image", "ghcr.io/acme/operator"},
	} {
		folder := filepath.Join(t.TempDir(), "release")
		if said, err := hack("release-files", append(arguments, "--output", folder)...); err == nil {
			t.Errorf("%v is accepted: %s", arguments, said)
		}
		if _, err := os.Stat(folder); err == nil {
			t.Errorf("%v leaves something behind", arguments)
		}
	}
}

func TestTheChangelogBeginsWithTheVersionOfTheSources(t *testing.T) {
	headings := regexp.MustCompile(`(?m)^## \[(.*?)\] - (not yet released|\d{4}-\d\d-\d\d)$`).FindAllStringSubmatch(read(t, filepath.Join(chart.Root, "CHANGELOG.md")), -1)
	if len(headings) == 0 || headings[0][1] != version(t) {
		t.Errorf("the headings are %q, the sources' version is %s", headings, version(t))
	}
}
