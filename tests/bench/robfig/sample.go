package main

import "time"

// Questions are about these ten years: [begin, end). As in schedule/sample.hpp.
var (
	sampleBegin = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	sampleEnd   = time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC)
)

// sampleSize is a power of two, so that the ring costs a mask.
const sampleSize = 2048

// newSample makes the instants that the other side asks about too.
func newSample() []time.Time {
	begin := sampleBegin.Unix()
	seconds := uint64(sampleEnd.Unix() - begin)
	state := uint64(1)
	times := make([]time.Time, sampleSize)
	for i := range times {
		times[i] = time.Unix(begin+int64(splitMix64(&state)%seconds), 0).UTC()
	}
	return times
}

// sampleSum is by which both sides can tell that they ask the same.
func sampleSum() int64 {
	var sum int64
	for _, t := range newSample() {
		sum += t.Unix()
	}
	return sum
}

// splitMix64 is https://prng.di.unimi.it/splitmix64.c.
func splitMix64(state *uint64) uint64 {
	*state += 0x9e3779b97f4a7c15
	z := *state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
