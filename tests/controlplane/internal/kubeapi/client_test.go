package kubeapi

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"scheduledjob.dev/operator/tests/controlplane/internal/credentials"
)

// newServer serves an object at /json under a certificate of the authority.
func newServer(t *testing.T, authority *credentials.Authority) string {
	t.Helper()
	pair, err := authority.Server("test", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := tls.X509KeyPair(pair.CertificatePEM, pair.KeyPEM)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/json", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(`{"name":"x"}`)) })
	server := httptest.NewUnstartedServer(mux)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL
}

func newClient(t *testing.T, authority *credentials.Authority) *Client {
	t.Helper()
	pair, err := authority.Client("tester")
	if err != nil {
		t.Fatal(err)
	}
	client, err := NewClient(authority.CertificatePEM, pair)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func newAuthority(t *testing.T) *credentials.Authority {
	t.Helper()
	authority, err := credentials.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	return authority
}

func TestAnswersAreDecodedAndMissingObjectsTold(t *testing.T) {
	authority := newAuthority(t)
	url, client := newServer(t, authority), newClient(t, authority)
	var out struct{ Name string }
	if err := client.Do(context.Background(), http.MethodGet, url+"/json", nil, &out); err != nil || out.Name != "x" {
		t.Errorf("got %+v, %v", out, err)
	}
	err := client.Do(context.Background(), http.MethodGet, url+"/nowhere", nil, nil)
	if !IsNotFound(err) {
		t.Errorf("error %v is not recognised as not found", err)
	}
}

func TestAServerOfAnotherPlaneIsRefused(t *testing.T) {
	url, client := newServer(t, newAuthority(t)), newClient(t, newAuthority(t))
	err := client.Do(context.Background(), http.MethodGet, url+"/json", nil, nil)
	if err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("error %v, want a certificate that is not trusted", err)
	}
}
