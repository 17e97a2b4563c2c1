package gitops

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// Client-side apply keeps the whole object in an annotation, which may have 262,144
// bytes; this leaves room for what a chart adds.
const mostBytes = 200_000

func TestTheDefinitionFitsIntoTheAnnotationOfApply(t *testing.T) {
	compact, err := yaml.YAMLToJSON(read(t, crdFile))
	if err != nil {
		t.Fatal(err)
	}
	if len(compact) > mostBytes {
		t.Errorf("%d bytes of compact JSON; %d are what GitOps tools can do with", len(compact), mostBytes)
	}
	t.Logf("%d bytes of compact JSON", len(compact))
}

// schemaOf is the schema of version v1.
func schemaOf(t *testing.T, definition object) object {
	t.Helper()
	versions, _ := definition.at("spec", "versions").([]any)
	if len(versions) != 1 {
		t.Fatalf("%d versions", len(versions))
	}
	return object(versions[0].(map[string]any)).part("schema", "openAPIV3Schema")
}

// walk visits a schema and all schemas within, with their paths.
func walk(path string, schema object, visit func(path string, schema object)) {
	visit(path, schema)
	for name := range schema.part("properties") {
		walk(path+"."+name, schema.part("properties", name), visit)
	}
	for keyword, suffix := range map[string]string{"items": "[]", "additionalProperties": ".*"} {
		if within := schema.part(keyword); within != nil {
			walk(path+suffix, within, visit)
		}
	}
}

func TestEveryListMapAndStringIsBounded(t *testing.T) {
	bounds := map[string]string{"array": "maxItems", "string": "maxLength"}
	walk("", schemaOf(t, documents(t, read(t, crdFile))[0]), func(path string, schema object) {
		if path == ".apiVersion" || path == ".kind" {
			return
		}
		bound := bounds[schema.text("type")]
		if schema.part("additionalProperties") != nil {
			bound = "maxProperties"
		}
		if bound != "" && schema[bound] == nil && schema["enum"] == nil {
			t.Errorf("%s has no %s", path, bound)
		}
	})
}

func TestNothingHasADefaultThatGitOpsToolsWouldSee(t *testing.T) {
	walk("", schemaOf(t, documents(t, read(t, crdFile))[0]), func(path string, schema object) {
		if schema["default"] != nil {
			t.Errorf("%s has a default", path)
		}
	})
}

func TestEveryFieldOfOursIsExplained(t *testing.T) {
	walk("", schemaOf(t, documents(t, read(t, crdFile))[0]), func(path string, schema object) {
		isOurs := !strings.HasPrefix(path, ".spec.jobTemplate.spec.template.spec.") && !strings.HasSuffix(path, "[]") && !strings.HasSuffix(path, ".*")
		depth := strings.Count(strings.TrimPrefix(path, ".spec.jobTemplate.spec"), ".")
		if strings.HasPrefix(path, ".spec.jobTemplate.spec.") {
			isOurs = isOurs && depth == 1
		}
		if isOurs && path != "" && path != ".metadata" && schema["description"] == nil {
			t.Errorf("kubectl explain says nothing about schj%s", path)
		}
	})
}

// cronJobFields are the fields that a CronJob has too; templating tools write null into them.
var cronJobFields = []string{
	"timeZone", "concurrencyPolicy", "startingDeadlineSeconds", "suspend", "successfulJobsHistoryLimit", "failedJobsHistoryLimit",
}

func TestNullMeansAbsentWhereCronJobTakesIt(t *testing.T) {
	const notNull = "restartPolicy containers containers[] initContainers[] volumes[] volumeMounts[] volumeDevices[] " +
		"name mountPath devicePath spec template"
	walk("", schemaOf(t, documents(t, read(t, crdFile))[0]), func(path string, schema object) {
		last := path[strings.LastIndex(path, ".")+1:]
		inTemplate := strings.HasPrefix(path, ".spec.jobTemplate.")
		if !inTemplate && !slices.Contains(cronJobFields, strings.TrimPrefix(path, ".spec.")) {
			return
		}
		if schema["nullable"] != true && schema["type"] != nil && !slices.Contains(strings.Fields(notNull), last) {
			t.Errorf("%s refuses null", path)
		}
	})
}

func TestTheServerHasNothingToSayAgainstTheDefinition(t *testing.T) {
	c := needCluster(t)
	stored := decode[object](t, c.kubectl(t, "", "get", "crd", "scheduledjobs.scheduledjob.dev", "-o", "json"))
	conditions, _ := stored.at("status", "conditions").([]any)
	for _, each := range conditions {
		condition := object(each.(map[string]any))
		if kind := condition.text("type"); kind == "NonStructuralSchema" || condition["status"] != "True" {
			t.Errorf("%s", readable(condition))
		}
	}
	if written, want := schemaOf(t, stored), schemaOf(t, documents(t, read(t, crdFile))[0]); !reflect.DeepEqual(written, want) {
		t.Error("the stored schema is not the one of the file")
	}
	version := stored.text("metadata", "resourceVersion")
	c.kubectl(t, "", "apply", "-f", crdFile)
	c.kubectl(t, "", "apply", "--server-side", "--force-conflicts", "-f", crdFile)
	again := decode[object](t, c.kubectl(t, "", "get", "crd", "scheduledjobs.scheduledjob.dev", "-o", "json"))
	if !reflect.DeepEqual(again.at("spec"), stored.at("spec")) {
		t.Errorf("applying again changed version %s", version)
	}
}

