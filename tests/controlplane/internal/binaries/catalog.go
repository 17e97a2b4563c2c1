// Package binaries builds the programs a control plane consists of, from the
// versions pinned in cluster/go.mod and extras/go.mod, and keeps them in a
// cache so that they are built once per machine.
package binaries

import (
	"fmt"
	"slices"
	"strings"
)

// KubernetesVersion is what the servers and kubectl report as their version. It
// is linked in, because a server built without it calls itself v0.0.0. It has
// to match cluster/go.mod; a test compares the two.
const KubernetesVersion = "v1.37.2"

// HelmVersion is the same for helm and extras/go.mod.
const HelmVersion = "v4.3.1"

// A tool is one program: the package it is built from and the module, a folder
// beside this tool's own sources, that pins the package's version.
type tool struct {
	name   string
	module string
	pkg    string
	// data are files of the package's module that the program cannot run
	// without; they are copied beside it into the cache.
	data []dataFile
	// onDemand tools are left out of a build that names none.
	onDemand bool
}

// A dataFile is a file of a required module, wanted in the cache as name.
type dataFile struct {
	module string
	path   string
	name   string
}

// Names of the files that come with kwok: the stages of a node's life.
const (
	NodeInitializeStage = "node-initialize.yaml"
	NodeHeartbeatStage  = "node-heartbeat.yaml"
)

var catalog = []tool{
	{name: "etcd", module: "cluster", pkg: "./etcd"},
	{name: "kube-apiserver", module: "cluster", pkg: "k8s.io/kubernetes/cmd/kube-apiserver"},
	{name: "kube-controller-manager", module: "cluster", pkg: "k8s.io/kubernetes/cmd/kube-controller-manager"},
	{name: "kube-scheduler", module: "cluster", pkg: "k8s.io/kubernetes/cmd/kube-scheduler"},
	{name: "kubectl", module: "cluster", pkg: "k8s.io/kubernetes/cmd/kubectl"},
	{name: "kwok", module: "extras", pkg: "sigs.k8s.io/kwok/cmd/kwok", data: []dataFile{
		{"sigs.k8s.io/kwok", "kustomize/stage/node/fast/node-initialize.yaml", NodeInitializeStage},
		{"sigs.k8s.io/kwok", "kustomize/stage/node/heartbeat/node-heartbeat.yaml", NodeHeartbeatStage},
	}},
	{name: "helm", module: "extras", pkg: "helm.sh/helm/v4/cmd/helm", onDemand: true},
}

// Names lists every tool, in the order in which they are built.
func Names() []string {
	var names []string
	for _, t := range catalog {
		names = append(names, t.name)
	}
	return names
}

// DefaultNames lists the tools that are built when none is named.
func DefaultNames() []string {
	var names []string
	for _, t := range catalog {
		if !t.onDemand {
			names = append(names, t.name)
		}
	}
	return names
}

// find returns the tools of these names in the order of the catalog, each once.
func find(names []string) ([]tool, error) {
	var tools []tool
	for _, t := range catalog {
		if slices.Contains(names, t.name) {
			tools = append(tools, t)
		}
	}
	for _, name := range names {
		if !slices.Contains(Names(), name) {
			return nil, fmt.Errorf("there is no tool %q; choose from %s", name, strings.Join(Names(), ", "))
		}
	}
	return tools, nil
}

// buildFlags are the arguments of `go build` for every tool of a module.
func buildFlags(module string) []string {
	const version = "k8s.io/component-base/version"
	linked := map[string]string{
		"cluster": "-X " + version + ".gitVersion=" + KubernetesVersion +
			" -X " + version + ".gitMajor=1 -X " + version + ".gitMinor=37",
		"extras": "-X helm.sh/helm/v4/internal/version.version=" + HelmVersion,
	}
	return []string{"-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w " + linked[module]}
}
