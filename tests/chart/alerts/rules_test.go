// Package alerts asks Prometheus itself about the alerts and the dashboard of the chart.
package alerts

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"sigs.k8s.io/yaml"

	"scheduledjob.dev/operator/tests/chart/internal/chart"
)

const enabled = `
serviceMonitor: {enabled: true, renderMode: alwaysRender, interval: 30s, scrapeTimeout: 10s, relabelings: [{action: labeldrop, regex: endpoint}]}
prometheusRule: {enabled: true, renderMode: alwaysRender, runbookUrl: "https://wiki.example.com/alerts.md", alertLabels: {team: platform}}
`

func render(t *testing.T, values string) chart.Objects {
	t.Helper()
	objects, err := chart.Render(chart.Settings{Values: values})
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

// decode reads an object as the Prometheus Operator does, but for unknown fields, which are errors here.
func decode(t *testing.T, object chart.Object, into any) {
	t.Helper()
	text, err := yaml.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(text, into); err != nil {
		t.Fatalf("%s: %v", object.Kind(), err)
	}
}

func rules(t *testing.T, values string) map[string]monitoring.Rule {
	t.Helper()
	var object monitoring.PrometheusRule
	decode(t, render(t, values).Only("PrometheusRule"), &object)
	alerts := map[string]monitoring.Rule{}
	for _, group := range object.Spec.Groups {
		for _, rule := range group.Rules {
			alerts[rule.Alert] = rule
		}
	}
	if len(alerts) == 0 {
		t.Fatal("there is no alert")
	}
	return alerts
}

func TestPrometheusAcceptsTheRules(t *testing.T) {
	groups, err := yaml.Marshal(map[string]any{"groups": render(t, enabled).Only("PrometheusRule").At("spec.groups")})
	if err != nil {
		t.Fatal(err)
	}
	if _, errs := rulefmt.Parse(groups, false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler)); len(errs) > 0 {
		t.Error(errs)
	}
}

func TestThePrometheusOperatorUnderstandsTheServiceMonitor(t *testing.T) {
	objects := render(t, enabled)
	var monitor monitoring.ServiceMonitor
	decode(t, objects.Only("ServiceMonitor"), &monitor)
	labels := objects.Only("Service").At("metadata.labels").(map[string]any)
	for label, value := range monitor.Spec.Selector.MatchLabels {
		if labels[label] != value {
			t.Errorf("it selects %s=%s, the Service has %v", label, value, labels[label])
		}
	}
	if port := objects.Only("Service").Text("spec.ports.0.name"); monitor.Spec.Endpoints[0].Port != port {
		t.Errorf("it scrapes %q, the Service has %q", monitor.Spec.Endpoints[0].Port, port)
	}
	if job := labels[monitor.Spec.JobLabel]; job != "scheduledjob-operator" {
		t.Errorf("the alerts look for another job than %v", job)
	}
}

func TestEveryAlertIsSaidToBeUrgentOrNotAndHasItsPageInTheRunbook(t *testing.T) {
	runbook, err := os.ReadFile(filepath.Join(chart.Root, "docs", "alerts.md"))
	if err != nil {
		t.Fatal(err)
	}
	alerts := rules(t, enabled)
	for name, rule := range alerts {
		if !regexp.MustCompile("^(critical|warning|info)$").MatchString(rule.Labels["severity"]) || rule.Labels["team"] != "platform" {
			t.Errorf("%s has the labels %v", name, rule.Labels)
		}
		if rule.Annotations["summary"] == "" || rule.Annotations["description"] == "" {
			t.Errorf("%s says nothing: %v", name, rule.Annotations)
		}
		if wanted := "https://wiki.example.com/alerts.md#" + strings.ToLower(name); rule.Annotations["runbook_url"] != wanted {
			t.Errorf("%s leads to %q", name, rule.Annotations["runbook_url"])
		}
		if !strings.Contains(string(runbook), "\n## "+name+"\n") {
			t.Errorf("docs/alerts.md has no section %s", name)
		}
	}
	for _, heading := range regexp.MustCompile(`(?m)^## (ScheduledJobs\w+)$`).FindAllStringSubmatch(string(runbook), -1) {
		if _, exists := alerts[heading[1]]; !exists {
			t.Errorf("docs/alerts.md explains %s, which is no alert", heading[1])
		}
	}
}