// The cost of a rule is bounded by the bounds of what it looks at; the server
// refuses a definition whose rules cost too much. That they are far from it shows
// in that they may cost many times as much.
func TestTheRulesLeaveTheServersBudgetAlone(t *testing.T) {
	c := needCluster(t)
	definition := documents(t, read(t, crdFile))[0]
	const factor = 20
	walk("", schemaOf(t, definition), func(_ string, schema object) {
		rules, _ := schema["x-kubernetes-validations"].([]any)
		var repeated []any
		for range factor {
			repeated = append(repeated, rules...)
		}
		if len(rules) > 0 {
			schema["x-kubernetes-validations"] = repeated
		}
	})
	text, err := json.Marshal(definition)
	if err != nil {
		t.Fatal(err)
	}
	c.kubectl(t, string(text), "replace", "--dry-run=server", "-f", "-")
}

func TestARefusalSaysWhatToDo(t *testing.T) {
	c := needCluster(t)
	const pod = "jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}}"
	for spec, wanted := range map[string]string{
		"":                                  "schedule is required, unless schedules has an entry",
		"schedules: []":                     "schedule is required, unless schedules has an entry",
		"schedules: [{cron: a, every: 5m}]": "set exactly one of cron, every and at",
		"schedules: [{}]":                   "set exactly one of cron, every and at",
		"schedules: [{every: 5 minutes}]":   "must be a duration such as 90s, 1h30m or 2d",
		"schedules: [{cron: '* * * * *', anchor: '2026-01-01T00:00:00Z'}]":                 "anchor goes with every only",
		"schedule: a, concurrencyPolicy: Never":                                            "must be one of Allow, Forbid, Replace, Skip, Queue",
		"schedule: a, jitter: five":                                                        "must be a duration such as 30s, 5m or 1h",
		"schedule: a, notBefore: '2027-01-01T00:00:00Z', notAfter: '2026-01-01T00:00:00Z'": "notAfter must not lie before notBefore",
		"schedule: a, maxQueuedRuns: 1001":                                                 "should be less than or equal to 1000",
	} {
		separator := ", "
		if spec == "" {
			separator = ""
		}
		manifest := "apiVersion: scheduledjob.dev/v1\nkind: ScheduledJob\nmetadata: {name: wrong}\nspec: {" + spec + separator + pod + "}\n"
		_, err := c.Kubectl(manifest, "create", "--dry-run=server", "-f", "-")
		if err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%q: %v\ndoes not say: %s", spec, err, wanted)
		}
	}
}

func TestExplainIsAManual(t *testing.T) {
	c := needCluster(t)
	for path, wanted := range map[string]string{
		"schj.spec":                                          "concurrencyPolicy",
		"schj.spec.concurrencyPolicy":                        "the newest overlapped instant is held",
		"schj.spec.jobTemplate.spec":                         "podFailurePolicy",
		"schj.spec.jobTemplate.spec.template.spec":           "topologySpreadConstraints",
		"schj.spec.jobTemplate.spec.ttlSecondsAfterFinished": "once the end is recorded",
	} {
		if text := c.kubectl(t, "", "explain", path); !strings.Contains(strings.Join(strings.Fields(text), " "), wanted) {
			t.Errorf("explain %s does not say %q:\n%s", path, wanted, text)
		}
	}
}

const refusedToday = `
apiVersion: scheduledjob.dev/v1
kind: ScheduledJob
metadata: {name: refused-today}
spec:
  schedule: "@daily"
  jobTemplate:
    spec: {template: {spec: {restartPolicy: Never, hostNetwork: "true", containers: [{name: a, image: b, args: [8080]}]}}}
`

func TestAnUpgradeInPlaceKeepsObjects(t *testing.T) {
	c := needCluster(t)
	t.Cleanup(func() { c.kubectl(t, "", "apply", "--server-side", "--force-conflicts", "-f", crdFile) })
	c.kubectl(t, "", "apply", "--server-side", "--force-conflicts", "-f", "testdata/definition-with-loose-template.yaml")
	namespace := c.namespace(t, "upgrade")
	files := corpus(t)
	// That definition was stricter than CronJob in one place.
	files["job-fields.yaml"] = bytes.ReplaceAll(files["job-fields.yaml"], []byte("activeDeadlineSeconds: 0"), []byte("activeDeadlineSeconds: 1"))
	folder := asScheduledJobs(t, files)
	c.kubectl(t, "", "create", "-n", namespace, "-f", folder)
	c.kubectl(t, refusedToday, "create", "-n", namespace, "-f", "-")
	before := c.list(t, "scheduledjobs", namespace)

	c.kubectl(t, "", "apply", "--server-side", "--force-conflicts", "-f", crdFile)
	after := c.list(t, "scheduledjobs", namespace)
	expectUntouched(t, before, after)
	for name, each := range after {
		if !reflect.DeepEqual(each.at("spec"), before[name].at("spec")) {
			t.Errorf("the spec of %s is another", name)
		}
	}
	// Also the object that would be refused today can be edited, and gets a status.
	for _, name := range []string{"hello", "refused-today"} {
		c.kubectl(t, "", "patch", "schj", name, "-n", namespace, "--type=merge", "-p", `{"spec":{"suspend":true}}`)
		c.kubectl(t, "", "patch", "schj", name, "-n", namespace, "--subresource=status", "--type=merge", "-p", `{"status":{"activeCount":1}}`)
	}
}
