// Package accounts makes service accounts for the programs that work on a plane.
package accounts

import (
	"context"
	"fmt"
	"net/http"

	"scheduledjob.dev/operator/tests/controlplane/internal/kubeapi"
)

// tokenSeconds is longer than any test runs.
const tokenSeconds = 48 * 3600

// object is anything the API takes or gives, as JSON.
type object = map[string]any

// Make makes a service account that may do everything, unless it is there, and
// returns a token of it. admin calls the API server at this URL.
func Make(ctx context.Context, admin *kubeapi.Client, server, namespace, name string) (token string, err error) {
	accounts := "/api/v1/namespaces/" + namespace + "/serviceaccounts"
	account := object{"metadata": object{"name": name}}
	binding := object{
		"metadata": object{"name": name},
		"roleRef":  object{"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
		"subjects": []object{{"kind": "ServiceAccount", "namespace": namespace, "name": name}},
	}
	for path, made := range map[string]object{
		accounts: account,
		"/apis/rbac.authorization.k8s.io/v1/clusterrolebindings": binding,
	} {
		err := admin.Do(ctx, http.MethodPost, server+path, made, nil)
		if err != nil && !kubeapi.IsConflict(err) {
			return "", fmt.Errorf("making the service account %s/%s: %w", namespace, name, err)
		}
	}
	request := object{"spec": object{"expirationSeconds": tokenSeconds}}
	var answer struct {
		Status struct{ Token string }
	}
	if err := admin.Do(ctx, http.MethodPost, server+accounts+"/"+name+"/token", request, &answer); err != nil {
		return "", fmt.Errorf("asking for a token of %s/%s: %w", namespace, name, err)
	}
	return answer.Status.Token, nil
}

// UserName is the name under which the API server knows a service account.
func UserName(namespace, name string) string {
	return "system:serviceaccount:" + namespace + ":" + name
}
