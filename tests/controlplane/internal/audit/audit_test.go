package audit

import (
	"strings"
	"testing"
	"time"
)

const create = `{"verb":"create","requestURI":"/apis/batch/v1/namespaces/a/jobs?timeout=3s","requestReceivedTimestamp":"2026-11-26T10:00:00.001500Z",` +
	`"stageTimestamp":"2026-11-26T10:00:00.004000Z","user":{"username":"system:serviceaccount:default:x"},` +
	`"objectRef":{"resource":"jobs","namespace":"a","name":"b-20261126-100000-abcde"},"responseStatus":{"code":201}}` + "\n"

func TestALineTellsWhoAskedWhatAndWhen(t *testing.T) {
	var events []Event
	read, err := Each(strings.NewReader(create), func(e Event) { events = append(events, e) })
	if err != nil || read != int64(len(create)) || len(events) != 1 {
		t.Fatalf("%d bytes, %d events, %v", read, len(events), err)
	}
	e := events[0]
	if e.Verb != "create" || e.User.Name != "system:serviceaccount:default:x" || e.ObjectRef.Resource != "jobs" || !e.Succeeded() || !e.HasEffect() {
		t.Errorf("%+v", e)
	}
	if took := e.Ended.Sub(e.Received); took != 2500*time.Microsecond {
		t.Errorf("it took %v", took)
	}
}

func TestAnUnfinishedLineIsLeftForTheNextReading(t *testing.T) {
	count := 0
	read, err := Each(strings.NewReader(create+create[:40]), func(Event) { count++ })
	if err != nil || count != 1 || read != int64(len(create)) {
		t.Errorf("%d events in %d bytes, %v", count, read, err)
	}
}

func TestABrokenLineIsPassedOver(t *testing.T) {
	count := 0
	if _, err := Each(strings.NewReader(create[:40]+"\n"+create), func(Event) { count++ }); err != nil || count != 1 {
		t.Errorf("%d events, %v", count, err)
	}
}

func TestADryRunHasNoEffect(t *testing.T) {
	if (Event{URI: "/apis/batch/v1/namespaces/a/jobs?dryRun=All&timeout=3s"}).HasEffect() {
		t.Error("a dry run was taken for a write")
	}
}

func TestAJobsNameTellsOwnerAndInstant(t *testing.T) {
	owner, instant, err := ReadJobName("my-report-20261126-100001-abcde")
	if err != nil || owner != "my-report" || !instant.Equal(time.Date(2026, 11, 26, 10, 0, 1, 0, time.UTC)) {
		t.Errorf("%q %v %v", owner, instant, err)
	}
	for _, strange := range []string{"", "report", "20261126-100001-abcde", "report-29412345", "report-20261326-100001-abcde"} {
		if _, _, err := ReadJobName(strange); err == nil {
			t.Errorf("%q was taken for the name of a ScheduledJob's Job", strange)
		}
	}
}
