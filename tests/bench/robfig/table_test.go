package main

import (
	"strings"
	"testing"

	"github.com/robfig/cron/v3"
)

func TestTheTableIsWhatBothSidesCanRead(t *testing.T) {
	rows, err := readTable("../schedule/expressions.txt")
	if err != nil {
		t.Fatal(err)
	}
	shared := 0
	for _, r := range rows {
		schedule, err := cron.ParseStandard(r.forRobfig())
		if r.shared && err != nil {
			t.Errorf("%s is shared, but robfig/cron refuses it: %v", r.label(), err)
		}
		if !r.shared && err == nil && refusalOf(r.expression, schedule) == "" {
			t.Errorf("%s could be shared: robfig/cron reads it", r.label())
		}
		if r.shared {
			shared++
		}
	}
	if shared < 20 {
		t.Errorf("only %d rows are shared", shared)
	}
}

func TestARowThatCannotBeMeantIsRefused(t *testing.T) {
	for line, complaint := range map[string]string{
		"daily | 0 2 * * * | UTC | common":          "five columns",
		"daily | 0 2 * * * | UTC | quick | both":    "not \"quick\"",
		"daily | 0 2 * * * | UTC | common | theirs": "not \"theirs\"",
	} {
		if _, err := parseRow(line); err == nil || !strings.Contains(err.Error(), complaint) {
			t.Errorf("%s: got %v, want one about %s", line, err, complaint)
		}
	}
}
