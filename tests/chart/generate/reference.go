package main

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"scheduledjob.dev/operator/tests/chart/internal/chart"
)

const referenceHead = `# Every field

Made by ` + "`make manifests`" + ` from the [definition](../crds/scheduledjobs.scheduledjob.dev.yaml), whose descriptions ` + "`kubectl explain schj.spec`" + `
shows too. Examples are parts of ` + "`spec`" + `. What the fields mean together is told in [concepts.md](concepts.md), [schedule.md](schedule.md)
and [runs.md](runs.md).

A duration is a number with ` + "`ms`, `s`, `m`, `h`, `d` or `w`" + `, or several: ` + "`1h30m`" + `.

## spec
`

//go:embed examples.yaml
var examplesText []byte

// A schema is the part of a definition's that the reference tells of. Fields keep the order of the text.
type schema struct {
	Type        string
	Format      string
	Description string
	Enum        []string
	Minimum     *int64
	Maximum     *int64
	MaxLength   *int64 `yaml:"maxLength"`
	MaxItems    *int64 `yaml:"maxItems"`
	Required    []string
	Items       *schema
	Properties  yaml.Node
	Rules       []struct{ Message string } `yaml:"x-kubernetes-validations"`
}

// A field is a schema and where it is: "schedules[].every".
type field struct {
	path string
	schema
	required bool
}

// fieldsOf lists the fields below a schema in the text's order, each before those within it. What is within jobTemplate is left out.
func fieldsOf(above schema, path string) (fields []field, err error) {
	for i := 0; i+1 < len(above.Properties.Content); i += 2 {
		name := above.Properties.Content[i].Value
		each := field{path: path + name}
		if err := above.Properties.Content[i+1].Decode(&each.schema); err != nil {
			return nil, fmt.Errorf("%s: %w", each.path, err)
		}
		for _, required := range above.Required {
			each.required = each.required || required == name
		}
		fields = append(fields, each)
		below, prefix := each.schema, each.path+"."
		if each.Items != nil {
			below, prefix = *each.Items, each.path+"[]."
		}
		if each.path == "jobTemplate" {
			continue // Kubernetes' own
		}
		deeper, err := fieldsOf(below, prefix)
		if err != nil {
			return nil, err
		}
		fields = append(fields, deeper...)
	}
	return fields, nil
}

// form says what a value has to look like.
func (f field) form() string {
	words := []string{f.Type}
	if f.Items != nil {
		words[0] = "list"
		if f.Items.Type != "object" {
			words[0] += " of " + f.Items.Type + "s"
		}
	}
	if f.Format == "date-time" {
		words[0] = "instant, RFC 3339"
	}
	if len(f.Enum) > 0 {
		words[0] = "`" + strings.Join(f.Enum, "` or `") + "`"
	}
	switch {
	case f.Minimum != nil && f.Maximum != nil:
		words = append(words, fmt.Sprintf("%d to %d", *f.Minimum, *f.Maximum))
	case f.Minimum != nil:
		words = append(words, fmt.Sprintf("%d or more", *f.Minimum))
	}
	if f.MaxItems != nil {
		words = append(words, fmt.Sprintf("at most %d", *f.MaxItems))
	}
	if f.MaxLength != nil && f.Format == "" && len(f.Enum) == 0 {
		words = append(words, fmt.Sprintf("at most %d characters", *f.MaxLength))
	}
	if f.required {
		words = append(words, "required")
	}
	return strings.Join(words, ", ")
}

// reference is the page of all fields. A field of spec without an example is an error, as is an example of no field.
func reference() (string, error) {
	text, err := os.ReadFile(filepath.Join(chart.Root, "crds", "scheduledjobs.scheduledjob.dev.yaml"))
	if err != nil {
		return "", err
	}
	var definition struct {
		Spec struct {
			Versions []struct {
				Schema struct {
					OpenAPIV3Schema struct {
						Properties struct{ Spec, Status schema }
					} `yaml:"openAPIV3Schema"`
				}
			}
		}
	}
	if err := yaml.Unmarshal(text, &definition); err != nil {
		return "", err
	}
	examples := map[string]string{}
	if err := yaml.Unmarshal(examplesText, &examples); err != nil {
		return "", fmt.Errorf("examples.yaml: %w", err)
	}
	parts := definition.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties
	spec, err := fieldsOf(parts.Spec, "")
	if err != nil {
		return "", err
	}
	status, err := fieldsOf(parts.Status, "")
	if err != nil {
		return "", err
	}
	var page strings.Builder
	page.WriteString(referenceHead)
	rules(&page, parts.Spec)
	for _, each := range spec {
		fmt.Fprintf(&page, "\n### %s\n\n*%s*\n\n%s\n", each.path, each.form(), each.Description)
		switch {
		case each.path == "jobTemplate":
			page.WriteString("Everything below it is Kubernetes' own: `kubectl explain schj.spec.jobTemplate.spec`.\n")
		case each.Items != nil:
			rules(&page, each.schema, *each.Items)
		default:
			rules(&page, each.schema)
		}
		example, given := examples[each.path]
		delete(examples, each.path)
		if given {
			fmt.Fprintf(&page, "\n```yaml\n%s```\n", example)
		} else if each.Type != "object" {
			return "", fmt.Errorf("examples.yaml has none of %s", each.path)
		}
	}
	for path := range examples {
		return "", fmt.Errorf("examples.yaml has one of %s, which is no field", path)
	}
	page.WriteString("\n## status\n\nWritten by the operator alone.\n\n| Field | | |\n|---|---|---|\n")
	for _, each := range status {
		fmt.Fprintf(&page, "| `%s` | %s | %s |\n", each.path, each.form(), each.Description)
	}
	return page.String(), nil
}

// rules writes what the API server demands beyond the form.
func rules(page *strings.Builder, of ...schema) {
	list := ""
	for _, each := range of {
		for _, rule := range each.Rules {
			list += fmt.Sprintf("- %s\n", rule.Message)
		}
	}
	if list != "" {
		page.WriteString("\n" + list)
	}
}
