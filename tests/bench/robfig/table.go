package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

// A goal is what a row of the table may take.
type goal string

const (
	common  goal = "common"
	rare    goal = "rare"    // years may pass between matches
	refused goal = "refused" // no date matches, and that is said
)

// A row is one expression of the table that both sides measure.
type row struct {
	name, expression, zone string
	goal                   goal
	shared                 bool // robfig/cron measures it too
}

// label is unique in the table; benchmarks are named "<measure>/<label>".
func (r row) label() string { return r.name + "/" + r.zone }

// forRobfig is the expression as CronJob hands it to robfig/cron.
func (r row) forRobfig() string { return inZone(r.expression, r.zone) }

// inZone names the zone as CronJob does.
func inZone(expression, zone string) string { return "CRON_TZ=" + zone + " " + expression }

// readTable reads the rows; the file itself says how it is written.
func readTable(path string) ([]row, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()

	var rows []row
	seen := map[string]bool{}
	lines := bufio.NewScanner(file)
	for number := 1; lines.Scan(); number++ {
		if text := lines.Text(); text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		r, err := parseRow(lines.Text())
		if err == nil && seen[r.label()] {
			err = fmt.Errorf("%s is there twice", r.label())
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, number, err)
		}
		seen[r.label()] = true
		rows = append(rows, r)
	}
	return rows, lines.Err()
}

// parseRow reads one line of the table.
func parseRow(line string) (row, error) {
	columns := strings.Split(line, "|")
	if len(columns) != 5 {
		return row{}, fmt.Errorf("a row has five columns, this one %d", len(columns))
	}
	for i := range columns {
		columns[i] = strings.TrimSpace(columns[i])
	}
	r := row{name: columns[0], expression: columns[1], zone: columns[2], goal: goal(columns[3])}
	switch r.goal {
	case common, rare, refused:
	default:
		return row{}, fmt.Errorf("a goal is common, rare or refused, not %q", columns[3])
	}
	switch columns[4] {
	case "both":
		r.shared = true
	case "ours":
	default:
		return row{}, fmt.Errorf("a row is measured by both or ours, not %q", columns[4])
	}
	return r, nil
}
