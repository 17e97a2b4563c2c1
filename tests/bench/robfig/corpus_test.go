package main

import (
	"reflect"
	"testing"

	"github.com/robfig/cron/v3"
)

func TestASeedAlwaysAsksTheSame(t *testing.T) {
	if !reflect.DeepEqual(newCorpus(7).questions(3), newCorpus(7).questions(3)) {
		t.Error("seed 7 asks two things")
	}
	if reflect.DeepEqual(newCorpus(7).questions(3), newCorpus(8).questions(3)) {
		t.Error("seeds 7 and 8 ask the same")
	}
}

func TestTheCorpusHasEveryKnownRefusalAndMostlyNone(t *testing.T) {
	const number = 20_000
	corpus := newCorpus(1)
	found := map[string]int{}
	for range number {
		expression := corpus.expression()
		schedule, err := cron.ParseStandard(expression)
		if err != nil {
			t.Fatalf("robfig/cron refuses %q: %v", expression, err)
		}
		found[refusalOf(expression, schedule)]++
	}
	for _, refusal := range []string{
		"longer than 256 bytes", "a name with a letter beyond ASCII", "an empty place in a list", "a sign",
		"a star that begins a range", "a step beyond the field", "a date that never comes",
	} {
		if found[refusal] == 0 {
			t.Errorf("nothing in the corpus is refused for %s", refusal)
		}
	}
	if found[""] < number*9/10 {
		t.Errorf("only %d of %d expressions are to be accepted", found[""], number)
	}
}

func TestWhatIsRefusedIsToldByTheTextAlone(t *testing.T) {
	for expression, refusal := range map[string]string{
		"*/60 */24 */31 */12 */7": "",
		"*/61 * * * *":            "a step beyond the field",
		"* 5/25 * * *":            "a step beyond the field",
		"* * * * 1-5/8":           "a step beyond the field",
		"1,,2 * * * *":            "an empty place in a list",
		", * * * *":               "an empty place in a list",
		"*/+5 * * * *":            "a sign",
		"* * * * ?-3":             "a star that begins a range",
		"0 0 30,31 2 *":           "a date that never comes",
		"0 0 31 4,6,9,11 *":       "a date that never comes",
		"0 0 31 2 MON":            "",
		"0 0 31 2 */2":            "",
		"0 0 29 2 *":              "",
		"@daily":                  "",
	} {
		schedule, err := cron.ParseStandard(expression)
		if err != nil {
			t.Fatal(err)
		}
		if got := refusalOf(expression, schedule); got != refusal {
			t.Errorf("%s: got %q, want %q", expression, got, refusal)
		}
	}
}
