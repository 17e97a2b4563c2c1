package faultproxy

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"scheduledjob.dev/operator/tests/controlplane/internal/faults"
)

// relayWatch passes the events of a watch on, one line each. Every way in which
// it ends before the API server ends it leaves the client where it can resume:
// nothing that comes after an event that was not delivered is delivered.
func (p *Proxy) relayWatch(w http.ResponseWriter, r *http.Request, events io.Reader) {
	flusher := http.NewResponseController(w)
	flusher.Flush()
	lines := bufio.NewReaderSize(events, 64<<10)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return
		}
		if err != nil {
			hangUp()
		}
		goesOn := p.relayEvent(w, r, line)
		flusher.Flush()
		if !goesOn {
			return
		}
	}
}

// relayEvent delivers an event, or tells that the watch ends here.
func (p *Proxy) relayEvent(w http.ResponseWriter, r *http.Request, line []byte) bool {
	kind, struck := p.dice.Draw(faults.OnEvent...)
	if struck && kind != faults.CutEvent {
		p.dice.Happened(kind)
	}
	if struck {
		switch kind {
		case faults.GoneEvent:
			w.Write(goneEvent())
			return false
		case faults.LateEvent:
			wait(r.Context(), p.dice.Duration(p.dice.Mix().LongestDelay))
		case faults.DuplicatedEvent:
			line = bytes.Repeat(line, 2)
		case faults.DroppedEvent:
			if p.dice.Even() {
				hangUp()
			}
			return false
		case faults.CutEvent:
			connectionOf(r).CutAnswerAfter(p.dice.Bytes(len(line)), kind)
		}
	}
	_, err := w.Write(line)
	return err == nil
}

// goneEvent is how an API server ends a watch whose version it no longer has.
func goneEvent() []byte {
	event, err := json.Marshal(map[string]any{"type": "ERROR", "object": refusalOf(faults.GoneEvent)})
	if err != nil {
		panic(err) // strings and numbers only
	}
	return append(event, '\n')
}
