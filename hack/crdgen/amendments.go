package main

const atLeastZero = 0

// amendments are what the schema gets beside what Kubernetes says, by field of
// the Job's spec: a description in the words of a schedule's user, and bounds
// that are CronJob's as well.
var amendments = map[string]object{
	"": {"description": "The spec of the Jobs, with every field of a Job's (see kubectl explain job.spec), passed on to the API " +
		"server as it is."},
	"parallelism": {"minimum": atLeastZero, "description": "How many pods a run may have at a time. Default 1."},
	"completions": {"minimum": atLeastZero, "description": "How many pods of a run have to succeed."},
	"completionMode": {"description": "NonIndexed (default): any pods that succeed are counted. Indexed: each pod has an index from " +
		"0 to completions - 1, and there has to be one that succeeds for each."},
	"backoffLimit": {"minimum": atLeastZero, "description": "How many times a run's pods are tried again before the Job counts as " +
		"failed. Default 6."},
	"backoffLimitPerIndex": {"minimum": atLeastZero, "description": "With completionMode Indexed: how many times the pod of one " +
		"index is tried again before that index counts as failed."},
	"maxFailedIndexes": {"minimum": atLeastZero, "description": "With backoffLimitPerIndex: the Job counts as failed when more " +
		"indexes than these have failed. Default: as long as any is left it goes on."},
	"activeDeadlineSeconds": {"minimum": atLeastZero, "description": "How many seconds a run may take before it is stopped and " +
		"counts as failed."},
	"ttlSecondsAfterFinished": {"minimum": atLeastZero, "description": "The Job is deleted so many seconds after its end, if the " +
		"history limits have not had it deleted before. The operator does this itself, once the end is recorded; the Job carries a " +
		"larger value, and this one in the annotation scheduledjob.dev/ttl-seconds-after-finished. An edit is about later Jobs."},
	"podFailurePolicy": {"description": "What a pod's failure means, by exit code or condition: the Job has failed, it is tried " +
		"again, or it is not counted."},
	"podReplacementPolicy": {"description": "When a pod is replaced: TerminatingOrFailed (default), already while it is ending, or " +
		"Failed, once it has ended."},
	"successPolicy": {"description": "With completionMode Indexed: which indexes suffice for the Job to have succeeded."},
	"suspend": {"description": "The Jobs are created suspended, for a queue such as Kueue to let them start. Not the same as " +
		"spec.suspend, which creates none."},
	"managedBy":      {"description": "The controller that runs the Jobs, instead of Kubernetes' own."},
	"scheduling":     {"description": "How the pods of a run are scheduled together."},
	"selector":       {"description": "Set by Kubernetes; leave it out."},
	"manualSelector": {"description": "Leave it out: it would let the selector be yours."},

	"template":          {"description": "The pods of a run (see kubectl explain job.spec.template)."},
	"template.metadata": {"description": "Labels and annotations of the pods."},
	"template.spec":     {"description": "The spec of the pods, with every field of a pod's (see kubectl explain pod.spec)."},
	"template.spec.restartPolicy": {
		"enum":        []string{"Never", "OnFailure"},
		"description": "What happens to a pod whose container fails. Never makes a new pod; OnFailure restarts it.",
	},
	"template.spec.containers": {"minItems": 1, "description": "The containers of the pods."},
}
