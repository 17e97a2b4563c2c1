package gitops

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// plugin runs kubectl-scheduledjob; it has to succeed. The text is what it wrote to both streams.
func (c *cluster) plugin(t *testing.T, arguments ...string) string {
	t.Helper()
	program := os.Getenv("KUBECTL_SCHEDULEDJOB")
	if program == "" {
		program = root + "/build/release/src/cli/kubectl-scheduledjob"
	}
	command := exec.Command(program, arguments...)
	command.Env = append(os.Environ(), "KUBECONFIG="+c.Kubeconfig)
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("kubectl scheduledjob %s: %v; build it with `make build`\n%s", strings.Join(arguments, " "), err, output)
	}
	return string(output)
}

func wantText(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in:\n%s", part, text)
		}
	}
}

func TestThePluginTellsOfRunsAndInstants(t *testing.T) {
	c := needCluster(t)
	namespace := c.namespace(t, "plugin-tells")
	startOperator(t, c)
	c.kubectl(t, frequentManifest, "apply", "-n", namespace, "-f", "-")
	var recent object
	eventually(t, "a run has succeeded", func() bool {
		runs, _ := c.get(t, "schj", namespace, "frequent").at("status", "recentRuns").([]any)
		for _, each := range runs {
			recent = object(each.(map[string]any))
			if recent.text("outcome") == "Succeeded" {
				return true
			}
		}
		return false
	})
	wantText(t, c.plugin(t, "list", "-n", namespace), "frequent   every 2s", "Succeeded")
	wantText(t, c.plugin(t, "describe", "frequent", "-n", namespace), "Recent runs\n", "succeeded after ", "Coming\n")
	wantText(t, c.plugin(t, "why", "frequent", "--at", recent.text("scheduledTime"), "-n", namespace), "It ran and succeeded.", recent.text("jobName"))
	wantText(t, c.plugin(t, "forecast", "--hours", "1", "-n", namespace), ": 1800. ScheduledJobs that have any: 1.", "Busiest minutes")
	wantText(t, c.plugin(t, "__complete", "why", "-n", namespace, "fr"), "frequent")
}

func TestTheOperatorCountsARunByThePlugin(t *testing.T) {
	c := needCluster(t)
	namespace := c.namespace(t, "plugin-run")
	startOperator(t, c)
	manifest := strings.Replace(frequentManifest, "every: 2s", "at: 2199-01-01T00:00:00Z", 1)
	c.kubectl(t, manifest, "apply", "-n", namespace, "-f", "-")
	name := strings.TrimPrefix(strings.Fields(c.plugin(t, "run", "frequent", "--wait", "-n", namespace))[0], "job.batch/")
	job := c.get(t, "job", namespace, name)
	byAction := runNow(t, c.get(t, "schj", namespace, "frequent"))
	for _, path := range [][]string{{"labels", "scheduledjob.dev/uid"}, {"labels", "kind"}, {"annotations", "cronjob.kubernetes.io/instantiate"}} {
		if got, want := job.part("metadata", path[0])[path[1]], byAction.part("metadata", path[0])[path[1]]; got != want {
			t.Errorf("%s is %v, and %v by Argo CD's action", path[1], got, want)
		}
	}
	if got, want := readable(job.at("metadata", "ownerReferences")), readable(byAction.at("metadata", "ownerReferences")); got != want {
		t.Errorf("owned by %s, and by Argo CD's action by %s", got, want)
	}
	if moment, err := time.Parse("frequent-now-20060102150405", name); err != nil || time.Since(moment).Abs() > time.Hour {
		t.Errorf("the Job is named %s", name)
	}
}

func TestThePluginSuspendsAndResumesAndWarnsOfWhoRevertsIt(t *testing.T) {
	c := needCluster(t)
	namespace := c.namespace(t, "plugin-suspend")
	c.argoApply(t, namespace, frequentManifest)
	wantText(t, c.plugin(t, "suspend", "frequent", "-n", namespace), "Suspended: nothing new starts.", "managed by Argo CD (application reports)")
	if suspend := c.get(t, "schj", namespace, "frequent").at("spec", "suspend"); suspend != true {
		t.Errorf("spec.suspend is %v", suspend)
	}
	wantText(t, c.plugin(t, "list", "-n", namespace), "yes")
	wantText(t, c.plugin(t, "resume", "frequent", "-n", namespace), "Resumed.")
	frequent := c.get(t, "schj", namespace, "frequent")
	if suspend := frequent.at("spec", "suspend"); suspend != false {
		t.Errorf("spec.suspend is %v", suspend)
	}
	if !strings.Contains(readable(frequent.at("metadata", "managedFields")), `"manager": "kubectl-scheduledjob"`) {
		t.Error("the edit does not bear the plugin's name")
	}
}
