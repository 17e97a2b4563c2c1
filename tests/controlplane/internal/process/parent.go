package process

import (
	"context"
	"os"
	"time"
)

// WatchParent returns a context that is cancelled when this program's parent is
// not, or no longer, the given process: when that one has ended. Polling is used rather than PR_SET_PDEATHSIG, which would
// fire as soon as the *thread* of the parent that started this program ends.
func WatchParent(ctx context.Context, parent int) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for os.Getppid() == parent {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	return ctx
}
