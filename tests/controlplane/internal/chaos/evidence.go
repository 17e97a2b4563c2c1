package chaos

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
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

// auditEvent is the part of an audit log's line that matters.
type auditEvent struct {
	Verb      string    `json:"verb"`
	URI       string    `json:"requestURI"`
	Received  time.Time `json:"requestReceivedTimestamp"`
	ObjectRef struct {
		Resource    string `json:"resource"`
		Subresource string `json:"subresource"`
		Namespace   string `json:"namespace"`
		Name        string `json:"name"`
		UID         string `json:"uid"`
	} `json:"objectRef"`
	ResponseStatus struct {
		Code int `json:"code"`
	} `json:"responseStatus"`
}

// readEvidence reads the audit log.
func readEvidence(file string) (evidence, error) {
	log, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	return collect(log)
}

// collect reads an audit log line by line. A line that cannot be read is one that
// a dying API server has left unfinished.
func collect(log io.Reader) (evidence, error) {
	found := evidence{}
	for lines := bufio.NewReaderSize(log, 1<<20); ; {
		line, err := lines.ReadBytes('\n')
		var event auditEvent
		if json.Unmarshal(line, &event) == nil {
			found.add(event)
		}
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading the audit log: %w", err)
		}
	}
}

func (e evidence) add(event auditEvent) {
	ref := event.ObjectRef
	if strings.Contains(event.URI, "dryRun=All") {
		return // has done nothing
	}
	if ref.Resource != "jobs" || ref.Namespace != namespace || ref.Name == "" {
		return
	}
	a := e[ref.Name]
	if a == nil {
		a = &account{uids: map[string]bool{}}
		e[ref.Name] = a
	}
	succeeded := event.ResponseStatus.Code >= 200 && event.ResponseStatus.Code < 300
	if event.Verb == "create" {
		a.asked = append(a.asked, event.Received)
		if succeeded {
			a.created = append(a.created, event.Received)
		}
		return
	}
	if succeeded {
		a.existed = true
		if ref.UID != "" {
			a.uids[ref.UID] = true
		}
	}
}

// readName takes a Job's name apart: <owner>-YYYYMMDD-HHMMSS-<hash>.
func readName(job string) (owner string, instant time.Time, err error) {
	const layout = "20060102-150405"
	hash := strings.LastIndexByte(job, '-')
	start := hash - len(layout)
	if start < 1 {
		return "", instant, fmt.Errorf("%q is not the name of a ScheduledJob's Job", job)
	}
	instant, err = time.Parse(layout, job[start:hash])
	return job[:start-1], instant, err
}
