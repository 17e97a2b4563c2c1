package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/robfig/cron/v3"
)

const measureCommand = "measure"

// The measures of both sides, as schedule/measures.hpp names and explains them.
// Reading includes the zone here: robfig/cron knows no other way.
const (
	nextRandom = "next-random"
	nextWalk   = "next-walk"
	parsing    = "parse"
)

// Figures are nanoseconds of processor time for one operation, by the name of
// the benchmark.
type figures map[string]float64

// A measurement is what a side has to say in one turn.
type measurement struct {
	SampleSum int64   `json:"sampleSum"`
	Figures   figures `json:"figures"`
}

// measure prints robfig/cron's figures as JSON.
func measure(arguments []string) error {
	flags := flag.NewFlagSet(measureCommand, flag.ContinueOnError)
	span := flags.Duration("time", 20*time.Millisecond, "how long to measure each benchmark, at least")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("usage: robfig measure [flags] EXPRESSIONS")
	}
	rows, err := readTable(flags.Arg(0))
	if err != nil {
		return err
	}
	testing.Init()
	if err := flag.Set("test.benchtime", span.String()); err != nil {
		return err
	}
	all := figures{}
	for _, r := range rows {
		if !r.shared {
			continue
		}
		if err := measureRow(r, all); err != nil {
			return fmt.Errorf("%s: %w", r.label(), err)
		}
	}
	return json.NewEncoder(os.Stdout).Encode(measurement{sampleSum(), all})
}

// measureRow adds the figures of one row.
func measureRow(r row, all figures) error {
	schedule, err := cron.ParseStandard(r.forRobfig())
	if err != nil {
		return err
	}
	sample := newSample()
	all[nextRandom+"/"+r.label()] = nanoseconds(func(n int) {
		for i := range n {
			keptTime = schedule.Next(sample[i&(sampleSize-1)])
		}
	})
	all[nextWalk+"/"+r.label()] = nanoseconds(func(n int) {
		after := sampleBegin
		for range n {
			after = schedule.Next(after)
			if after.IsZero() || !after.Before(sampleEnd) {
				after = sampleBegin
			}
		}
		keptTime = after
	})
	expression := r.forRobfig()
	all[parsing+"/"+r.label()] = nanoseconds(func(n int) {
		for range n {
			keptSchedule, _ = cron.ParseStandard(expression)
		}
	})
	return nil
}

// What is computed goes somewhere, so that no compiler leaves it out.
var (
	keptTime     time.Time
	keptSchedule cron.Schedule
)

// nanoseconds tells how much processor time one operation takes of the n that
// `run` does, garbage collection included. Not time on the wall: other programs
// use the machine too, and Google Benchmark's processor time is the counterpart.
func nanoseconds(run func(n int)) float64 {
	var perOperation float64
	testing.Benchmark(func(b *testing.B) {
		runtime.GC()
		before := processorTime()
		b.ResetTimer()
		run(b.N)
		b.StopTimer()
		perOperation = float64((processorTime() - before).Nanoseconds()) / float64(b.N)
	})
	return perOperation
}

// processorTime is what this process has used of the processors so far.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err) // cannot be for oneself
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
