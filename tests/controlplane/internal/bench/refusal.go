package bench

import (
	"context"
	"net/http"
)

const (
	flowSchemas    = "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas"
	priorityLevels = "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations"
	// noShare is a priority level, leaderElection the one that Kubernetes has for leases.
	noShare, leaderElection = "bench-no-share", "leader-election"
	leases, everything      = "bench-leases", "bench-everything"
	// leasesFirst is the order of two flow schemas, before any that Kubernetes brings for
	// service accounts.
	leasesFirst = 1000
)

// A refusal is the API server's own: its priority and fairness executes one request of a
// user at a time, and answers all others with 429 and a Retry-After that grows with their
// number, but for those about leases.
type refusal struct {
	cluster cluster
	user    string
}

// prepareRefusal makes what a refusal needs: a priority level without a share, which
// executes a request only while it executes no other.
func (b *bench) prepareRefusal(ctx context.Context, user string) (refusal, error) {
	r := refusal{b.cluster, user}
	err := b.cluster.create(ctx, priorityLevels, object{
		"metadata": object{"name": noShare},
		"spec": object{"type": "Limited", "limited": object{
			"nominalConcurrencyShares": 0, "borrowingLimitPercent": 0, "limitResponse": object{"type": "Reject"},
		}},
	})
	if err != nil {
		return r, err
	}
	return r, r.lead(ctx, leases, leasesFirst, "coordination.k8s.io", "leases", leaderElection)
}

func (r refusal) begin(ctx context.Context) error {
	return r.lead(ctx, everything, leasesFirst+1, "*", "*", noShare)
}

// end leaves what was prepared, which changes nothing.
func (r refusal) end(ctx context.Context) error {
	return r.cluster.client.Do(ctx, http.MethodDelete, r.cluster.server+flowSchemas+"/"+everything, nil, nil)
}

// lead gives the user's requests about a resource a priority level.
func (r refusal) lead(ctx context.Context, name string, order int, group, resource, level string) error {
	return r.cluster.create(ctx, flowSchemas, object{
		"metadata": object{"name": name},
		"spec": object{
			"matchingPrecedence":         order,
			"priorityLevelConfiguration": object{"name": level},
			"rules": []object{{
				"subjects": []object{{"kind": "User", "user": object{"name": r.user}}},
				"resourceRules": []object{{
					"apiGroups": []string{group}, "resources": []string{resource}, "verbs": []string{"*"},
					"clusterScope": true, "namespaces": []string{"*"},
				}},
			}},
		},
	})
}
