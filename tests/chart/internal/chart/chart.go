// Package chart renders the Helm chart of this repository with the real helm and gives the objects as values.
package chart

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"scheduledjob.dev/operator/tests/plane"
	"sigs.k8s.io/yaml"
)

// Root is the top folder of this repository.
var Root = plane.Root

// Folder is the chart's own.
var Folder = filepath.Join(Root, "charts", "scheduledjob-operator")

var helm = sync.OnceValues(func() (string, error) { return plane.Tool("helm") })

// Helm runs helm with nothing of the user's own settings and returns what it has said.
func Helm(environment []string, arguments ...string) (string, error) {
	program, err := helm()
	if err != nil {
		return "", err
	}
	home, err := os.MkdirTemp("", "helm")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(home)
	command := exec.Command(program, arguments...)
	command.Env = append(os.Environ(), "HELM_CACHE_HOME="+home, "HELM_CONFIG_HOME="+home, "HELM_DATA_HOME="+home)
	command.Env = append(command.Env, environment...)
	var output, complaints bytes.Buffer
	command.Stdout, command.Stderr = &output, &complaints
	if err := command.Run(); err != nil {
		return output.String(), fmt.Errorf("helm %s: %w\n%s", strings.Join(arguments, " "), err, complaints.String())
	}
	return output.String(), nil
}

// Settings of one rendering; all zero: as the chart comes.
type Settings struct {
	Release   string   // default "sj"
	Namespace string   // default "sj-system"
	Values    string   // YAML
	APIs      []string // what the cluster knows besides Kubernetes' own, as GROUP/VERSION/KIND
	Arguments []string // more of `helm template`
}

// Text renders the chart to YAML.
func Text(settings Settings) (string, error) {
	if settings.Release == "" {
		settings.Release = "sj"
	}
	if settings.Namespace == "" {
		settings.Namespace = "sj-system"
	}
	arguments := []string{"template", settings.Release, Folder, "--namespace", settings.Namespace}
	if settings.Values != "" {
		file, err := os.CreateTemp("", "values-*.yaml")
		if err != nil {
			return "", err
		}
		defer os.Remove(file.Name())
		if _, err := file.WriteString(settings.Values); err != nil {
			return "", err
		}
		file.Close()
		arguments = append(arguments, "--values", file.Name())
	}
	for _, api := range settings.APIs {
		arguments = append(arguments, "--api-versions", api)
	}
	return Helm(nil, append(arguments, settings.Arguments...)...)
}

// Render gives the objects of a rendering.
func Render(settings Settings) (Objects, error) {
	text, err := Text(settings)
	if err != nil {
		return nil, err
	}
	return Parse(text)
}

// Parse reads the documents of a YAML text. A field that is given twice is an error.
func Parse(text string) (Objects, error) {
	var objects Objects
	for _, document := range strings.Split("\n"+text, "\n---") {
		var object Object
		if err := yaml.UnmarshalStrict([]byte(document), &object); err != nil {
			return nil, fmt.Errorf("%w in\n%s", err, document)
		}
		if len(object) > 0 {
			objects = append(objects, object)
		}
	}
	return objects, nil
}
