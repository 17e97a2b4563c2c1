package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/robfig/cron/v3"
)

// A judge holds answers against robfig/cron's and counts what it finds.
type judge struct {
	questions  int
	instants   int                 // named by both
	known      map[string]int      // differences that docs/schedule.md tells of, by kind
	mismatches map[string][]string // all others, by kind
}

func newJudge() *judge {
	return &judge{known: map[string]int{}, mismatches: map[string][]string{}}
}

// hear judges one answer. The error is about the question: robfig/cron must
// accept the expression, and the zone must exist.
func (j *judge) hear(q question, a answer) error {
	zone, err := time.LoadLocation(q.TimeZone)
	if err != nil {
		return err
	}
	schedule, err := cron.ParseStandard(inZone(q.Cron, q.TimeZone))
	if err != nil {
		return fmt.Errorf("robfig/cron refuses %q: %w", q.Cron, err)
	}
	j.questions++
	refusal := refusalOf(q.Cron, schedule)
	switch {
	case refusal != "" && a.Error != "":
		j.known["refused: "+refusal]++
	case refusal != "":
		j.mismatch("accepted here, but to be refused: "+refusal, q, a, nil)
	case a.Error != "":
		j.mismatch("refused here", q, a, nil)
	default:
		j.compare(q, a, schedule, zone)
	}
	return nil
}

// compare holds the instants against those of robfig/cron, as far as clocks
// stand still.
func (j *judge) compare(q question, a answer, schedule cron.Schedule, zone *time.Location) {
	end, calm := calmUntil(q.After, zone)
	if !calm {
		j.known["not compared: within a day of a change of clocks"]++
		return
	}
	if skipsADay(end, zone) {
		j.known["not compared: where clocks skip a day robfig/cron may search for ever"]++
		return
	}
	ours, oursCut := before(end, a.Next)
	theirs, theirsCut := following(schedule, q.After, end, q.Count)
	if oursCut || theirsCut {
		j.known["compared in part: a change of clocks follows"]++
	}
	same := commonLength(ours, theirs)
	j.instants += same
	if same == len(ours) && same == len(theirs) {
		return
	}
	from := append([]time.Time{q.After}, theirs...)[same]
	theyEnd := same == len(theirs) && !theirsCut
	switch {
	case theyEnd && same < len(ours) && givesUpBefore(from, ours[same], zone):
		j.known["robfig/cron gives up after five years"]++
	case startsFromSkippedMidnight(from, zone):
		j.known["robfig/cron starts from a midnight that clocks skipped"]++
	case hasSecondsInOffset(from, zone):
		j.known["robfig/cron takes UTC's minutes for those of the zone"]++
	default:
		j.mismatch("other instants", q, a, theirs)
	}
}

// commonLength is how many times both begin with.
func commonLength(a, b []time.Time) int {
	length := 0
	for length < min(len(a), len(b)) && a[length].Equal(b[length]) {
		length++
	}
	return length
}

// following asks robfig/cron for so many times before `end`, and tells whether
// it was the end that cut them short.
func following(schedule cron.Schedule, after, end time.Time, count int) (times []time.Time, cut bool) {
	for len(times) < count {
		next := schedule.Next(after)
		if next.IsZero() {
			return times, false
		}
		if !end.IsZero() && !next.Before(end) {
			return times, true
		}
		times = append(times, next)
		after = next
	}
	return times, false
}

// before gives the times before `end`, all of them if that is zero, and tells
// whether there are others.
func before(end time.Time, times []time.Time) (early []time.Time, cut bool) {
	late := slices.IndexFunc(times, func(t time.Time) bool { return !end.IsZero() && !t.Before(end) })
	if late < 0 {
		return times, false
	}
	return times[:late], true
}

// mismatch notes a difference that nothing explains.
func (j *judge) mismatch(kind string, q question, a answer, theirs []time.Time) {
	text := fmt.Sprintf("%q in %s after %s: here %s", q.Cron, q.TimeZone, stamp(q.After), stamps(a.Next))
	if a.Error != "" {
		text = fmt.Sprintf("%q: %s", q.Cron, a.Error)
	}
	if theirs != nil {
		text += fmt.Sprintf(", robfig/cron %s", stamps(theirs))
	}
	j.mismatches[kind] = append(j.mismatches[kind], text)
}

// print tells what was found, with at most `most` examples of each kind.
func (j *judge) print(w io.Writer, most int) {
	fmt.Fprintf(w, "%d questions, %d instants the same\n", j.questions, j.instants)
	for _, kind := range slices.Sorted(maps.Keys(j.known)) {
		fmt.Fprintf(w, "  known: %6d  %s\n", j.known[kind], kind)
	}
	for _, kind := range slices.Sorted(maps.Keys(j.mismatches)) {
		examples := j.mismatches[kind]
		fmt.Fprintf(w, "  MISMATCH: %d  %s\n", len(examples), kind)
		for _, example := range examples[:min(most, len(examples))] {
			fmt.Fprintf(w, "    %s\n", example)
		}
	}
}

// verdict is an error when there was a mismatch.
func (j *judge) verdict() error {
	count := 0
	for _, examples := range j.mismatches {
		count += len(examples)
	}
	if count > 0 {
		return fmt.Errorf("%d of %d answers differ from robfig/cron's", count, j.questions)
	}
	return nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func stamps(times []time.Time) string {
	texts := []string{}
	for _, t := range times {
		texts = append(texts, stamp(t))
	}
	return fmt.Sprint(texts)
}