func TestAlertsCanBeLeftOut(t *testing.T) {
	some := rules(t, strings.Replace(enabled, "renderMode: alwaysRender, runbookUrl", "disabled: [ScheduledJobsFailed], renderMode: alwaysRender, runbookUrl", 1))
	if _, there := some["ScheduledJobsFailed"]; there || len(some) != len(rules(t, enabled))-1 {
		t.Errorf("left are %d", len(some))
	}
}

// A case of an alert: series, a sample a minute, and the values of the alert's expression after 20 minutes.
type situation struct {
	alert  string
	what   string
	series []string
	fires  bool
}

const ours = `job="scheduledjob-operator",namespace="sj-system"`

var situations = []situation{
	{"ScheduledJobsNobodyLeads", "one of two leads", []string{`leader_election_master_status{OURS,pod="a"} 1x30`, `leader_election_master_status{OURS,pod="b"} 0x30`}, false},
	{"ScheduledJobsNobodyLeads", "both stand by", []string{`leader_election_master_status{OURS,pod="a"} 0x30`, `leader_election_master_status{OURS,pod="b"} 0x30`}, true},
	{"ScheduledJobsNobodyLeads", "nothing is scraped", nil, true},
	{"ScheduledJobsNobodyLeads", "only somebody else's operator leads", []string{`leader_election_master_status{job="other",namespace="other"} 1x30`}, true},
	{"ScheduledJobsTwoLead", "one leads", []string{`leader_election_master_status{OURS,pod="a"} 1x30`, `leader_election_master_status{OURS,pod="b"} 0x30`}, false},
	{"ScheduledJobsTwoLead", "two lead", []string{`leader_election_master_status{OURS,pod="a"} 1x30`, `leader_election_master_status{OURS,pod="b"} 1x30`}, true},
	{"ScheduledJobsStartLate", "all are created within a second", []string{`scheduledjob_start_lateness_seconds_bucket{OURS,le="1"} 0+10x30`, `scheduledjob_start_lateness_seconds_bucket{OURS,le="+Inf"} 0+10x30`}, false},
	{"ScheduledJobsStartLate", "one of ten is created after more than 30 s", []string{`scheduledjob_start_lateness_seconds_bucket{OURS,le="1"} 0+9x30`, `scheduledjob_start_lateness_seconds_bucket{OURS,le="30"} 0+9x30`, `scheduledjob_start_lateness_seconds_bucket{OURS,le="60"} 0+10x30`, `scheduledjob_start_lateness_seconds_bucket{OURS,le="+Inf"} 0+10x30`}, true},
	{"ScheduledJobsStartLate", "nothing starts", []string{`scheduledjob_start_lateness_seconds_bucket{OURS,le="1"} 0x30`, `scheduledjob_start_lateness_seconds_bucket{OURS,le="+Inf"} 0x30`}, false},
	{"ScheduledJobsMissed", "one more is missed", []string{`scheduledjob_run_outcomes_total{OURS,outcome="Missed",reason="Deadline"} 3x14 4x15`}, true},
	{"ScheduledJobsMissed", "the first ever is missed", []string{`scheduledjob_run_outcomes_total{OURS,outcome="Missed",reason="Deadline"} _x14 1x15`}, true},
	{"ScheduledJobsMissed", "some were missed long ago", []string{`scheduledjob_run_outcomes_total{OURS,outcome="Missed",reason="Deadline"} 3x30`}, false},
	{"ScheduledJobsMissed", "others succeed", []string{`scheduledjob_run_outcomes_total{OURS,outcome="Succeeded",reason=""} 0+1x30`}, false},
	{"ScheduledJobsNotCreated", "the API server refuses", []string{`scheduledjob_run_outcomes_total{OURS,outcome="NotCreated",reason="Forbidden"} 0+1x30`}, true},
	{"ScheduledJobsNotCreated", "others are missed", []string{`scheduledjob_run_outcomes_total{OURS,outcome="Missed",reason="Deadline"} 0+1x30`}, false},
	{"ScheduledJobsFailed", "a run fails", []string{`scheduledjob_run_outcomes_total{OURS,outcome="Failed",reason="BackoffLimitExceeded"} 0+1x30`}, true},
	{"ScheduledJobsFailed", "all succeed", []string{`scheduledjob_run_outcomes_total{OURS,outcome="Succeeded",reason=""} 0+1x30`}, false},
	{"ScheduledJobsStuck", "none is stuck", []string{`scheduledjob_stuck_runs{OURS} 0x30`}, false},
	{"ScheduledJobsStuck", "one is stuck", []string{`scheduledjob_stuck_runs{OURS} 1x30`}, true},
	{"ScheduledJobsOperatorForbidden", "creates are forbidden", []string{`rest_client_requests_total{OURS,code="403",method="POST",resource="jobs"} 0+1x30`}, true},
	{"ScheduledJobsOperatorForbidden", "another operator's are", []string{`rest_client_requests_total{job="other",namespace="other",code="403",method="POST",resource="jobs"} 0+1x30`}, false},
	{"ScheduledJobsOperatorApiErrors", "one in a hundred fails", []string{`rest_client_requests_total{OURS,code="500"} 0+1x30`, `rest_client_requests_total{OURS,code="200"} 0+99x30`}, false},
	{"ScheduledJobsOperatorApiErrors", "one in four gets no answer", []string{`rest_client_requests_total{OURS,code="<error>"} 0+1x30`, `rest_client_requests_total{OURS,code="200"} 0+3x30`}, true},
	{"ScheduledJobsOperatorWritesQueue", "a few wait", []string{`workqueue_depth{OURS,name="create"} 20x30`}, false},
	{"ScheduledJobsOperatorWritesQueue", "a thousand wait", []string{`workqueue_depth{OURS,name="create"} 1000x30`}, true},
	{"ScheduledJobsOperatorNotSynced", "one replica is not", []string{`scheduledjob_caches_synced{OURS,pod="a"} 1x30`, `scheduledjob_caches_synced{OURS,pod="b"} 0x30`}, true},
	{"ScheduledJobsOperatorNotSynced", "all are", []string{`scheduledjob_caches_synced{OURS,pod="a"} 1x30`}, false},
}

