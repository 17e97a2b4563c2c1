package faultproxy

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/credentials"
	"scheduledjob.dev/operator/tests/controlplane/internal/faults"
)

// A scene is a client, a proxy and a server that counts what reaches it.
type scene struct {
	t       *testing.T
	server  *httptest.Server
	proxy   *Proxy
	client  *http.Client
	reached atomic.Int64
}

// newScene has one kind of fault strike always, or none when chances is nil.
func newScene(t *testing.T, chances map[faults.Kind]float64) *scene {
	t.Helper()
	s := &scene{t: t}
	authority, err := credentials.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	pair, err := authority.Server("upstream", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := tls.X509KeyPair(pair.CertificatePEM, pair.KeyPEM)
	if err != nil {
		t.Fatal(err)
	}
	s.server = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	s.server.StartTLS()
	t.Cleanup(s.server.Close)
	mix := faults.Mix{Chances: chances, LongestDelay: 50 * time.Millisecond, LongestSilence: 50 * time.Millisecond, SlowFor: time.Minute}
	if s.proxy, err = Start(s.server.URL, authority.CertificatePEM, faults.NewDice(mix, 1)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.proxy.Close)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.proxy.AuthorityPEM())
	s.client = &http.Client{Transport: &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: roots},
		DisableKeepAlives: true, // a request is a connection, and none is repeated
	}}
	return s
}

// serve tells the bearer token and the body back, or three events of a watch.
func (s *scene) serve(w http.ResponseWriter, r *http.Request) {
	s.reached.Add(1)
	if isWatch(r) {
		if r.Header.Get("Accept-Encoding") != "" {
			s.t.Error("a watch was forwarded that may be compressed")
		}
		for i := range 3 {
			fmt.Fprintf(w, "{\"type\":\"ADDED\",\"object\":%d}\n", i)
			w.(http.Flusher).Flush()
		}
		return
	}
	body, _ := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s %s %s", r.Method, r.Header.Get("Authorization"), body)
}

