package chart

import (
	"fmt"
	"strconv"
	"strings"
)

// An Object is what JSON makes of a Kubernetes object.
type Object map[string]any

// At returns what is at a path of keys and indices, "spec.template.spec.containers.0.image"; nil where nothing is. In a key
// that holds a dot, a tilde stands for it: "metadata.annotations.helm~sh/hook".
func (o Object) At(path string) any {
	var here any = map[string]any(o)
	for _, step := range strings.Split(path, ".") {
		step = strings.ReplaceAll(step, "~", ".")
		switch node := here.(type) {
		case map[string]any:
			here = node[step]
		case []any:
			index, err := strconv.Atoi(step)
			if err != nil || index >= len(node) {
				return nil
			}
			here = node[index]
		default:
			return nil
		}
	}
	return here
}

// Text is At as a text, "" where nothing is.
func (o Object) Text(path string) string {
	if value := o.At(path); value != nil {
		return fmt.Sprint(value)
	}
	return ""
}

// Texts is At as a list of texts.
func (o Object) Texts(path string) []string {
	list, _ := o.At(path).([]any)
	var texts []string
	for _, each := range list {
		texts = append(texts, fmt.Sprint(each))
	}
	return texts
}

// Each is At as a list of objects.
func (o Object) Each(path string) []Object {
	list, _ := o.At(path).([]any)
	var objects []Object
	for _, each := range list {
		if node, is := each.(map[string]any); is {
			objects = append(objects, node)
		}
	}
	return objects
}

func (o Object) Kind() string      { return o.Text("kind") }
func (o Object) Name() string      { return o.Text("metadata.name") }
func (o Object) Namespace() string { return o.Text("metadata.namespace") }

// IsHook tells whether helm creates it at another time than at an installation.
func (o Object) IsHook() bool { return o.At("metadata.annotations.helm~sh/hook") != nil }

// Objects of one rendering, in its order.
type Objects []Object

// Of returns those of one kind.
func (o Objects) Of(kind string) Objects {
	var found Objects
	for _, each := range o {
		if each.Kind() == kind {
			found = append(found, each)
		}
	}
	return found
}

// Installed leaves hooks out.
func (o Objects) Installed() Objects {
	var found Objects
	for _, each := range o {
		if !each.IsHook() {
			found = append(found, each)
		}
	}
	return found
}

// Only returns the one of a kind that is installed; nil when there is none, or more than one.
func (o Objects) Only(kind string) Object {
	if found := o.Installed().Of(kind); len(found) == 1 {
		return found[0]
	}
	return nil
}
