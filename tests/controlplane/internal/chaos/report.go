package chaos

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/faults"
)

// A report is what people read after a run.
type report struct {
	verdict      *verdict
	faults       map[faults.Kind]int64
	disturbances map[string]int
	ends         map[string]int
}

func (r report) write(w io.Writer) {
	v := r.verdict
	row := func(what string, count any) { fmt.Fprintf(w, "  %-32s %8v\n", what, count) }
	fmt.Fprintln(w, "runs")
	row("instants due", v.due)
	row("started", v.started)
	row("skipped", v.skipped)
	row("missed", v.missed)
	row("Jobs in the audit log", v.jobs)
	row("lateness, median", percentile(v.lateness, 50))
	row("lateness, 99 %", percentile(v.lateness, 99))
	row("lateness, worst", percentile(v.lateness, 100))
	fmt.Fprintf(w, "between operators and API server\n%s", faults.Table(r.faults))
	fmt.Fprintln(w, "done to processes")
	for _, what := range disturbances() {
		row(what, r.disturbances[what])
	}
	fmt.Fprintln(w, "how operators ended")
	for _, how := range slices.Sorted(maps.Keys(r.ends)) {
		row(how, r.ends[how])
	}
	fmt.Fprintln(w, "verdict")
	row("doubles", v.doubles)
	row("earlies", v.earlies)
	row("lost", v.lost)
	row("miscounted", v.miscounted)
	row("never asked for", v.strangers)
	row("not at rest", v.unsettled)
	for _, finding := range v.findings {
		fmt.Fprintf(w, "  ! %s\n", finding)
	}
	if v.findingsCut > 0 {
		fmt.Fprintf(w, "  ! … and %d more\n", v.findingsCut)
	}
}

// err tells whether something is wrong that the table shows.
func (r report) err() error {
	var wrong []error
	if !r.verdict.good() {
		wrong = append(wrong, errors.New("the books and the audit log do not show each instant exactly once"))
	}
	if r.verdict.jobs == 0 {
		wrong = append(wrong, errors.New("no Job was created, so nothing was tested"))
	}
	for _, how := range slices.Sorted(maps.Keys(r.ends)) {
		if isWrong(how) {
			wrong = append(wrong, fmt.Errorf("operators ended with: %s", how))
		}
	}
	return errors.Join(wrong...)
}

// percentile of an ordered list; "-" of none.
func percentile(ordered []time.Duration, percent int) string {
	if len(ordered) == 0 {
		return "-"
	}
	return ordered[(len(ordered)-1)*percent/100].Round(time.Millisecond).String()
}
