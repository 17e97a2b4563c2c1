package gitops

import (
	"bytes"
	"regexp"
	"testing"
)

const page = root + "/docs/gitops.md"

// examples are the YAML texts of the page.
func examples(t *testing.T) [][]byte {
	t.Helper()
	var texts [][]byte
	for _, match := range regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$").FindAllSubmatch(read(t, page), -1) {
		texts = append(texts, match[1])
	}
	return texts
}

func TestTheExamplesOfThePageAreYAML(t *testing.T) {
	found := examples(t)
	if len(found) < 5 {
		t.Errorf("only %d examples were found", len(found))
	}
	for _, text := range found {
		if len(documents(t, text)) != 1 {
			t.Errorf("not one document:\n%s", text)
		}
	}
}

func TestTheKustomizationOfThePageMergesAsItSays(t *testing.T) {
	c := needCluster(t)
	var kustomization []byte
	for _, text := range examples(t) {
		if bytes.HasPrefix(text, []byte("resources:\n- ../base\n")) {
			kustomization = regexp.MustCompile(`- \.\./scheduledjob-operator/gitops/kustomize/component.*`).ReplaceAll(text, []byte("- ../component"))
			// The base of these tests generates that one already.
			kustomization = bytes.Replace(kustomization, []byte("- name: settings\n"), []byte("- name: settings\n  behavior: merge\n"), 1)
		}
	}
	built := c.overlay(t, func(text []byte) []byte {
		if bytes.Contains(text, []byte("namePrefix")) {
			return kustomization
		}
		return text
	})
	pod := ofKind(built, "ScheduledJob").part("spec", "jobTemplate", "spec", "template", "spec")
	var containers []string
	level := ""
	list, _ := pod["containers"].([]any)
	for _, each := range list {
		container := object(each.(map[string]any))
		containers = append(containers, container.text("name"))
		variables, _ := container["env"].([]any)
		for _, variable := range variables {
			if object(variable.(map[string]any)).text("name") == "LEVEL" {
				level = object(variable.(map[string]any)).text("value")
			}
		}
	}
	if len(containers) != 2 || level != "debug" {
		t.Errorf("containers %q, LEVEL %q in:\n%s", containers, level, readable(pod))
	}
}
