package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// The known differences, as docs/schedule.md lists them. They are predicted from
// what was asked alone, so that an error here cannot pass for one of them, nor a
// difference that has gone missing go unnoticed.

// starBit marks a field of robfig/cron's with a star in it.
const starBit = 1 << 63

// longestExpression is how much text is read here.
const longestExpression = 256

// dottedI is the one letter beyond ASCII that strings.ToLower makes one of a name.
const dottedI = 'İ'

// fieldSizes are the numbers of values of minute, hour, day of month, month and
// day of week: the longest steps that are taken here.
var fieldSizes = [5]int{60, 24, 31, 12, 7}

// refusalOf tells why an expression that robfig/cron accepts is refused here, or
// "" when it is not.
func refusalOf(expression string, schedule cron.Schedule) string {
	if len(expression) > longestExpression {
		return "longer than 256 bytes"
	}
	if strings.ContainsRune(expression, dottedI) {
		return "a name with a letter beyond ASCII"
	}
	if strings.HasPrefix(strings.TrimSpace(expression), "@") {
		return ""
	}
	for i, field := range strings.Fields(expression) {
		for part := range strings.SplitSeq(field, ",") {
			if reason := refusalOfPart(part, fieldSizes[i]); reason != "" {
				return reason
			}
		}
	}
	if spec, ok := schedule.(*cron.SpecSchedule); ok && !namesADate(spec) {
		return "a date that never comes"
	}
	return ""
}

// refusalOfPart looks at one place of a list.
func refusalOfPart(part string, fieldSize int) string {
	base, step, stepped := strings.Cut(part, "/")
	length, err := strconv.Atoi(step)
	switch {
	case part == "":
		return "an empty place in a list"
	case strings.Contains(part, "+"):
		return "a sign"
	case strings.HasPrefix(base, "*-") || strings.HasPrefix(base, "?-"):
		return "a star that begins a range"
	case stepped && err == nil && length > fieldSize:
		return "a step beyond the field"
	}
	return ""
}

// namesADate tells whether a date exists on which the schedule can match. Any
// day of the week comes in any month, so only days of the month can be lacking.
func namesADate(spec *cron.SpecSchedule) bool {
	if spec.Dom&starBit == 0 && spec.Dow&starBit == 0 {
		return true // either field suffices
	}
	longest := [13]int{1: 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	for month := 1; month <= 12; month++ {
		for day := 1; day <= longest[month]; day++ {
			if spec.Month>>month&1 != 0 && spec.Dom>>day&1 != 0 {
				return true
			}
		}
	}
	return false
}

// givesUpBefore tells whether robfig/cron stops its search after an instant before
// it comes to `next`: it looks no further than the fifth year from then.
func givesUpBefore(after, next time.Time, zone *time.Location) bool {
	return next.In(zone).Year() > after.In(zone).Year()+5
}

// startsFromSkippedMidnight tells whether clocks skipped the midnight with which
// the month of `after` began. There robfig/cron begins its search for a match in a
// later month; it comes upon another time, even of another day, and keeps that.
func startsFromSkippedMidnight(after time.Time, zone *time.Location) bool {
	local := after.In(zone)
	start := time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, zone)
	return start.Day() != 1 || start.Hour() != 0 || start.Minute() != 0
}

// skipsADay tells whether clocks skip a whole day while robfig/cron searches: it
// steps from the day before to that day, which is the day before, and so on for
// ever. After the end of the calm it searches for six years at most.
func skipsADay(end time.Time, zone *time.Location) bool {
	if end.IsZero() {
		return false
	}
	month := end
	_, offset := month.In(zone).Zone()
	for range 6 * 12 {
		month = month.AddDate(0, 1, 0)
		_, next := month.In(zone).Zone()
		if next-offset >= 24*60*60 {
			return true
		}
		offset = next
	}
	return false
}

// hasSecondsInOffset tells whether the zone is not whole minutes from UTC, as
// some were until 1972: robfig/cron cuts seconds off as UTC has them.
func hasSecondsInOffset(at time.Time, zone *time.Location) bool {
	_, offset := at.In(zone).Zone()
	return offset%60 != 0
}

// calmUntil tells until when clocks of the zone go on as they do after an instant,
// with a day to spare for what they show twice; a zero end means for ever. It is
// not calm at all within a day of a change. Around changes of clocks CronJob and
// docs/schedule.md differ on purpose.
func calmUntil(after time.Time, zone *time.Location) (end time.Time, calm bool) {
	const margin = 24 * time.Hour
	begin, end := after.In(zone).ZoneBounds()
	calm = begin.IsZero() || !after.Before(begin.Add(margin))
	if !end.IsZero() {
		end = end.Add(-margin)
		calm = calm && after.Before(end)
	}
	return end, calm
}
