package chaos

import (
	"io"
	"os"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/audit"
)

// An account is what the API server's audit log tells about one Job's name.
type account struct {
	asked   []time.Time     // every request to create it, whatever came of it
	created []time.Time     // those that the API server says it carried out
	uids    map[string]bool // of objects that had this name
	existed bool            // some request found it
}

// exists tells whether there ever was such a Job. A create that etcd carried out
// while the API server was dying is not in the log as a success; that the Job
// controller found the Job later is.
func (a *account) exists() bool { return len(a.created) > 0 || a.existed }

// times is how many Jobs of this name there were.
func (a *account) times() int { return max(len(a.created), len(a.uids)) }

// evidence is all accounts, by the names of Jobs.
type evidence map[string]*account

// readEvidence reads the audit log.
func readEvidence(file string) (evidence, error) {
	log, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	return collect(log)
}

func collect(log io.Reader) (evidence, error) {
	found := evidence{}
	_, err := audit.Each(log, found.add)
	return found, err
}

func (e evidence) add(event audit.Event) {
	ref := event.ObjectRef
	if !event.HasEffect() || ref.Resource != "jobs" || ref.Namespace != namespace || ref.Name == "" {
		return
	}
	a := e[ref.Name]
	if a == nil {
		a = &account{uids: map[string]bool{}}
		e[ref.Name] = a
	}
	if event.Verb == "create" {
		a.asked = append(a.asked, event.Received)
		if event.Succeeded() {
			a.created = append(a.created, event.Received)
		}
		return
	}
	if event.Succeeded() {
		a.existed = true
		if ref.UID != "" {
			a.uids[ref.UID] = true
		}
	}
}
