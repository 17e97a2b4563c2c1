package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"scheduledjob.dev/operator/tests/chart/internal/chart"
)

const description = "charts/scheduledjob-operator/Chart.yaml"

var versions = regexp.MustCompile(`(?m)^(version|appVersion): .*$`)

// described is the chart's description with the version that CMakeLists.txt has: chart and operator are released together.
func described() (string, error) {
	version, err := exec.Command(filepath.Join(chart.Root, "hack", "version")).Output()
	if err != nil {
		return "", fmt.Errorf("hack/version: %w", err)
	}
	text, err := os.ReadFile(filepath.Join(chart.Root, description))
	if err != nil {
		return "", err
	}
	return versions.ReplaceAllString(string(text), "${1}: "+strings.TrimSpace(string(version))), nil
}
