package main

import "fmt"

// What the operator's code is to reach; figures in nanoseconds.
const (
	goalUTC      = 25.0
	goalZoned    = 60.0
	goalRare     = 500.0
	goalReading  = 1000.0
	goalMultiple = 20.0
)

// A target is a bound for one measure of some rows.
type target struct {
	name, measure string
	most          float64
	concerns      func(row) bool
}

var targets = []target{
	{"next, common, UTC, random", nextRandom, goalUTC, commonIn(true)},
	{"next, common, UTC, walk", nextWalk, goalUTC, commonIn(true)},
	{"next, common, zoned, random", nextRandom, goalZoned, commonIn(false)},
	{"next, common, zoned, walk", nextWalk, goalZoned, commonIn(false)},
	{"next, rare, random", nextRandom, goalRare, isA(rare)},
	{"next, rare, walk", nextWalk, goalRare, isA(rare)},
	{"parse", parsing, goalReading, func(r row) bool { return r.goal != refused }},
	{"refuse the impossible", refusing, goalReading, isA(refused)},
}

func isA(g goal) func(row) bool {
	return func(r row) bool { return r.goal == g }
}

func commonIn(utc bool) func(row) bool {
	return func(r row) bool { return r.goal == common && (r.zone == "UTC") == utc }
}

// judge tells whether the rows that it concerns keep to the bound.
func (t target) judge(rows []row, ours figures) string {
	met, concerned := 0, 0
	var worst float64
	var slowest string
	for _, r := range rows {
		figure, measured := ours[t.measure+"/"+r.label()]
		if !t.concerns(r) || !measured {
			continue
		}
		concerned++
		if figure <= t.most {
			met++
		}
		if figure > worst {
			worst, slowest = figure, r.label()
		}
	}
	word := "MISSED"
	if met == concerned && concerned > 0 {
		word = "met"
	}
	return fmt.Sprintf("%-6s  %-28s ≤ %4.0f ns: %2d of %2d, slowest %s ns (%s)", word, t.name, t.most, met, concerned, short(worst), slowest)
}

// judgeMultiple tells whether robfig/cron takes as many times as long as it is
// meant to, in the middle of all rows.
func judgeMultiple(name string, ratios []float64) string {
	word := "MISSED"
	if median(ratios) >= goalMultiple {
		word = "met"
	}
	return fmt.Sprintf("%-6s  %-28s ≥ %4.0f ×:  %s × at the median of %d", word, name, goalMultiple, short(median(ratios)), len(ratios))
}
