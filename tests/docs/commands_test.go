package docs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"scheduledjob.dev/operator/tests/plane"
)

// notRun are the beginnings of commands that are not tried, and why.
var notRun = map[string]string{
	"make\n":                          "lists the commands, as any make target would",
	"make bench":                      "measures, for minutes",
	"make compare-":                   "measures, for minutes",
	"make demo":                       "shows what the README's commands do here, to people",
	"make format":                     "changes the sources",
	"make lint":                       "is run by a pipeline of its own",
	"make sim":                        "is run by a pipeline of its own",
	"make test":                       "is this",
	"build/release/tests/sim/sim --r": "replays a failure that there was once",
	"sed 's|image":                    "would be a second installation of one name; tests/chart/live applies the manifest",
	"helm test":                       "needs nodes that run pods; tests/chart/live does what its pod does",
	"kubectl logs":                    "needs nodes that run pods",
	"time kubectl scheduledjob":       "takes a million questions",
	"cosign":                          "needs a release",
	"docker":                          "needs a release",
	"gh":                              "needs a release",
	"sha256sum":                       "needs a release",
}

var comment = regexp.MustCompile(` +#.*$`)

// withoutCluster are the commands of the plugin whose answers depend on nothing but the page: they are compared whole.
var withoutCluster = []string{"next", "explain", "validate", "convert", "--version"}

// A command is one that a page tells to type, and what the page says that it prints.
type command struct {
	page string
	line string // of several lines, where the page breaks it
	says []string
	code string // where the page asks for it
}

// whole is whether all that it prints follows from the page.
func (c command) whole() bool {
	words := strings.Fields(c.line)
	return len(words) > 2 && words[0] == "kubectl" && words[1] == "scheduledjob" && slices.Contains(withoutCluster, words[2])
}

// reasonNotToRun is the key in notRun, empty for a command that is run.
func (c command) reasonNotToRun() (beginning string) {
	for beginning := range notRun {
		if strings.HasPrefix(comment.ReplaceAllString(c.line, "")+"\n", beginning) {
			return beginning
		}
	}
	return ""
}

