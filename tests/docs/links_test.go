package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	fence   = regexp.MustCompile("(?ms)^```.*?^```$")
	dropped = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// anchors are the names by which the headings of a page can be linked to, as GitHub makes them.
func anchors(text string) map[string]bool {
	names := map[string]bool{}
	for _, found := range heading.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		name := dropped.ReplaceAllString(strings.ToLower(found[1]), "")
		names[strings.ReplaceAll(name, " ", "-")] = true
	}
	return names
}

func TestEveryLinkLeadsToAFileAndAHeadingThatExist(t *testing.T) {
	followed := 0
	for _, page := range pages(t) {
		for _, found := range link.FindAllStringSubmatch(page.text, -1) {
			target := found[1]
			if strings.Contains(target, "://") {
				continue
			}
			followed++
			file, anchor, _ := strings.Cut(target, "#")
			path := page.path
			if file != "" {
				path = filepath.Join(filepath.Dir(page.path), file)
			}
			text, err := os.ReadFile(path)
			if err != nil {
				if info, problem := os.Stat(path); problem != nil || !info.IsDir() {
					t.Errorf("%s: %s leads nowhere", page.path, target)
				}
				continue
			}
			if anchor != "" && !anchors(string(text))[anchor] {
				t.Errorf("%s: %s names no heading", page.path, target)
			}
		}
	}
	if followed == 0 {
		t.Error("no link was found")
	}
}
