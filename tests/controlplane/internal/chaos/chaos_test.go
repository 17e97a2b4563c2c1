package chaos

import (
	"bytes"
	"math/rand/v2"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/faults"
	"scheduledjob.dev/operator/tests/controlplane/internal/process"
)

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

func TestAWorkloadHasAboutTheRateAskedForAndEveryPolicy(t *testing.T) {
	for _, size := range []struct {
		schedules int
		rate      float64
	}{{60, 10}, {500, 25}, {500, 50}} {
		schedules := makeWorkload(seeded(1), size.schedules, size.rate)
		if rate := rateOf(schedules); rate < 0.7*size.rate || rate > 1.4*size.rate {
			t.Errorf("%+v: %v instants a second", size, rate)
		}
		seen := map[string]bool{}
		for _, s := range schedules {
			seen[s.policy], seen[s.missed] = true, true
		}
		if len(seen) != 5+3 {
			t.Errorf("policies %v", seen)
		}
	}
}

func TestTheSameSeedMakesTheSameRun(t *testing.T) {
	plan := func(seed uint64) (any, any) {
		random := seeded(seed)
		return makeWorkload(random, 50, 10), planDisturbances(random, time.Hour, 3)
	}
	schedules, disturbances := plan(1)
	again, disturbedAgain := plan(1)
	others, _ := plan(2)
	if !reflect.DeepEqual(schedules, again) || !reflect.DeepEqual(disturbances, disturbedAgain) || reflect.DeepEqual(schedules, others) {
		t.Error("a run does not follow from its seed")
	}
}

func TestInstantsAreCountedAfterCreationUpToTheEnd(t *testing.T) {
	s := schedule{interval: 10 * time.Second}
	at := func(second int64) time.Time { return time.Unix(second, 0) }
	for _, c := range []struct{ created, end, due int64 }{{1, 31, 3}, {10, 31, 2}, {9, 31, 3}, {1, 9, 0}, {1, 10, 1}} {
		if due := s.due(at(c.created), at(c.end)); due != c.due {
			t.Errorf("%+v: %d due", c, due)
		}
		counted := int64(0)
		for second := range int64(60) {
			if s.isInstant(at(second), at(c.created), at(c.end)) {
				counted++
			}
		}
		if counted != c.due {
			t.Errorf("%+v: %d instants", c, counted)
		}
	}
}

func TestNoInstantFallsOnTheEnd(t *testing.T) {
	for second := range int64(100) {
		now := time.Unix(1_700_000_000+second, 999)
		end := endOfInstants(now)
		if end.Unix()%2 != 1 || !end.After(now) || end.Sub(now) > 4*time.Second {
			t.Errorf("%v ends at %v", now, end)
		}
	}
	for _, s := range makeWorkload(seeded(1), 500, 50) {
		if s.interval%(2*time.Second) != 0 || s.interval <= 0 {
			t.Errorf("interval %v", s.interval)
		}
	}
}

func TestEvenAShortRunHasEveryDisturbance(t *testing.T) {
	seen := map[string]int{}
	last := time.Duration(0)
	for _, d := range planDisturbances(seeded(1), time.Minute, 3) {
		seen[d.what]++
		if d.at < last || d.at > time.Minute || d.replica >= 3 || d.duration > longestFreeze {
			t.Errorf("%+v", d)
		}
		last = d.at
	}
	for _, what := range disturbances() {
		if seen[what] == 0 {
			t.Errorf("not once: %s", what)
		}
	}
}

func TestAFleetStartsAgainWhatEndsAndKnowsHow(t *testing.T) {
	f := startFleet(process.NewSpawner(), 1, t.TempDir(), func() *exec.Cmd { return exec.Command("sleep", "600") })
	first := awaitPID(t, f.replicas[0], 0)
	if !f.replicas[0].kill() {
		t.Fatal("there was nothing to kill")
	}
	second := awaitPID(t, f.replicas[0], first)
	if second == first {
		t.Error("not started again")
	}
	f.stop()
	ends := f.ends()
	if ends[endKilled] != 1 || ends["signal: terminated"] != 1 || len(ends) != 2 {
		t.Errorf("ends %v", ends)
	}
}

func awaitPID(t *testing.T, r *replica, before int) int {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if pid := r.pid(); pid != 0 && pid != before {
			return pid
		}
	}
	t.Fatal("no process")
	return 0
}

func TestOnlyACrashIsAWrongEnd(t *testing.T) {
	for script, wrong := range map[string]bool{"exit 0": false, "exit 1": false, "exit 3": false, "exit 4": false, "exit 2": true, "kill -SEGV $$": true} {
		if end := describeEnd(exec.Command("sh", "-c", script).Run()); isWrong(end) != wrong {
			t.Errorf("%s: %q", script, end)
		}
	}
}

func TestGrowthIsFoundAfterTheWarmUpOnly(t *testing.T) {
	history := func(memory func(i int) float64) [][]sample {
		samples := make([]sample, 120)
		for i := range samples {
			samples[i] = sample{memory: memory(i), descriptors: 20}
		}
		return [][]sample{samples}
	}
	if err := areFlat(history(func(i int) float64 { return 20 + min(float64(i), 20)/2 })); err != nil {
		t.Errorf("growth during the warm-up: %v", err)
	}
	if err := areFlat(history(func(i int) float64 { return 20 + float64(i)/20 })); err == nil || !strings.Contains(err.Error(), "memory") {
		t.Errorf("growth for ever: %v", err)
	}
	if err := areFlat([][]sample{{{memory: 1}}}); err == nil {
		t.Error("one sample says something")
	}
}

func TestAReportFailsOnWhatItShows(t *testing.T) {
	good := report{verdict: &verdict{jobs: 1}, faults: map[faults.Kind]int64{faults.Delay: 2}, ends: map[string]int{endKilled: 1}}
	if err := good.err(); err != nil {
		t.Error(err)
	}
	var text bytes.Buffer
	good.write(&text)
	for _, wanted := range []string{"request delayed", "doubles", "earlies", "lost", endKilled} {
		if !strings.Contains(text.String(), wanted) {
			t.Errorf("%q is not in\n%s", wanted, text.String())
		}
	}
	for _, bad := range []report{
		{verdict: &verdict{jobs: 1, doubles: 1}}, {verdict: &verdict{jobs: 1, lost: 1}}, {verdict: &verdict{}},
		{verdict: &verdict{jobs: 1}, ends: map[string]int{"signal: segmentation fault": 1}},
	} {
		if bad.err() == nil {
			t.Errorf("good: %+v", bad)
		}
	}
}
