package process

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"time"
)

// The lowest port this package hands out, and how many it wants to choose from.
const (
	lowestPort   = 10_000
	portsToOffer = 4_000
)

// FreePorts returns n different ports of 127.0.0.1 that nobody listens on. They
// can be taken again before they are used; a program that finds its port in use
// has to be started anew with others.
//
// They come from below the kernel's range for outgoing connections. A port of
// that range could be taken by any client while its server is down, even by a
// client that keeps trying to reach that very server.
func FreePorts(n int) ([]int, error) {
	var ports []int
	for range 100 * n {
		listener, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", candidatePort()))
		if err != nil {
			continue
		}
		// Kept open until all are chosen, so that they differ.
		defer listener.Close()
		ports = append(ports, listener.Addr().(*net.TCPAddr).Port)
		if len(ports) == n {
			return ports, nil
		}
	}
	return nil, fmt.Errorf("found only %d of %d free ports on 127.0.0.1", len(ports), n)
}

// candidatePort is a random port below the range for outgoing connections, or 0
// (the kernel chooses) where there is no room below it.
func candidatePort() int {
	var low, high int
	content, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range")
	if err != nil {
		return 0
	}
	if _, err := fmt.Sscan(string(content), &low, &high); err != nil || low < lowestPort+portsToOffer {
		return 0
	}
	return lowestPort + rand.IntN(low-lowestPort)
}

// WaitPortFree returns when a server could listen on the port again: its last
// owner may be gone before its sockets are.
func WaitPortFree(ctx context.Context, port int) error {
	for {
		listener, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			return listener.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("port %d of 127.0.0.1 is still taken: %w", port, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
