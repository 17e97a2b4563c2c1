package faultproxy

import (
	"errors"
	"net"
	"sync"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/faults"
)

const (
	// requestReach is within how many bytes of a connection's life it may be cut
	// while the client sends: its handshake and some requests.
	requestReach = 8 << 10
	// Slow connections carry a piece of so many bytes, then pause.
	slowPiece = 256
	slowPause = 10 * time.Millisecond
)

var errCut = errors.New("cut by the fault proxy")

// A faultyListener accepts connections and decides which of them are ill.
type faultyListener struct {
	net.Listener
	dice *faults.Dice
}

// Accept returns the next connection over which there will be an answer.
func (l *faultyListener) Accept() (net.Conn, error) {
	for {
		accepted, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c := &connection{Conn: accepted, dice: l.dice}
		kind, struck := l.dice.Draw(faults.OnConnect...)
		switch {
		case struck && kind == faults.HalfOpen:
			l.dice.Happened(kind)
			time.AfterFunc(l.dice.Duration(l.dice.Mix().LongestSilence), func() { accepted.Close() })
			continue
		case struck && kind == faults.CutRequest:
			c.reading.cutAfter(l.dice.Bytes(requestReach), kind)
		case struck && kind == faults.SlowConnection:
			l.dice.Happened(kind)
			c.slowUntil = time.Now().Add(l.dice.Mix().SlowFor)
		}
		return c, nil
	}
}

// A connection counts the bytes below TLS and ends where it is told to, be it in
// the middle of a record.
type connection struct {
	net.Conn
	dice      *faults.Dice
	slowUntil time.Time
	reading   limit
	writing   limit
}

// CutAnswerAfter ends the connection once so many more bytes were written.
func (c *connection) CutAnswerAfter(bytes int, kind faults.Kind) { c.writing.cutAfter(bytes, kind) }

// Spare takes back a cut that no byte has come to.
func (c *connection) Spare() { c.writing.lift() }

func (c *connection) Read(into []byte) (int, error) {
	if c.pause(); c.isSlow() {
		into = into[:min(len(into), slowPiece)]
	}
	allowed, kind, limited := c.reading.allow(len(into))
	if limited && allowed == 0 {
		return 0, c.cut(kind)
	}
	n, err := c.Conn.Read(into[:allowed])
	c.reading.spend(n)
	return n, err
}

func (c *connection) Write(from []byte) (written int, err error) {
	for written < len(from) && err == nil {
		piece := from[written:]
		if c.pause(); c.isSlow() {
			piece = piece[:min(len(piece), slowPiece)]
		}
		var n int
		n, err = c.writePiece(piece)
		written += n
	}
	return written, err
}

// writePiece writes all of it, or up to where the connection is to be cut.
func (c *connection) writePiece(piece []byte) (int, error) {
	allowed, kind, limited := c.writing.allow(len(piece))
	n, err := c.Conn.Write(piece[:allowed])
	c.writing.spend(n)
	if err == nil && limited && allowed < len(piece) {
		err = c.cut(kind)
	}
	return n, err
}

// cut ends the connection, with a reset or in order.
func (c *connection) cut(kind faults.Kind) error {
	c.dice.Happened(kind)
	if tcp, ok := c.Conn.(*net.TCPConn); ok && c.dice.Even() {
		tcp.SetLinger(0)
	}
	c.Conn.Close()
	return errCut
}

func (c *connection) isSlow() bool { return time.Now().Before(c.slowUntil) }

func (c *connection) pause() {
	if c.isSlow() {
		time.Sleep(slowPause)
	}
}

// A limit says how many bytes may still pass in one direction. The zero value
// lets everything through.
type limit struct {
	mutex sync.Mutex
	set   bool
	left  int
	kind  faults.Kind
}

func (l *limit) cutAfter(bytes int, kind faults.Kind) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.set, l.left, l.kind = true, bytes, kind
}

func (l *limit) lift() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.set = false
}

// allow tells how many of n bytes may pass, and because of which fault not more.
func (l *limit) allow(n int) (allowed int, kind faults.Kind, limited bool) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if !l.set {
		return n, 0, false
	}
	return min(n, l.left), l.kind, true
}

func (l *limit) spend(n int) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.left -= min(n, l.left)
}
