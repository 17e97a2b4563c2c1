package gitops

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
)

// startOperator runs the operator until the end of the test.
func startOperator(t *testing.T, c *cluster) {
	t.Helper()
	program := os.Getenv("SCHEDULEDJOB_OPERATOR")
	if program == "" {
		program = root + "/build/release/operator/scheduledjob-operator"
	}
	operator := exec.Command(program, "--kubeconfig", c.Kubeconfig, "--listen", "127.0.0.1:0", "--lease-namespace", "default")
	var log bytes.Buffer
	operator.Stderr = &log
	if err := operator.Start(); err != nil {
		t.Fatalf("%v; build it with `make build`", err)
	}
	t.Cleanup(func() {
		operator.Process.Signal(syscall.SIGTERM)
		operator.Wait()
		if t.Failed() {
			t.Logf("the operator's log:\n%s", log.String())
		}
	})
}

const frequentManifest = `
apiVersion: scheduledjob.dev/v1
kind: ScheduledJob
metadata:
  name: frequent
  labels: {app.kubernetes.io/instance: reports}
  annotations: {argocd.argoproj.io/tracking-id: "reports:scheduledjob.dev/ScheduledJob:gitops/frequent"}
spec:
  schedules: [{every: 2s}]
  concurrencyPolicy: Allow
  jobTemplate:
    metadata: {labels: {kind: report}}
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: main, image: busybox, env: [{name: A, value: a}]}]
`

// argoApply is how Argo CD syncs with ServerSideApply=true.
func (c *cluster) argoApply(t *testing.T, namespace, manifest string) {
	t.Helper()
	c.kubectl(t, manifest, "apply", "-n", namespace, "--server-side", "--force-conflicts", "--field-manager=argocd-controller", "-f", "-")
}

func TestTheOperatorsWritesAreNoDriftAndPruningLeavesNothing(t *testing.T) {
	c := needCluster(t)
	namespace := c.namespace(t, "gitops")
	startOperator(t, c)
	c.argoApply(t, namespace, frequentManifest)
	var frequent object
	eventually(t, "two runs have succeeded", func() bool {
		frequent = c.get(t, "schj", namespace, "frequent")
		succeeded, _ := frequent.at("status", "runCounts", "succeeded").(float64)
		return succeeded >= 2
	})

	manifest := documents(t, []byte(frequentManifest))[0]
	for _, path := range [][]string{{"spec"}, {"metadata", "labels"}, {"metadata", "annotations"}} {
		if got, want := frequent.at(path...), manifest.at(path...); !reflect.DeepEqual(got, want) {
			t.Errorf("%s has become:\n%s", strings.Join(path, "."), readable(got))
		}
	}
	if generation := frequent.at("metadata", "generation"); generation != 1.0 {
		t.Errorf("generation %v, though nobody has edited the spec", generation)
	}
	managers, _ := frequent.at("metadata", "managedFields").([]any)
	for _, each := range managers {
		manager := object(each.(map[string]any))
		owned := manager.part("fieldsV1")
		if manager["manager"] != "argocd-controller" && (manager["subresource"] != "status" || len(owned) != 1 || owned["f:status"] == nil) {
			t.Errorf("%v owns more than the status: %s", manager["manager"], readable(owned))
		}
	}
	if difference, err := c.Kubectl(frequentManifest, "diff", "-n", namespace, "--server-side", "--force-conflicts", "--field-manager=argocd-controller", "-f", "-"); err != nil {
		t.Errorf("out of sync: %v\n%s", err, difference)
	}
	c.argoApply(t, namespace, frequentManifest)
	if generation := c.get(t, "schj", namespace, "frequent").at("metadata", "generation"); generation != 1.0 {
		t.Errorf("generation %v after a sync that changed nothing", generation)
	}

	for name, job := range c.list(t, "jobs", namespace) {
		for _, tracking := range []string{"app.kubernetes.io/instance", "argocd.argoproj.io/tracking-id"} {
			if job.part("metadata", "labels")[tracking] != nil || job.part("metadata", "annotations")[tracking] != nil {
				t.Errorf("Job %s has the application's %s and would be pruned by it", name, tracking)
			}
		}
	}
	c.kubectl(t, "", "delete", "schj", "frequent", "-n", namespace, "--cascade=foreground")
	eventually(t, "no Job and no pod is left", func() bool {
		return len(c.list(t, "jobs", namespace)) == 0 && len(c.list(t, "pods", namespace)) == 0
	})
}

func TestAJobByHandIsCountedByTheOperator(t *testing.T) {
	c := needCluster(t)
	namespace := c.namespace(t, "run-now")
	startOperator(t, c)
	c.argoApply(t, namespace, `
apiVersion: scheduledjob.dev/v1
kind: ScheduledJob
metadata: {name: rare}
spec:
  schedule: "0 0 29 2 *"
  jobTemplate:
    spec:
      template:
        metadata: {annotations: {kwok.scheduledjob.dev/run-for: 24h}}
        spec:
          restartPolicy: Never
          volumes: [{name: scratch, emptyDir: {}}]
          containers: [{name: main, image: busybox, volumeMounts: [{name: scratch, mountPath: /scratch}]}]
`)
	rare := c.get(t, "schj", namespace, "rare")
	job := runNow(t, rare)
	c.kubectl(t, readable(job), "create", "-n", namespace, "-f", "-")
	eventually(t, "the run by hand is active", func() bool {
		return c.get(t, "schj", namespace, "rare").at("status", "activeCount") == 1.0
	})
	c.kubectl(t, "", "delete", "schj", "rare", "-n", namespace, "--cascade=background")
	eventually(t, "the Job by hand is gone with its owner", func() bool { return len(c.list(t, "jobs", namespace)) == 0 })
}

// Flux applies its whole inventory again and again, and waits by kstatus.
func TestWhatIsAppliedClientSideIsNotTouchedByTheOperatorEither(t *testing.T) {
	c := needCluster(t)
	namespace := c.namespace(t, "client-side")
	startOperator(t, c)
	file := filepath.Join(t.TempDir(), "frequent.yaml")
	if err := os.WriteFile(file, []byte(frequentManifest), 0o600); err != nil {
		t.Fatal(err)
	}
	c.kubectl(t, "", "apply", "-n", namespace, "-f", file)
	eventually(t, "a run was started", func() bool {
		started, _ := c.get(t, "schj", namespace, "frequent").at("status", "runCounts", "started").(float64)
		return started >= 1
	})
	if output := c.kubectl(t, "", "apply", "-n", namespace, "-f", file); !strings.HasSuffix(strings.TrimSpace(output), "unchanged") {
		t.Errorf("applying again: %s", output)
	}
	if difference, err := c.Kubectl("", "diff", "-n", namespace, "-f", file); err != nil {
		t.Errorf("out of sync: %v\n%s", err, difference)
	}
}
