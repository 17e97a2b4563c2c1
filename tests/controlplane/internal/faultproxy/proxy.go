// Package faultproxy stands between clients and an API server and does to them
// what networks, load balancers and overloaded servers do. It speaks TLS on both
// sides and passes bearer tokens through, so that the API server sees the
// clients as they are. Which fault comes when is decided by package faults.
//
// The first file to read is request.go, the life of one request; watch.go adds
// what befalls single events, connection.go what befalls bytes.
package faultproxy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/credentials"
	"scheduledjob.dev/operator/tests/controlplane/internal/faults"
	"scheduledjob.dev/operator/tests/controlplane/internal/process"
)

// A Proxy serves until it is closed.
type Proxy struct {
	dice      *faults.Dice
	upstream  *url.URL
	transport *http.Transport
	server    *http.Server
	listener  net.Listener
	authority *credentials.Authority
	leases    calm
}

// Start starts a proxy on a free port of 127.0.0.1 for the API server at this
// URL, which has to prove itself by a certificate of this authority.
func Start(upstream string, upstreamAuthorityPEM []byte, dice *faults.Dice) (*Proxy, error) {
	target, err := url.Parse(upstream)
	if err != nil {
		return nil, fmt.Errorf("the API server's URL: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(upstreamAuthorityPEM) {
		return nil, errors.New("the API server's authority is not valid PEM")
	}
	authority, serving, err := newIdentity()
	if err != nil {
		return nil, err
	}
	ports, err := process.FreePorts(1)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", ports[0]))
	if err != nil {
		return nil, err
	}
	p := &Proxy{
		dice:      dice,
		upstream:  target,
		authority: authority,
		listener:  &faultyListener{Listener: listener, dice: dice},
		transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: roots},
			// What the client accepts is its own affair.
			DisableCompression: true,
			// More than any client has at once: an answer must not cost a handshake.
			MaxIdleConnsPerHost: 512,
			IdleConnTimeout:     30 * time.Second,
		},
	}
	p.server = &http.Server{
		Handler:   p,
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{serving}},
		// Not HTTP/2, in which one connection is the fate of all requests.
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
		ConnContext:  rememberConnection,
		// Clients that give up in the middle of a handshake are the point here.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	go p.server.ServeTLS(p.listener, "", "")
	return p, nil
}

// URL is where clients find the proxy.
func (p *Proxy) URL() string { return "https://" + p.listener.Addr().String() }

// AuthorityPEM is what clients need in order to trust the proxy.
func (p *Proxy) AuthorityPEM() []byte { return p.authority.CertificatePEM }

// Dice is what the proxy draws faults from.
func (p *Proxy) Dice() *faults.Dice { return p.dice }

// Close ends the proxy with all its connections.
func (p *Proxy) Close() {
	p.server.Close()
	p.transport.CloseIdleConnections()
}

// newIdentity makes an authority of the proxy's own, so that no client takes the
// proxy for the API server by accident, and a certificate for 127.0.0.1.
func newIdentity() (*credentials.Authority, tls.Certificate, error) {
	authority, err := credentials.NewAuthority()
	if err != nil {
		return nil, tls.Certificate{}, err
	}
	pair, err := authority.Server("faultproxy", "127.0.0.1")
	if err != nil {
		return nil, tls.Certificate{}, err
	}
	serving, err := tls.X509KeyPair(pair.CertificatePEM, pair.KeyPEM)
	return authority, serving, err
}

// connectionKey is where a request's context has its connection.
type connectionKey struct{}

func rememberConnection(ctx context.Context, accepted net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, accepted.(*tls.Conn).NetConn())
}

// connectionOf is the connection that a request has come over.
func connectionOf(r *http.Request) *connection {
	return r.Context().Value(connectionKey{}).(*connection)
}
