package alerts

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
)

type panel struct {
	ID      int
	Type    string
	Title   string
	GridPos struct{ X, Y, W, H int }
	Targets []struct{ Expr string }
}

func dashboard(t *testing.T, values, kind, path string) (panels []panel) {
	t.Helper()
	var board struct {
		Title  string
		Panels []panel
	}
	if err := json.Unmarshal([]byte(render(t, values).Only(kind).Text(path)), &board); err != nil {
		t.Fatal(err)
	}
	return board.Panels
}

func TestTheDashboardIsOneOfEitherKind(t *testing.T) {
	config := dashboard(t, "grafanaDashboard: {enabled: true}", "ConfigMap", "data.scheduledjobs~json")
	object := dashboard(t, "grafanaDashboard: {enabled: true, kind: GrafanaDashboard, renderMode: alwaysRender}", "GrafanaDashboard", "spec.json")
	if len(config) == 0 || len(config) != len(object) {
		t.Errorf("%d and %d panels", len(config), len(object))
	}
}

func TestTheDashboardAnswersTheQuestionsOfWhoIsOnCall(t *testing.T) {
	var titles []string
	ids := map[int]bool{}
	for _, each := range dashboard(t, "grafanaDashboard: {enabled: true}", "ConfigMap", "data.scheduledjobs~json") {
		if each.Type == "row" {
			titles = append(titles, each.Title)
		}
		if ids[each.ID] || each.GridPos.X+each.GridPos.W > 24 {
			t.Errorf("the panel %q collides", each.Title)
		}
		ids[each.ID] = true
		for _, target := range each.Targets {
			if _, err := parser.NewParser(parser.Options{}).ParseExpr(fillIn(target.Expr)); err != nil {
				t.Errorf("%s: %v", each.Title, err)
			}
		}
	}
	for _, question := range []string{"Is it on time?", "What failed?", "What was missed?", "What is queued?", "Who leads?"} {
		if !strings.Contains(strings.Join(titles, "\n"), question) {
			t.Errorf("no row asks %q", question)
		}
	}
}

// fillIn puts values where Grafana does.
func fillIn(expression string) string {
	for variable, value := range map[string]string{"$__rate_interval": "2m", "$__range": "6h", "$job": "j", "$namespace": "n"} {
		expression = strings.ReplaceAll(expression, variable, value)
	}
	return expression
}
