package docs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var console = regexp.MustCompile("(?ms)^ *```console\n(.*?)^ *```$")

// withoutCluster are the commands of the plugin that need none.
var withoutCluster = []string{"next", "explain", "validate", "convert", "--version"}

// A command is one that a page tells to type, and what the page says that it prints.
type command struct {
	page string
	line string
	says []string
	code string // where the page asks for it
}

// commands are those of a page that begin with `kubectl scheduledjob` and need no cluster.
func commands(from page) (all []command) {
	for _, block := range console.FindAllStringSubmatch(from.text, -1) {
		var latest *command
		asked := false
		for line := range strings.Lines(block[1]) {
			line = strings.TrimRight(line, "\n")
			typed, isCommand := strings.CutPrefix(strings.TrimLeft(line, " "), "$ ")
			switch {
			case isCommand && typed == "echo $?":
				asked = true
			case isCommand:
				asked = false
				latest = nil
				if words := strings.Fields(typed); len(words) > 2 && words[0] == "kubectl" && words[1] == "scheduledjob" && slices.Contains(withoutCluster, words[2]) {
					all = append(all, command{page: from.path, line: typed, code: "0"})
					latest = &all[len(all)-1]
				}
			case latest != nil && asked:
				latest.code = line
			case latest != nil:
				latest.says = append(latest.says, line)
			}
		}
	}
	return all
}

// workplace is a folder with the files that the pages name, and a kubectl that knows the plugin.
func workplace(t *testing.T) (folder, path string) {
	t.Helper()
	plugin := os.Getenv("KUBECTL_SCHEDULEDJOB")
	if plugin == "" {
		plugin = filepath.Join(root, "build", "release", "src", "cli", "kubectl-scheduledjob")
	}
	plugin, err := filepath.Abs(plugin)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(plugin); err != nil {
		t.Fatalf("the plugin has not been built: %v", err)
	}
	folder, path = t.TempDir(), t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("files")); err != nil {
		t.Fatal(err)
	}
	// As kubectl finds plugins: by its first argument.
	script := fmt.Sprintf("#!/bin/sh\n[ \"$1\" = scheduledjob ] || exit 99\nshift\nexec %q \"$@\"\n", plugin)
	if err := os.WriteFile(filepath.Join(path, "kubectl"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return folder, path
}

func TestEveryCommandPrintsWhatItsPageShows(t *testing.T) {
	folder, path := workplace(t)
	tried := 0
	for _, page := range pages(t) {
		for _, each := range commands(page) {
			tried++
			shell := exec.Command("sh", "-c", each.line)
			shell.Dir = folder
			shell.Env = append(os.Environ(), "PATH="+path+":"+os.Getenv("PATH"), "NO_COLOR=1")
			output, err := shell.CombinedOutput()
			if shell.ProcessState == nil {
				t.Fatal(err)
			}
			if code := fmt.Sprint(shell.ProcessState.ExitCode()); code != each.code {
				t.Errorf("%s: `%s` ends with exit code %s, not %s:\n%s", each.page, each.line, code, each.code, output)
				continue
			}
			if wanted, whole := shown(each.says); !matches(string(output), wanted, whole) {
				t.Errorf("%s: `%s` does not print\n%sbut\n%s", each.page, each.line, wanted, output)
			}
		}
	}
	if tried < 10 {
		t.Errorf("only %d commands found", tried)
	}
}

// shown is what a page says that a command prints, up to the first line that is an ellipsis. Empty: it says nothing.
func shown(says []string) (text string, whole bool) {
	for i, line := range says {
		if strings.TrimSpace(line) == "…" {
			return strings.Join(says[:i], "\n") + "\n", false
		}
	}
	if len(says) == 0 {
		return "", false
	}
	return strings.Join(says, "\n") + "\n", true
}

func matches(output, wanted string, whole bool) bool {
	if whole {
		return output == wanted
	}
	return strings.HasPrefix(output, wanted)
}
