package pipelines

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
)

// root is the top of the repository.
var root = filepath.Join("..", "..")

// A pipeline is one file of .github/workflows.
type pipeline struct {
	path string
	text string
	*actionlint.Workflow
}

func pipelines(t *testing.T) (all []pipeline) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		workflow, problems := actionlint.Parse(text)
		if len(problems) > 0 {
			t.Fatalf("%s: %v", path, problems)
		}
		all = append(all, pipeline{path, string(text), workflow})
	}
	if len(all) == 0 {
		t.Fatal("there is no pipeline")
	}
	return all
}

func TestActionlintFindsNothing(t *testing.T) {
	shellcheck, err := exec.LookPath("shellcheck")
	if err != nil {
		t.Log("there is no shellcheck: the scripts in the pipelines are not checked")
	}
	top, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{Shellcheck: shellcheck, WorkingDir: top})
	if err != nil {
		t.Fatal(err)
	}
	// Not the whole repository: that is found by its .git folder, which an archive of the sources lacks.
	problems, err := linter.LintDir(filepath.Join(top, ".github", "workflows"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range problems {
		t.Error(each)
	}
}

// Who can move a tag could run what he likes with the rights of the job; a digest cannot be moved.
func TestEveryActionIsPinnedByItsDigest(t *testing.T) {
	pinned := regexp.MustCompile(`^[\w.-]+(/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	found := 0
	for _, each := range pipelines(t) {
		for _, match := range regexp.MustCompile(`(?m)^[ -]*uses: *(.*)$`).FindAllStringSubmatch(each.text, -1) {
			found++
			if !pinned.MatchString(match[1]) && !strings.HasPrefix(match[1], "./") {
				t.Errorf("%s: %s is not pinned by digest, with the version as a comment", each.path, match[1])
			}
		}
	}
	if found == 0 {
		t.Error("no action was found")
	}
}

// A job may what it names. Only a release writes anything, and no pull request starts one.
func TestEveryJobHasTheRightsThatItNamesAndNoOther(t *testing.T) {
	for _, each := range pipelines(t) {
		if each.Permissions == nil || each.Permissions.All != nil || len(each.Permissions.Scopes) > 0 {
			t.Errorf("%s grants something to all of its jobs", each.path)
		}
		for name, job := range each.Jobs {
			if job.Permissions == nil || job.Permissions.All != nil || len(job.Permissions.Scopes) == 0 {
				t.Errorf("%s: %s does not name its rights", each.path, name)
				continue
			}
			for scope, right := range job.Permissions.Scopes {
				if right.Value.Value != "read" && filepath.Base(each.path) != "release.yml" {
					t.Errorf("%s: %s may %s %s", each.path, name, right.Value.Value, scope)
				}
			}
		}
		for _, event := range each.On {
			if name := event.EventName(); name == "pull_request_target" || name == "workflow_run" {
				t.Errorf("%s runs on %s, with the rights of this repository on what others wrote", each.path, name)
			}
		}
	}
}

func TestNoJobRunsForEver(t *testing.T) {
	for _, each := range pipelines(t) {
		for name, job := range each.Jobs {
			if job.TimeoutMinutes == nil && job.WorkflowCall == nil {
				t.Errorf("%s: %s has no timeout-minutes", each.path, name)
			}
		}
	}
}

// What an expression gives is pasted into a script before the shell reads it, quotes and all; a variable is not.
func TestScriptsTakeWhatVariesFromTheEnvironment(t *testing.T) {
	scripts := 0
	for _, each := range pipelines(t) {
		for name, job := range each.Jobs {
			for _, step := range job.Steps {
				switch does := step.Exec.(type) {
				case *actionlint.ExecRun:
					scripts++
					if strings.Contains(does.Run.Value, "${{") {
						t.Errorf("%s: a script of %s holds an expression", each.path, name)
					}
				case *actionlint.ExecAction:
					keeps := does.Inputs["persist-credentials"]
					if strings.HasPrefix(does.Uses.Value, "actions/checkout@") && (keeps == nil || keeps.Value.Value != "false") {
						t.Errorf("%s: %s leaves its token to whatever runs after the checkout", each.path, name)
					}
				}
			}
		}
	}
	if scripts == 0 {
		t.Error("no script was found")
	}
}