// ask returns what the client gets: an answer with its whole body, or an error.
func (s *scene) ask(method, path, body string) (*http.Response, string, error) {
	s.t.Helper()
	request, err := http.NewRequest(method, s.proxy.URL()+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer secret")
	answer, err := s.client.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	return answer, string(content), err
}

// happened checks that this kind has happened so often, and no other.
func (s *scene) happened(kind faults.Kind, times int64) {
	s.t.Helper()
	for each, count := range s.proxy.Dice().Counts() {
		if wanted := map[faults.Kind]int64{kind: times}[each]; count != wanted {
			s.t.Errorf("%v happened %d times, want %d", each, count, wanted)
		}
	}
}

func TestWithoutFaultsEverythingPassesUnchanged(t *testing.T) {
	s := newScene(t, nil)
	answer, body, err := s.ask(http.MethodPost, "/things", "content")
	if err != nil || answer.StatusCode != http.StatusOK || body != "POST Bearer secret content" {
		t.Errorf("answer %v %q, %v", answer, body, err)
	}
	_, events, err := s.ask(http.MethodGet, "/things?watch=1", "")
	if err != nil || strings.Count(events, "\n") != 3 {
		t.Errorf("events %q, %v", events, err)
	}
}

func TestARefusalReachesTheClientAndNotTheServer(t *testing.T) {
	for kind, code := range map[faults.Kind]int{
		faults.TooManyRequests: 429, faults.InternalError: 500, faults.Unavailable: 503, faults.GatewayTimeout: 504,
	} {
		s := newScene(t, map[faults.Kind]float64{kind: 1})
		answer, body, err := s.ask(http.MethodPost, "/things", "content")
		if err != nil || answer.StatusCode != code || !strings.Contains(body, `"kind":"Status"`) {
			t.Errorf("%v: answer %v %q, %v", kind, answer, body, err)
		}
		if kind == faults.TooManyRequests && answer.Header.Get("Retry-After") != "1" {
			t.Error("429 does not say when to come again")
		}
		if s.reached.Load() != 0 {
			t.Errorf("%v: the server was asked all the same", kind)
		}
		s.happened(kind, 1)
	}
}

func TestALostRequestNeverReachesTheServer(t *testing.T) {
	for _, kind := range []faults.Kind{faults.LostRequest, faults.Silence} {
		s := newScene(t, map[faults.Kind]float64{kind: 1})
		if _, _, err := s.ask(http.MethodPost, "/things", "content"); err == nil {
			t.Errorf("%v: answered", kind)
		}
		if s.reached.Load() != 0 {
			t.Errorf("%v: the server was asked", kind)
		}
		s.happened(kind, 1)
	}
}

func TestAWithheldAnswerIsToARequestThatWasCarriedOut(t *testing.T) {
	s := newScene(t, map[faults.Kind]float64{faults.SwallowedAnswer: 1})
	if _, _, err := s.ask(http.MethodPost, "/things", "content"); err == nil {
		t.Error("answered")
	}
	s.happened(faults.SwallowedAnswer, 1)
	belied := newScene(t, map[faults.Kind]float64{faults.BeliedAnswer: 1})
	answer, _, err := belied.ask(http.MethodPatch, "/things", "content")
	if err != nil || answer.StatusCode != http.StatusGatewayTimeout {
		t.Errorf("answer %v, %v", answer, err)
	}
	if s.reached.Load() != 1 || belied.reached.Load() != 1 {
		t.Error("not carried out once")
	}
	if _, body, err := s.ask(http.MethodGet, "/things", ""); err != nil || body == "" {
		t.Errorf("a read was harmed: %q, %v", body, err)
	}
}

func TestADelayedRequestIsAnsweredInTheEnd(t *testing.T) {
	s := newScene(t, map[faults.Kind]float64{faults.Delay: 1})
	if _, body, err := s.ask(http.MethodGet, "/things", ""); err != nil || body == "" {
		t.Errorf("answer %q, %v", body, err)
	}
	s.happened(faults.Delay, 1)
}

func TestACutAnswerIsAnError(t *testing.T) {
	s := newScene(t, map[faults.Kind]float64{faults.CutAnswer: 1})
	const requests = 200
	failed := int64(0)
	for range requests {
		if _, _, err := s.ask(http.MethodGet, "/things", ""); err != nil {
			failed++
		}
	}
	// Some are to be cut after their end.
	if failed == 0 || failed == requests {
		t.Errorf("%d of %d answers were cut", failed, requests)
	}
	// More may have been cut within what TLS says after the answer.
	if counted := s.proxy.Dice().Counts()[faults.CutAnswer]; counted < failed {
		t.Errorf("%d counted of %d", counted, failed)
	}
}

func TestAConnectionCutWhileTheClientSendsIsAnError(t *testing.T) {
	s := newScene(t, map[faults.Kind]float64{faults.CutRequest: 1})
	failed := int64(0)
	for range 100 {
		if _, _, err := s.ask(http.MethodPost, "/things", strings.Repeat("content", 500)); err != nil {
			failed++
		}
	}
	if failed == 0 {
		t.Error("no connection was cut")
	}
	if counted := s.proxy.Dice().Counts()[faults.CutRequest]; counted < failed {
		t.Errorf("%d counted of %d", counted, failed)
	}
}

func TestAHalfOpenConnectionSaysNothingAndEnds(t *testing.T) {
	s := newScene(t, map[faults.Kind]float64{faults.HalfOpen: 1})
	if _, _, err := s.ask(http.MethodGet, "/things", ""); err == nil {
		t.Error("answered")
	}
	s.happened(faults.HalfOpen, 1)
}

func TestASlowConnectionCarriesEverything(t *testing.T) {
	s := newScene(t, map[faults.Kind]float64{faults.SlowConnection: 1})
	long := strings.Repeat("content", 300)
	if _, body, err := s.ask(http.MethodPost, "/things", long); err != nil || !strings.HasSuffix(body, long) {
		t.Errorf("answer of %d bytes, %v", len(body), err)
	}
	s.happened(faults.SlowConnection, 1)
}

func TestAWatchFromAVersionTooOldIsToldSoInBothForms(t *testing.T) {
	s := newScene(t, map[faults.Kind]float64{faults.GoneStatus: 1})
	answer, _, err := s.ask(http.MethodGet, "/things?watch=1", "")
	if err != nil || answer.StatusCode != http.StatusGone {
		t.Errorf("answer %v, %v", answer, err)
	}
	s.happened(faults.GoneStatus, 1)
	if answer, _, err := s.ask(http.MethodGet, "/things", ""); err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("a list was told so too: %v, %v", answer, err)
	}

	s = newScene(t, map[faults.Kind]float64{faults.GoneEvent: 1})
	_, events, err := s.ask(http.MethodGet, "/things?watch=1", "")
	if err != nil || strings.Count(events, "\n") != 1 || !strings.Contains(events, `"type":"ERROR"`) || !strings.Contains(events, `"code":410`) {
		t.Errorf("events %q, %v", events, err)
	}
	s.happened(faults.GoneEvent, 1)
}

