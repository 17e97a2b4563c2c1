package chart

import (
	"regexp"
	"slices"
)

var metric = regexp.MustCompile(`\b(?:scheduledjob|rest_client|workqueue|leader_election|process)_[a-z_]+\b`)

// MetricsIn lists the names of the operator's metrics in texts, each once, in order.
func MetricsIn(texts ...string) []string {
	var names []string
	for _, text := range texts {
		names = append(names, metric.FindAllString(text, -1)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
