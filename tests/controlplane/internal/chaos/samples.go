package chaos

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/process"
)

const (
	sampleInterval = 5 * time.Second
	rowInterval    = time.Minute
	// growth is by how much the last quarter may exceed the first.
	growth = 1.10
	// warmUp is the part of a soak that does not count.
	warmUp = 1.0 / 6
)

// A sample is what one process holds at a moment.
type sample struct {
	memory      float64 // resident, in MiB
	descriptors float64
}

// readSample reads what the kernel says about a process.
func readSample(pid int) (sample, error) {
	memory, err := process.ResidentMemory(pid)
	if err != nil {
		return sample{}, err
	}
	descriptors, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		return sample{}, err
	}
	return sample{memory: memory / (1 << 20), descriptors: float64(len(descriptors))}, nil
}

// A sampler watches each replica of a fleet until it is stopped.
type sampler struct {
	cancel context.CancelFunc
	result chan error
}

// startSampling starts a sampler, which does nothing unless the run is a soak.
func startSampling(ctx context.Context, o Options, f *fleet) *sampler {
	ctx, cancel := context.WithCancel(ctx)
	s := &sampler{cancel: cancel, result: make(chan error, 1)}
	if !o.Soak {
		s.result <- nil
		return s
	}
	go func() { s.result <- watchReplicas(ctx, f, o.Output) }()
	return s
}

// stop ends the sampling and tells whether all was flat.
func (s *sampler) stop() error {
	s.cancel()
	return <-s.result
}

// watchReplicas samples until ctx ends, and prints a row each minute.
func watchReplicas(ctx context.Context, f *fleet, output io.Writer) error {
	history := make([][]sample, len(f.replicas))
	pids := make([]int, len(f.replicas))
	for i, r := range f.replicas {
		pids[i] = r.pid()
	}
	fmt.Fprintf(output, "%8s%s\n", "minute", strings.Repeat("         MiB  descriptors", len(pids)))
	started, rows := time.Now(), 0
	tick := time.NewTicker(sampleInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return areFlat(history)
		case <-tick.C:
		}
		var row strings.Builder
		for i, r := range f.replicas {
			if r.pid() != pids[i] || pids[i] == 0 {
				return fmt.Errorf("operator %d did not live through the soak; see its log", i+1)
			}
			now, err := readSample(pids[i])
			if err != nil {
				return err
			}
			history[i] = append(history[i], now)
			fmt.Fprintf(&row, "%12.1f  %11.0f", now.memory, now.descriptors)
		}
		if time.Since(started) >= time.Duration(rows+1)*rowInterval {
			rows++
			fmt.Fprintf(output, "%8d%s\n", rows, row.String())
		}
	}
}

// areFlat compares the quarters of each replica's history.
func areFlat(history [][]sample) error {
	var wrong []error
	for i, samples := range history {
		for what, of := range map[string]func(sample) float64{
			"memory (MiB)": func(s sample) float64 { return s.memory },
			"descriptors":  func(s sample) float64 { return s.descriptors },
		} {
			first, last, err := quarters(samples, of)
			if err == nil && last > first*growth {
				err = fmt.Errorf("%s grew from %.1f to %.1f", what, first, last)
			}
			if err != nil {
				wrong = append(wrong, fmt.Errorf("operator %d: %w", i+1, err))
			}
		}
	}
	return errors.Join(wrong...)
}

// quarters are the means of the first and the last quarter after the warm-up.
func quarters(samples []sample, of func(sample) float64) (first, last float64, err error) {
	counted := samples[int(float64(len(samples))*warmUp):]
	n := len(counted) / 4
	if n == 0 {
		return 0, 0, fmt.Errorf("%d samples are too few to tell anything", len(samples))
	}
	for i := range n {
		first += of(counted[i])
		last += of(counted[len(counted)-1-i])
	}
	return first / float64(n), last / float64(n), nil
}
