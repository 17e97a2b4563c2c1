package faultproxy

import (
	"context"

	"scheduledjob.dev/operator/tests/controlplane/internal/accounts"
	"scheduledjob.dev/operator/tests/controlplane/internal/credentials"
	"scheduledjob.dev/operator/tests/controlplane/internal/kubeapi"
)

// The service account as which clients of a proxy act.
const (
	AccountNamespace = "default"
	AccountName      = "fault-proxy-client"
)

// Kubeconfig makes a kubeconfig that leads to this proxy, for a service account
// that may do everything. It is an account because a client's certificate, with
// which the plane's own users prove themselves, ends where TLS ends: at the
// proxy. admin calls the API server itself.
func (p *Proxy) Kubeconfig(ctx context.Context, admin *kubeapi.Client) ([]byte, error) {
	token, err := accounts.Make(ctx, admin, p.upstream.String(), AccountNamespace, AccountName)
	if err != nil {
		return nil, err
	}
	return credentials.TokenKubeconfig(p.URL(), p.AuthorityPEM(), AccountName, token), nil
}
