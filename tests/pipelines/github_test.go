package pipelines

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// decode reads a YAML file whose every field is expected.
func decode[T any](t *testing.T, path string) (value T) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(text, &value); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return value
}

func TestDependabotKnowsEverythingThatIsPinned(t *testing.T) {
	config := decode[struct {
		Version int
		Updates []struct {
			Ecosystem   string `json:"package-ecosystem"`
			Directory   string
			Directories []string
			Schedule    map[string]string
			Groups      map[string]map[string][]string
		}
	}](t, filepath.Join(root, ".github", "dependabot.yml"))
	var watched, pinned []string
	for _, each := range config.Updates {
		for _, directory := range append(each.Directories, each.Directory) {
			if directory != "" {
				watched = append(watched, each.Ecosystem+" "+directory)
			}
		}
	}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "build" || entry.Name() == ".git") {
			return filepath.SkipDir
		}
		ecosystem, known := map[string]string{"go.mod": "gomod", "Dockerfile": "docker", "workflows": "github-actions"}[entry.Name()]
		if !known {
			return nil
		}
		below, err := filepath.Rel(root, filepath.Dir(path))
		if ecosystem == "github-actions" {
			below = "." // it looks into .github/workflows by itself
		}
		pinned = append(pinned, ecosystem+" "+filepath.Join("/", below))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(watched)
	slices.Sort(pinned)
	if !slices.Equal(watched, pinned) {
		t.Errorf("Dependabot watches\n%s\nand these pin something:\n%s", strings.Join(watched, "\n"), strings.Join(pinned, "\n"))
	}
}

func TestTheFormsOfIssuesAreWhatGitHubTakes(t *testing.T) {
	type form struct {
		Name, Description string
		Labels            []string
		Body              []struct {
			Type, ID    string
			Attributes  map[string]any
			Validations map[string]bool
		}
	}
	paths, err := filepath.Glob(filepath.Join(root, ".github", "ISSUE_TEMPLATE", "*.yml"))
	if err != nil {
		t.Fatal(err)
	}
	forms := 0
	for _, path := range paths {
		if filepath.Base(path) == "config.yml" {
			continue
		}
		forms++
		form := decode[form](t, path)
		if form.Name == "" || form.Description == "" {
			t.Errorf("%s has no name or description", path)
		}
		var ids []string
		for _, field := range form.Body {
			needed := "label"
			switch field.Type {
			case "markdown":
				needed = "value"
			case "input", "textarea", "dropdown", "checkboxes":
				ids = append(ids, field.ID)
			default:
				t.Errorf("%s: there are no fields of the type %q", path, field.Type)
			}
			if field.Attributes[needed] == nil || (field.Type == "dropdown") != (field.Attributes["options"] != nil) {
				t.Errorf("%s: %s %s has only %v", path, field.Type, field.ID, field.Attributes)
			}
		}
		slices.Sort(ids)
		if len(ids) == 0 || ids[0] == "" || len(slices.Compact(slices.Clone(ids))) != len(ids) {
			t.Errorf("%s: ids are missing or given twice: %q", path, ids)
		}
	}
	if forms == 0 {
		t.Error("there is no form")
	}
}

func TestTheCodeThatIsOwnedExists(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, ".github", "CODEOWNERS"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		if len(words) < 2 || !strings.HasPrefix(words[1], "@") {
			t.Errorf("%s has no owner", words[0])
		}
		if found, err := filepath.Glob(filepath.Join(root, words[0])); err != nil || len(found) == 0 {
			t.Errorf("there is no %s", words[0])
		}
	}
}
