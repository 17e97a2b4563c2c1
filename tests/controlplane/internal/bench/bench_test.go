package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/audit"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// request makes an event of the user "me" that was received so long after noon and
// took a millisecond.
func request(verb, resource, name string, after time.Duration) audit.Event {
	var e audit.Event
	e.Verb, e.User.Name, e.ResponseStatus.Code = verb, "me", 200
	e.ObjectRef.Resource, e.ObjectRef.Name = resource, name
	e.Received = noon.Add(after)
	e.Ended = e.Received.Add(time.Millisecond)
	return e
}

func TestAPercentileIsTheNearestRank(t *testing.T) {
	var hundred []time.Duration
	for i := range 100 {
		hundred = append(hundred, time.Duration(i+1))
	}
	for percent, expected := range map[float64]time.Duration{0: 1, 1: 1, 50: 50, 99: 99, 99.5: 100, 100: 100} {
		if found := percentile(hundred, percent); found != expected {
			t.Errorf("%v %% of 1…100: %d", percent, found)
		}
	}
	if percentile([]time.Duration{7}, 99) != 7 || percentile(nil, 99) != 0 {
		t.Error("of one, or of none")
	}
}

func TestLatenessIsTakenFromTheInstantInTheJobsName(t *testing.T) {
	events := []audit.Event{
		request("create", "jobs", "a-20261126-120000-abcde", 30*time.Millisecond),
		request("create", "jobs", fmt.Sprint("b-", noon.Unix()/60), 20*time.Millisecond),
		request("create", "jobs", "c-20261126-115959-abcde", -time.Millisecond),
	}
	p := punctualityOf(startsOf(events, "me"))
	if fmt.Sprint(p.arrivals) != "[20ms 30ms 999ms]" || fmt.Sprint(p.creations) != "[21ms 31ms 1s]" {
		t.Errorf("%v %v", p.arrivals, p.creations)
	}
}

func TestOnlyWhatAUserHasCreatedCounts(t *testing.T) {
	refused := request("create", "jobs", "a-20261126-120000-abcde", 0)
	refused.ResponseStatus.Code = 429
	foreign := request("create", "jobs", "a-20261126-120000-abcde", 0)
	foreign.User.Name = "somebody"
	rehearsed := request("create", "jobs", "a-20261126-120000-abcde", 0)
	rehearsed.URI = "/x?dryRun=All"
	events := []audit.Event{refused, foreign, rehearsed, request("get", "jobs", "a", 0), request("create", "events", "a", 0)}
	if countStarts(events, "me") != 0 || len(startsOf(events, "me")) != 0 {
		t.Error("something else was taken for the start of a run")
	}
}

func TestARateReachesToTheLastJob(t *testing.T) {
	starts := startsOf([]audit.Event{
		request("create", "jobs", "a-20261126-120000-abcde", 0),
		request("create", "jobs", "b-20261126-120000-abcde", 499*time.Millisecond),
	}, "me")
	if rate := rateOf(starts, noon); math.Abs(rate-4) > 1e-9 {
		t.Errorf("%v a second", rate)
	}
	if rateOf(nil, noon) != 0 {
		t.Error("of none")
	}
}

func TestCallsAreCountedByVerbAndResourceWithoutWatchesAndLeases(t *testing.T) {
	patch := request("patch", "scheduledjobs", "a", 0)
	patch.ObjectRef.Subresource = "status"
	counts := callsOf([]audit.Event{
		request("create", "jobs", "a", 0), request("create", "jobs", "b", 0), patch,
		request("watch", "jobs", "", 0), request("update", "leases", "x", 0),
	}, "me")
	if total(counts) != 3 || counts[call{"create", "jobs"}] != 2 || counts[call{"patch", "scheduledjobs/status"}] != 1 {
		t.Errorf("%v", counts)
	}
	if list := byCount(counts); list[0] != (call{"create", "jobs"}) {
		t.Errorf("%v", list)
	}
}

