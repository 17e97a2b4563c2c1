package faultproxy

import (
	"context"
	"fmt"
	"net/http"

	"scheduledjob.dev/operator/tests/controlplane/internal/credentials"
	"scheduledjob.dev/operator/tests/controlplane/internal/kubeapi"
)

const (
	accountNamespace = "default"
	accountName      = "fault-proxy-client"
	// tokenSeconds is longer than any test runs.
	tokenSeconds = 48 * 3600
)

// object is anything the API takes or gives, as JSON.
type object = map[string]any

// Kubeconfig makes a kubeconfig that leads to this proxy, for a service account
// that may do everything. It is an account because a client's certificate, with
// which the plane's own users prove themselves, ends where TLS ends: at the
// proxy. admin calls the API server itself.
func (p *Proxy) Kubeconfig(ctx context.Context, admin *kubeapi.Client) ([]byte, error) {
	token, err := p.makeAccount(ctx, admin)
	if err != nil {
		return nil, fmt.Errorf("making an account for the proxy's clients: %w", err)
	}
	return credentials.TokenKubeconfig(p.URL(), p.AuthorityPEM(), accountName, token), nil
}

// makeAccount makes the account, unless it is there, and returns a token of it.
func (p *Proxy) makeAccount(ctx context.Context, admin *kubeapi.Client) (string, error) {
	accounts := "/api/v1/namespaces/" + accountNamespace + "/serviceaccounts"
	account := object{"metadata": object{"name": accountName}}
	binding := object{
		"metadata": object{"name": accountName},
		"roleRef":  object{"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
		"subjects": []object{{"kind": "ServiceAccount", "namespace": accountNamespace, "name": accountName}},
	}
	for path, made := range map[string]object{
		accounts: account,
		"/apis/rbac.authorization.k8s.io/v1/clusterrolebindings": binding,
	} {
		err := admin.Do(ctx, http.MethodPost, p.upstream.String()+path, made, nil)
		if err != nil && !kubeapi.IsConflict(err) {
			return "", err
		}
	}
	request := object{"spec": object{"expirationSeconds": tokenSeconds}}
	var answer struct {
		Status struct{ Token string }
	}
	err := admin.Do(ctx, http.MethodPost, p.upstream.String()+accounts+"/"+accountName+"/token", request, &answer)
	return answer.Status.Token, err
}
