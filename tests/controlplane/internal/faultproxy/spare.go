package faultproxy

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/faults"
)

// spares tells whether the mix leaves this request alone, whatever the dice say.
func (p *Proxy) spares(mix faults.Mix, r *http.Request) bool {
	return (mix.SparesStart && isAskedAtStart(r)) || (isAboutLease(r) && p.leases.prevails(mix.LeaseCalm))
}

// isAskedAtStart tells whether an operator may be asking this in order to find
// out whether it can work at all: the version of a collection, or its own rights.
func isAskedAtStart(r *http.Request) bool {
	return r.URL.Query().Get("limit") == "1" || strings.HasSuffix(r.URL.Path, "/selfsubjectaccessreviews")
}

func isAboutLease(r *http.Request) bool { return strings.Contains(r.URL.Path, "/leases") }

// A calm is the time after a fault.
type calm struct {
	mutex sync.Mutex
	since time.Time
}

func (c *calm) begin() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.since = time.Now()
}

// prevails tells whether the last fault is less than this ago.
func (c *calm) prevails(length time.Duration) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return time.Since(c.since) < length
}