func TestQuietBeginsWithTheLastRequestThatIsNoRoutine(t *testing.T) {
	events := []audit.Event{request("patch", "scheduledjobs", "a", 0), request("update", "leases", "x", 9*time.Second)}
	at := func(seconds int) time.Time { return noon.Add(time.Duration(seconds)*time.Second + time.Millisecond) }
	if isQuiet(events, "me", at(2), 3*time.Second) || !isQuiet(events, "me", at(3), 3*time.Second) {
		t.Error("the time since the last request is not what decides")
	}
}

func TestThePlaneIsAtRestAWhileAfterAnybodysLastWrite(t *testing.T) {
	written := request("update", "jobs", "a", 0)
	written.User.Name = "job-controller"
	events := []audit.Event{written, request("list", "jobs", "", 9*time.Second), request("update", "leases", "x", 9*time.Second)}
	at := func(seconds int) time.Time { return noon.Add(time.Duration(seconds)*time.Second + time.Millisecond) }
	if isAtRest(events, at(2), 3*time.Second) || !isAtRest(events, at(3), 3*time.Second) {
		t.Error("the time since the last write is not what decides")
	}
}

func TestOfSeveralTurnsTheLeastProcessorTimeCountsAndTheMostRequests(t *testing.T) {
	b := &bench{o: Options{Output: io.Discard}}
	r := &running{contestant: &contestant{name: ours}}
	create := call{"create", "jobs"}
	b.enterCost(r, 10, shortRuns, map[call]int{create: 30}, 2)
	b.enterCost(r, 10, shortRuns, map[call]int{create: 40}, 3)
	b.enterCost(r, 10, shortRuns, map[call]int{create: 20}, 1)
	if len(b.result.Costs) != 1 || b.result.Costs[0].CPU != 1 || b.result.Costs[0].Calls[0].PerRun != 2 {
		t.Errorf("%+v", b.result.Costs)
	}
	requests := b.result.Table.row("API calls of a short run", calls, "").Values[ours]
	spent := b.result.Table.row("processor time of a short run", millis, "").Values[ours]
	if requests != 4 || spent != 1 {
		t.Errorf("%v requests, %v ms", requests, spent)
	}
}

func TestTurnsAreJudgedTogether(t *testing.T) {
	one := punctuality{arrivals: []time.Duration{1, 5}, creations: []time.Duration{2, 6}}
	other := punctuality{arrivals: []time.Duration{3}, creations: []time.Duration{4}}
	both := punctuality{}.and(one).and(other)
	if fmt.Sprint(both.arrivals, both.creations) != "[1ns 3ns 5ns] [2ns 4ns 6ns]" {
		t.Errorf("%v", both)
	}
}

func TestARowJudgesItsGoalAndComparesBothWays(t *testing.T) {
	less := Row{Limit: 10, Values: map[string]float64{ours: 5, peer: 100}}
	more := Row{Limit: 90, AtLeast: true, Values: map[string]float64{ours: 80, peer: 40}}
	if met, known := less.met(); !met || !known {
		t.Error("5 is at most 10")
	}
	if met, known := more.met(); met || !known {
		t.Error("80 is not at least 90")
	}
	if ratio, _ := less.ratio(peer); ratio != 20 {
		t.Errorf("20 times as quick: %v", ratio)
	}
	if ratio, _ := more.ratio(peer); ratio != 2 {
		t.Errorf("twice as much: %v", ratio)
	}
	if _, known := less.ratio(tuned); known {
		t.Error("compared with what was not measured")
	}
	if _, known := (&Row{Values: map[string]float64{ours: 1}}).met(); known {
		t.Error("judged without a goal")
	}
}

func TestValuesHaveThreeDigits(t *testing.T) {
	for expected, text := range map[string]string{
		"117 s": seconds.format(117.3), "3.80 s": seconds.format(3.8), "10.5 ms": millis.format(10.46),
		"0.025%": percent.format(0.025), "850/s": perSecond.format(850.4), "2.00": calls.format(2),
	} {
		if text != expected {
			t.Errorf("%q instead of %q", text, expected)
		}
	}
}

