package bench

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
)

//go:embed performance.md.tmpl
var pageText string

// page is what the template is filled in with.
type page struct {
	Result
	Command string
}

// WriteReport writes performance.md into a folder, and its plots into the folder
// performance there. command is how the figures were made.
func (r Result) WriteReport(folder, command string) error {
	functions := template.FuncMap{"date": func() string { return r.Started.Format("2 January 2006, 15:04") + " UTC" }}
	parsed, err := template.New("performance.md").Funcs(functions).Parse(pageText)
	if err != nil {
		return err
	}
	plots := filepath.Join(folder, "performance")
	if err := os.MkdirAll(plots, 0o755); err != nil {
		return err
	}
	for name, drawing := range map[string]plot{"lateness.svg": r.latenessPlot(), "memory.svg": r.memoryPlot(), "idle.svg": r.idlePlot()} {
		if drawn := drawing.svg(); drawn != "" {
			if err := os.WriteFile(filepath.Join(plots, name), []byte(drawn), 0o644); err != nil {
				return err
			}
		}
	}
	file, err := os.Create(filepath.Join(folder, "performance.md"))
	if err != nil {
		return err
	}
	defer file.Close()
	if err := parsed.Execute(file, page{r, command}); err != nil {
		return err
	}
	return file.Close()
}

// latenessPlot shows when the Jobs exist of so many schedules that are due at once.
func (r Result) latenessPlot() plot {
	p := plot{title: "Until 99 % of the Jobs exist", x: "due at once", y: "seconds after the instant"}
	for _, name := range []string{ours, tuned, peer} {
		l := line{name: name}
		for _, s := range r.Single {
			if s.Of == name {
				l.points = append(l.points, point{1, s.P99Created / 1000})
			}
		}
		for _, b := range r.Bursts {
			if b.Of == name && b.Namespaces > 1 {
				l.points = append(l.points, point{float64(b.Count), b.P99})
			}
		}
		p.lines = append(p.lines, l)
	}
	limit := line{name: "the API server's own limit, n/C"}
	for _, b := range r.Bursts {
		if b.Of == ours && b.Namespaces > 1 {
			limit.points = append(limit.points, point{float64(b.Count), float64(b.Count) / b.C})
		}
	}
	p.lines = append(p.lines, limit)
	return p
}

func (r Result) memoryPlot() plot {
	return r.scalePlot("Resident memory", "MiB", func(s Scale) float64 { return s.Memory })
}

func (r Result) idlePlot() plot {
	return r.scalePlot("Processor time while nothing is due", "% of a core", func(s Scale) float64 { return s.Idle })
}

func (r Result) scalePlot(title, unit string, of func(Scale) float64) plot {
	p := plot{title: title, x: "schedules", y: unit}
	for _, name := range []string{ours, peer} {
		l := line{name: name}
		for _, s := range r.Scales {
			if s.Of == name {
				l.points = append(l.points, point{float64(s.Schedules), of(s)})
			}
		}
		p.lines = append(p.lines, l)
	}
	return p
}

// Markdown is the table as it stands in a page.
func (t Table) Markdown() string {
	var out strings.Builder
	heading := t.heading()
	fmt.Fprintf(&out, "| %s |\n|---|---|%s\n", strings.Join(heading, " | "), strings.Repeat("--:|", len(heading)-2))
	for _, r := range t {
		fmt.Fprintf(&out, "| %s |\n", strings.Join(t.cells(r), " | "))
	}
	return out.String()
}

// CallTable has what a run of each takes of processors, and which requests it makes.
func (r Result) CallTable() string {
	var out strings.Builder
	out.WriteString("| | runs | processor time | requests of each |\n|---|--:|--:|---|\n")
	for _, cost := range r.Costs {
		var made []string
		for _, c := range cost.Calls {
			made = append(made, fmt.Sprintf("%.2f × %s %s", c.PerRun, c.Verb, c.Resource))
		}
		fmt.Fprintf(&out, "| %s, %s | %d | %s | %s |\n", cost.Of, cost.Length, cost.Runs, millis.format(cost.CPU), strings.Join(made, ", "))
	}
	return out.String()
}

// BurstTable has every burst with the rate of the loader beside it.
func (r Result) BurstTable() string {
	var out strings.Builder
	out.WriteString("| | due at once | namespaces | first | p50 | p99 | last | Jobs/s | cores | C | cores |\n|---|" + strings.Repeat("--:|", 10) + "\n")
	for _, b := range r.Bursts {
		fmt.Fprintf(&out, "| %s | %d | %d | %s | %s | %s | %s | %.0f | %s | %.0f | %s |\n", b.Of, b.Count, b.Namespaces, seconds.format(b.First),
			seconds.format(b.P50), seconds.format(b.P99), seconds.format(b.Last), b.Rate, ifMeasured(b.Cores, cores), b.C, ifMeasured(b.LoaderCores, cores))
	}
	return out.String()
}

// cores is how much of the processors was taken.
func cores(taken float64) string { return fmt.Sprintf("%.2f", taken) }

// ifMeasured is empty for what was not: nothing that is measured here can be zero.
func ifMeasured(value float64, format func(float64) string) string {
	if value == 0 {
		return ""
	}
	return format(value)
}

// ScaleTable has what so many schedules cost at rest.
func (r Result) ScaleTable() string {
	var out strings.Builder
	out.WriteString("| | schedules | resident memory | after first statuses | idle, of a core | first decision | of which transfer |\n|---|" + strings.Repeat("--:|", 6) + "\n")
	for _, s := range r.Scales {
		fmt.Fprintf(&out, "| %s | %d | %s | %s | %s | %s | %s |\n", s.Of, s.Schedules, mebibytes.format(s.Memory), ifMeasured(s.Written, mebibytes.format),
			percent.format(s.Idle), ifMeasured(s.Start, seconds.format), ifMeasured(s.Transfer, seconds.format))
	}
	return out.String()
}

// LadderText is how many Jobs a second the loader has created with how many
// requests in flight.
func (r Result) LadderText() string {
	var steps []string
	for _, rung := range r.Ladder {
		steps = append(steps, fmt.Sprintf("%.0f/s with %d", rung.Rate, rung.InFlight))
	}
	return strings.Join(steps, ", ")
}

// Missed lists the rows whose goal is not reached.
func (r Result) Missed() []*Row {
	return slices.DeleteFunc(slices.Clone(r.Table), func(row *Row) bool {
		met, known := row.met()
		return met || !known
	})
}

// Answer is the operator's figure of a row.
func (r *Row) Answer() string { return r.value(ours) }

// WithoutLibrary is what the operator would reach on a bare transport, where that
// was measured.
func (r *Row) WithoutLibrary() string { return r.value(plain) }

// Wanted is a row's goal.
func (r *Row) Wanted() string { return r.goal() }
