// Package secrets runs the real operator against API servers that fail, at its most talkative, and looks for its credentials in all
// that it says.
package secrets

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"scheduledjob.dev/operator/tests/chart/internal/chart"
)

const token = "a-token.that-nobody-else-may.see"

func operatorBinary() string {
	if path := os.Getenv("OPERATOR_BINARY"); path != "" {
		return path
	}
	return filepath.Join(chart.Root, "build", "release", "operator", "scheduledjob-operator")
}

func encoded(kind string, content []byte) string {
	return base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}))
}

// client makes a certificate of its own, and its key, as a kubeconfig holds them.
func client(t *testing.T) (certificate, key string) {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "the-operator"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	content, err := x509.CreateCertificate(rand.Reader, &template, &template, &secret.PublicKey, secret)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	return encoded("CERTIFICATE", content), encoded("PRIVATE KEY", private)
}

// said collects what an operator says.
type said struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (s *said) Write(text []byte) (int, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.text.Write(text)
}

func (s *said) String() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.text.String()
}

var listening = regexp.MustCompile(`127\.0\.0\.1:[1-9][0-9]*`)

// everythingSaid runs an operator until it has complained, and gives its log, and its metrics when it still shows them.
func everythingSaid(t *testing.T, kubeconfig, server string) string {
	t.Helper()
	var log said
	process := exec.Command(operatorBinary(), "--kubeconfig="+kubeconfig, "--listen=127.0.0.1:0", "--log-level=debug", "--log-format=json")
	process.Stdout, process.Stderr = &log, &log
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		process.Wait()
		close(ended)
	}()
	defer func() {
		process.Process.Kill()
		<-ended
	}()
	complained := func() bool {
		return strings.Contains(log.String(), `"level":"warning"`) || strings.Contains(log.String(), `"level":"error"`)
	}
	for deadline := time.Now().Add(2 * time.Minute); !complained(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the operator does not complain:\n%s", log.String())
		}
	}
	metrics := ""
	for _, address := range listening.FindAllString(log.String(), -1) {
		if strings.HasSuffix(server, address) {
			continue
		}
		if answer, err := http.Get("http://" + address + "/metrics"); err == nil {
			text, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			metrics += string(text)
		}
	}
	return log.String() + metrics
}

func refuse(code int, reason string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		fmt.Fprintf(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","message":"%s","reason":"%s","code":%d}`, reason, reason, code)
	}
}

func TestNothingSecretIsSaid(t *testing.T) {
	certificate, key := client(t)
	stranger, _ := client(t)
	for name, handler := range map[string]http.HandlerFunc{
		"401": refuse(401, "Unauthorized"),
		"403": refuse(403, "Forbidden"),
		"a refusal that shows the token": func(w http.ResponseWriter, r *http.Request) {
			refuse(500, r.Header.Get("Authorization"))(w, r)
		},
		"a page that shows the request": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(403)
			fmt.Fprintf(w, "%s %s\n%v", r.Method, r.URL, r.Header.Get("Authorization"))
		},
		"a redirect":     http.RedirectHandler("https://elsewhere.invalid/", http.StatusFound).ServeHTTP,
		"no JSON":        func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, `{"kind":`) },
		"a broken pipe":  func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"another server": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Bool
			server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") == "Bearer "+token {
					asked.Store(true)
				}
				handler(w, r)
			}))
			defer server.Close()
			authority := encoded("CERTIFICATE", server.Certificate().Raw)
			if handler == nil {
				authority = stranger
			}
			kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
			text := fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: c
clusters: [{name: c, cluster: {server: %q, certificate-authority-data: %s}}]
users: [{name: u, user: {token: %s, client-certificate-data: %s, client-key-data: %s}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
`, server.URL, authority, token, certificate, key)
			if err := os.WriteFile(kubeconfig, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			all := everythingSaid(t, kubeconfig, server.URL)
			if asked.Load() != (handler != nil) {
				t.Errorf("the token was sent: %v", asked.Load())
			}
			private, _ := base64.StdEncoding.DecodeString(key)
			for what, secret := range map[string]string{"token": token, "key": key[40:80], "key's text": string(private[40:80])} {
				if strings.Contains(all, secret) {
					t.Errorf("the %s is said:\n%s", what, all)
				}
			}
		})
	}
}
