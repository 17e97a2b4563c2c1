package gitops

import (
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

// What Flux and `kpt live` wait for.
func TestFluxSeesEveryStateForWhatItIs(t *testing.T) {
	for name, want := range map[string]status.Status{
		"edited-since":          status.InProgressStatus,
		"create-forbidden":      status.InProgressStatus, // it is tried again, and may succeed
		"scheduled":             status.CurrentStatus,
		"running":               status.CurrentStatus,
		"succeeded":             status.CurrentStatus,
		"last-run-failed":       status.CurrentStatus,
		"schedule-ended":        status.CurrentStatus,
		"suspended":             status.CurrentStatus,
		"suspended-by-failures": status.CurrentStatus,
		"invalid-schedule":      status.FailedStatus,
		"invalid-template":      status.FailedStatus,
	} {
		got, err := status.Compute(&unstructured.Unstructured{Object: withWholeNumbers(state(t, name))})
		if err != nil || got.Status != want {
			t.Errorf("%s: %+v, %v; want %s", name, got, err, want)
		}
	}
}

// withWholeNumbers makes generations what a decoder of Kubernetes makes of them.
func withWholeNumbers(subject object) object {
	for _, path := range [][]string{{"metadata", "generation"}, {"status", "observedGeneration"}} {
		if number, ok := subject.at(path...).(float64); ok {
			subject.part(path[0])[path[1]] = int64(number)
		}
	}
	return subject
}
