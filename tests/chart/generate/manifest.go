package main

import (
	"regexp"
	"strings"

	"scheduledjob.dev/operator/tests/chart/internal/chart"
)

const manifestHead = `# The operator for those who do without Helm; made from the chart by ` + "`make manifests`" + `. The image's name is to be filled in:
#
#   kubectl apply --server-side -f crds/
#   sed 's|image: .*|image: REGISTRY/REPOSITORY:TAG|' dist/install.yaml | kubectl apply -f -
apiVersion: v1
kind: Namespace
metadata:
  name: scheduledjob-system
  labels:
    pod-security.kubernetes.io/enforce: restricted
`

// What is true of Helm's releases only.
var helmsOwn = regexp.MustCompile(`(?m)^(# Source: .*| *app\.kubernetes\.io/managed-by: .*| *helm\.sh/chart: .*)\n`)

// plainManifest is the chart as it comes, in a namespace of its own, without the CRDs.
func plainManifest() (string, error) {
	text, err := chart.Text(chart.Settings{
		Release:   "scheduledjob-operator",
		Namespace: "scheduledjob-system",
		Values:    "crds: {install: false}",
		Arguments: []string{"--skip-tests"},
	})
	if err != nil {
		return "", err
	}
	text = helmsOwn.ReplaceAllString(text, "")
	return manifestHead + regexp.MustCompile(`\n{2,}`).ReplaceAllString(strings.TrimRight(text, "\n"), "\n") + "\n", nil
}
