package chaos

import (
	"fmt"
	"slices"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/audit"
)

// A book is what a ScheduledJob's status says in the end.
type book struct {
	created   time.Time // the object itself
	started   int64
	skipped   int64
	missed    int64
	unsettled bool // instants wait, or runs are open
}

func (b book) decided() int64 { return b.started + b.skipped + b.missed }

// A verdict is what the audit log and the books say together. Findings describe
// what went wrong, a line each.
type verdict struct {
	due, started, skipped, missed int64
	jobs                          int64

	doubles     int64           // Jobs beyond the first of an instant
	earlies     int64           // Jobs asked for before their instant
	strangers   int64           // Jobs for an instant that the schedule does not name, or of nobody
	lost        int64           // instants that are neither started nor accounted for
	miscounted  int64           // runs in the books without a Job, Jobs without a run, instants counted twice
	unsettled   int64           // ScheduledJobs that had not come to rest
	lateness    []time.Duration // of runs that had nothing to wait for
	findings    []string
	findingsCut int
}

// mostFindings is how many findings are worth reading.
const mostFindings = 40

func (v *verdict) find(format string, values ...any) {
	if len(v.findings) == mostFindings {
		v.findingsCut++
		return
	}
	v.findings = append(v.findings, fmt.Sprintf(format, values...))
}

func (v *verdict) good() bool {
	return v.doubles+v.earlies+v.strangers+v.lost+v.miscounted+v.unsettled == 0
}

// judge holds the evidence and the books against what the schedules name up to
// end.
func judge(schedules []schedule, books map[string]book, found evidence, end time.Time) *verdict {
	v := &verdict{}
	byOwner := map[string]schedule{}
	for _, s := range schedules {
		byOwner[s.name] = s
	}
	jobs := map[string]int64{} // by owner
	instants := map[string]string{}
	for job, a := range found {
		owner, instant, err := audit.ReadJobName(job)
		s, known := byOwner[owner]
		if err != nil || !known {
			v.strangers++
			v.find("%s: a Job that no schedule has asked for", job)
			continue
		}
		v.judgeJob(job, s, instant, a)
		if !a.exists() {
			continue
		}
		v.jobs++
		jobs[owner]++
		if !s.isInstant(instant, books[owner].created, end) {
			v.strangers++
			v.find("%s: %s is no instant of its schedule", job, instant.Format(time.RFC3339))
		}
		key := owner + instant.String()
		if other, taken := instants[key]; taken {
			v.doubles++
			v.find("%s and %s are of one instant", other, job)
		}
		instants[key] = job
	}
	for _, s := range schedules {
		b, known := books[s.name]
		if !known {
			v.lost++
			v.find("%s: there is no such ScheduledJob any more", s.name)
			continue
		}
		v.judgeBook(s, b, jobs[s.name], end)
	}
	slices.Sort(v.lateness)
	slices.Sort(v.findings)
	return v
}

// judgeJob judges one name's account by itself.
func (v *verdict) judgeJob(job string, s schedule, instant time.Time, a *account) {
	for _, asked := range a.asked {
		if asked.Before(instant) {
			v.earlies++
			v.find("%s: asked for %v early", job, instant.Sub(asked))
		}
	}
	if extra := a.times() - 1; extra > 0 {
		v.doubles += int64(extra)
		v.find("%s: created %d times", job, a.times())
	}
	if len(a.created) > 0 && s.policy == "Allow" && !s.jitter {
		v.lateness = append(v.lateness, a.created[0].Sub(instant))
	}
}

// judgeBook judges what one status says.
func (v *verdict) judgeBook(s schedule, b book, jobs int64, end time.Time) {
	due := s.due(b.created, end)
	v.due += due
	v.started += b.started
	v.skipped += b.skipped
	v.missed += b.missed
	if missing := due - b.decided(); missing > 0 {
		v.lost += missing
		v.find("%s (%s): of %d instants %d have no outcome", s.name, s.policy, due, missing)
	} else if missing < 0 {
		v.miscounted -= missing
		v.find("%s (%s): of %d instants %d outcomes are counted: %d started, %d skipped, %d missed",
			s.name, s.policy, due, b.decided(), b.started, b.skipped, b.missed)
	}
	if b.started != jobs {
		v.miscounted += max(b.started-jobs, jobs-b.started)
		v.find("%s (%s): %d runs in the books, %d Jobs in the audit log", s.name, s.policy, b.started, jobs)
	}
	if b.unsettled {
		v.unsettled++
		v.find("%s (%s): runs are open or waiting at the end", s.name, s.policy)
	}
}