func TestEachAlertFiresWhenItShouldAndOnlyThen(t *testing.T) {
	alerts := rules(t, enabled)
	fired, silent := map[string]bool{}, map[string]bool{}
	for _, s := range situations {
		rule, exists := alerts[s.alert]
		if !exists {
			t.Errorf("there is no alert %s", s.alert)
			continue
		}
		if s.fires {
			fired[s.alert] = true
		} else {
			silent[s.alert] = true
		}
		if got := holds(t, rule.Expr.String(), s.series); got != s.fires {
			t.Errorf("%s when %s: fires is %v", s.alert, s.what, got)
		}
	}
	for name := range alerts {
		if !fired[name] || !silent[name] {
			t.Errorf("%s is not tried both ways", name)
		}
	}
}

// holds evaluates an expression after 20 minutes of the series.
func holds(t *testing.T, expression string, series []string) bool {
	t.Helper()
	storage := promqltest.LoadedStorage(t, "load 1m\n  "+strings.ReplaceAll(strings.Join(series, "\n  "), "OURS", ours)+"\n")
	defer storage.Close()
	engine := promqltest.NewTestEngine(t, false, 0, promqltest.DefaultMaxSamplesPerQuery)
	query, err := engine.NewInstantQuery(t.Context(), storage, nil, expression, time.Unix(0, 0).Add(20*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	defer query.Close()
	vector, err := query.Exec(t.Context()).Vector()
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", expression, err))
	}
	return len(vector) > 0
}
