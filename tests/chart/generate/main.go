// Command generate writes what is made from other files of this repository: the version in the chart's description, its
// copy of crds/, its README from its values.yaml, dist/install.yaml from the chart, and docs/reference.md from crds/. Run it as
// `make manifests`; a test fails when it would change anything.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"scheduledjob.dev/operator/tests/chart/internal/chart"
)

func main() {
	if err := generate(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func generate() error {
	// First, since the manifest is rendered from the chart as it lies there.
	content, err := described()
	if err != nil {
		return err
	}
	if err := write(description, content); err != nil {
		return err
	}
	files, err := generated()
	if err != nil {
		return err
	}
	for path, content := range files {
		if err := write(path, content); err != nil {
			return err
		}
	}
	return nil
}

// write takes a path in the repository.
func write(path, content string) error {
	path = filepath.Join(chart.Root, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o644)
}

// generated gives the content of every generated file by its path in the repository.
func generated() (map[string]string, error) {
	files := map[string]string{}
	sources, err := filepath.Glob(filepath.Join(chart.Root, "crds", "*.yaml"))
	if err != nil {
		return nil, err
	}
	if len(sources) == 0 {
		return nil, fmt.Errorf("crds/ is empty")
	}
	for _, source := range sources {
		content, err := os.ReadFile(source)
		if err != nil {
			return nil, err
		}
		files[filepath.Join("charts/scheduledjob-operator/files/crds", filepath.Base(source))] = string(content)
	}
	if files[description], err = described(); err != nil {
		return nil, err
	}
	if files["charts/scheduledjob-operator/README.md"], err = readme(); err != nil {
		return nil, err
	}
	if files["docs/reference.md"], err = reference(); err != nil {
		return nil, err
	}
	if files["dist/install.yaml"], err = plainManifest(); err != nil {
		return nil, err
	}
	return files, nil
}
