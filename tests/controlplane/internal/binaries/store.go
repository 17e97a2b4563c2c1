package binaries

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// A Store is the cache of built tools. Its layout is
//
//	<root>/<hash>/<tool>
//
// with one hash per module, over everything that decides what is built: the
// module's go.mod, go.sum and sources, the build flags, the Go version and the
// platform. A file under its final name is complete, because it was put there
// by a rename. Old hashes are left alone, since other checkouts may use them.
type Store struct {
	source    string
	root      string
	goVersion string
}

// DefaultRoot is where the cache lives unless told otherwise:
// ${XDG_CACHE_HOME:-$HOME/.cache}/scheduledjob-operator/controlplane.
func DefaultRoot() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no place for the built programs: %w; set XDG_CACHE_HOME", err)
	}
	return filepath.Join(cache, "scheduledjob-operator", "controlplane"), nil
}

// Open returns the store in root for the modules found under source, the folder
// that holds cluster/ and extras/.
func Open(ctx context.Context, source, root string) (*Store, error) {
	if _, err := os.Stat(filepath.Join(source, "cluster", "go.mod")); err != nil {
		return nil, fmt.Errorf("the pinned modules are not in %q: %w; start this tool as tests/controlplane/run", source, err)
	}
	s := &Store{source: source, root: root}
	command := exec.CommandContext(ctx, "go", "env", "GOVERSION")
	command.Dir = filepath.Join(source, "cluster")
	command.Env = buildEnvironment()
	output, err := command.Output()
	if ctx.Err() != nil {
		return nil, errors.New("interrupted")
	}
	if err != nil {
		return nil, fmt.Errorf("asking Go for its version: %w; the control plane is built with Go, see https://go.dev/doc/install", err)
	}
	s.goVersion = strings.TrimSpace(string(output))
	return s, nil
}

// Path is where the named tool is, or will be once it is built.
func (s *Store) Path(name string) (string, error) {
	tools, err := find([]string{name})
	if err != nil {
		return "", err
	}
	folder, err := s.folder(tools[0].module)
	if err != nil {
		return "", err
	}
	return filepath.Join(folder, name), nil
}

// DataPath is where a data file of the named tool is once the tool is built.
func (s *Store) DataPath(name, file string) (string, error) {
	program, err := s.Path(name)
	if err != nil {
		return "", err
	}
	return filepath.Join(filepath.Dir(program), file), nil
}

// missing returns those of the tools that are not built yet.
func (s *Store) missing(tools []tool) ([]tool, error) {
	var absent []tool
	for _, t := range tools {
		path, err := s.Path(t.name)
		if err != nil {
			return nil, err
		}
		if _, err := os.Stat(path); err != nil {
			absent = append(absent, t)
		}
	}
	return absent, nil
}

// folder is the module's place in the cache.
func (s *Store) folder(module string) (string, error) {
	hash := sha256.New()
	fmt.Fprintln(hash, module, s.goVersion, runtime.GOOS, runtime.GOARCH)
	fmt.Fprintf(hash, "%q\n%q\n", buildFlags(module), fixedEnvironment)
	if err := hashSources(hash, filepath.Join(s.source, module)); err != nil {
		return "", fmt.Errorf("reading the pinned modules: %w", err)
	}
	return filepath.Join(s.root, hex.EncodeToString(hash.Sum(nil))[:16]), nil
}

// hashSources adds every file below folder, by name and content.
func hashSources(hash io.Writer, folder string) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(hash, "%s %d\n%s", name, len(content), content)
		return err
	})
}
