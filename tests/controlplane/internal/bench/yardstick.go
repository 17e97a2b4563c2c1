package bench

import (
	"encoding/json"
	"errors"
	"math"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

const (
	// threadClock is CLOCK_THREAD_CPUTIME_ID: getrusage knows of ticks only.
	threadClock = 3
	// yardstickReadings is how many are taken of the machine at rest.
	yardstickReadings = 40
	// yardstickPause is between readings, which take a fiftieth of it.
	yardstickPause = 50 * time.Millisecond
	// yardstickRounds make a reading of about a millisecond.
	yardstickRounds = 10
)

// A yardstick is a piece of computing that is always the same, much like what an
// operator does: it decodes a ScheduledJob. What it takes of a processor tells how
// fast that is at the time; threads that share a core with others, and a cache with
// an API server, are charged for the time that they wait for those.
type yardstick struct{ text []byte }

func newYardstick() (yardstick, error) {
	text, err := json.Marshal(scheduledJob.manifest("yardstick", schedule{cron: everySecond}))
	return yardstick{text}, err
}

// read is the processor time of the computing.
func (y yardstick) read() (time.Duration, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before, err := threadTime()
	if err != nil {
		return 0, err
	}
	for range yardstickRounds {
		var decoded object
		if err := json.Unmarshal(y.text, &decoded); err != nil {
			return 0, err
		}
	}
	after, err := threadTime()
	return after - before, err
}

// atRest is the median of some readings.
func (y yardstick) atRest() (time.Duration, error) {
	return median(y.readings(nil, yardstickReadings))
}

// beside is the median of readings taken while something else is done.
func (y yardstick) beside(work func() error) (time.Duration, error) {
	done := make(chan struct{})
	var found []time.Duration
	var err error
	var reading sync.WaitGroup
	reading.Go(func() { found, err = y.readings(done, math.MaxInt) })
	failed := work()
	close(done)
	reading.Wait()
	return median(found, errors.Join(failed, err))
}

// readings takes so many, or fewer when done is closed.
func (y yardstick) readings(done <-chan struct{}, most int) (found []time.Duration, err error) {
	for len(found) < most {
		reading, err := y.read()
		if err != nil {
			return nil, err
		}
		found = append(found, reading)
		select {
		case <-done:
			return found, nil
		case <-time.After(yardstickPause):
		}
	}
	return found, nil
}

// median passes an error on. There must be readings.
func median(readings []time.Duration, err error) (time.Duration, error) {
	if err != nil {
		return 0, err
	}
	slices.Sort(readings)
	return readings[len(readings)/2], nil
}

// threadTime is the processor time of the calling thread so far.
func threadTime() (time.Duration, error) {
	var now syscall.Timespec
	if _, _, code := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, threadClock, uintptr(unsafe.Pointer(&now)), 0); code != 0 {
		return 0, code
	}
	return time.Duration(now.Nano()), nil
}
