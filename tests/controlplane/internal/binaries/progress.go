package binaries

import (
	"fmt"
	"io"
	"time"
)

// progressInterval is short enough that nobody takes a build for stuck.
const progressInterval = 10 * time.Second

// A reporter tells a person how far a build is, as plain lines that look the
// same on a terminal and in the log of a CI run.
type reporter struct {
	to      io.Writer
	total   int
	count   int
	started time.Time
}

func newReporter(to io.Writer, total int) *reporter {
	fmt.Fprintf(to, "controlplane: building %d program(s) from source; this happens only once, and a full build takes about 15 minutes on two cores\n", total)
	return &reporter{to: to, total: total, started: time.Now()}
}

// begin announces the next tool and repeats so until the returned function is
// called with the outcome.
func (r *reporter) begin(name string) (done func(error)) {
	r.count++
	started := time.Now()
	line := func(format string, arguments ...any) {
		fmt.Fprintf(r.to, "controlplane: [%d/%d] %s: %s\n", r.count, r.total, name, fmt.Sprintf(format, arguments...))
	}
	line("building")

	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(progressInterval)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				line("still building, %d s (%d s in all; only this once)", seconds(started), seconds(r.started))
			}
		}
	}()
	return func(err error) {
		close(stop)
		<-stopped
		if err != nil {
			line("not built after %d s", seconds(started))
			return
		}
		line("built in %d s", seconds(started))
	}
}

func seconds(since time.Time) int {
	return int(time.Since(since).Seconds())
}
