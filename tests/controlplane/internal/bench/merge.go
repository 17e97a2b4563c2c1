package bench

import (
	"slices"
	"time"
)

// Merge adds what a later run has found to what an earlier one has: of sections that
// both have measured, the later one counts.
func (r Result) Merge(later Result) Result {
	merged := later
	merged.Started, merged.Took = r.Started, sum(r.Took, later.Took)
	merged.Table = slices.Clone(r.Table)
	for _, row := range later.Table {
		known := merged.Table.row(row.Name, row.Unit, row.Goal)
		known.Goal, known.Limit, known.AtLeast = row.Goal, row.Limit, row.AtLeast
		for column, value := range row.Values {
			known.Values[column] = value
		}
	}
	merged.Single = either(later.Single, r.Single)
	merged.Bursts = either(later.Bursts, r.Bursts)
	merged.Costs = either(later.Costs, r.Costs)
	merged.Scales = either(later.Scales, r.Scales)
	if merged.Engine == "" {
		merged.Engine = r.Engine
	}
	if merged.Transport == "" {
		merged.Transport = r.Transport
	}
	return merged
}

// either is the first list that holds anything.
func either[T any](lists ...[]T) []T {
	for _, list := range lists {
		if len(list) > 0 {
			return list
		}
	}
	return nil
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
