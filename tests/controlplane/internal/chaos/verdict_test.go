package chaos

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

var (
	made  = time.Date(2026, 3, 1, 12, 0, 1, 0, time.UTC)
	ended = time.Date(2026, 3, 1, 12, 0, 31, 0, time.UTC)
	tick  = schedule{name: "tick", interval: 10 * time.Second, policy: "Allow"}
)

// line is one line of an audit log, about a Job of tick's.
func line(verb, job, uid string, second float64, code int) string {
	received := made.Truncate(time.Minute).Add(time.Duration(second * float64(time.Second)))
	return fmt.Sprintf(`{"verb":%q,"requestReceivedTimestamp":%q,"objectRef":{"resource":"jobs","namespace":"chaos","name":%q,"uid":%q},"responseStatus":{"code":%d}}`+"\n",
		verb, received.Format(time.RFC3339Nano), job, uid, code)
}

func jobAt(second int) string { return fmt.Sprintf("tick-20260301-1200%02d-abcdefgh", second) }

// goodLog has the three Jobs of tick, each as it should be.
func goodLog() string {
	var log strings.Builder
	for _, second := range []int{10, 20, 30} {
		log.WriteString(line("create", jobAt(second), "", float64(second)+0.01, 201))
		log.WriteString(line("update", jobAt(second), fmt.Sprint("uid-", second), float64(second)+1, 200))
	}
	return log.String()
}

func judged(t *testing.T, log string, b book) *verdict {
	t.Helper()
	found, err := collect(strings.NewReader(log))
	if err != nil {
		t.Fatal(err)
	}
	b.created = made
	return judge([]schedule{tick}, map[string]book{"tick": b}, found, ended)
}

func TestARunInWhichAllWentWellIsGood(t *testing.T) {
	v := judged(t, goodLog(), book{started: 3})
	if !v.good() || v.due != 3 || v.jobs != 3 || len(v.findings) != 0 {
		t.Errorf("%+v", v)
	}
	if percentile(v.lateness, 50) != "10ms" {
		t.Errorf("lateness %v", v.lateness)
	}
}

func TestAnInstantWithoutOutcomeIsLost(t *testing.T) {
	log := strings.ReplaceAll(goodLog(), jobAt(20), "none")
	found, err := collect(strings.NewReader(log))
	if err != nil {
		t.Fatal(err)
	}
	delete(found, "none")
	v := judge([]schedule{tick}, map[string]book{"tick": {created: made, started: 2}}, found, ended)
	if v.lost != 1 || v.miscounted != 0 || v.good() {
		t.Errorf("%+v", v)
	}
	if v := judge([]schedule{tick}, map[string]book{"tick": {created: made, started: 2, skipped: 1}}, found, ended); !v.good() {
		t.Errorf("skipped is an outcome: %+v", v)
	}
}

func TestASecondJobOfAnInstantIsADouble(t *testing.T) {
	for what, more := range map[string]string{
		"created again": line("create", jobAt(10), "", 15, 201),
		"another object, whose create is not in the log": line("update", jobAt(10), "uid-other", 15, 200),
		"under another name":                             line("create", "tick-20260301-120010-zzzzzzzz", "", 15, 201),
	} {
		if v := judged(t, goodLog()+more, book{started: 3}); v.doubles != 1 {
			t.Errorf("%s: %+v", what, v)
		}
	}
	if v := judged(t, goodLog()+line("create", jobAt(10), "", 15, 409), book{started: 3}); !v.good() {
		t.Errorf("a second attempt that was refused: %+v", v)
	}
}

func TestACreateBeforeItsInstantIsEarlyWhateverCameOfIt(t *testing.T) {
	for _, code := range []int{201, 500} {
		if v := judged(t, goodLog()+line("create", jobAt(20), "", 19.999, code), book{started: 3}); v.earlies != 1 {
			t.Errorf("answered %d: %+v", code, v)
		}
	}
}

func TestATrialOfATemplateIsNoCreate(t *testing.T) {
	trial := strings.Replace(line("create", jobAt(10), "", 2, 201), `{"verb"`, `{"requestURI":"/apis/batch/v1/namespaces/chaos/jobs?dryRun=All","verb"`, 1)
	if v := judged(t, trial+goodLog(), book{started: 3}); !v.good() {
		t.Errorf("%+v", v)
	}
}

