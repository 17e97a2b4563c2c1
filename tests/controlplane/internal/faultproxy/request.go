package faultproxy

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/faults"
)

// answerReach is within how many bytes an answer may be cut.
const answerReach = 16 << 10

// ServeHTTP is the life of one request: it meets at most one fault before it is
// forwarded, or one after it was carried out.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	connection := connectionOf(r)
	connection.Spare()
	kind, struck := p.drawFor(r)
	if struck {
		switch kind {
		case faults.Delay:
			p.dice.Happened(kind)
			wait(r.Context(), p.dice.Duration(p.dice.Mix().LongestDelay))
		case faults.LostRequest:
			p.dice.Happened(kind)
			hangUp()
		case faults.Silence:
			p.dice.Happened(kind)
			wait(r.Context(), p.dice.Duration(p.dice.Mix().LongestSilence))
			hangUp()
		case faults.CutAnswer:
			connection.CutAnswerAfter(p.dice.Bytes(answerReach), kind)
		case faults.SwallowedAnswer, faults.BeliedAnswer:
			// Once it is carried out.
		default:
			p.dice.Happened(kind)
			refuse(w, kind)
			return
		}
	}
	answer := p.forward(r)
	defer answer.Body.Close()
	if struck && (kind == faults.SwallowedAnswer || kind == faults.BeliedAnswer) {
		p.withhold(w, answer, kind)
		return
	}
	p.relay(w, r, answer)
}

// drawFor draws from the faults that make sense for this request.
func (p *Proxy) drawFor(r *http.Request) (faults.Kind, bool) {
	if p.spares(p.dice.Mix(), r) {
		return 0, false
	}
	among := slices.Clone(faults.OnRequest)
	if isWatch(r) {
		among = append(among, faults.OnWatch...)
	}
	if r.Method != http.MethodGet {
		among = append(among, faults.OnWrite...)
	}
	kind, struck := p.dice.Draw(among...)
	if struck && isAboutLease(r) {
		p.leases.begin()
	}
	return kind, struck
}

// isWatch tells whether the answer is a stream of events.
func isWatch(r *http.Request) bool {
	value := r.URL.Query().Get("watch")
	return r.Method == http.MethodGet && (value == "1" || value == "true")
}

// forward has the API server carry the request out. Without an answer from there
// the client gets none either.
func (p *Proxy) forward(r *http.Request) *http.Response {
	forwarded := r.Clone(r.Context())
	forwarded.URL.Scheme, forwarded.URL.Host = p.upstream.Scheme, p.upstream.Host
	forwarded.RequestURI = ""
	forwarded.Host = ""
	forwarded.Header.Del("Connection")
	if isWatch(r) {
		// API servers compress watches too, and events have to be told apart.
		forwarded.Header.Del("Accept-Encoding")
	}
	answer, err := p.transport.RoundTrip(forwarded)
	if err != nil {
		hangUp()
	}
	return answer
}

// withhold waits until the request is carried out and then does not say so.
func (p *Proxy) withhold(w http.ResponseWriter, answer *http.Response, kind faults.Kind) {
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		hangUp()
	}
	p.dice.Happened(kind)
	if kind == faults.BeliedAnswer {
		refuse(w, faults.GatewayTimeout)
		return
	}
	hangUp()
}

// relay passes the API server's answer on.
func (p *Proxy) relay(w http.ResponseWriter, r *http.Request, answer *http.Response) {
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	if isWatch(r) && answer.StatusCode == http.StatusOK {
		w.WriteHeader(answer.StatusCode)
		p.relayWatch(w, r, answer.Body)
		return
	}
	// All of it before the first byte, so that the answer has its length and an API
	// server that ends in the middle does not look like one that is done.
	var body bytes.Buffer
	if _, err := io.Copy(&body, answer.Body); err != nil {
		hangUp()
	}
	w.WriteHeader(answer.StatusCode)
	w.Write(body.Bytes())
}

// wait waits so long, or until the client has gone.
func wait(ctx context.Context, duration time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(duration):
	}
}

// hangUp ends the connection without (further) answer; it does not return.
func hangUp() { panic(http.ErrAbortHandler) }
