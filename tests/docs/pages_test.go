package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"scheduledjob.dev/operator/tests/plane"
)

// root is the top of the repository.
var root = plane.Root

// A page is one Markdown file.
type page struct {
	path string
	text string
}

// name is the page's path in the repository.
func (p page) name() string {
	name, err := filepath.Rel(root, p.path)
	if err != nil {
		return p.path
	}
	return name
}

var fenced = regexp.MustCompile("(?ms)^( *)```([a-z]+)\n(.*?)^ *```$")

// blocks are the fenced texts of a kind, without the indentation of their fence.
func (p page) blocks(kind string) (texts []string) {
	for _, found := range fenced.FindAllStringSubmatch(p.text, -1) {
		if indentation, named, text := found[1], found[2], found[3]; named == kind {
			texts = append(texts, strings.ReplaceAll("\n"+text, "\n"+indentation, "\n")[1:])
		}
	}
	return texts
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
