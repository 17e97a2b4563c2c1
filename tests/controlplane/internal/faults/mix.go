package faults

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A Mix says how often each kind strikes and how long faults last that do.
type Mix struct {
	// Chances are probabilities per connection, request or event, whichever the
	// kind is about. Kinds that are not named never strike.
	Chances map[Kind]float64
	// LongestDelay bounds Delay and LateEvent.
	LongestDelay time.Duration
	// LongestSilence bounds HalfOpen and Silence; the connection ends with it.
	LongestSilence time.Duration
	// SlowFor is how long a slow connection stays slow.
	SlowFor time.Duration
	// SparesStart leaves alone what an operator asks as it starts. One that
	// cannot reach its API server then gives up, which is right where somebody
	// starts it again.
	SparesStart bool
	// LeaseCalm is how long requests about leases are left alone after one that was
	// not. A leader that gets no second attempt through has lost its lease, which is
	// right, and more than a test of something else can stand.
	LeaseCalm time.Duration
}

var mixes = map[string]Mix{
	"none": {},
	// What a program notices on a bad day: nothing lasts long enough to cost
	// somebody the lease, whose renewals may be two seconds apart.
	"mild": {
		Chances: map[Kind]float64{
			SlowConnection: 0.02,
			Delay:          0.02, LostRequest: 0.01, Silence: 0.003,
			TooManyRequests: 0.005, InternalError: 0.005, Unavailable: 0.005, GatewayTimeout: 0.005,
			CutAnswer: 0.01, SwallowedAnswer: 0.01, BeliedAnswer: 0.005,
			GoneStatus: 0.02, GoneEvent: 0.01, LateEvent: 0.02, DuplicatedEvent: 0.05, DroppedEvent: 0.01, CutEvent: 0.01,
		},
		LongestDelay:   300 * time.Millisecond,
		LongestSilence: time.Second,
		SlowFor:        time.Second,
		SparesStart:    true,
		LeaseCalm:      5 * time.Second,
	},
	// Worse than any cluster that still works.
	"wild": {
		Chances: map[Kind]float64{
			HalfOpen: 0.02, CutRequest: 0.04, SlowConnection: 0.04,
			Delay: 0.03, LostRequest: 0.01, Silence: 0.003,
			TooManyRequests: 0.01, InternalError: 0.01, Unavailable: 0.01, GatewayTimeout: 0.01,
			CutAnswer: 0.01, SwallowedAnswer: 0.02, BeliedAnswer: 0.01,
			GoneStatus: 0.05, GoneEvent: 0.002, LateEvent: 0.005, DuplicatedEvent: 0.02, DroppedEvent: 0.002, CutEvent: 0.002,
		},
		LongestDelay:   2 * time.Second,
		LongestSilence: 20 * time.Second,
		SlowFor:        5 * time.Second,
	},
}

// Named is one of the mixes that come with this package.
func Named(name string) (Mix, error) {
	mix, known := mixes[name]
	if !known {
		return mix, fmt.Errorf("there is no mix of faults %q; choose from %s", name, strings.Join(MixNames(), ", "))
	}
	return mix, nil
}

// MixNames lists the names that Named takes.
func MixNames() []string { return slices.Sorted(maps.Keys(mixes)) }
