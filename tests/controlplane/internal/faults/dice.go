package faults

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"strings"
	"sync"
	"time"
)

// Dice draw faults from a mix and count what happened. The draws follow from
// the seed; which of them meets which request depends on the order in which
// requests come. Safe for use by many goroutines.
type Dice struct {
	mutex  sync.Mutex
	random *rand.Rand
	mix    Mix
	counts [kinds]int64
}

// NewDice returns dice for a mix.
func NewDice(mix Mix, seed uint64) *Dice {
	return &Dice{random: rand.New(rand.NewPCG(seed, 0)), mix: mix}
}

// Use changes the mix for all that is drawn from now on.
func (d *Dice) Use(mix Mix) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.mix = mix
}

// Mix is the one in use.
func (d *Dice) Mix() Mix {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return d.mix
}

// Draw picks at most one of the kinds, each with its own chance.
func (d *Dice) Draw(among ...Kind) (Kind, bool) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	point := d.random.Float64()
	for _, kind := range among {
		if point -= d.mix.Chances[kind]; point < 0 {
			return kind, true
		}
	}
	return 0, false
}

// Duration is a random time up to the longest.
func (d *Dice) Duration(longest time.Duration) time.Duration {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return time.Duration(d.random.Float64() * float64(longest))
}

// Bytes is a random number from 0 to below the limit. Small numbers are as
// likely as large ones of their order, so that beginnings are hit too.
func (d *Dice) Bytes(limit int) int {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if limit <= 1 {
		return 0
	}
	ceiling := 1
	for steps := d.random.IntN(bits.Len(uint(limit-1))) + 1; steps > 0; steps-- {
		ceiling *= 2
	}
	return d.random.IntN(min(ceiling, limit))
}

// Even is true half of the time.
func (d *Dice) Even() bool {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return d.random.IntN(2) == 0
}

// Happened counts a fault. Drawn is not happened: an answer may end before the
// byte at which it was to be cut.
func (d *Dice) Happened(kind Kind) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.counts[kind]++
}

// Counts is how often each kind has happened, all kinds included.
func (d *Dice) Counts() map[Kind]int64 {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	counts := map[Kind]int64{}
	for kind, count := range d.counts {
		counts[Kind(kind)] = count
	}
	return counts
}

// Table lists what has happened, a line for each kind that has, each line after
// an indentation, and the sum.
func Table(counts map[Kind]int64) string {
	var text strings.Builder
	var sum int64
	for _, kind := range Kinds() {
		if counts[kind] > 0 {
			fmt.Fprintf(&text, "  %-32s %8d\n", kind, counts[kind])
		}
		sum += counts[kind]
	}
	fmt.Fprintf(&text, "  %-32s %8d\n", "faults", sum)
	return text.String()
}
