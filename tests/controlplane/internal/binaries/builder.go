package binaries

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"scheduledjob.dev/operator/tests/controlplane/internal/process"
)

// fixedEnvironment overrides what a developer's own settings could change about
// the result: the same inputs have to give the same programs everywhere.
var fixedEnvironment = []string{
	"CGO_ENABLED=0",
	"GOFLAGS=",
	"GOWORK=off",
	"GOOS=" + runtime.GOOS,
	"GOARCH=" + runtime.GOARCH,
}

func buildEnvironment() []string {
	return append(os.Environ(), fixedEnvironment...)
}

// Ensure returns once all named tools are in the cache, building those that are
// not. It says on progress what it does, at least every ten seconds. Of several
// callers at once one builds and the others wait. Ended half-way, by ctx or by
// a crash, it leaves what is finished; the next call goes on from there.
func (s *Store) Ensure(ctx context.Context, spawner *process.Spawner, progress io.Writer, names ...string) error {
	tools, err := find(names)
	if err != nil {
		return err
	}
	// A complete cache must not need the lock: a plane starts while another
	// tool is being built.
	absent, err := s.missing(tools)
	if err != nil || len(absent) == 0 {
		return err
	}
	if err := os.MkdirAll(s.root, 0o755); err != nil {
		return fmt.Errorf("making the cache for the built programs: %w", err)
	}
	unlock, err := lock(ctx, filepath.Join(s.root, "build.lock"), progress)
	if err != nil {
		return err
	}
	defer unlock()

	absent, err = s.missing(tools)
	if err != nil {
		return err
	}
	// Go's own temporary files are kept together, so that those of a build that
	// was killed go with the next one.
	if err := os.RemoveAll(s.temporary()); err != nil {
		return err
	}
	if err := os.Mkdir(s.temporary(), 0o755); err != nil {
		return err
	}
	defer os.RemoveAll(s.temporary())
	report := newReporter(progress, len(absent))
	for _, t := range absent {
		done := report.begin(t.name)
		err := s.build(ctx, spawner, t)
		done(err)
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) temporary() string { return filepath.Join(s.root, "build.tmp") }

// build makes one tool and puts it into the cache.
func (s *Store) build(ctx context.Context, spawner *process.Spawner, t tool) error {
	path, err := s.Path(t.name)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	// Data first: once the program has its name, everything it needs is there.
	for _, file := range t.data {
		if err := s.copyData(ctx, t, file); err != nil {
			return fmt.Errorf("copying the data of %s: %w", t.name, err)
		}
	}

	unfinished := path + ".unfinished"
	defer os.Remove(unfinished)
	arguments := append([]string{"build"}, buildFlags(t.module)...)
	arguments = append(arguments, "-o", unfinished, t.pkg)
	if err := s.run(ctx, spawner, t.module, arguments); err != nil {
		return fmt.Errorf("building %s: %w", t.name, err)
	}
	return os.Rename(unfinished, path)
}

// run executes `go` in a module's folder. The processes it starts die with it,
// whether ctx ends it or this program is killed.
func (s *Store) run(ctx context.Context, spawner *process.Spawner, module string, arguments []string) error {
	var output bytes.Buffer
	command := exec.Command("go", arguments...)
	command.Dir = filepath.Join(s.source, module)
	command.Env = append(buildEnvironment(), "GOTMPDIR="+s.temporary())
	command.Stdout, command.Stderr = &output, &output
	running, err := spawner.Start(command)
	if err != nil {
		return err
	}
	select {
	case <-running.Done():
	case <-ctx.Done():
		running.KillGroup()
		<-running.Done()
		return errors.New("interrupted; the next run goes on from here")
	}
	if running.Err() == nil {
		return nil
	}
	message := strings.TrimSpace(output.String())
	if strings.Contains(message, "dial tcp") || strings.Contains(message, "i/o timeout") {
		message += "\nThe modules come from the Go module proxy; is it reachable? (go env GOPROXY)"
	}
	return fmt.Errorf("go %s: %w\n%s", arguments[0], running.Err(), message)
}

// copyData copies one file of a required module into the cache.
func (s *Store) copyData(ctx context.Context, t tool, file dataFile) error {
	command := exec.CommandContext(ctx, "go", "mod", "download", "-json", file.module)
	command.Dir = filepath.Join(s.source, t.module)
	command.Env = buildEnvironment()
	output, err := command.Output()
	if err != nil {
		return fmt.Errorf("downloading %s: %w", file.module, err)
	}
	var downloaded struct{ Dir string }
	if err := json.Unmarshal(output, &downloaded); err != nil {
		return fmt.Errorf("downloading %s: %w", file.module, err)
	}
	content, err := os.ReadFile(filepath.Join(downloaded.Dir, file.path))
	if err != nil {
		return err
	}
	target, err := s.DataPath(t.name, file.name)
	if err != nil {
		return err
	}
	return os.WriteFile(target, content, 0o644)
}
