package main

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

// findings tells what a judge finds about one answer: the kinds of differences,
// known ones first.
func findings(t *testing.T, expression, zone, after string, a answer) string {
	t.Helper()
	judge := newJudge()
	if err := judge.hear(question{expression, zone, at(after), max(1, len(a.Next))}, a); err != nil {
		t.Fatal(err)
	}
	kinds := slices.Sorted(maps.Keys(judge.known))
	for _, kind := range slices.Sorted(maps.Keys(judge.mismatches)) {
		kinds = append(kinds, "MISMATCH "+kind)
	}
	if (judge.verdict() != nil) != (len(judge.mismatches) > 0) {
		t.Errorf("the verdict is %v with %d kinds of mismatches", judge.verdict(), len(judge.mismatches))
	}
	return strings.Join(kinds, "; ")
}

func instants(texts ...string) answer {
	a := answer{}
	for _, text := range texts {
		a.Next = append(a.Next, at(text))
	}
	return a
}

func TestAnswersAreJudged(t *testing.T) {
	refusal := answer{Error: "no"}
	for name, c := range map[string]struct {
		expression, zone, after string
		answer                  answer
		found                   string
	}{
		"the same":        {"0 2 * * *", "UTC", "2026-01-01T00:00:00Z", instants("2026-01-01T02:00:00Z", "2026-01-02T02:00:00Z"), ""},
		"the same, zoned": {"0 2 * * *", "Europe/Berlin", "2026-01-10T00:00:00Z", instants("2026-01-10T01:00:00Z"), ""},
		"one is wrong":    {"0 2 * * *", "UTC", "2026-01-01T00:00:00Z", instants("2026-01-01T02:00:00Z", "2026-01-03T02:00:00Z"), "MISMATCH other instants"},
		"none is named":   {"0 2 * * *", "UTC", "2026-01-01T00:00:00Z", instants(), "MISMATCH other instants"},
		"refused alone":   {"0 2 * * *", "UTC", "2026-01-01T00:00:00Z", refusal, "MISMATCH refused here"},
		"refused as told": {"0 0 31 2 *", "UTC", "2026-01-01T00:00:00Z", refusal, "refused: a date that never comes"},
		"not refused":     {"0 0 31 2 *", "UTC", "2026-01-01T00:00:00Z", instants(), "MISMATCH accepted here, but to be refused: a date that never comes"},
		"beyond five years": {"0 0 29 2 *", "UTC", "2097-01-01T00:00:00Z", instants("2104-02-29T00:00:00Z"),
			"robfig/cron gives up after five years"},
		"wrong beyond nothing": {"0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", instants("2032-02-29T00:00:00Z"),
			"MISMATCH other instants"},
		"across a change": {"30 2 * * *", "Europe/Berlin", "2026-03-20T00:00:00Z", instants("2026-03-20T01:30:00Z", "2026-03-21T01:30:00Z", "2026-03-22T01:30:00Z", "2026-03-23T01:30:00Z", "2026-03-24T01:30:00Z",
			"2026-03-25T01:30:00Z", "2026-03-26T01:30:00Z", "2026-03-27T01:30:00Z", "2026-03-29T01:00:00Z"),
			"compared in part: a change of clocks follows"},
		"after a change": {"30 2 * * *", "Europe/Berlin", "2026-03-29T02:00:00Z", instants("2026-03-29T02:30:00Z"),
			"not compared: within a day of a change of clocks"},
		"before a skipped day": {"0 12 31 * *", "Pacific/Apia", "2011-12-15T00:00:00Z", instants("2011-12-30T22:00:00Z"),
			"not compared: where clocks skip a day robfig/cron may search for ever"},
		"after a skipped midnight": {"30 6 15 11 *", "America/Asuncion", "2017-10-05T12:00:00Z", instants("2017-11-15T09:30:00Z"),
			"robfig/cron starts from a midnight that clocks skipped"},
		"an offset with seconds": {"54 * * * *", "Africa/Monrovia", "1970-07-02T23:35:30Z", instants("1970-07-02T23:38:30Z"),
			"robfig/cron takes UTC's minutes for those of the zone"},
	} {
		t.Run(name, func(t *testing.T) {
			found := findings(t, c.expression, c.zone, c.after, c.answer)
			if found != c.found {
				t.Errorf("found %q, want %q", found, c.found)
			}
		})
	}
}
