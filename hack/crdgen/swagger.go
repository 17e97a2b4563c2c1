package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// A swagger is Kubernetes' published schema, as far as it is looked at here.
type swagger struct {
	Definitions map[string]*upstream
}

// An upstream is a schema as Kubernetes publishes it.
type upstream struct {
	Ref                  string               `json:"$ref"`
	Type                 string               `json:"type"`
	Format               string               `json:"format"`
	Properties           map[string]*upstream `json:"properties"`
	Items                *upstream            `json:"items"`
	AdditionalProperties *upstream            `json:"additionalProperties"`
	MapType              string               `json:"x-kubernetes-map-type"`
	PatchMergeKey        string               `json:"x-kubernetes-patch-merge-key"`
	PatchStrategy        string               `json:"x-kubernetes-patch-strategy"`
	Kinds                []groupVersionKind   `json:"x-kubernetes-group-version-kind"`
}

type groupVersionKind struct {
	Group   string `json:"group"`
	Version string `json:"version"`
	Kind    string `json:"kind"`
}

func readSwagger(path string) (*swagger, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var s swagger
	if err := json.Unmarshal(content, &s); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &s, nil
}

// name is that of the definition which a schema refers to, or empty.
func (u *upstream) name() string {
	return strings.TrimPrefix(u.Ref, "#/definitions/")
}

// definition finds one by name.
func (s *swagger) definition(name string) (*upstream, error) {
	if found := s.Definitions[name]; found != nil {
		return found, nil
	}
	return nil, fmt.Errorf("Kubernetes' schema has no %s", name)
}
