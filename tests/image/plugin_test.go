package image

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"scheduledjob.dev/operator/tests/plane"
)

func TestThePluginRunsFromItsArchiveAlone(t *testing.T) {
	program := os.Getenv("KUBECTL_SCHEDULEDJOB")
	if program == "" {
		program = filepath.Join(plane.Root, "build", "release", "src", "cli", "kubectl-scheduledjob")
	}
	folder := t.TempDir()
	archive, content := filepath.Join(folder, "plugin.tar.gz"), filepath.Join(folder, "content")
	for _, arguments := range [][]string{
		{filepath.Join(plane.Root, "hack", "plugin-archive"), "--program", program, "--output", archive},
		{"mkdir", content},
		{"tar", "--extract", "--file", archive, "--directory", content},
	} {
		if output, err := exec.Command(arguments[0], arguments[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", arguments, err, output)
		}
	}
	// Called as krew has it called, by a link elsewhere.
	link := filepath.Join(folder, "kubectl-scheduledjob")
	if err := os.Symlink(filepath.Join(content, "kubectl-scheduledjob"), link); err != nil {
		t.Fatal(err)
	}
	const schedule = "30 2 * * *"
	output, err := exec.Command(link, "next", schedule, "--after", "2026-01-01T00:00:00Z", "--count", "1").CombinedOutput()
	if err != nil || !strings.Contains(string(output), "2026-01-01T02:30:00Z") {
		t.Errorf("by a link: %v\n%s", err, output)
	}
	// What the launcher does, where no library of this machine can be found, nor a shell.
	loaders, err := filepath.Glob(filepath.Join(content, "lib", "ld-linux*"))
	if err != nil || len(loaders) != 1 {
		t.Fatalf("the loaders are %q", loaders)
	}
	command := inside(content, "--library-path", "/lib", "/lib/kubectl-scheduledjob", "next", schedule, "--after", "2026-01-01T00:00:00Z", "--count", "1")
	command.Path = "/lib/" + filepath.Base(loaders[0])
	if output, err := command.CombinedOutput(); err != nil || !strings.Contains(string(output), "2026-01-01T02:30:00Z") {
		t.Errorf("with nothing else present: %v\n%s", err, output)
	}
}
