package bench

import (
	"fmt"
	"maps"
	"strings"
	"time"
)

// object is anything the API takes or gives, as JSON.
type object = map[string]any

// A kind is a resource that creates Jobs on a schedule.
type kind struct {
	apiVersion, name, resource string
	// seconds tells whether its cron expressions may begin with a field for them.
	seconds bool
}

var (
	scheduledJob = kind{apiVersion: "scheduledjob.dev/v1", name: "ScheduledJob", resource: "scheduledjobs", seconds: true}
	cronJob      = kind{apiVersion: "batch/v1", name: "CronJob", resource: "cronjobs"}
)

// collection is the path of all such objects of a namespace.
func (k kind) collection(namespace string) string {
	return "/apis/" + k.apiVersion + "/namespaces/" + namespace + "/" + k.resource
}

func jobsOf(namespace string) string { return "/apis/batch/v1/namespaces/" + namespace + "/jobs" }

// everySecond is a cron expression of a kind that knows seconds.
const everySecond = "* * * * * *"

// daily is the cron expression of an instant, which comes again a day later.
func (k kind) daily(instant time.Time) string {
	utc := instant.UTC()
	expression := fmt.Sprintf("%d %d * * *", utc.Minute(), utc.Hour())
	if k.seconds {
		return fmt.Sprintf("%d %s", utc.Second(), expression)
	}
	return expression
}

// A schedule is one object of a kind.
type schedule struct {
	cron string
	// runFor is how long its pods run; its Jobs have none, and end at once, when it
	// is zero.
	runFor time.Duration
	// history is how many finished Jobs are kept.
	history int
	// more are further fields of the spec.
	more object
}

// manifest is the object. With what a server adds it has about 2.6 kB.
func (k kind) manifest(name string, s schedule) object {
	spec := object{
		"schedule":                   s.cron,
		"timeZone":                   "Etc/UTC",
		"concurrencyPolicy":          "Allow",
		"successfulJobsHistoryLimit": s.history,
		"failedJobsHistoryLimit":     s.history,
		"jobTemplate":                object{"metadata": object{"labels": labels(name)}, "spec": jobSpec(name, s.runFor)},
	}
	for field, value := range s.more {
		spec[field] = value
	}
	return object{
		"apiVersion": k.apiVersion,
		"kind":       k.name,
		"metadata":   object{"name": name, "labels": labels(name)},
		"spec":       spec,
	}
}

// job is a Job of the template of a schedule of this name, with more metadata.
func job(name string, more object) object {
	metadata := object{"name": name, "labels": labels(name)}
	maps.Copy(metadata, more)
	return object{"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": jobSpec(name, 0)}
}

func labels(name string) object {
	return object{
		"app.kubernetes.io/name":       "nightly-report",
		"app.kubernetes.io/instance":   name,
		"app.kubernetes.io/part-of":    "billing",
		"app.kubernetes.io/managed-by": "Helm",
	}
}

// jobSpec is of the size that people write: some environment, resources, a volume.
func jobSpec(name string, runFor time.Duration) object {
	var environment []object
	for _, variable := range []string{"DATABASE_HOST", "DATABASE_NAME", "BUCKET", "REGION", "LOG_LEVEL", "REPORT_FORMAT", "RECIPIENTS", "RETRIES"} {
		environment = append(environment, object{"name": variable, "value": strings.ToLower(variable) + "-of-" + name})
	}
	spec := object{
		"backoffLimit": 2,
		"template": object{
			"metadata": object{
				"labels":      labels(name),
				"annotations": object{"kwok.scheduledjob.dev/run-for": runFor.String()},
			},
			"spec": object{
				"restartPolicy":      "Never",
				"serviceAccountName": "default",
				"securityContext":    object{"runAsNonRoot": true, "runAsUser": 65532},
				"containers": []object{{
					"name":    "report",
					"image":   "registry.example.com/billing/report:2026.11.3",
					"command": []string{"/usr/local/bin/report", "--since=yesterday", "--output=s3"},
					"env":     environment,
					"resources": object{
						"requests": object{"cpu": "100m", "memory": "128Mi"},
						"limits":   object{"memory": "256Mi"},
					},
					"volumeMounts": []object{{"name": "scratch", "mountPath": "/scratch"}},
				}},
				"volumes": []object{{"name": "scratch", "emptyDir": object{}}},
			},
		},
	}
	if runFor == 0 {
		spec["completions"] = 0
	}
	return spec
}
