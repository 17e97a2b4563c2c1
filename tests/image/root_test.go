package image

import (
	"crypto/sha256"
	"debug/elf"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"scheduledjob.dev/operator/tests/plane"
)

const (
	operatorPath = "usr/bin/scheduledjob-operator"
	limit        = 40 << 20
)

// assemble makes the root of an image in a folder that does not exist yet.
func assemble(root string) error {
	program := os.Getenv("OPERATOR_BINARY")
	if program == "" {
		program = filepath.Join(plane.Root, "build", "release", "operator", "scheduledjob-operator")
	}
	output, err := exec.Command(filepath.Join(plane.Root, "hack", "image-root"), "--program", program, "--output", root).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, output)
	}
	return nil
}

// untouched is a root that no test changes.
var untouched string

func TestMain(m *testing.M) {
	code, err := withRoot(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func withRoot(run func() int) (int, error) {
	folder, err := os.MkdirTemp("", "image")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(folder)
	untouched = filepath.Join(folder, "root")
	if err := assemble(untouched); err != nil {
		return 1, err
	}
	return run(), nil
}

// another is a root of the same content, for one test.
func another(t *testing.T) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "root")
	if err := assemble(root); err != nil {
		t.Fatal(err)
	}
	return root
}

// walk visits everything in a root by its path there.
func walk(t *testing.T, root string, visit func(path string, info fs.FileInfo)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(root, path)
		visit(inside, info)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// inventory has a line for everything in a root: name, mode, time, and the content or where a link leads.
func inventory(t *testing.T, root string) (lines []string) {
	t.Helper()
	walk(t, root, func(path string, info fs.FileInfo) {
		content := ""
		switch {
		case info.Mode().IsRegular():
			text, err := os.ReadFile(filepath.Join(root, path))
			if err != nil {
				t.Fatal(err)
			}
			content = fmt.Sprintf("%x", sha256.Sum256(text))
		case info.Mode()&fs.ModeSymlink != 0:
			content, _ = os.Readlink(filepath.Join(root, path))
		}
		lines = append(lines, fmt.Sprint(path, " ", info.Mode(), " ", info.ModTime().Unix(), " ", content))
	})
	return lines
}

func TestNothingInTheImageRunsAnythingElse(t *testing.T) {
	var programs []string
	walk(t, untouched, func(path string, info fs.FileInfo) {
		mode := info.Mode()
		if mode&(fs.ModeSetuid|fs.ModeSetgid) != 0 || (mode&fs.ModeSymlink == 0 && mode.Perm()&0o022 != 0) {
			t.Errorf("%s is %v", path, mode)
		}
		if mode&fs.ModeSymlink != 0 {
			if _, err := filepath.EvalSymlinks(filepath.Join(untouched, path)); err != nil {
				t.Errorf("%s leads nowhere: %v", path, err)
			}
			if target, _ := os.Readlink(filepath.Join(untouched, path)); filepath.IsAbs(target) {
				t.Errorf("%s leads out of the root, to %s", path, target)
			}
		}
		isLibrary := strings.Contains(filepath.Base(path), ".so.")
		if mode.IsRegular() && mode.Perm()&0o111 != 0 && !isLibrary {
			programs = append(programs, path)
		}
	})
	if !slices.Equal(programs, []string{operatorPath}) {
		t.Errorf("there are the programs %q", programs)
	}
}

func TestTheImageIsSmall(t *testing.T) {
	var size int64
	walk(t, untouched, func(_ string, info fs.FileInfo) {
		if info.Mode().IsRegular() {
			size += info.Size()
		}
	})
	t.Logf("%.1f MiB", float64(size)/(1<<20))
	if size > limit || size < limit/10 {
		t.Errorf("it has %d bytes", size)
	}
}

func TestTwoAssembliesAreAlikeToTheByte(t *testing.T) {
	first, second := inventory(t, untouched), inventory(t, another(t))
	for i := range max(len(first), len(second)) {
		if i >= len(first) || i >= len(second) || first[i] != second[i] {
			t.Fatalf("they differ from\n%s\non, which is\n%s", first[min(i, len(first)-1)], second[min(i, len(second)-1)])
		}
	}
}

// What scanners of images and those who ask for licences look for.
func TestEachLibraryIsOfAPackageThatTheImageNames(t *testing.T) {
	packages, err := os.ReadDir(filepath.Join(untouched, "var/lib/dpkg/status.d"))
	if err != nil || len(packages) < 10 {
		t.Fatalf("%d packages, %v", len(packages), err)
	}
	for _, each := range packages {
		status, err := os.ReadFile(filepath.Join(untouched, "var/lib/dpkg/status.d", each.Name()))
		if err != nil || !strings.HasPrefix(string(status), "Package: "+each.Name()+"\n") || !strings.Contains(string(status), "\nVersion: ") {
			t.Errorf("%s is described as %q (%v)", each.Name(), status, err)
		}
		if info, err := os.Stat(filepath.Join(untouched, "usr/share/doc", each.Name(), "copyright")); err != nil || info.Size() == 0 {
			t.Errorf("the licence of %s is missing: %v", each.Name(), err)
		}
	}
	program, err := elf.Open(filepath.Join(untouched, operatorPath))
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	if symbols, _ := program.Symbols(); len(symbols) > 0 {
		t.Errorf("the operator is not stripped: it has %d symbols", len(symbols))
	}
}
