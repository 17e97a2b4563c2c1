package plane

import (
	"fmt"
	"strconv"
)

// The components, by the names of their programs.
const (
	Etcd              = "etcd"
	APIServer         = "kube-apiserver"
	ControllerManager = "kube-controller-manager"
	Scheduler         = "kube-scheduler"
	Kwok              = "kwok"
)

// Components lists all of them in the order in which they are started. They are
// stopped the other way round.
func Components() []string {
	return []string{Etcd, APIServer, ControllerManager, Scheduler, Kwok}
}

// ports are the listeners of one plane, all on 127.0.0.1.
type ports struct {
	etcd, etcdPeer, apiServer, controllerManager, scheduler, kwok int
}

// numberOfPorts is how many newPorts wants.
const numberOfPorts = 6

func newPorts(free []int) ports {
	return ports{free[0], free[1], free[2], free[3], free[4], free[5]}
}

// of is the port at which a component answers.
func (p ports) of(component string) int {
	return map[string]int{
		Etcd: p.etcd, APIServer: p.apiServer, ControllerManager: p.controllerManager,
		Scheduler: p.scheduler, Kwok: p.kwok,
	}[component]
}

// healthPaths are where a component says that it is ready.
var healthPaths = map[string]string{
	Etcd: "/health", APIServer: "/readyz", ControllerManager: "/healthz",
	Scheduler: "/healthz", Kwok: "/healthz",
}

// healthURL answers 200 exactly while the component is ready.
func (p ports) healthURL(component string) string {
	return localURL(p.of(component)) + healthPaths[component]
}

// arguments is the command line of a component, without the program. What the
// user gave comes last, where it overrides.
func arguments(component string, o Options, p ports) ([]string, error) {
	var list []string
	switch component {
	case Etcd:
		list = etcdArguments(o, p)
	case APIServer:
		list = apiServerArguments(o, p)
	case ControllerManager:
		list = controllerManagerArguments(o, p)
	case Scheduler:
		list = schedulerArguments(o, p)
	case Kwok:
		stages, err := o.Directory.stages()
		if err != nil {
			return nil, err
		}
		list = kwokArguments(o, p, append(stages, o.NodeStages...))
	default:
		return nil, fmt.Errorf("there is no component %q", component)
	}
	if o.FeatureGates != "" && component != Etcd && component != Kwok {
		list = append(list, "--feature-gates="+o.FeatureGates)
	}
	return append(list, o.ExtraArguments[component]...), nil
}

func etcdArguments(o Options, p ports) []string {
	d := o.Directory
	list := []string{
		"--name=etcd",
		"--data-dir=" + d.path("etcd"),
		"--listen-client-urls=" + localURL(p.etcd),
		"--advertise-client-urls=" + localURL(p.etcd),
		"--listen-peer-urls=" + localURL(p.etcdPeer),
		"--initial-advertise-peer-urls=" + localURL(p.etcdPeer),
		"--initial-cluster=etcd=" + localURL(p.etcdPeer),
		"--client-cert-auth",
		"--trusted-ca-file=" + d.secret("ca.crt"),
		"--cert-file=" + d.secret("server.crt"),
		"--key-file=" + d.secret("server.key"),
		"--peer-client-cert-auth",
		"--peer-trusted-ca-file=" + d.secret("ca.crt"),
		"--peer-cert-file=" + d.secret("server.crt"),
		"--peer-key-file=" + d.secret("server.key"),
		"--logger=zap",
		"--log-level=warn",
	}
	if !o.EtcdFsync {
		list = append(list, "--unsafe-no-fsync")
	}
	return list
}

func apiServerArguments(o Options, p ports) []string {
	d := o.Directory
	return []string{
		"--bind-address=127.0.0.1",
		"--secure-port=" + strconv.Itoa(p.apiServer),
		// The address of the Service `kubernetes`. Loopback is not allowed in
		// endpoints, so nobody is to maintain them.
		"--advertise-address=127.0.0.1",
		"--endpoint-reconciler-type=none",
		"--service-cluster-ip-range=10.0.0.0/24",
		"--tls-cert-file=" + d.secret("server.crt"),
		"--tls-private-key-file=" + d.secret("server.key"),
		"--client-ca-file=" + d.secret("ca.crt"),
		"--anonymous-auth=false",
		"--authorization-mode=RBAC",
		"--allow-privileged=true",
		"--etcd-servers=" + localURL(p.etcd),
		"--etcd-cafile=" + d.secret("ca.crt"),
		"--etcd-certfile=" + d.secret("etcd-client.crt"),
		"--etcd-keyfile=" + d.secret("etcd-client.key"),
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file=" + d.secret("service-accounts.key"),
		"--service-account-signing-key-file=" + d.secret("service-accounts.key"),
		"--audit-policy-file=" + d.path("audit-policy.yaml"),
		"--audit-log-path=" + d.AuditLog(),
		// Blocking: whoever has an answer finds its entry in the file, and none is
		// dropped under load, as happens when a buffer in between overflows.
		"--audit-log-mode=blocking",
		"--audit-log-maxsize=0", // never rotated, which would lose its readers
	}
}

func controllerManagerArguments(o Options, p ports) []string {
	d := o.Directory
	return []string{
		"--kubeconfig=" + d.kubeconfigOf(ControllerManager),
		"--bind-address=127.0.0.1",
		"--secure-port=" + strconv.Itoa(p.controllerManager),
		"--tls-cert-file=" + d.secret("server.crt"),
		"--tls-private-key-file=" + d.secret("server.key"),
		// There is only one, and a restarted one has to work at once.
		"--leader-elect=false",
		"--service-account-private-key-file=" + d.secret("service-accounts.key"),
		"--root-ca-file=" + d.secret("ca.crt"),
	}
}

func schedulerArguments(o Options, p ports) []string {
	d := o.Directory
	return []string{
		"--kubeconfig=" + d.kubeconfigOf(Scheduler),
		"--bind-address=127.0.0.1",
		"--secure-port=" + strconv.Itoa(p.scheduler),
		"--tls-cert-file=" + d.secret("server.crt"),
		"--tls-private-key-file=" + d.secret("server.key"),
		"--leader-elect=false",
	}
}

func kwokArguments(o Options, p ports, stages []string) []string {
	d := o.Directory
	list := []string{
		"--kubeconfig=" + d.kubeconfigOf(Kwok),
		"--manage-all-nodes",
		"--server-address=127.0.0.1:" + strconv.Itoa(p.kwok),
		"--tls-cert-file=" + d.secret("server.crt"),
		"--tls-private-key-file=" + d.secret("server.key"),
	}
	for _, stage := range stages {
		list = append(list, "--config="+stage)
	}
	return list
}
