package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// An object is a JSON object; its values are objects, strings, numbers,
// booleans and lists of strings.
type object map[string]any

const width = 140 // of a line, as in the part that is written by hand

// leading are the keys that come first, in this order; the others follow by name.
var leading = []string{"type", "description", "format", "nullable"}

// trailing are those that come last.
var trailing = []string{"properties", "additionalProperties", "items"}

func (o object) property(name string) (object, bool) {
	properties, _ := o["properties"].(object)
	found, ok := properties[name].(object)
	return found, ok
}

func (o object) keys() []string {
	rank := func(key string) int {
		if place := slices.Index(leading, key); place >= 0 {
			return place - len(leading)
		}
		return slices.Index(trailing, key) + 1
	}
	return slices.SortedFunc(maps.Keys(o), func(a, b string) int {
		if difference := rank(a) - rank(b); difference != 0 {
			return difference
		}
		return strings.Compare(a, b)
	})
}

// writeEntry writes a key and its value as lines of YAML: in one line what has
// no description and fits, the rest as a block.
func writeEntry(out *bytes.Buffer, indent, key string, value any) {
	if line := indent + key + ": " + flow(value); key != "description" && len(line) <= width {
		out.WriteString(line + "\n")
		return
	}
	if text, isText := value.(string); isText {
		writeText(out, indent, key, text)
		return
	}
	fmt.Fprintf(out, "%s%s:\n", indent, key)
	block := value.(object)
	for _, name := range block.keys() {
		writeEntry(out, indent+"  ", name, block[name])
	}
}

// writeText folds a text into lines.
func writeText(out *bytes.Buffer, indent, key, text string) {
	fmt.Fprintf(out, "%s%s: >-\n", indent, key)
	line := indent + " "
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > width {
			out.WriteString(line + "\n")
			line = indent + " "
		}
		line += " " + word
	}
	out.WriteString(line + "\n")
}

// flow is a value in one line; too long for any if it must not be in one.
func flow(value any) string {
	switch value := value.(type) {
	case object:
		if value["description"] != nil {
			return strings.Repeat(" ", width+1)
		}
		var members []string
		for _, key := range value.keys() {
			members = append(members, key+": "+flow(value[key]))
		}
		return "{" + strings.Join(members, ", ") + "}"
	case []string:
		return "[" + strings.Join(value, ", ") + "]"
	case string:
		return value
	default:
		text, err := json.Marshal(value)
		if err != nil {
			panic(err) // there are only numbers and booleans left
		}
		return string(text)
	}
}

const (
	beginMark = "# Written by hack/crdgen from here,"
	endMark   = "# to here; `make crd` writes it anew."
)

// replaceGenerated puts a value, under a key, between the two marks of a YAML text.
func replaceGenerated(text []byte, key string, value object) ([]byte, error) {
	before, rest, found := bytes.Cut(text, []byte(beginMark))
	if !found {
		return nil, errors.New("has no line " + beginMark)
	}
	_, after, found := bytes.Cut(rest, []byte(endMark))
	if !found {
		return nil, errors.New("has no line " + endMark)
	}
	indent := string(before[bytes.LastIndexByte(before, '\n')+1:])
	var out bytes.Buffer
	out.Write(before)
	out.WriteString(beginMark + "\n")
	writeEntry(&out, indent, key, value)
	out.WriteString(indent + endMark)
	out.Write(after)
	return out.Bytes(), nil
}
