package credentials

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"slices"
	"strings"
	"testing"
)

func newTestAuthority(t *testing.T) (*Authority, *x509.CertPool) {
	t.Helper()
	authority, err := NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authority.CertificatePEM) {
		t.Fatal("the authority's certificate is not PEM")
	}
	return authority, roots
}

// leaf also proves that key and certificate belong together.
func leaf(t *testing.T, pair Pair) *x509.Certificate {
	t.Helper()
	certificate, err := tls.X509KeyPair(pair.CertificatePEM, pair.KeyPEM)
	if err != nil {
		t.Fatal(err)
	}
	return certificate.Leaf
}

func TestAServerIsTrustedUnderItsNamesOnly(t *testing.T) {
	authority, roots := newTestAuthority(t)
	pair, err := authority.Server("server", "127.0.0.1", "kubernetes.default.svc")
	if err != nil {
		t.Fatal(err)
	}
	certificate := leaf(t, pair)
	for host, trusted := range map[string]bool{"127.0.0.1": true, "kubernetes.default.svc": true, "10.1.1.1": false, "example.org": false} {
		_, err := certificate.Verify(x509.VerifyOptions{Roots: roots, DNSName: host})
		if (err == nil) != trusted {
			t.Errorf("%s: %v, want trusted = %v", host, err, trusted)
		}
	}
	_, others := newTestAuthority(t)
	if _, err := certificate.Verify(x509.VerifyOptions{Roots: others}); err == nil {
		t.Error("another plane's authority vouches for this server")
	}
}

func TestAClientIsAUserInGroupsAndNoServer(t *testing.T) {
	authority, roots := newTestAuthority(t)
	pair, err := authority.Client("somebody", "group-a", "group-b")
	if err != nil {
		t.Fatal(err)
	}
	certificate := leaf(t, pair)
	if certificate.Subject.CommonName != "somebody" || !slices.Equal(certificate.Subject.Organization, []string{"group-a", "group-b"}) {
		t.Errorf("subject %v", certificate.Subject)
	}
	asClient := x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	if _, err := certificate.Verify(asClient); err != nil {
		t.Errorf("not trusted as a client: %v", err)
	}
	if _, err := certificate.Verify(x509.VerifyOptions{Roots: roots}); err == nil {
		t.Error("a client's certificate is good for a server")
	}
}

func TestAKubeconfigHoldsEverything(t *testing.T) {
	pair := Pair{CertificatePEM: []byte("certificate"), KeyPEM: []byte("key")}
	text := string(Kubeconfig("https://127.0.0.1:1", []byte("authority"), "system:somebody", pair))
	for _, wanted := range []string{"https://127.0.0.1:1", `"system:somebody"`,
		base64.StdEncoding.EncodeToString([]byte("authority")),
		base64.StdEncoding.EncodeToString(pair.CertificatePEM), base64.StdEncoding.EncodeToString(pair.KeyPEM)} {
		if !strings.Contains(text, wanted) {
			t.Errorf("%q is not in\n%s", wanted, text)
		}
	}
}

func TestAKubeconfigIsReadBack(t *testing.T) {
	pair := Pair{CertificatePEM: []byte("certificate"), KeyPEM: []byte("key")}
	access, err := ReadKubeconfig(Kubeconfig("https://127.0.0.1:1", []byte("authority"), "system:somebody", pair))
	if err != nil || access.Server != "https://127.0.0.1:1" || string(access.AuthorityPEM) != "authority" ||
		string(access.Pair.CertificatePEM) != "certificate" || string(access.Pair.KeyPEM) != "key" {
		t.Errorf("read %+v, %v", access, err)
	}
	if _, err := ReadKubeconfig(TokenKubeconfig("https://127.0.0.1:1", []byte("authority"), "somebody", "secret")); err == nil {
		t.Error("a kubeconfig without a client certificate was taken for a plane's")
	}
}
