package bench

import (
	"fmt"
	"slices"
	"time"
)

// Merge adds what a later run has found to what an earlier one has: of sections that
// both have measured, the later one counts.
func (r Result) Merge(later Result) Result {
	merged := later
	if !r.Started.IsZero() {
		merged.Started, merged.Took = r.Started, sum(r.Took, later.Took)
	}
	if len(later.Table) == 0 && len(later.Scales) == 0 {
		// Nothing was measured that its C and its machine would belong to.
		merged.Ladder, merged.Machine = r.Ladder, r.Machine
	}
	merged.Table = slices.Clone(r.Table)
	for _, row := range later.Table {
		known := merged.Table.row(row.Name, row.Unit, row.Goal)
		// A goal that depends on C is that of the operator's own run.
		if _, measured := row.Values[ours]; measured || known.Limit == noLimit {
			known.Limit, known.AtLeast = row.Limit, row.AtLeast
		}
		for column, value := range row.Values {
			known.Values[column] = value
		}
	}
	merged.Single = union(r.Single, later.Single, func(l Lateness) string { return l.Of })
	merged.Bursts = union(r.Bursts, later.Bursts, func(b Burst) string { return fmt.Sprint(b.Of, b.Count, " in ", b.Namespaces) })
	merged.Costs = union(r.Costs, later.Costs, func(c Cost) string { return c.Of + c.Length })
	merged.Scales = union(r.Scales, later.Scales, func(s Scale) string { return fmt.Sprint(s.Of, s.Schedules) })
	if merged.Engine == "" {
		merged.Engine = r.Engine
	}
	if merged.Transport == "" {
		merged.Transport = r.Transport
	}
	return merged
}

// union has what is in either list; of what has the same name in both, the later.
func union[T any](earlier, later []T, name func(T) string) []T {
	measuredAgain := func(old T) bool {
		return slices.ContainsFunc(later, func(t T) bool { return name(t) == name(old) })
	}
	return append(slices.DeleteFunc(slices.Clone(earlier), measuredAgain), later...)
}

// sum adds durations as text; what is none counts as nothing.
func sum(texts ...string) string {
	var total time.Duration
	for _, text := range texts {
		if d, err := time.ParseDuration(text); err == nil {
			total += d
		}
	}
	return total.String()
}
