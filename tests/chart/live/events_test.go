package live

import (
	"strings"
	"testing"
)

func TestDescribeTellsWhatAPersonShouldNotice(t *testing.T) {
	t.Parallel()
	needCRDs(t)
	home := namespace(t, "events")
	objects := rendered(t, "events", home, "")
	applyRights(t, objects)
	running := start(t, objects.Only("Deployment"), plane.server, "--namespaces="+home)
	running.awaitLeading(t)
	do(t, scheduledJob("overlapping", home, `{"every":"1s"}`, "1h", `,"concurrencyPolicy":"Skip"`), "apply", "-f", "-")
	do(t, scheduledJob("mistaken", home, `{"cron":"61 * * * *"}`, "0s", ""), "apply", "-f", "-")

	describes := func(name string, words ...string) func() bool {
		return func() bool {
			text := do(t, "", "describe", "scheduledjobs.scheduledjob.dev", name, "-n", home)
			_, events, _ := strings.Cut(text, "\nEvents:")
			for _, each := range words {
				if !strings.Contains(events, each) {
					return false
				}
			}
			return true
		}
	}
	eventually(t, "the mistake is named", describes("mistaken", "Warning", "InvalidSchedule", "spec.schedules[0].cron: ", "minute 61"))
	eventually(t, "a skipped run is named", describes("overlapping", "Warning", "RunSkipped", "was skipped: Overlap"))
	eventually(t, "its repeats are counted, not listed", describes("overlapping", "(x"))
	if text := do(t, "", "get", "events.events.k8s.io", "-n", home, "-o", "name", "--field-selector", "reason=RunSkipped"); strings.Count(text, "\n") != 1 {
		t.Errorf("more than one Event:\n%s", text)
	}
}
