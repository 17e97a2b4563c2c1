package main

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

const definitionsPrefix = "#/definitions/"

// mergeKeys is the schema by which Kustomize merges lists: which of them, and by
// what key. It replaces the schema that is built into Kustomize, so Kubernetes'
// own kinds are in it, cut down to the fields that lead to such lists.
func (s *swagger) mergeKeys() ([]byte, error) {
	leading := s.definitionsWithMergeKeys()
	definitions := map[string]any{}
	for name := range leading {
		definitions[name] = s.cutDown(s.Definitions[name], leading)
	}
	definitions["dev.scheduledjob.v1.ScheduledJob"] = object{
		"type": "object",
		"properties": object{"spec": object{"type": "object", "properties": object{
			"jobTemplate": object{"$ref": definitionsPrefix + "io.k8s.api.batch.v1.JobTemplateSpec"},
		}}},
		"x-kubernetes-group-version-kind": []groupVersionKind{{"scheduledjob.dev", "v1", "ScheduledJob"}},
	}
	text, err := json.MarshalIndent(object{"definitions": definitions}, "", " ")
	return append(text, '\n'), err
}

// definitionsWithMergeKeys are those from which a list with a merge key can be
// reached, apart from lists of objects, which nobody patches.
func (s *swagger) definitionsWithMergeKeys() map[string]bool {
	leading := map[string]bool{}
	for grown := true; grown; {
		grown = false
		for name, definition := range s.Definitions {
			if leading[name] || strings.HasSuffix(name, "List") || !s.leads(definition, leading) {
				continue
			}
			leading[name], grown = true, true
		}
	}
	return leading
}

// leads tells whether a schema is, or contains, a list with a merge key.
func (s *swagger) leads(u *upstream, leading map[string]bool) bool {
	if u.PatchMergeKey != "" || leading[u.name()] {
		return true
	}
	if u.Items != nil && s.leads(u.Items, leading) {
		return true
	}
	return slices.ContainsFunc(slices.Collect(maps.Values(u.Properties)), func(field *upstream) bool {
		return s.leads(field, leading)
	})
}

// cutDown is a schema without what does not lead to a merge key.
func (s *swagger) cutDown(u *upstream, leading map[string]bool) object {
	cut := object{}
	if u.Ref != "" {
		if leading[u.name()] {
			cut["$ref"] = u.Ref
		}
		return cut
	}
	if u.Type != "" {
		cut["type"] = u.Type
	}
	if u.PatchMergeKey != "" {
		cut["x-kubernetes-patch-merge-key"] = u.PatchMergeKey
		cut["x-kubernetes-patch-strategy"] = u.PatchStrategy
	}
	if len(u.Kinds) > 0 {
		cut["x-kubernetes-group-version-kind"] = u.Kinds
	}
	if u.Items != nil {
		cut["items"] = s.cutDown(u.Items, leading)
	}
	properties := object{}
	for name, field := range u.Properties {
		if s.leads(field, leading) {
			properties[name] = s.cutDown(field, leading)
		}
	}
	if len(properties) > 0 {
		cut["properties"] = properties
	}
	return cut
}
