package chaos

import (
	"context"
	"maps"
	"net/http"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/kubeapi"
)

const (
	scheduledJobsPath = "/apis/scheduledjob.dev/v1/namespaces/" + namespace + "/scheduledjobs"
	bookInterval      = time.Second
)

// A cluster is the API server as this test calls it: as its administrator, and
// not through the proxy.
type cluster struct {
	client *kubeapi.Client
	server string
}

func (c cluster) create(ctx context.Context, path string, what object) error {
	return c.client.Do(ctx, http.MethodPost, c.server+path, what, nil)
}

// readBooks reads what all statuses say.
func (c cluster) readBooks(ctx context.Context) (map[string]book, error) {
	var list struct {
		Items []struct {
			Metadata struct {
				Name              string
				CreationTimestamp time.Time
			}
			Status struct {
				RunCounts struct{ Started, Skipped, Missed int64 }
				Open      []any
				Pending   []any
			}
		}
	}
	if err := c.client.Do(ctx, http.MethodGet, c.server+scheduledJobsPath, nil, &list); err != nil {
		return nil, err
	}
	books := map[string]book{}
	for _, item := range list.Items {
		counts := item.Status.RunCounts
		books[item.Metadata.Name] = book{
			created:   item.Metadata.CreationTimestamp,
			started:   counts.Started,
			skipped:   counts.Skipped,
			missed:    counts.Missed,
			unsettled: len(item.Status.Open)+len(item.Status.Pending) > 0,
		}
	}
	return books, nil
}

// awaitRest returns the books once every instant up to end has its outcome and
// no run is open, or as they are when patience is at its end. Before that, when
// nothing has moved for a while, it calls stalled, once.
func (c cluster) awaitRest(ctx context.Context, schedules []schedule, end time.Time, stalled func() error) (map[string]book, error) {
	waited := newPatience(time.Now())
	for {
		books, err := c.readBooks(ctx)
		if err == nil && areAtRest(schedules, books, end) {
			return books, nil
		}
		if waited.isOver(books, time.Now()) || ctx.Err() != nil {
			return books, err
		}
		if waited.isShort(time.Now()) {
			if err := stalled(); err != nil {
				return books, err
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(bookInterval):
		}
	}
}

// A patience ends when nothing has changed for a while, or in any case after a
// longer while. Runs that are made up for one after the other take their time,
// and as long as they go on there is nothing wrong.
type patience struct {
	started, changed time.Time
	last             map[string]book
	grewShort        bool
}

const (
	longestStandstill = 3 * time.Minute
	shortOfPatience   = time.Minute // of a standstill
	longestWait       = 15 * time.Minute
)

func newPatience(now time.Time) *patience { return &patience{started: now, changed: now} }

func (p *patience) isOver(books map[string]book, now time.Time) bool {
	if books != nil && !maps.Equal(books, p.last) {
		p.last, p.changed = books, now
	}
	return now.Sub(p.changed) > longestStandstill || now.Sub(p.started) > longestWait
}

// isShort is true once: when nothing has changed for so long that something may
// have to be set going again.
func (p *patience) isShort(now time.Time) bool {
	if p.grewShort || now.Sub(p.changed) <= shortOfPatience {
		return false
	}
	p.grewShort = true
	return true
}

func areAtRest(schedules []schedule, books map[string]book, end time.Time) bool {
	for _, s := range schedules {
		b := books[s.name]
		if b.unsettled || b.decided() < s.due(b.created, end) {
			return false
		}
	}
	return true
}
