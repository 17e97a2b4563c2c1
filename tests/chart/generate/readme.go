package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"scheduledjob.dev/operator/tests/chart/internal/chart"
)

const readmeHead = `# Helm chart scheduledjob-operator

Installs the operator that runs ScheduledJobs, with its CRDs. Kubernetes 1.30 or newer; tested with Helm 4.3.

` + "```console" + `
$ helm install scheduledjob-operator charts/scheduledjob-operator --namespace scheduledjob-system --create-namespace \
    --set image.registry=REGISTRY --set image.repository=REPOSITORY
$ helm test scheduledjob-operator --namespace scheduledjob-system
` + "```" + `

[docs/install.md](../../docs/install.md) tells the rest: upgrades, what stays after an uninstall, the operator's rights, how to do it without Helm.

## Values

A value that is not listed here is refused, since it is likely misspelt.

| Value | Default | |
|---|---|---|
`

// readme is the chart's README.
func readme() (string, error) {
	text, err := os.ReadFile(filepath.Join(chart.Folder, "values.yaml"))
	if err != nil {
		return "", err
	}
	values, err := documented(string(text))
	if err != nil {
		return "", fmt.Errorf("values.yaml: %w", err)
	}
	var table strings.Builder
	table.WriteString(readmeHead)
	for _, value := range values {
		fmt.Fprintf(&table, "| `%s` | `%s` | %s |\n", value.path, value.initially, strings.ReplaceAll(value.meaning, "|", `\|`))
	}
	return table.String(), nil
}
