package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"time"
)

// A side is a program that measures the table once.
type side struct {
	name    string
	command []string
	decode  func(output []byte) (measurement, error)
}

// rounds holds the figures of every round, by the name of the benchmark.
type rounds map[string][]float64

// ourSide is the C++ program, built on Google Benchmark.
func ourSide(program, table string, span time.Duration) side {
	return side{
		name: "ours",
		command: []string{program, "--benchmark_format=json",
			fmt.Sprintf("--benchmark_min_time=%g", span.Seconds()), table},
		decode: decodeGoogleBenchmark,
	}
}

// robfigSide is this program, in a process of its own as the other side has one.
func robfigSide(table string, span time.Duration) (side, error) {
	self, err := os.Executable()
	if err != nil {
		return side{}, err
	}
	return side{
		name:    "robfig",
		command: []string{self, measureCommand, "--time=" + span.String(), table},
		decode: func(output []byte) (measurement, error) {
			var m measurement
			err := json.Unmarshal(output, &m)
			return m, err
		},
	}, nil
}

// takeTurns lets both sides measure, one after the other, so often that what
// else happens on the machine hits both alike.
func takeTurns(ctx context.Context, count int, sides ...side) (map[string]rounds, error) {
	all := map[string]rounds{}
	for _, s := range sides {
		all[s.name] = rounds{}
	}
	for round := range count {
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, count)
		for _, s := range sides {
			m, err := s.measure(ctx)
			if err != nil {
				return nil, fmt.Errorf("measuring %s: %w", s.name, err)
			}
			for name, nanoseconds := range m.Figures {
				all[s.name][name] = append(all[s.name][name], nanoseconds)
			}
		}
	}
	return all, nil
}

// measure takes one turn. Both sides must have asked about the same instants.
func (s side) measure(ctx context.Context) (measurement, error) {
	command := exec.CommandContext(ctx, s.command[0], s.command[1:]...)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	output, err := command.Output()
	if err != nil {
		return measurement{}, fmt.Errorf("%w\n%s", err, complaints.String())
	}
	m, err := s.decode(output)
	if err != nil {
		return measurement{}, err
	}
	if m.SampleSum != sampleSum() {
		return measurement{}, fmt.Errorf("it asks about other instants: they add up to %d, not %d", m.SampleSum, sampleSum())
	}
	return m, nil
}

// decodeGoogleBenchmark reads what --benchmark_format=json prints.
func decodeGoogleBenchmark(output []byte) (measurement, error) {
	var printed struct {
		Context struct {
			SampleSum string `json:"sample_sum"`
		} `json:"context"`
		Benchmarks []struct {
			Name         string  `json:"name"`
			CPUTime      float64 `json:"cpu_time"`
			TimeUnit     string  `json:"time_unit"`
			ErrorMessage string  `json:"error_message"`
		} `json:"benchmarks"`
	}
	if err := json.Unmarshal(output, &printed); err != nil {
		return measurement{}, err
	}
	sum, err := strconv.ParseInt(printed.Context.SampleSum, 10, 64)
	if err != nil {
		return measurement{}, fmt.Errorf("the context's sample_sum: %w", err)
	}
	m := measurement{SampleSum: sum, Figures: figures{}}
	for _, b := range printed.Benchmarks {
		if b.ErrorMessage != "" {
			return measurement{}, fmt.Errorf("%s: %s", b.Name, b.ErrorMessage)
		}
		if b.TimeUnit != "ns" {
			return measurement{}, fmt.Errorf("%s is in %s, not ns", b.Name, b.TimeUnit)
		}
		m.Figures[b.Name] = b.CPUTime
	}
	return m, nil
}

// medians gives the middle figure of each benchmark.
func (r rounds) medians() figures {
	result := figures{}
	for name, values := range r {
		result[name] = median(values)
	}
	return result
}

// spread is by how much the rounds of a benchmark differ, as a share of the
// least: the middle one of all benchmarks.
func (r rounds) spread() float64 {
	var spreads []float64
	for _, values := range r {
		spreads = append(spreads, slices.Max(values)/slices.Min(values)-1)
	}
	return median(spreads)
}

// median is the middle value, or the mean of the two in the middle; 0 of none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
