package bench

import (
	"context"
	"fmt"
	"os"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/audit"
)

// pollInterval is how often the audit log is looked at. Seldom, since reading it
// takes time from what is measured on the same machine.
const pollInterval = 500 * time.Millisecond

// A recorder collects what the audit log tells from one point on.
type recorder struct {
	file   string
	offset int64
	events []audit.Event
}

// restart forgets what was collected, and passes over what is in the log so far.
func (r *recorder) restart() error {
	info, err := os.Stat(r.file)
	if err != nil {
		return err
	}
	r.offset, r.events = info.Size(), nil
	return nil
}

// read collects what has been written since.
func (r *recorder) read() error {
	log, err := os.Open(r.file)
	if err != nil {
		return err
	}
	defer log.Close()
	if _, err := log.Seek(r.offset, 0); err != nil {
		return err
	}
	read, err := audit.Each(log, func(event audit.Event) { r.events = append(r.events, event) })
	r.offset += read
	return err
}

// await reads until what was collected is enough; what names that for a message.
func (r *recorder) await(ctx context.Context, what string, patience time.Duration, enough func([]audit.Event) bool) error {
	deadline := time.Now().Add(patience)
	for {
		if err := r.read(); err != nil {
			return err
		}
		if enough(r.events) {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("not within %v: %s", patience, what)
		}
		if err := waitUntil(ctx, time.Now().Add(pollInterval)); err != nil {
			return err
		}
	}
}
