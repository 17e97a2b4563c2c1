package gitops

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const corpusFolder = "corpus"

// corpus are the files of CronJobs, by name.
func corpus(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob(corpusFolder + "/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	texts := map[string][]byte{}
	for _, file := range files {
		texts[filepath.Base(file)] = read(t, file)
	}
	return texts
}

var twoLines = regexp.MustCompile(`(?m)^( *"?apiVersion"?: )"?batch/v1"?(,?)\n( *"?kind"?: )"?CronJob"?(,?)$`)

// asScheduledJobs changes the two lines that the README tells, in every document,
// and leaves all else, comments too, as it is.
func asScheduledJobs(t *testing.T, files map[string][]byte) (folder string) {
	t.Helper()
	folder = t.TempDir()
	for name, text := range files {
		changed := twoLines.ReplaceAll(text, []byte("${1}\"scheduledjob.dev/v1\"$2\n${3}\"ScheduledJob\"$4"))
		if err := os.WriteFile(filepath.Join(folder, name), changed, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// manifests are all objects of the files, by name.
func manifests(t *testing.T, files map[string][]byte) map[string]object {
	t.Helper()
	objects := map[string]object{}
	for _, text := range files {
		for _, each := range documents(t, text) {
			objects[each.text("metadata", "name")] = each
		}
	}
	return objects
}

func TestACronJobManifestIsAScheduledJobAfterTwoLines(t *testing.T) {
	c := needCluster(t)
	files := corpus(t)
	wanted := manifests(t, files)
	if len(wanted) < 40 {
		t.Fatalf("a corpus of %d manifests is too small", len(wanted))
	}
	cron, ours := c.namespace(t, "corpus-cron"), c.namespace(t, "corpus-ours")
	folder := asScheduledJobs(t, files)
	c.kubectl(t, "", "apply", "-n", cron, "-f", corpusFolder)
	c.kubectl(t, "", "apply", "-n", ours, "-f", folder)

	cronJobs, scheduledJobs := c.list(t, "cronjobs", cron), c.list(t, "scheduledjobs", ours)
	if len(cronJobs) != len(wanted) || len(scheduledJobs) != len(wanted) {
		t.Fatalf("of %d manifests came %d CronJobs and %d ScheduledJobs", len(wanted), len(cronJobs), len(scheduledJobs))
	}
	for name, manifest := range wanted {
		got := withoutNulls(scheduledJobs[name].at("spec"))
		if want := withoutNulls(manifest.at("spec")); !reflect.DeepEqual(got, want) {
			t.Errorf("%s was changed:\n%s\ninstead of:\n%s", name, readable(got), readable(want))
		}
	}
	t.Run("ApplyingAgainChangesNothing", func(t *testing.T) {
		c.kubectl(t, "", "apply", "-n", ours, "-f", folder)
		expectUntouched(t, scheduledJobs, c.list(t, "scheduledjobs", ours))
	})
	t.Run("ItsJobsAreThoseOfTheCronJob", func(t *testing.T) {
		expectSameJobs(t, c, ours, cronJobs, scheduledJobs)
	})
}

func TestTheCorpusIsAppliedByTheServerToo(t *testing.T) {
	c := needCluster(t)
	files := corpus(t)
	ours := c.namespace(t, "corpus-server-side")
	folder := asScheduledJobs(t, files)
	apply := func() map[string]object {
		c.kubectl(t, "", "apply", "--server-side", "--field-manager=argocd-controller", "-n", ours, "-f", folder)
		return c.list(t, "scheduledjobs", ours)
	}
	first := apply()
	for name, manifest := range manifests(t, files) {
		// Not even a null is lost on this way.
		if got, want := first[name].at("spec"), manifest.at("spec"); !reflect.DeepEqual(got, want) {
			t.Errorf("%s was changed:\n%s\ninstead of:\n%s", name, readable(got), readable(want))
		}
	}
	second := apply()
	expectSameGeneration(t, first, second)
	for name, each := range manifests(t, files) {
		// Of such an object, of whatever custom kind, the server writes the time of applying anew.
		if hasEmptyMetadata(each) {
			delete(first, name)
			delete(second, name)
		}
	}
	expectUntouched(t, first, second)
}

// expectUntouched compares the versions of objects.
func expectUntouched(t *testing.T, before, after map[string]object) {
	t.Helper()
	if len(before) != len(after) {
		t.Errorf("there were %d objects and are %d", len(before), len(after))
	}
	for name, each := range after {
		if got, want := each.text("metadata", "resourceVersion"), before[name].text("metadata", "resourceVersion"); got != want {
			t.Errorf("%s was written: version %s after %s", name, got, want)
		}
	}
}

// expectSameGeneration compares what the server counts as changes of the spec.
func expectSameGeneration(t *testing.T, before, after map[string]object) {
	t.Helper()
	for name, each := range after {
		if got, want := each.at("metadata", "generation"), before[name].at("metadata", "generation"); got != want {
			t.Errorf("the spec of %s was changed: generation %v after %v", name, got, want)
		}
	}
}

// hasEmptyMetadata tells whether labels or annotations are given and have nothing in them.
func hasEmptyMetadata(manifest object) bool {
	for _, name := range []string{"labels", "annotations"} {
		if _, given := manifest.part("metadata")[name]; given && len(manifest.part("metadata", name)) == 0 {
			return true
		}
	}
	return false
}

// expectSameJobs has the API server complete the Job of each template, without
// creating it, and compares.
func expectSameJobs(t *testing.T, c *cluster, namespace string, cronJobs, scheduledJobs map[string]object) {
	t.Helper()
	theirs := c.jobsOf(t, namespace, cronJobs)
	ours := c.jobsOf(t, namespace, scheduledJobs)
	for name := range cronJobs {
		if got, want := comparableJob(ours[name]), comparableJob(theirs[name]); !reflect.DeepEqual(got, want) {
			t.Errorf("the Job of %s is:\n%s\ninstead of:\n%s", name, readable(got), readable(want))
		}
	}
}

// jobsOf are the Jobs of templates as the API server would store them, by the
// names of the templates' objects.
func (c *cluster) jobsOf(t *testing.T, namespace string, objects map[string]object) map[string]object {
	t.Helper()
	var jobs []object
	for _, name := range slices.Sorted(maps.Keys(objects)) {
		template := objects[name].part("spec", "jobTemplate")
		jobs = append(jobs, object{
			"apiVersion": "batch/v1", "kind": "Job", "spec": template["spec"],
			"metadata": object{
				"name": name, "labels": template.at("metadata", "labels"), "annotations": template.at("metadata", "annotations"),
			},
		})
	}
	text, err := json.Marshal(object{"apiVersion": "v1", "kind": "List", "items": jobs})
	if err != nil {
		t.Fatal(err)
	}
	created := map[string]object{}
	// One JSON text after the other.
	stream := json.NewDecoder(strings.NewReader(c.kubectl(t, string(text), "create", "-n", namespace, "--dry-run=server", "--validate=ignore", "-o", "json", "-f", "-")))
	for stream.More() {
		var job object
		if err := stream.Decode(&job); err != nil {
			t.Fatal(err)
		}
		created[job.text("metadata", "name")] = job
	}
	if len(created) != len(objects) {
		t.Errorf("%d Jobs of %d templates", len(created), len(objects))
	}
	return created
}

// comparableJob is what of a Job comes from its template.
func comparableJob(job object) object {
	uid := job.text("metadata", "uid")
	text := strings.ReplaceAll(readable(object{
		"labels":      job.at("metadata", "labels"),
		"annotations": job.at("metadata", "annotations"),
		"spec":        job.at("spec"),
	}), uid, "UID")
	var comparable object
	if err := json.Unmarshal([]byte(text), &comparable); err != nil {
		panic(err) // it was JSON a moment ago
	}
	return comparable
}

// Why some lists are of type map, and the few fields required: CronJob refuses the same.
func TestWhatTheSchemaRefusesCronJobRefuses(t *testing.T) {
	c := needCluster(t)
	refused := map[string]string{
		"two-containers":     `{restartPolicy: Never, containers: [{name: a, image: b}, {name: a, image: b}]}`,
		"two-init":           `{restartPolicy: Never, initContainers: [{name: i, image: b}, {name: i, image: b}], containers: [{name: a, image: b}]}`,
		"two-volumes":        `{restartPolicy: Never, volumes: [{name: v}, {name: v}], containers: [{name: a, image: b}]}`,
		"two-mounts":         `{restartPolicy: Never, volumes: [{name: v}], containers: [{name: a, image: b, volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /a}]}]}`,
		"two-devices":        `{restartPolicy: Never, volumes: [{name: v, persistentVolumeClaim: {claimName: c}}], containers: [{name: a, image: b, volumeDevices: [{name: v, devicePath: /a}, {name: v, devicePath: /a}]}]}`,
		"nameless-container": `{restartPolicy: Never, containers: [{image: b}]}`,
		"nameless-volume":    `{restartPolicy: Never, volumes: [{emptyDir: {}}], containers: [{name: a, image: b}]}`,
		"no-containers":      `{restartPolicy: Never, containers: []}`,
		"null-containers":    `{restartPolicy: Never, containers: null}`,
		"null-container":     `{restartPolicy: Never, containers: [null]}`,
		"always":             `{restartPolicy: Always, containers: [{name: a, image: b}]}`,
		"null-policy":        `{restartPolicy: null, containers: [{name: a, image: b}]}`,
		"no-policy":          `{containers: [{name: a, image: b}]}`,
		"number-as-command":  `{restartPolicy: Never, containers: [{name: a, image: b, args: [8080]}]}`,
		"number-in-env":      `{restartPolicy: Never, containers: [{name: a, image: b, env: [{name: A, value: 1}]}]}`,
		"text-as-number":     `{restartPolicy: Never, terminationGracePeriodSeconds: "30", containers: [{name: a, image: b}]}`,
		"text-as-boolean":    `{restartPolicy: Never, hostNetwork: "true", containers: [{name: a, image: b}]}`,
	}
	manifestsOf := func(kind, version string) string {
		var text strings.Builder
		for name, pod := range refused {
			text.WriteString("---\napiVersion: " + version + "\nkind: " + kind + "\nmetadata: {name: " + name + "}\n" +
				"spec: {schedule: '@daily', jobTemplate: {spec: {template: {spec: " + pod + "}}}}\n")
		}
		return text.String()
	}
	for kind, version := range map[string]string{"CronJob": "batch/v1", "ScheduledJob": "scheduledjob.dev/v1"} {
		accepted, err := c.Kubectl(manifestsOf(kind, version), "create", "--dry-run=server", "-f", "-")
		if err == nil || accepted != "" {
			t.Errorf("%s accepted:\n%s", kind, accepted)
			continue
		}
		for name := range refused {
			if !strings.Contains(err.Error(), `"`+name+`"`) && !strings.Contains(err.Error(), "cannot be handled") {
				t.Errorf("%s: no word about %s in:\n%v", kind, name, err)
			}
		}
	}
}

func TestFieldsThatAreNewerThanTheSchemaAreKept(t *testing.T) {
	c := needCluster(t)
	namespace := c.namespace(t, "newer-fields")
	const manifest = `
apiVersion: scheduledjob.dev/v1
kind: ScheduledJob
metadata: {name: newer}
spec:
  schedule: "@daily"
  jobTemplate:
    metadata: {name: unused, finalizers: [example.com/wait], labels: {a: b}}
    spec:
      novelty: {a: [1]}
      podFailurePolicy: {rules: [{action: Novel, novelty: 1}]}
      template:
        metadata: {name: unused, novelty: true}
        spec:
          restartPolicy: Never
          novelty: {deep: {deeper: null}}
          securityContext: {novelty: 1}
          volumes: [{name: v, novelty: {size: 1}}]
          containers: [{name: a, image: b, novelty: [{x: 1}], resources: {novelty: {}, limits: {novel.example/thing: 1.5}}}]
`
	c.kubectl(t, manifest, "create", "-n", namespace, "--validate=strict", "-f", "-")
	want := documents(t, []byte(manifest))[0].part("spec", "jobTemplate")
	got := c.get(t, "scheduledjobs", namespace, "newer").part("spec", "jobTemplate")
	if !reflect.DeepEqual(got, want) {
		t.Errorf("kept:\n%s\nof:\n%s", readable(got), readable(want))
	}
}