// commands are all that a page tells to type.
func commands(from page) (all []command) {
	for _, block := range from.blocks("console") {
		if !strings.Contains("\n"+block, "\n$ ") { // without a prompt it is commands and nothing else
			block = "$ " + strings.ReplaceAll(strings.TrimRight(block, "\n"), "\n", "\n$ ")
		}
		asked, continued := false, false
		for line := range strings.Lines(block) {
			line = strings.TrimRight(line, "\n")
			typed, begins := strings.CutPrefix(line, "$ ")
			switch latest := len(all) - 1; {
			case continued:
				all[latest].line += "\n" + line
			case begins && typed == "echo $?":
				asked = true
			case begins:
				asked = false
				all = append(all, command{page: from.name(), line: typed, code: "0"})
			case asked:
				all[latest].code = line
			default:
				all[latest].says = append(all[latest].says, line)
			}
			continued = strings.HasSuffix(line, `\`)
		}
	}
	return all
}

// A desk is where somebody sits who follows the pages: a folder with what they name, and the programs in the PATH.
type desk struct {
	folder      string
	environment []string
}

// built is a program of this build.
func built(t *testing.T, variable string, place ...string) string {
	t.Helper()
	program := os.Getenv(variable)
	if program == "" {
		program = filepath.Join(append([]string{root, "build", "release"}, place...)...)
	}
	program, err := filepath.Abs(program)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(program); err != nil {
		t.Fatalf("it has not been built: %v", err)
	}
	return program
}

func newDesk(t *testing.T, cluster *plane.Plane) desk {
	t.Helper()
	helm, err := plane.Tool("helm")
	if err != nil {
		t.Fatal(err)
	}
	folder, programs, home := t.TempDir(), t.TempDir(), t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.CopyFS(folder, os.DirFS("files")))
	links := map[string]string{
		filepath.Join(programs, "kubectl"):              cluster.KubectlBin,
		filepath.Join(programs, "kubectl-scheduledjob"): built(t, "KUBECTL_SCHEDULEDJOB", "src", "cli", "kubectl-scheduledjob"),
		filepath.Join(programs, "helm"):                 helm,
	}
	for _, name := range []string{"build", "charts", "crds", "dist", "examples", "src"} {
		links[filepath.Join(folder, name)] = filepath.Join(root, name)
	}
	for link, target := range links {
		must(os.Symlink(target, link))
	}
	// What there is to build has been built.
	must(os.WriteFile(filepath.Join(programs, "make"), []byte("#!/bin/sh\n[ \"$*\" = build ]\n"), 0o700))
	for _, name := range []string{".local/bin", ".zfunc", ".config/fish/completions"} {
		must(os.MkdirAll(filepath.Join(home, name), 0o700))
	}
	return desk{folder, append(os.Environ(), "HOME="+home, "PATH="+programs+":"+os.Getenv("PATH"), "NO_COLOR=1",
		"KUBECONFIG="+cluster.Kubeconfig, "KUBECACHEDIR="+filepath.Join(home, "kubectl"), "SCHEDULEDJOB_LISTEN=127.0.0.1:0")}
}

// placeholders are what a reader fills in.
var placeholders = strings.NewReplacer(" NAMESPACE", " billing", " NAME", " invoices")

// run does what a command says, and returns what it prints and its exit code.
func (d desk) run(line string) (output, code string, err error) {
	shell := exec.Command("bash", "-c", placeholders.Replace(line))
	shell.Dir, shell.Env = d.folder, d.environment
	text, err := shell.CombinedOutput()
	if shell.ProcessState == nil {
		return "", "", err
	}
	return string(text), fmt.Sprint(shell.ProcessState.ExitCode()), nil
}

// try runs a command and compares what it does with what its page shows.
func (d desk) try(t *testing.T, each command) {
	output, code, err := d.run(each.line)
	if err != nil {
		t.Fatal(err)
	}
	if code != each.code {
		t.Fatalf("%s: `%s` ends with exit code %s, not %s:\n%s", each.page, each.line, code, each.code, output)
	}
	if wanted, alike := each.compare(output); !alike {
		t.Errorf("%s: `%s` does not print\n%s\nbut\n%s", each.page, each.line, wanted, output)
	}
}

var background = regexp.MustCompile(`^(.*) & *(#.*)?$`)

// leaveRunning starts a command that a page puts into the background; it ends with the test, and has to end well then.
func (d desk) leaveRunning(t *testing.T, line string) {
	t.Helper()
	var log strings.Builder
	shell := exec.Command("bash", "-c", "exec "+line)
	shell.Dir, shell.Env, shell.Stdout, shell.Stderr = d.folder, d.environment, &log, &log
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		shell.Process.Signal(syscall.SIGTERM)
		if err := shell.Wait(); err != nil {
			t.Errorf("`%s` ends with %v:\n%s", line, err, &log)
		}
	})
}

// inOrder begins with how to install everything; what other pages look at comes after that.
func inOrder(all []page) []page {
	rank := func(p page) int { return slices.Index([]string{"README.md", "docs/install.md"}, p.name()) }
	slices.SortStableFunc(all, func(a, b page) int { return rank(b) - rank(a) })
	return all
}

func TestEveryCommandDoesWhatItsPageShows(t *testing.T) {
	cluster := needCluster(t)
	desk := newDesk(t, cluster)
	listed := map[string]bool{}
	tried := 0
	for _, page := range inOrder(pages(t)) {
		if page.name() == "docs/install.md" {
			mustApply(t, cluster, "namespaces.yaml")
		}
		for _, each := range commands(page) {
			if beginning := each.reasonNotToRun(); beginning != "" {
				listed[beginning] = true
				continue
			}
			tried++
			if found := background.FindStringSubmatch(each.line); found != nil {
				desk.leaveRunning(t, found[1])
				continue
			}
			// By itself, so that one that hangs is named.
			t.Run(each.page+": "+each.line, func(t *testing.T) { desk.try(t, each) })
		}
		if page.name() == "README.md" {
			mustApply(t, cluster, "schedules.yaml")
		}
	}
	if tried < 30 {
		t.Errorf("only %d commands found", tried)
	}
	for beginning, reason := range notRun {
		if !listed[beginning] {
			t.Errorf("no page has a command that begins with %q any more (%s)", beginning, reason)
		}
	}
}

// mustApply applies one of the files that the pages take for granted.
func mustApply(t *testing.T, cluster *plane.Plane, file string) {
	t.Helper()
	if _, err := cluster.Kubectl("", "apply", "-f", filepath.Join("files", file)); err != nil {
		t.Fatal(err)
	}
}

var (
	digits   = regexp.MustCompile(`[0-9]+`)
	weekdays = regexp.MustCompile(`\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b`)
	spaces   = regexp.MustCompile(` +`)
)

// shape is a line without what another day would change.
func shape(line string) string {
	line = spaces.ReplaceAllString(digits.ReplaceAllString(line, "0"), " ")
	return strings.TrimSpace(weekdays.ReplaceAllString(line, "Day"))
}

// compare holds what was printed against what the page shows: all of it, up to a line that is an ellipsis. What depends on the
// cluster and the hour is compared by the shape of its first line.
func (c command) compare(output string) (wanted string, alike bool) {
	if len(c.says) == 0 {
		return "", true
	}
	if !c.whole() {
		first, _, _ := strings.Cut(output, "\n")
		return c.says[0], shape(first) == shape(c.says[0])
	}
	for i, line := range c.says {
		if strings.TrimSpace(line) == "…" {
			wanted = strings.Join(c.says[:i], "\n") + "\n"
			return wanted, strings.HasPrefix(output, wanted)
		}
	}
	wanted = strings.Join(c.says, "\n") + "\n"
	return wanted, output == wanted
}
