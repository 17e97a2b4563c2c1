package live

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// A wire is a network between an operator and the API server that can hold back what the operator says. What the server says
// always arrives.
type wire struct {
	listener net.Listener

	mutex   sync.Mutex
	open    sync.Cond
	holding bool
}

func newWire(t *testing.T) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: listener}
	w.open.L = &w.mutex
	t.Cleanup(func() {
		listener.Close()
		w.hold(false)
	})
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go w.carry(client)
		}
	}()
	return w
}

// server is the API server as it is reached through this wire.
func (w *wire) server() string { return "https://" + w.listener.Addr().String() }

func (w *wire) hold(holding bool) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.holding = holding
	w.open.Broadcast()
}

func (w *wire) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", strings.TrimPrefix(plane.server, "https://"))
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		io.Copy(client, server)
		client.Close()
	}()
	for buffer := make([]byte, 64<<10); ; {
		length, err := client.Read(buffer)
		w.mutex.Lock()
		for w.holding {
			w.open.Wait()
		}
		w.mutex.Unlock()
		if length > 0 {
			if _, err := server.Write(buffer[:length]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
