package live

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// writer returns a function that changes an annotation of a ScheduledJob a hundred times in a row, faster than any watch can tell.
func writer(t *testing.T, namespace, name string) func() {
	t.Helper()
	do(t, "", "create", "serviceaccount", "writer", "-n", namespace)
	do(t, "", "create", "rolebinding", "writer", "-n", namespace, "--clusterrole=cluster-admin", "--serviceaccount="+namespace+":writer")
	token := strings.TrimSpace(do(t, "", "create", "token", "writer", "-n", namespace))
	authority, err := base64.StdEncoding.DecodeString(plane.authority)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	t.Cleanup(client.CloseIdleConnections)
	url := fmt.Sprintf("%s/apis/scheduledjob.dev/v1/namespaces/%s/scheduledjobs/%s", plane.server, namespace, name)
	written := 0
	return func() {
		for range 100 {
			written++
			body := strings.NewReader(fmt.Sprintf(`{"metadata":{"annotations":{"written":"%d"}}}`, written))
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, url, body)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Type", "application/merge-patch+json")
			request.Header.Set("Authorization", "Bearer "+token)
			answer, err := client.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != http.StatusOK {
				t.Fatalf("writing %s: HTTP %d", name, answer.StatusCode)
			}
		}
	}
}