// A dying API server may have carried out a create that its log shows as failed,
// or does not show.
func TestAJobThatSomebodyFoundHasExisted(t *testing.T) {
	failed := strings.Replace(goodLog(), `"code":201`, `"code":500`, 1)
	if v := judged(t, failed, book{started: 3}); !v.good() {
		t.Errorf("the create failed: %+v", v)
	}
	unlogged := goodLog()[strings.Index(goodLog(), "\n")+1:]
	if v := judged(t, `{"verb":"crea`+"\n"+unlogged, book{started: 3}); !v.good() {
		t.Errorf("the create is not in the log: %+v", v)
	}
}

func TestBooksThatDisagreeWithTheLogAreMiscounted(t *testing.T) {
	if v := judged(t, goodLog(), book{started: 2, missed: 1}); v.miscounted != 1 || v.lost != 0 {
		t.Errorf("a Job that is not counted: %+v", v)
	}
	if v := judged(t, goodLog(), book{started: 3, skipped: 1}); v.miscounted != 1 {
		t.Errorf("an instant counted twice: %+v", v)
	}
	if v := judged(t, goodLog(), book{started: 3, unsettled: true}); v.unsettled != 1 || v.good() {
		t.Errorf("a run that is open: %+v", v)
	}
}

func TestAJobThatNobodyHasAskedForIsFound(t *testing.T) {
	for _, job := range []string{"tick-20260301-120011-abcdefgh", "tick-20260301-120000-abcdefgh", "tick-20260301-120040-abcdefgh", "tock-20260301-120010-abcdefgh", "x"} {
		v := judged(t, goodLog()+line("create", job, "", 59, 201), book{started: 3})
		if v.strangers != 1 {
			t.Errorf("%s: %+v", job, v)
		}
	}
}

func TestManyFindingsAreCut(t *testing.T) {
	var log strings.Builder
	for i := range 60 {
		log.WriteString(line("create", fmt.Sprint("stranger-", i), "", 1, 201))
	}
	v := judged(t, log.String()+goodLog(), book{started: 3})
	if len(v.findings) != mostFindings || v.findingsCut != 20 || v.strangers != 60 {
		t.Errorf("%d findings, %d cut, %d counted", len(v.findings), v.findingsCut, v.strangers)
	}
}

func TestPatienceLastsWhileSomethingChanges(t *testing.T) {
	at := func(minutes int) time.Time { return made.Add(time.Duration(minutes) * time.Minute) }
	books := func(started int64) map[string]book { return map[string]book{"tick": {started: started}} }
	p := newPatience(made)
	for minute := 1; minute <= 14; minute++ {
		if p.isOver(books(int64(minute)), at(minute)) {
			t.Fatalf("over after %d minutes in which runs went on", minute)
		}
	}
	if !p.isOver(books(16), at(16)) {
		t.Error("endless")
	}
	p = newPatience(made)
	p.isOver(books(1), at(1))
	if p.isOver(books(1), at(4)) || !p.isOver(books(1), at(5)) {
		t.Error("not three minutes of standstill")
	}
	p = newPatience(made)
	if p.isOver(nil, at(2)) || !p.isOver(nil, at(4)) {
		t.Error("an API server that does not answer is no change")
	}
}

func TestAStandstillShortensPatienceOnce(t *testing.T) {
	p := newPatience(made)
	if p.isShort(made.Add(time.Minute)) {
		t.Error("short within a minute")
	}
	if !p.isShort(made.Add(61 * time.Second)) {
		t.Error("not short after more than a minute")
	}
	if p.isShort(made.Add(2 * time.Minute)) {
		t.Error("short twice")
	}
}

func TestRestIsWhenEveryInstantHasAnOutcomeAndNoRunIsOpen(t *testing.T) {
	for _, c := range []struct {
		b    book
		rest bool
	}{{book{started: 2}, false}, {book{started: 3}, true}, {book{started: 1, skipped: 1, missed: 1}, true}, {book{started: 3, unsettled: true}, false}} {
		c.b.created = made
		if areAtRest([]schedule{tick}, map[string]book{"tick": c.b}, ended) != c.rest {
			t.Errorf("%+v", c.b)
		}
	}
}
