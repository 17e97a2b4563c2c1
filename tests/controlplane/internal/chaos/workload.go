package chaos

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// namespace is where everything of a run lives.
const namespace = "chaos"

// object is anything the API takes or gives, as JSON.
type object = map[string]any

// A schedule is one ScheduledJob of a run. Its instants are the multiples of its
// interval since the Unix epoch.
type schedule struct {
	name     string
	interval time.Duration
	policy   string // concurrencyPolicy
	missed   string // missedRunPolicy
	jitter   bool
	runFor   time.Duration // of its pods; 0: its Jobs have none and end at once
	fails    bool
}

// The policies that schedules take in turn. Half of the schedules is Allow, whose
// Jobs want no pods, so that creates are many and the rest of the plane keeps up.
var policies = []string{"Allow", "Forbid", "Allow", "Skip", "Allow", "Queue", "Allow", "Replace"}

var missedPolicies = []string{"Latest", "All", "None"}

const (
	// longestRun bounds how long the last runs take to end.
	longestRun = 8 * time.Second
	// queueLength is short for the same reason.
	queueLength = 3
	catchUps    = 5
)

// makeWorkload makes so many schedules with, together, about so many instants a
// second.
func makeWorkload(random *rand.Rand, schedules int, rate float64) []schedule {
	// What is typical is stretched by these; the sum of their inverses is 5.5.
	stretches := []float64{0.5, 0.75, 1, 1.5, 2}
	typical := 1.1 * float64(schedules) / rate
	made := make([]schedule, schedules)
	for i := range made {
		s := schedule{
			interval: evenSeconds(typical * stretches[random.IntN(len(stretches))]),
			policy:   policies[i%len(policies)],
			missed:   missedPolicies[random.IntN(len(missedPolicies))],
			jitter:   random.IntN(4) == 0,
			fails:    random.IntN(8) == 0,
		}
		s.name = fmt.Sprintf("s%d", i)
		if s.policy != "Allow" {
			runs := []time.Duration{time.Second, 2 * time.Second, s.interval * 13 / 10}
			s.runFor = min(runs[random.IntN(len(runs))], longestRun)
		}
		made[i] = s
	}
	return made
}

// evenSeconds rounds to a positive even number of seconds, so that no instant
// falls on an odd one.
func evenSeconds(seconds float64) time.Duration {
	return max(1, time.Duration(seconds/2+0.5)) * 2 * time.Second
}

// endOfInstants is the first odd second after a time. As notAfter it leaves no
// doubt about which instants count.
func endOfInstants(t time.Time) time.Time {
	return time.Unix(t.Unix()/2*2+1, 0).UTC().Add(2 * time.Second)
}

// due counts the instants of a schedule after its creation up to its end.
func (s schedule) due(created, end time.Time) int64 {
	seconds := int64(s.interval / time.Second)
	return end.Unix()/seconds - created.Unix()/seconds
}

// isInstant tells whether the schedule names this time between the two.
func (s schedule) isInstant(t, created, end time.Time) bool {
	return t.Unix()%int64(s.interval/time.Second) == 0 && t.After(created) && !t.After(end)
}

// rateOf is how many instants a second the schedules name together.
func rateOf(schedules []schedule) float64 {
	var rate float64
	for _, s := range schedules {
		rate += 1 / s.interval.Seconds()
	}
	return rate
}

// manifest is the ScheduledJob, without instants after end.
func (s schedule) manifest(end time.Time) object {
	spec := object{
		"notAfter":                   end.Format(time.RFC3339),
		"concurrencyPolicy":          s.policy,
		"missedRunPolicy":            s.missed,
		"successfulJobsHistoryLimit": 1,
		"failedJobsHistoryLimit":     1,
		"jobTemplate":                object{"spec": s.jobSpec()},
	}
	if seconds := int(s.interval / time.Second); seconds < 60 && 60%seconds == 0 {
		spec["schedule"] = fmt.Sprintf("*/%d * * * * *", seconds)
	} else {
		spec["schedules"] = []object{{"every": s.interval.String()}}
	}
	if s.policy == "Queue" {
		spec["maxQueuedRuns"] = queueLength
	}
	if s.missed == "All" {
		spec["maxCatchUpRuns"] = catchUps
	}
	if s.jitter {
		spec["jitter"] = "1s"
	}
	return object{
		"apiVersion": "scheduledjob.dev/v1",
		"kind":       "ScheduledJob",
		"metadata":   object{"name": s.name},
		"spec":       spec,
	}
}

func (s schedule) jobSpec() object {
	annotations := object{"kwok.scheduledjob.dev/run-for": s.runFor.String()}
	if s.fails {
		annotations["kwok.scheduledjob.dev/outcome"] = "Failed"
	}
	spec := object{
		"backoffLimit": 0,
		"template": object{
			"metadata": object{"annotations": annotations},
			"spec": object{
				"restartPolicy": "Never",
				"containers":    []object{{"name": "main", "image": "none.invalid/none"}},
			},
		},
	}
	if s.runFor == 0 {
		spec["completions"] = 0
	}
	return spec
}
