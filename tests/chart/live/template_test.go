package live

import (
	"strings"
	"testing"
)

func TestATemplateIsJudgedBeforeItsFirstRun(t *testing.T) {
	t.Parallel()
	needCRDs(t)
	home := namespace(t, "template")
	objects := rendered(t, "template", home, "")
	applyRights(t, objects)
	running := start(t, objects.Only("Deployment"), plane.server, "--namespaces="+home)
	running.awaitLeading(t)

	yearly := func(name, written, instead string) {
		t.Helper()
		manifest := scheduledJob(name, home, `{"cron":"@yearly"}`, "0s", "")
		changed := strings.Replace(manifest, written, instead, 1)
		if changed == manifest && written != "" {
			t.Fatalf("%s is not in the manifest", written)
		}
		do(t, changed, "apply", "-f", "-")
	}
	yearly("sound", "", "")
	yearly("misspelt", `"restartPolicy":"Never"`, `"restartPolicy":"Never","restartPolice":"Always"`)
	yearly("impossible", `"backoffLimit":0`, `"backoffLimit":0,"completionMode":"Indexed","parallelism":2`)

	condition := func(name, kind string) func() (status, message string) {
		return func() (string, string) {
			for _, each := range get(t, "scheduledjobs", name, "-n", home).Each("status.conditions") {
				if each.Text("type") == kind {
					return each.Text("status"), each.Text("message")
				}
			}
			return "", ""
		}
	}
	tells := func(of func() (string, string), status, words string) func() bool {
		return func() bool {
			has, message := of()
			return has == status && strings.Contains(message, words)
		}
	}
	eventually(t, "a misspelt field is named", tells(condition("misspelt", "FieldsDropped"), "True", `unknown field "spec.template.spec.restartPolice"`))
	eventually(t, "what can never be created is named", tells(condition("impossible", "Ready"), "False", "spec.completions"))
	if ready, _ := condition("misspelt", "Ready")(); ready != "True" {
		t.Errorf("a misspelt field keeps the schedule from being ready: %q", ready)
	}
	eventually(t, "a sound one is ready", tells(condition("sound", "Ready"), "True", ""))
	if dropped, _ := condition("sound", "FieldsDropped")(); dropped != "" {
		t.Errorf("a sound template has the condition FieldsDropped %s", dropped)
	}
	if jobs := do(t, "", "get", "jobs", "-n", home, "-o", "name"); jobs != "" {
		t.Errorf("trying a template made %s", jobs)
	}
}
