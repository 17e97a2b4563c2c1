package bench

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/kubeapi"
)

const (
	// creators is how many objects are created at a time; more gain nothing.
	creators = 32
	// sweepPatience is how long what was deleted may take to be gone.
	sweepPatience = 5 * time.Minute
	sweepInterval = time.Second
)

// A cluster is the API server, as what is not measured calls it.
type cluster struct {
	client *kubeapi.Client
	server string
}

// A creation is an object and the collection that it goes into.
type creation struct {
	path string
	what object
}

func (c cluster) create(ctx context.Context, path string, what object) error {
	return c.client.Do(ctx, http.MethodPost, c.server+path, what, nil)
}

// createAll creates so many objects and returns when all exist.
func (c cluster) createAll(ctx context.Context, count int, nth func(int) creation) error {
	return kubeapi.Each(count, creators, func(i int) error {
		made := nth(i)
		return c.create(ctx, made.path, made.what)
	})
}

func (c cluster) makeNamespace(ctx context.Context, name string) error {
	err := c.create(ctx, "/api/v1/namespaces", object{"metadata": object{"name": name}})
	if kubeapi.IsConflict(err) {
		return nil
	}
	return err
}

// remove deletes all schedules of a kind and all Jobs in these namespaces; they go
// meanwhile.
func (c cluster) remove(ctx context.Context, k kind, namespaces []string) error {
	for _, namespace := range namespaces {
		for _, path := range []string{k.collection(namespace), jobsOf(namespace)} {
			if err := c.removeAll(ctx, path); err != nil {
				return fmt.Errorf("deleting what was measured: %w", err)
			}
		}
	}
	return nil
}

// removeAll deletes a collection. A request about a large one outlasts the API
// server's patience, and has then deleted a part.
func (c cluster) removeAll(ctx context.Context, path string) error {
	for deadline := time.Now().Add(sweepPatience); ; {
		err := c.client.Do(ctx, http.MethodDelete, c.server+path+"?propagationPolicy=Background", nil, nil)
		if err == nil || time.Now().After(deadline) {
			return err
		}
		if err := waitUntil(ctx, time.Now().Add(sweepInterval)); err != nil {
			return err
		}
	}
}

// sweep removes, and returns when nothing is left.
func (c cluster) sweep(ctx context.Context, k kind, namespaces []string) error {
	if err := c.remove(ctx, k, namespaces); err != nil {
		return err
	}
	deadline := time.Now().Add(sweepPatience)
	for _, namespace := range namespaces {
		for _, path := range []string{k.collection(namespace), jobsOf(namespace)} {
			for {
				left, err := c.count(ctx, path)
				if err != nil {
					return err
				}
				if left == 0 {
					break
				}
				if time.Now().After(deadline) {
					return fmt.Errorf("%d objects are still in %s after %v", left, path, sweepPatience)
				}
				if err := waitUntil(ctx, time.Now().Add(sweepInterval)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// count is how many objects a collection has.
func (c cluster) count(ctx context.Context, path string) (int64, error) {
	var page struct {
		Items    []struct{}
		Metadata struct{ RemainingItemCount int64 }
	}
	err := c.client.Do(ctx, http.MethodGet, c.server+path+"?limit=1", nil, &page)
	return int64(len(page.Items)) + page.Metadata.RemainingItemCount, err
}

// waitUntil returns at a time, or with an error when ctx ends before.
func waitUntil(ctx context.Context, t time.Time) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(time.Until(t)):
		return nil
	}
}
