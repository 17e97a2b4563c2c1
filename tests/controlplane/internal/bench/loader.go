package bench

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/accounts"
	"scheduledjob.dev/operator/tests/controlplane/internal/kubeapi"
	"scheduledjob.dev/operator/tests/controlplane/internal/process"
)

// inFlight are the numbers of requests under way at once with which the loader is
// tried.
var inFlight = []int{1, 4, 8, 16, 32, 64}

const (
	loaderAccount = "bench-loader"
	// manyNamespaces is how many a burst is spread over.
	manyNamespaces = 20
)

// A loader creates Jobs as fast as the API server takes them, and does nothing
// else: no client can be faster. How fast it is at its best is C. Its Jobs have the
// metadata that the CronJob controller gives to those of a schedule.
type loader struct {
	bench  *bench
	client *kubeapi.Client
	user   string
	// owners has one of each namespace.
	owners []owner
	// best is with how many requests in flight it is fastest.
	best int
	made int
	// last is C as it was found last, and cores what the loader took of processors
	// meanwhile.
	last, cores float64
}

// An owner is an object to which the loader's Jobs belong: those without one would be
// spared what the garbage collector does about the others. It is none that a contestant
// cares for.
type owner struct{ namespace, uid string }

const ownerName = "loader"

func (b *bench) newLoader(ctx context.Context) (*loader, error) {
	token, err := accounts.Make(ctx, b.admin, b.cluster.server, accountsNamespace, loaderAccount)
	if err != nil {
		return nil, err
	}
	l := &loader{bench: b, user: accounts.UserName(accountsNamespace, loaderAccount)}
	for _, namespace := range names("bench-load", manyNamespaces) {
		uid, err := b.makeOwner(ctx, namespace)
		if err != nil {
			return nil, err
		}
		l.owners = append(l.owners, owner{namespace, uid})
	}
	l.client, err = kubeapi.NewTokenClient(b.authorityPEM, token, inFlight[len(inFlight)-1])
	return l, err
}

func (b *bench) makeOwner(ctx context.Context, namespace string) (uid string, err error) {
	if err := b.cluster.makeNamespace(ctx, namespace); err != nil {
		return "", err
	}
	var made struct{ Metadata struct{ UID string } }
	err = b.cluster.client.Do(ctx, http.MethodPost, b.cluster.server+"/api/v1/namespaces/"+namespace+"/configmaps",
		object{"metadata": object{"name": ownerName}}, &made)
	return made.Metadata.UID, err
}

// climb tries each number of requests in flight with so many Jobs, and keeps the
// best.
func (l *loader) climb(ctx context.Context, jobs int) (map[int]float64, error) {
	rates := map[int]float64{}
	// The first connections and the server's own caches are not what is asked for.
	if _, err := l.rate(ctx, inFlight[len(inFlight)-1], jobs/4, manyNamespaces); err != nil {
		return nil, err
	}
	for _, width := range inFlight {
		rate, err := l.rate(ctx, width, jobs, manyNamespaces)
		if err != nil {
			return nil, err
		}
		if rates[width] = rate; rate > rates[l.best] {
			l.best = width
		}
	}
	return rates, nil
}

// rate creates so many Jobs in so many namespaces with so many requests in flight, and
// returns how many a second came into being.
func (l *loader) rate(ctx context.Context, width, jobs, namespaces int) (float64, error) {
	if err := l.bench.log.restart(); err != nil {
		return 0, err
	}
	spentBefore, begun, err := l.spent()
	if err != nil {
		return 0, err
	}
	var next atomic.Int64
	failures := make(chan error, width)
	var workers sync.WaitGroup
	for range width {
		workers.Go(func() {
			for n := next.Add(1); n <= int64(jobs); n = next.Add(1) {
				if err := l.create(ctx, fmt.Sprintf("load-%d-%d", l.made, n), l.owners[n%int64(namespaces)]); err != nil {
					failures <- err
					return
				}
			}
		})
	}
	workers.Wait()
	l.made++
	spentAfter, ended, err := l.spent()
	if err != nil {
		return 0, err
	}
	l.cores = float64(spentAfter-spentBefore) / float64(ended.Sub(begun))
	close(failures)
	if err := <-failures; err != nil {
		return 0, fmt.Errorf("loading the API server: %w", err)
	}
	if err := l.bench.log.read(); err != nil {
		return 0, err
	}
	starts := startsOf(l.bench.log.events, l.user)
	if len(starts) == 0 {
		return 0, fmt.Errorf("the audit log does not show what the loader created")
	}
	l.last = rateOf(starts, firstOf(starts))
	return l.last, nil
}

func (l *loader) create(ctx context.Context, name string, of owner) error {
	return l.client.Do(ctx, http.MethodPost, l.bench.cluster.server+jobsOf(of.namespace), job(name, of.marks()), nil)
}

// marks is what the CronJob controller adds to a Job's metadata; no contestant adds
// less.
func (o owner) marks() object {
	return object{
		"annotations": object{"batch.kubernetes.io/cronjob-scheduled-timestamp": time.Now().UTC().Format(time.RFC3339)},
		"ownerReferences": []object{{
			"apiVersion": "v1", "kind": "ConfigMap", "name": ownerName, "uid": o.uid,
			"controller": true, "blockOwnerDeletion": true,
		}},
	}
}

// spent is what this process, which is the loader, has used of processors until now.
func (l *loader) spent() (time.Duration, time.Time, error) {
	spent, err := process.ProcessorTime(os.Getpid())
	return spent, time.Now(), err
}

// keepTime creates a Job at each of so many whole seconds, and returns how late they
// were: what a client achieves on this machine that has nothing else to do.
func (l *loader) keepTime(ctx context.Context, instants int) (punctuality, error) {
	if err := l.bench.log.restart(); err != nil {
		return punctuality{}, err
	}
	first := time.Now().Truncate(time.Second).Add(2 * time.Second)
	planned := map[string]time.Time{}
	for n := range instants {
		instant, name := first.Add(time.Duration(n)*time.Second), fmt.Sprintf("tick-%d-%d", l.made, n)
		planned[name] = instant
		if err := waitUntil(ctx, instant); err != nil {
			return punctuality{}, err
		}
		if err := l.create(ctx, name, l.owners[0]); err != nil {
			return punctuality{}, err
		}
	}
	l.made++
	if err := l.bench.log.read(); err != nil {
		return punctuality{}, err
	}
	var starts []start
	for _, event := range l.bench.log.events {
		if isCreate(event, l.user) {
			starts = append(starts, start{instant: planned[event.ObjectRef.Name], received: event.Received, created: event.Ended})
		}
	}
	return punctualityOf(starts), nil
}

// now is C at present, for so many Jobs in so many namespaces: at the best width,
// after a moment of rest. As long as it makes Jobs, the Job controller falls behind;
// the more of them there are, the more of its work takes its share of the machine.
func (l *loader) now(ctx context.Context, jobs, namespaces int) (float64, error) {
	const rest, least = time.Second, 800
	if err := waitUntil(ctx, time.Now().Add(rest)); err != nil {
		return 0, err
	}
	return l.rate(ctx, l.best, max(jobs, least), namespaces)
}

// clear removes what the loader has made.
func (l *loader) clear(ctx context.Context) error {
	for _, of := range l.owners {
		if err := l.bench.cluster.removeAll(ctx, jobsOf(of.namespace)); err != nil {
			return err
		}
	}
	return nil
}
