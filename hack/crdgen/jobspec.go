package main

import (
	"fmt"
	"slices"
	"strings"
)

// What no object can exceed, since etcd stores at most 1.5 MiB: our bounds are
// there for the API server's budget, and must not refuse what CronJob takes.
const (
	mostCharacters = 1572864
	mostEntries    = 786432
)

const (
	coreTypes = "io.k8s.api.core.v1."
	metaTypes = "io.k8s.apimachinery.pkg."
)

// uniqueKeys are the lists in which CronJob refuses two entries with the same
// key. All other lists are atomic: a list of type map refuses what CronJob may
// accept twice, such as a variable in env.
var uniqueKeys = map[string]string{
	coreTypes + "PodSpec.containers":      "name",
	coreTypes + "PodSpec.initContainers":  "name",
	coreTypes + "PodSpec.volumes":         "name",
	coreTypes + "Container.volumeMounts":  "mountPath",
	coreTypes + "Container.volumeDevices": "devicePath",
}

// left out: refused in the template of a Job.
var leftOut = []string{coreTypes + "PodSpec.ephemeralContainers"}

// required are the few fields that the API server would not do without either.
var required = map[string][]string{
	"io.k8s.api.batch.v1.JobSpec": {"template"},
	coreTypes + "PodTemplateSpec": {"spec"},
	coreTypes + "PodSpec":         {"containers", "restartPolicy"},
}

// jobSpec is the schema of spec.jobTemplate.spec: that of a Job's spec, made to
// fit a resource definition and to accept whatever CronJob accepts.
func (s *swagger) jobSpec() (object, error) {
	const name = "io.k8s.api.batch.v1.JobSpec"
	schema, err := s.structural(&upstream{Ref: "#/definitions/" + name}, nil)
	if err != nil {
		return nil, err
	}
	if err := amend(schema); err != nil {
		return nil, err
	}
	delete(schema, "nullable")
	return schema, nil
}

// structural turns a schema into one of a resource definition. Every field may
// be null, which to CronJob is the same as absent, and every object keeps fields
// that are newer than this schema. `within` are the definitions being turned.
func (s *swagger) structural(u *upstream, within []string) (object, error) {
	switch name := u.name(); name {
	case "":
		return s.inline(u, within)
	case metaTypes + "api.resource.Quantity":
		// Without a type: CronJob takes 0.5 for "0.5".
		return object{"x-kubernetes-preserve-unknown-fields": true, "nullable": true}, nil
	case metaTypes + "util.intstr.IntOrString":
		return object{"x-kubernetes-int-or-string": true, "nullable": true}, nil
	case metaTypes + "apis.meta.v1.ObjectMeta":
		return objectMeta(), nil
	default:
		if slices.Contains(within, name) {
			return nil, fmt.Errorf("%s contains itself, which no resource definition can say", name)
		}
		definition, err := s.definition(name)
		if err != nil {
			return nil, err
		}
		return s.named(definition, name, append(within, name))
	}
}

// named is the schema of a definition.
func (s *swagger) named(definition *upstream, name string, within []string) (object, error) {
	schema, err := s.inline(definition, within)
	if err != nil || len(definition.Properties) == 0 {
		return schema, err
	}
	properties := schema["properties"].(object)
	for field := range definition.Properties {
		path := name + "." + field
		if slices.Contains(leftOut, path) {
			delete(properties, field)
		}
		if key, unique := uniqueKeys[path]; unique {
			mergeBy(properties[field].(object), key)
		}
	}
	if fields := required[name]; fields != nil {
		schema["required"] = fields
		for _, field := range fields {
			delete(properties[field].(object), "nullable")
		}
	}
	return schema, nil
}

// mergeBy makes a list one whose entries have their own owners, told apart by key.
func mergeBy(list object, key string) {
	list["x-kubernetes-list-type"] = "map"
	list["x-kubernetes-list-map-keys"] = []string{key}
	items := list["items"].(object)
	items["required"] = []string{key}
	delete(items, "nullable")
	delete(items["properties"].(object)[key].(object), "nullable")
}

// inline is the schema of what is no reference.
func (s *swagger) inline(u *upstream, within []string) (object, error) {
	schema := object{"type": u.Type, "nullable": true}
	if u.Type == "integer" {
		schema["format"] = u.Format
	}
	if u.Type == "string" {
		schema["maxLength"] = mostCharacters
	}
	if u.MapType != "" {
		schema["x-kubernetes-map-type"] = u.MapType
	}
	if u.Items != nil {
		items, err := s.structural(u.Items, within)
		if err != nil {
			return nil, err
		}
		schema["items"], schema["maxItems"] = items, mostEntries
		schema["x-kubernetes-list-type"] = "atomic"
	}
	if u.AdditionalProperties != nil {
		values, err := s.structural(u.AdditionalProperties, within)
		if err != nil {
			return nil, err
		}
		schema["additionalProperties"], schema["maxProperties"] = values, mostEntries
	}
	if u.AdditionalProperties == nil && u.Type == "object" {
		schema["x-kubernetes-preserve-unknown-fields"] = true
	}
	if len(u.Properties) == 0 {
		return schema, nil
	}
	properties := object{}
	for name, field := range u.Properties {
		var err error
		if properties[name], err = s.structural(field, within); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	schema["properties"] = properties
	return schema, nil
}

// objectMeta is the metadata of a template. What is not declared there would be
// pruned; and names, which tools write, are accepted.
func objectMeta() object {
	texts := func() object {
		return object{
			"type": "object", "nullable": true, "maxProperties": mostEntries,
			"additionalProperties": object{"type": "string", "nullable": true, "maxLength": mostCharacters},
		}
	}
	return object{
		"type": "object", "nullable": true, "x-kubernetes-preserve-unknown-fields": true,
		"properties": object{"labels": texts(), "annotations": texts()},
	}
}

// amend adds what is ours: descriptions, and bounds that CronJob has too.
func amend(jobSpec object) error {
	for path, extra := range amendments {
		schema := jobSpec
		if path != "" {
			for step := range strings.SplitSeq(path, ".") {
				next, found := schema.property(step)
				if !found {
					return fmt.Errorf("Kubernetes' schema has no %s any more", path)
				}
				schema = next
			}
		}
		for key, value := range extra {
			schema[key] = value
		}
	}
	for name := range jobSpec["properties"].(object) {
		if field, _ := jobSpec.property(name); field["description"] == nil {
			return fmt.Errorf("the Job's %s is new and has no description; add one to amendments", name)
		}
	}
	return nil
}
