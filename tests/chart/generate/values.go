package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"scheduledjob.dev/operator/tests/chart/internal/chart"
)

// A value of a chart as its README tells of it.
type value struct {
	path      string // "image.tag"
	initially string // JSON
	meaning   string
}

var keyLine = regexp.MustCompile(`^( *)([A-Za-z][A-Za-z0-9]*):(?: |$)`)

// documented lists the values that a comment beginning with "# --" stands above, in the text's order. Each value must be
// documented, by itself or as part of one that is, or else hold documented ones.
func documented(text string) ([]value, error) {
	parsed, err := chart.Parse(text)
	if err != nil {
		return nil, err
	}
	if len(parsed) != 1 {
		return nil, fmt.Errorf("has %d documents", len(parsed))
	}
	var values []value
	var parents []string // keys that lead here, two columns of indentation each
	var meaning []string
	covered := -1 // the depth of the documented value that this line is part of; none: -1
	for number, line := range strings.Split(text, "\n") {
		comment, isComment := strings.CutPrefix(strings.TrimSpace(line), "#")
		if first, begins := strings.CutPrefix(comment, " -- "); isComment && begins {
			meaning = []string{strings.TrimSpace(first)}
			continue
		}
		if isComment {
			if meaning != nil {
				meaning = append(meaning, strings.TrimSpace(comment))
			}
			continue
		}
		key := keyLine.FindStringSubmatch(line)
		if key == nil {
			meaning = nil
			continue
		}
		depth := len(key[1]) / 2
		if covered >= 0 && depth > covered {
			continue
		}
		covered = -1
		parents = append(parents[:min(depth, len(parents))], key[2])
		path := strings.Join(parents, ".")
		initially := parsed[0].At(path)
		_, isMap := initially.(map[string]any)
		if meaning == nil {
			if !isMap {
				return nil, fmt.Errorf("line %d: %s has no comment that begins with # --", number+1, path)
			}
			continue
		}
		encoded, err := json.Marshal(initially)
		if err != nil {
			return nil, err
		}
		values = append(values, value{path, string(encoded), strings.Join(meaning, " ")})
		meaning, covered = nil, depth
	}
	return values, nil
}
