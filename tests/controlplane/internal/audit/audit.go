// Package audit reads the audit log of a plane's API server, the one witness
// that no client can bend.
package audit

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// An Event is the part of a line that matters: one request, as it ended.
type Event struct {
	Verb string `json:"verb"`
	URI  string `json:"requestURI"`
	// Received is when the API server had the request's header, Ended when it had
	// answered; both in microseconds.
	Received time.Time `json:"requestReceivedTimestamp"`
	Ended    time.Time `json:"stageTimestamp"`
	User     struct {
		Name string `json:"username"`
	} `json:"user"`
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

// Succeeded tells whether the API server says that it did as asked.
func (e Event) Succeeded() bool {
	return e.ResponseStatus.Code >= 200 && e.ResponseStatus.Code < 300
}

// HasEffect is false of a request that only asked what would happen.
func (e Event) HasEffect() bool { return !strings.Contains(e.URI, "dryRun=All") }

// Each hands over the events of complete lines, in their order, and returns how
// many bytes these lines have. A line that cannot be read is one that a dying API
// server has left unfinished.
func Each(log io.Reader, take func(Event)) (int64, error) {
	var read int64
	for lines := bufio.NewReaderSize(log, 1<<20); ; {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return read, nil
		}
		if err != nil {
			return read, fmt.Errorf("reading the audit log: %w", err)
		}
		read += int64(len(line))
		var event Event
		if json.Unmarshal(line, &event) == nil {
			take(event)
		}
	}
}
