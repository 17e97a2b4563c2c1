package bench

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// heading is the first line of the table as people see it.
func (t Table) heading() []string {
	cells := []string{"", "goal", "operator", ""}
	for _, column := range t.others() {
		cells = append(cells, column, "×")
	}
	return cells
}

// others are the columns besides ours that have an answer.
func (t Table) others() []string {
	return slices.DeleteFunc([]string{peer, tuned, plain, bare}, func(column string) bool {
		return !slices.ContainsFunc(t, func(r *Row) bool { _, measured := r.Values[column]; return measured })
	})
}

// cells are a row as text.
func (t Table) cells(r *Row) []string {
	cells := []string{r.Name, r.goal(), r.value(ours), r.verdict()}
	for _, column := range t.others() {
		ratio := ""
		if factor, known := r.ratio(column); known {
			ratio = formatFactor(factor)
		}
		cells = append(cells, r.value(column), ratio)
	}
	return cells
}

func (r *Row) value(column string) string {
	value, measured := r.Values[column]
	if !measured {
		return ""
	}
	return r.Unit.format(value)
}

// goal is the goal, with what it comes to where it depends on C.
func (r *Row) goal() string {
	if r.Limit == noLimit || !strings.Contains(r.Goal, "/C") {
		return r.Goal
	}
	return r.Goal + " = " + r.Unit.format(r.Limit)
}

func (r *Row) verdict() string {
	met, known := r.met()
	switch {
	case !known:
		return ""
	case met:
		return "met"
	}
	return "missed"
}

func formatFactor(factor float64) string {
	if factor < 10 {
		return fmt.Sprintf("%.1f", factor)
	}
	return fmt.Sprintf("%.0f", factor)
}

// Write writes the table for a terminal.
func (t Table) Write(w io.Writer) {
	lines := [][]string{t.heading()}
	for _, r := range t {
		lines = append(lines, t.cells(r))
	}
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, line := range lines {
		var text strings.Builder
		for i, cell := range line {
			padding := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i < 2 {
				text.WriteString(cell + padding + "  ")
			} else {
				text.WriteString(padding + cell + "  ")
			}
		}
		fmt.Fprintln(w, strings.TrimRight(text.String(), " "))
	}
}
