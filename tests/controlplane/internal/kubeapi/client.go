// Package kubeapi talks to the servers of a control plane over HTTPS. It knows
// no resource; objects are whatever encodes to JSON.
package kubeapi

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/credentials"
)

// requestTimeout bounds one request. A server that was frozen by a test has to
// look dead, not make its caller hang.
const requestTimeout = 10 * time.Second

// A Client calls servers that an authority vouches for, as one user.
type Client struct {
	http  *http.Client
	token string // empty of a client with a certificate
}

// A StatusError is an answer other than success.
type StatusError struct {
	Code int
	Body string
}

func (e *StatusError) Error() string { return fmt.Sprintf("HTTP %d: %s", e.Code, e.Body) }

// IsNotFound tells whether err says that what was asked for does not exist.
func IsNotFound(err error) bool {
	var status *StatusError
	return errors.As(err, &status) && status.Code == http.StatusNotFound
}

// IsConflict tells whether err says that something is there already, or has changed
// meanwhile.
func IsConflict(err error) bool {
	var status *StatusError
	return errors.As(err, &status) && status.Code == http.StatusConflict
}

// NewClient returns a client that trusts this authority and no other.
func NewClient(authorityPEM []byte, pair credentials.Pair) (*Client, error) {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authorityPEM) {
		return nil, errors.New("the authority's certificate is not valid PEM")
	}
	certificate, err := tls.X509KeyPair(pair.CertificatePEM, pair.KeyPEM)
	if err != nil {
		return nil, fmt.Errorf("reading the client certificate: %w", err)
	}
	return &Client{http: &http.Client{
		Timeout: requestTimeout,
		Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{certificate}},
			// Servers come and go under this client: a connection that is kept
			// might lead to one that is gone.
			DisableKeepAlives: true,
		},
	}}, nil
}

// NewTokenClient returns a client for many requests to one server that stays: it
// keeps so many connections, and waits as long as its callers do.
func NewTokenClient(authorityPEM []byte, token string, connections int) (*Client, error) {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authorityPEM) {
		return nil, errors.New("the authority's certificate is not valid PEM")
	}
	return &Client{token: token, http: &http.Client{Transport: &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: roots},
		MaxIdleConnsPerHost: connections,
		MaxConnsPerHost:     connections,
	}}}, nil
}

// Do sends a request, with in as JSON unless it is nil, and decodes the answer
// into out unless that is nil.
func (c *Client) Do(ctx context.Context, method, url string, in, out any) error {
	var body io.Reader
	if in != nil {
		encoded, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(encoded)
	}
	answer, err := c.send(ctx, method, url, body)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %w", method, url, &StatusError{Code: answer.StatusCode, Body: string(content)})
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(content, out)
}

// Open sends a GET and returns the body as it comes. Whoever closes it ends the
// exchange.
func (c *Client) Open(ctx context.Context, url string) (io.ReadCloser, error) {
	answer, err := c.send(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode >= 300 {
		defer answer.Body.Close()
		content, _ := io.ReadAll(answer.Body)
		return nil, fmt.Errorf("GET %s: %w", url, &StatusError{Code: answer.StatusCode, Body: string(content)})
	}
	return answer.Body, nil
}

func (c *Client) send(ctx context.Context, method, url string, body io.Reader) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if method == http.MethodPatch {
		request.Header.Set("Content-Type", "application/merge-patch+json")
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	return c.http.Do(request)
}