func TestADuplicatedEventComesTwice(t *testing.T) {
	s := newScene(t, map[faults.Kind]float64{faults.DuplicatedEvent: 1})
	_, events, err := s.ask(http.MethodGet, "/things?watch=true", "")
	if err != nil || strings.Count(events, "\n") != 6 {
		t.Errorf("events %q, %v", events, err)
	}
}

// The client resumes after the last event that it has seen, so what comes later
// than a missing event would make it miss that for ever.
func TestNothingIsDeliveredAfterAnEventThatWasNot(t *testing.T) {
	mix := map[faults.Kind]float64{faults.DroppedEvent: 0.2, faults.CutEvent: 0.2, faults.GoneEvent: 0.1}
	s := newScene(t, mix)
	ended := 0
	for range 100 {
		_, events, _ := s.ask(http.MethodGet, "/things?watch=1", "")
		expected := 0
		for lines := bufio.NewScanner(strings.NewReader(events)); lines.Scan(); {
			if strings.Contains(lines.Text(), "ERROR") {
				continue
			}
			if whole := fmt.Sprintf("{\"type\":\"ADDED\",\"object\":%d}", expected); !strings.HasPrefix(whole, lines.Text()) {
				t.Fatalf("event %d is missing before %q", expected, lines.Text())
			}
			expected++
		}
		if expected < 3 {
			ended++
		}
	}
	if ended == 0 {
		t.Error("no watch ended early")
	}
}

func TestAMixThatSparesStartsHarmsWorkOnly(t *testing.T) {
	s := newScene(t, nil)
	s.proxy.Dice().Use(faults.Mix{Chances: map[faults.Kind]float64{faults.InternalError: 1}, SparesStart: true})
	for path, code := range map[string]int{
		"/things?limit=1": 200, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews": 200, "/things": 500,
	} {
		if answer, _, err := s.ask(http.MethodGet, path, ""); err != nil || answer.StatusCode != code {
			t.Errorf("%s: %v, %v", path, answer, err)
		}
	}
}

func TestAfterAFaultALeaseIsLeftAloneForAWhile(t *testing.T) {
	const lease = "/apis/coordination.k8s.io/v1/namespaces/default/leases/x"
	s := newScene(t, nil)
	s.proxy.Dice().Use(faults.Mix{Chances: map[faults.Kind]float64{faults.InternalError: 1}, LeaseCalm: time.Hour})
	for _, code := range []int{500, 200, 200} {
		if answer, _, err := s.ask(http.MethodPatch, lease, ""); err != nil || answer.StatusCode != code {
			t.Errorf("%v, %v, want %d", answer, err, code)
		}
	}
	s.happened(faults.InternalError, 1)
}

func TestWithoutAServerNothingIsAnswered(t *testing.T) {
	s := newScene(t, nil)
	s.server.Close()
	if _, _, err := s.ask(http.MethodGet, "/things", ""); err == nil {
		t.Error("answered")
	}
}
