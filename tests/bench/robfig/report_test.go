package main

import (
	"strings"
	"testing"
)

func TestFiguresOfGoogleBenchmarkAreRead(t *testing.T) {
	m, err := decodeGoogleBenchmark([]byte(`{"context": {"sample_sum": "42"}, "benchmarks": [
		{"name": "parse/daily/UTC", "real_time": 9.5, "cpu_time": 7.5, "time_unit": "ns"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if m.SampleSum != 42 || m.Figures["parse/daily/UTC"] != 7.5 {
		t.Errorf("got %v", m)
	}
}

func TestABenchmarkThatFailedIsAnError(t *testing.T) {
	_, err := decodeGoogleBenchmark([]byte(`{"context": {"sample_sum": "42"}, "benchmarks": [
		{"name": "refuse/impossible/UTC", "error_occurred": true, "error_message": "was not refused", "cpu_time": 1, "time_unit": "ns"}]}`))
	if err == nil || !strings.Contains(err.Error(), "was not refused") {
		t.Errorf("got %v", err)
	}
}

func TestTheMiddleOfTheRoundsCounts(t *testing.T) {
	r := rounds{"odd": {9, 1, 2}, "even": {4, 1, 2, 100}}
	if got := r.medians(); got["odd"] != 2 || got["even"] != 3 {
		t.Errorf("got %v", got)
	}
}

func TestAGoalIsMetWhenEveryRowKeepsToIt(t *testing.T) {
	rows := []row{
		{name: "quick", zone: "UTC", goal: common},
		{name: "slow", zone: "UTC", goal: common},
		{name: "elsewhere", zone: "Europe/Berlin", goal: common},
	}
	goal := target{"next", nextWalk, 25, commonIn(true)}
	ours := figures{"next-walk/quick/UTC": 20, "next-walk/slow/UTC": 25, "next-walk/elsewhere/Europe/Berlin": 90}
	if text := goal.judge(rows, ours); !strings.HasPrefix(text, "met") {
		t.Error(text)
	}
	ours["next-walk/slow/UTC"] = 25.1
	if text := goal.judge(rows, ours); !strings.HasPrefix(text, "MISSED") || !strings.Contains(text, "1 of  2") || !strings.Contains(text, "slow/UTC") {
		t.Error(text)
	}
	if text := goal.judge(rows, figures{}); !strings.HasPrefix(text, "MISSED") {
		t.Errorf("met by nothing: %s", text)
	}
}

func TestBothSidesMakeTheSameSample(t *testing.T) {
	// What bench_schedule prints as its sample_sum.
	if got := sampleSum(); got != 3945380525021 {
		t.Errorf("the sample adds up to %d", got)
	}
}
