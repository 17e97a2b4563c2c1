package gitops

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"sigs.k8s.io/yaml"
)

// An object is one of Kubernetes, or a part of one, as decoded from JSON.
type object map[string]any

// at is the value at a path, or nil.
func (o object) at(path ...string) any {
	var value any = map[string]any(o)
	for _, name := range path {
		members, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = members[name]
	}
	return value
}

func (o object) text(path ...string) string {
	text, _ := o.at(path...).(string)
	return text
}

// part is the object at a path, or an empty one.
func (o object) part(path ...string) object {
	members, _ := o.at(path...).(map[string]any)
	return members
}

// documents are the objects of a YAML text.
func documents(t *testing.T, text []byte) []object {
	t.Helper()
	var objects []object
	for _, document := range bytes.Split(append([]byte("\n"), text...), []byte("\n---\n")) {
		var each object
		if err := yaml.Unmarshal(document, &each); err != nil {
			t.Fatalf("%v in:\n%s", err, document)
		}
		if each != nil {
			objects = append(objects, each)
		}
	}
	return objects
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// readable is a value as JSON for people.
func readable(value any) string {
	text, _ := json.MarshalIndent(value, "", "  ")
	return string(text)
}

// withoutNulls drops members that are null, which kubectl does not send.
func withoutNulls(value any) any {
	switch value := value.(type) {
	case map[string]any:
		kept := map[string]any{}
		for name, member := range value {
			if member != nil {
				kept[name] = withoutNulls(member)
			}
		}
		return kept
	case []any:
		kept := make([]any, len(value))
		for i, each := range value {
			kept[i] = withoutNulls(each)
		}
		return kept
	default:
		return value
	}
}
