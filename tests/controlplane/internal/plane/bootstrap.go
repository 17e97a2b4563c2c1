package plane

import (
	"fmt"
	"net/http"
)

// object is anything the API takes or gives, as JSON.
type object = map[string]any

// grantControllerManager lets all controllers act as the controller manager.
// Usually each acts as a service account of its own; fetching forty tokens under
// the manager's default client limit would make every plane start 8 s later.
func (p *Plane) grantControllerManager() error {
	binding := object{
		"metadata": object{"name": "controlplane:" + ControllerManager},
		"roleRef":  object{"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
		"subjects": []object{{
			"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": componentUsers[ControllerManager].user,
		}},
	}
	const path = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
	if err := p.client.Do(p.alive, http.MethodPost, p.APIServerURL()+path, binding, nil); err != nil {
		return fmt.Errorf("granting rights to %s: %w", ControllerManager, err)
	}
	return nil
}

// createNodes creates the nodes that kwok plays. They are large enough that no
// pod waits for room.
func (p *Plane) createNodes() error {
	resources := object{"cpu": "1000", "memory": "1Ti", "pods": "100k"}
	for i := range p.options.Nodes {
		name := fmt.Sprintf("node-%d", i)
		node := object{
			"apiVersion": "v1",
			"kind":       "Node",
			"metadata": object{
				"name":        name,
				"annotations": object{"kwok.x-k8s.io/node": "fake"},
				"labels":      object{"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "type": "kwok"},
			},
			"status": object{"capacity": resources, "allocatable": resources},
		}
		if err := p.client.Do(p.alive, http.MethodPost, p.APIServerURL()+"/api/v1/nodes", node, nil); err != nil {
			return fmt.Errorf("creating a node: %w", err)
		}
	}
	return nil
}