func TestTheTableNamesGoalsAndFactors(t *testing.T) {
	var table Table
	row := table.row("1000 due at once", seconds, "≤ 1.15 × 1000/C")
	row.Limit, row.Values[ours], row.Values[peer] = 1.35, 1.2, 117
	if table.row("1000 due at once", seconds, "") != row || len(table) != 1 {
		t.Error("a row came twice")
	}
	var text strings.Builder
	table.Write(&text)
	for _, part := range []string{"≤ 1.15 × 1000/C = 1.35 s", "1.20 s", "met", "117 s", "98", peer} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("%q is not in\n%s", part, text.String())
		}
	}
	if strings.Contains(text.String(), tuned) {
		t.Error("a column without an answer is shown")
	}
}

func TestBothKindsAreGivenTheSameWork(t *testing.T) {
	instant := time.Date(2026, 11, 26, 12, 34, 56, 0, time.UTC)
	if at := scheduledJob.daily(instant); at != "56 34 12 * * *" {
		t.Error(at)
	}
	if at := cronJob.daily(instant); at != "34 12 * * *" {
		t.Error(at)
	}
	encode := func(k kind) string {
		text, err := json.Marshal(k.manifest("a", schedule{cron: "0 2 * * *"})["spec"])
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if encode(scheduledJob) != encode(cronJob) {
		t.Error("the specs differ")
	}
}

func TestTheLatenessAroundAnEndedLeaderCountsFromTheSignal(t *testing.T) {
	affected := map[int64]time.Duration{noon.Unix(): 20 * time.Millisecond, noon.Unix() + 1: 0}
	events := []audit.Event{
		request("create", "jobs", "a-20261126-115959-abcde", 0),
		request("create", "jobs", "a-20261126-120000-abcde", 100*time.Millisecond),
		request("create", "jobs", "a-20261126-120001-abcde", 1005*time.Millisecond),
	}
	if found := fmt.Sprint(latenessOf(events, "me", affected)); found != "[120ms 5ms]" {
		t.Error(found)
	}
}

func TestAPlotPutsPowersOfTenOnTheEdgesOfItsFrame(t *testing.T) {
	x := newScale([]float64{1, 5000}, frameLeft, frameRight)
	if x.at(1) != frameLeft || x.at(10_000) != frameRight {
		t.Errorf("%v to %v", x.at(1), x.at(10_000))
	}
	drawn := plot{title: "a < b", lines: []line{{name: "one", points: []point{{1, 0.01}, {1000, 117}, {5000, 0}}}, {name: "none"}}}.svg()
	for _, part := range []string{"<svg ", "a &lt; b", ">one<", ">1,000<", ">0.01<", "</svg>"} {
		if !strings.Contains(drawn, part) {
			t.Errorf("%q is not in\n%s", part, drawn)
		}
	}
	if strings.Contains(drawn, ">none<") || strings.Count(drawn, "<circle") != 2 {
		t.Error("points that a logarithm cannot take are drawn")
	}
	if (plot{}).svg() != "" {
		t.Error("a plot of nothing is drawn")
	}
}

func TestThePageTellsMachineCommandAndWhatIsMissed(t *testing.T) {
	r := Result{Started: noon, Took: "5m0s", Machine: Machine{Processor: "Xeon", Cores: 2}, Kubernetes: "v1.37.2", Ladder: []Rung{{8, 850}}}
	r.Table.row("API calls of a short run", calls, "≤ 3").limit(3).Values[ours] = 3.8
	missed := r.Table.row("processor time", millis, "≤ 1 ms").limit(1)
	missed.Values[ours], missed.Values[plain] = 1.4, 0.85
	r.Bursts = []Burst{{Of: ours, Count: 1000, Namespaces: 20, C: 850, Rate: 840, P99: 1.2}}
	folder := t.TempDir()
	if err := r.WriteReport(folder, "make bench"); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(folder, "performance.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"`make bench`", "2 cores (Xeon)", "26 November 2026", "| API calls of a short run | ≤ 3 | 3.80 | missed |",
		"- API calls of a short run: 3.80 instead of ≤ 3\n", "- processor time: 1.40 ms instead of ≤ 1 ms; without cpprestsdk 0.85 ms\n", "850/s with 8", "performance/lateness.svg"} {
		if !strings.Contains(string(page), part) {
			t.Errorf("%q is not in\n%s", part, page)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "performance", "lateness.svg")); err != nil {
		t.Error(err)
	}
	if strings.Contains(string(page), "memory.svg") {
		t.Error("a plot is shown that was not drawn")
	}
}

func TestSectionsThatAreMeasuredApartMakeOneResult(t *testing.T) {
	var first, second Result
	first.Started, first.Took = noon, "20m0s"
	first.Table.row("one", millis, "").Values[ours] = 1
	first.Table.row("both", millis, "≤ 5 ms").limit(5).Values[ours] = 6
	first.Bursts = []Burst{{Of: ours, Count: 1000}}
	first.Scales = []Scale{{Of: ours, Schedules: 1}, {Of: ours, Schedules: 10, Memory: 7}}
	first.Engine = "engine"
	second.Started, second.Took = noon.Add(time.Hour), "15m30s"
	second.Table.row("both", millis, "≤ 5 ms").limit(5).Values[ours] = 4
	second.Table.row("two", millis, "").Values[peer] = 2
	first.Table.row("by C", seconds, "≤ 1/C").limit(3).Values[ours] = 2
	second.Table.row("by C", seconds, "≤ 1/C").Values[peer] = 9
	second.Scales = []Scale{{Of: ours, Schedules: 10, Memory: 5}}

	merged := first.Merge(second)
	var rows []string
	for _, row := range merged.Table {
		rows = append(rows, fmt.Sprint(row.Name, row.Values))
	}
	if found := strings.Join(rows, "; "); found != "onemap[operator:1]; bothmap[operator:4]; by Cmap[CronJob controller:9 operator:2]; twomap[CronJob controller:2]" {
		t.Error(found)
	}
	if !merged.Started.Equal(noon) || merged.Took != "35m30s" || merged.Engine != "engine" {
		t.Errorf("%v, %v, %q", merged.Started, merged.Took, merged.Engine)
	}
	if limit := merged.Table.row("by C", seconds, "").Limit; limit != 3 {
		t.Errorf("the limit has become %v", limit)
	}
	if len(merged.Bursts) != 1 || len(merged.Scales) != 2 || merged.Scales[1].Memory != 5 {
		t.Errorf("%v, %v", merged.Bursts, merged.Scales)
	}
}

func TestARunThatCouldMeasureNothingLeavesTheMachineAndCOfTheOneBefore(t *testing.T) {
	first := Result{Machine: Machine{Load: 0.5}, Ladder: []Rung{{8, 850}}}
	first.Table.row("one", millis, "").Values[ours] = 1
	merged := first.Merge(Result{Machine: Machine{Load: 9}, Ladder: []Rung{{8, 120}}})
	if merged.Machine.Load != 0.5 || merged.Ladder[0].Rate != 850 {
		t.Errorf("%v, %v", merged.Machine, merged.Ladder)
	}
}

func TestProcessorsThatWereNotMeasuredAreNotShownAsNone(t *testing.T) {
	result := Result{Bursts: []Burst{{Of: peer, Count: 1000, Rate: 8, C: 310}, {Of: ours, Count: 1000, Rate: 245, C: 275, Cores: 0.18, LoaderCores: 0.11}}}
	table := result.BurstTable()
	if !strings.Contains(table, "| 8 |  | 310 |  |") || !strings.Contains(table, "| 245 | 0.18 | 275 | 0.11 |") {
		t.Error(table)
	}
}
