package plane

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/kubeapi"
)

// jobTimeout bounds the whole check; it takes about a second.
const jobTimeout = 60 * time.Second

// checkNamespace is where the Job of the check runs. One of its own would be
// seen for seconds after its deletion, since the namespace controller waits that
// long by design; this one always exists and nobody works in it.
const checkNamespace = "kube-public"

// checkJobRuns proves that the plane works as a whole, which no health endpoint
// says: a Job runs to its end. Of that Job nothing but its Events is left when
// this returns, in the API or in the audit log.
func (p *Plane) checkJobRuns() error {
	ctx, cancel := context.WithTimeout(p.alive, jobTimeout)
	defer cancel()
	step, err := p.runCheckJob(ctx)
	if err == nil {
		return nil
	}
	if p.alive.Err() != nil {
		return context.Cause(p.alive)
	}
	return fmt.Errorf("all components run, but %s: %w", step, err)
}

// runCheckJob also returns what it was doing, for a message.
func (p *Plane) runCheckJob(ctx context.Context) (step string, err error) {
	const name = "controlplane-check"
	jobs := p.APIServerURL() + "/apis/batch/v1/namespaces/" + checkNamespace + "/jobs"
	serviceAccount := p.APIServerURL() + "/api/v1/namespaces/" + checkNamespace + "/serviceaccounts/default"

	// A pod is refused while its service account does not exist, and the Job
	// controller would then wait for seconds before it tries again.
	step = "no service account appeared in " + checkNamespace
	if err := p.poll(ctx, serviceAccount, func(object) (bool, error) { return true, nil }); err != nil {
		return step, err
	}
	step = "the Job of the check could not be created"
	if err := p.client.Do(ctx, http.MethodPost, jobs, checkJob(name), nil); err != nil {
		return step, err
	}
	step = "the Job of the check did not complete"
	if err := p.poll(ctx, jobs+"/"+name, isComplete); err != nil {
		return step, err
	}
	step = "the Job of the check could not be removed"
	if err := p.client.Do(ctx, http.MethodDelete, jobs+"/"+name+"?propagationPolicy=Foreground", nil, nil); err != nil {
		return step, err
	}
	if err := p.pollGone(ctx, jobs+"/"+name); err != nil {
		return step, err
	}
	// The API server appends to the log, so cutting it loses no later entry.
	step = "the audit log could not be emptied"
	return step, os.Truncate(p.options.Directory.AuditLog(), 0)
}

// checkJob is a Job of one pod that ends at once.
func checkJob(name string) object {
	return object{
		"apiVersion": "batch/v1",
		"kind":       "Job",
		"metadata":   object{"name": name},
		"spec": object{"template": object{
			"metadata": object{"annotations": object{"kwok.scheduledjob.dev/run-for": "0s"}},
			"spec": object{
				"restartPolicy": "Never",
				"containers":    []object{{"name": "check", "image": "none.invalid/never-pulled"}},
			},
		}},
	}
}

// isComplete tells whether a Job has succeeded; failing is an error.
func isComplete(job object) (bool, error) {
	status, _ := job["status"].(object)
	conditions, _ := status["conditions"].([]any)
	for _, entry := range conditions {
		condition, _ := entry.(object)
		if condition["status"] != "True" {
			continue
		}
		switch condition["type"] {
		case "Complete":
			return true, nil
		case "Failed":
			return false, fmt.Errorf("it failed: %v", condition["message"])
		}
	}
	return false, nil
}

// poll reads an object, which may not exist yet, until it is as wanted.
func (p *Plane) poll(ctx context.Context, url string, wanted func(object) (bool, error)) error {
	for {
		var current object
		err := p.client.Do(ctx, http.MethodGet, url, nil, &current)
		if err == nil {
			var done bool
			if done, err = wanted(current); done || err != nil {
				return err
			}
		} else if !kubeapi.IsNotFound(err) {
			return err
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

// pollGone returns when the object does not exist any more.
func (p *Plane) pollGone(ctx context.Context, url string) error {
	for {
		err := p.client.Do(ctx, http.MethodGet, url, nil, nil)
		if kubeapi.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return errors.New("it took too long")
	case <-time.After(readyInterval):
		return nil
	}
}
