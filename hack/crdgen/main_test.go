package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../.."

func TestWhatIsCommittedIsWhatKubernetesSchemaMakesOfIt(t *testing.T) {
	if err := run(root, true); err != nil {
		t.Error(err)
	}
}

func TestWhatIsWrittenByHandStaysAsItIs(t *testing.T) {
	text := "before:\n  # mine\n  " + beginMark + "\n  old: 1\n  " + endMark + "\nafter: 2\n"
	got, err := replaceGenerated([]byte(text), "spec", object{"type": "object"})
	if err != nil {
		t.Fatal(err)
	}
	want := "before:\n  # mine\n  " + beginMark + "\n  spec: {type: object}\n  " + endMark + "\nafter: 2\n"
	if string(got) != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestAFileWithoutMarksIsRefused(t *testing.T) {
	for _, text := range []string{"", "spec: {}\n", beginMark + "\n"} {
		if got, err := replaceGenerated([]byte(text), "spec", object{}); err == nil {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestWritingAgainChangesNothing(t *testing.T) {
	first, err := generate(root)
	if err != nil {
		t.Fatal(err)
	}
	copied := t.TempDir()
	for _, folder := range []string{filepath.Dir(definitionFile), filepath.Dir(mergeKeysFile), pinnedIn} {
		if err := os.MkdirAll(filepath.Join(copied, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		content, err := os.ReadFile(filepath.Join(root, pinnedIn, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(copied, pinnedIn, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(copied, definitionFile), first[definitionFile], 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(copied, false); err != nil {
		t.Fatal(err)
	}
	if err := run(copied, true); err != nil {
		t.Error(err)
	}
	for name, wanted := range first {
		if written, _ := os.ReadFile(filepath.Join(copied, name)); !bytes.Equal(written, wanted) {
			t.Errorf("%s came out different", name)
		}
	}
}

func TestAFieldOfANewerJobNeedsADescription(t *testing.T) {
	newer := object{"properties": object{"novelty": object{"type": "string"}}}
	saved := amendments
	defer func() { amendments = saved }()
	amendments = nil
	if err := amend(newer); err == nil || !strings.Contains(err.Error(), "novelty") {
		t.Errorf("error %v does not name the field", err)
	}
	amendments = map[string]object{"gone": {"description": "x"}}
	if err := amend(newer); err == nil || !strings.Contains(err.Error(), "gone") {
		t.Errorf("error %v does not name the field that has gone", err)
	}
}
