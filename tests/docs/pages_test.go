package docs

import (
	"os"
	"path/filepath"
	"testing"
)

// root is the top of the repository.
var root = filepath.Join("..", "..")

// A page is one Markdown file.
type page struct {
	path string
	text string
}

// pages are all that a reader may come upon.
func pages(t *testing.T) (all []page) {
	t.Helper()
	for _, pattern := range []string{"*.md", "docs/*.md", "charts/*/*.md"} {
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, page{path, string(text)})
		}
	}
	if len(all) < 10 {
		t.Fatalf("only %d pages found", len(all))
	}
	return all
}
