package live

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"scheduledjob.dev/operator/tests/chart/internal/chart"
)

// A right is one verb on one resource.
type right struct{ verb, resource string }

func (r right) String() string { return r.verb + " " + r.resource }

// granted lists the rights of the roles that are bound to the operator; those of users are not.
func granted(objects chart.Objects) (rights []right) {
	for _, role := range objects.Installed() {
		if !isOperators(role) {
			continue
		}
		for _, rule := range role.Each("rules") {
			for _, resource := range rule.Texts("resources") {
				for _, verb := range rule.Texts("verbs") {
					rights = append(rights, right{verb, resource})
				}
			}
		}
	}
	return rights
}

func isOperators(role chart.Object) bool {
	for label := range role.At("metadata.labels").(map[string]any) {
		if strings.HasPrefix(label, "rbac.authorization.k8s.io/aggregate-to-") {
			return false
		}
	}
	return role.Kind() == "ClusterRole" || role.Kind() == "Role"
}

// without takes one right out of the roles.
func without(objects chart.Objects, gone right) {
	for _, role := range objects {
		if !isOperators(role) {
			continue
		}
		for _, rule := range role.Each("rules") {
			if !slices.Contains(rule.Texts("resources"), gone.resource) {
				continue
			}
			var left []any
			for _, verb := range rule.Texts("verbs") {
				if verb != gone.verb {
					left = append(left, verb)
				}
			}
			rule["verbs"] = left
		}
		var rules []any
		for _, rule := range role.Each("rules") {
			if len(rule.Texts("verbs")) > 0 {
				rules = append(rules, map[string]any(rule))
			}
		}
		role["rules"] = rules
	}
}

// rendered is a release of the chart, of which the rights are applied.
func rendered(t *testing.T, release, namespace, values string) chart.Objects {
	t.Helper()
	objects, err := chart.Render(chart.Settings{Release: release, Namespace: namespace, Values: "crds: {install: false}\n" + values})
	if err != nil {
		t.Fatal(err)
	}
	return objects.Installed()
}

// applyRights grants a release what it asks for, and takes it back in the end.
func applyRights(t *testing.T, objects chart.Objects) {
	t.Helper()
	some := rightsIn(objects)
	apply(t, some...)
	t.Cleanup(func() {
		for _, object := range some {
			if object.Namespace() == "" {
				kubectl("", "delete", object.Kind(), object.Name(), "--wait=false")
			}
		}
	})
}

func rightsIn(objects chart.Objects) (some []chart.Object) {
	for _, object := range objects {
		if strings.Contains(object.Kind(), "Role") || object.Kind() == "ServiceAccount" {
			some = append(some, object)
		}
	}
	return some
}

func user(deployment chart.Object) string {
	return fmt.Sprintf("system:serviceaccount:%s:%s", deployment.Namespace(), deployment.Text("spec.template.spec.serviceAccountName"))
}

// scheduledJob is one whose pods take so long, "0s" for as quick as can be.
func scheduledJob(name, namespace, schedule, runFor, more string) string {
	return fmt.Sprintf(`{"apiVersion":"scheduledjob.dev/v1","kind":"ScheduledJob","metadata":{"name":%q,"namespace":%q},"spec":{
		"schedules":[%s],"jobTemplate":{"spec":{"backoffLimit":0,"template":{"metadata":{"annotations":{"kwok.scheduledjob.dev/run-for":%q}},
		"spec":{"restartPolicy":"Never","securityContext":{"runAsNonRoot":true,"runAsUser":65532,"seccompProfile":{"type":"RuntimeDefault"}},
		"containers":[{"name":"main","image":"none.invalid/none","securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}]}}}}%s}}`,
		name, namespace, schedule, runFor, more)
}

func TestTheOperatorUsesEveryRightItHasAndNeedsNoOther(t *testing.T) {
	needCRDs(t)
	home := namespace(t, "rights")
	objects := rendered(t, "sj", home, "leaderElection: {leaseDuration: 4s, renewDeadline: 3s, retryPeriod: 1s}")
	applyRights(t, objects)
	deployment := objects.Only("Deployment")
	account := user(deployment)
	eventually(t, "the API server has taken note of the roles", func() bool {
		for _, each := range []string{"jobs", "scheduledjobs.scheduledjob.dev"} {
			if answer, _ := kubectl("", "auth", "can-i", "list", each, "-A", "--as="+account); !strings.HasPrefix(answer, "yes") {
				return false
			}
		}
		return true
	})

	running := start(t, deployment, plane.server)
	running.awaitLeading(t)
	start(t, deployment, plane.server) // a standby watches the lease
	do(t, scheduledJob("quick", home, `{"every":"1s"}`, "0s", `,"successfulJobsHistoryLimit":0`), "apply", "-f", "-")
	do(t, scheduledJob("long", home, `{"every":"2s"}`, "1h", ""), "apply", "-f", "-")
	// What repeats becomes a series, which is a patch of the Event.
	do(t, scheduledJob("overlapping", home, `{"every":"1s"}`, "1h", `,"concurrencyPolicy":"Skip"`), "apply", "-f", "-")

	disturb := writer(t, home, "quick")
	unused := func() (left []right) {
		used := map[right]bool{}
		for _, each := range requests(t) {
			if each.user == account && each.code < 400 {
				used[right{each.verb, each.resource}] = true
			}
		}
		for _, each := range granted(objects) {
			// Not a request: the admission of a Job asks for it. What fails without it, the next test shows.
			if !used[each] && each.resource != "scheduledjobs/finalizers" {
				left = append(left, each)
			}
		}
		return left
	}
	var left []right
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("not used: %v", left)
		}
	})
	// The audit log tells of a watch when it has ended.
	eventually(t, "every right but those to watch is used", func() bool {
		left = unused()
		if slices.Contains(left, right{"get", "scheduledjobs"}) {
			// The operator reads an object that somebody else has written in between.
			disturb()
		}
		if slices.Contains(left, right{"get", "jobs"}) {
			// And a Job that its watch loses sight of, because somebody takes its label away.
			kubectl("", "label", "jobs", "-n", home, "-l", "scheduledjob.dev/uid="+get(t, "scheduledjobs", "long", "-n", home).Text("metadata.uid"), "scheduledjob.dev/uid-")
		}
		return !slices.ContainsFunc(left, func(each right) bool { return each.verb != "watch" })
	})
	running.stop(t)
	eventually(t, "every right is used", func() bool {
		left = unused()
		return len(left) == 0
	})
	for _, each := range requests(t) {
		// Elsewhere, other tests are taking their namespaces away.
		here := each.namespace == home || each.namespace == ""
		if each.user == account && here && (each.code == 401 || each.code == 403) {
			t.Errorf("%s %s in %s is denied: %s", each.verb, each.resource, each.namespace, each.message)
		}
	}
}

func TestWithoutAnyOneRightTheOperatorSaysWhatIsMissing(t *testing.T) {
	needCRDs(t)
	home := namespace(t, "no-rights")
	everything := granted(rendered(t, "sj", home, ""))
	deployments := map[right]chart.Object{}
	var all chart.Objects
	for number, gone := range everything {
		objects := rendered(t, fmt.Sprintf("without-%d", number), home, "rbac: {aggregate: false}")
		without(objects, gone)
		all = append(all, objects...)
		deployments[gone] = objects.Only("Deployment")
	}
	applyRights(t, all)

	for _, gone := range everything {
		t.Run(gone.String(), func(t *testing.T) {
			if gone.resource == "scheduledjobs/finalizers" {
				expectNoBlockedOwner(t, home, deployments[gone])
				return
			}
			if gone.resource == "events" {
				expectFewerWords(t, gone, deployments[gone])
				return
			}
			scope := "in all namespaces"
			if gone.resource == "leases" {
				scope = "in namespace " + home
			}
			running := start(t, deployments[gone], plane.server)
			eventually(t, "it is all that is missing", func() bool { // the API server takes note of roles a little later
				missing := running.saysMissing()
				return strings.HasPrefix(missing, gone.verb+" "+gone.resource+" (") && strings.HasSuffix(missing, scope) && !strings.Contains(missing, ";")
			})
		})
	}
}

// saysMissing is the last list of missing rights in the log.
func (o *operator) saysMissing() string {
	const before = "Missing: "
	text := o.log()
	at := strings.LastIndex(text, before)
	if at < 0 {
		return ""
	}
	missing, _, _ := strings.Cut(text[at+len(before):], ". Grant")
	return missing
}

func TestTheOperatorWaitsForItsRightsAndStartsWhenTheyAreGranted(t *testing.T) {
	needCRDs(t)
	home := namespace(t, "rights-later")
	const late = "create jobs (batch) in all namespaces"
	objects := rendered(t, "late", home, "")
	reduced := rendered(t, "late", home, "")
	without(reduced, right{"create", "jobs"})
	applyRights(t, reduced)

	running := start(t, objects.Only("Deployment"), plane.server)
	eventually(t, "it says what is missing", func() bool { return running.saysMissing() == late })
	address := running.listensAt(t)
	if code, page := fetch(t, "http://"+address+"/readyz"); code != 503 || !strings.Contains(page, late) {
		t.Errorf("/readyz answers %d: %s", code, page)
	}
	if code, page := fetch(t, "http://"+address+"/healthz"); code != 200 {
		t.Errorf("/healthz answers %d: %s", code, page)
	}
	apply(t, rightsIn(objects)...)
	running.awaitLeading(t)
}

func fetch(t *testing.T, address string) (code int, page string) {
	t.Helper()
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// expectNoBlockedOwner sees creates refused where the deletion of an owner may not be blocked.
func expectNoBlockedOwner(t *testing.T, home string, deployment chart.Object) {
	running := start(t, deployment, plane.server)
	running.awaitLeading(t)
	name := "blocked"
	do(t, scheduledJob(name, home, fmt.Sprintf(`{"at":%q}`, time.Now().Add(2*time.Second).UTC().Format(time.RFC3339)), "0s", ""), "apply", "-f", "-")
	eventually(t, "the create is refused, and the log or the audit log says why", func() bool {
		for _, each := range requests(t) {
			if each.user == user(deployment) && each.verb == "create" && each.resource == "jobs" && each.code == 403 &&
				each.namespace == home && strings.Contains(each.message, "cannot set blockOwnerDeletion") {
				return true
			}
		}
		return false
	})
}

// expectFewerWords sees the operator do its work, and say why there are no Events.
func expectFewerWords(t *testing.T, gone right, deployment chart.Object) {
	t.Helper()
	eventually(t, "it leads and says what is missing", func() bool { // the API server takes note of roles a little later
		running := start(t, deployment, plane.server)
		defer running.stop(t)
		running.awaitLeading(t)
		return strings.Contains(running.log(), "Events cannot be written") &&
			strings.Contains(running.log(), `"missing":"`+gone.String()+` (events.k8s.io) in all namespaces"`)
	})
}

func TestServingNamespacesTakesRolesThereOnly(t *testing.T) {
	needCRDs(t)
	home, one, two := namespace(t, "narrow"), namespace(t, "narrow-one"), namespace(t, "narrow-two")
	other := namespace(t, "narrow-other")
	objects := rendered(t, "sj", home, fmt.Sprintf("namespaces: [%s, %s]", one, two))
	applyRights(t, objects)
	running := start(t, objects.Only("Deployment"), plane.server)
	running.awaitLeading(t)
	for _, each := range []string{one, two, other} {
		do(t, scheduledJob("quick", each, `{"every":"1s"}`, "0s", ""), "apply", "-f", "-")
	}
	ran := func(where string) bool {
		return get(t, "scheduledjobs", "quick", "-n", where).At("status.lastSuccessfulTime") != nil
	}
	eventually(t, "both are served", func() bool { return ran(one) && ran(two) })
	if get(t, "scheduledjobs", "quick", "-n", other).At("status") != nil {
		t.Error("a namespace that was not named is served")
	}
	for _, each := range requests(t) {
		if each.user == user(objects.Only("Deployment")) && each.code == 403 {
			t.Errorf("%s %s in %q is denied: %s", each.verb, each.resource, each.namespace, each.message)
		}
	}
}

func TestUsersGetScheduledJobsWithTheirOrdinaryRoles(t *testing.T) {
	t.Parallel()
	needCRDs(t)
	home := namespace(t, "users")
	applyRights(t, rendered(t, "users", home, ""))
	for _, role := range []string{"view", "edit", "admin"} {
		do(t, "", "create", "rolebinding", role, "-n", home, "--clusterrole="+role, "--user="+role)
	}
	may := func(user, verb, resource string) bool {
		name, subresource, _ := strings.Cut(resource, "/")
		answer, _ := kubectl("", "auth", "can-i", verb, name, "--subresource="+subresource, "-n", home, "--as="+user)
		return strings.HasPrefix(answer, "yes")
	}
	eventually(t, "admin is aggregated", func() bool { return may("admin", "create", "scheduledjobs.scheduledjob.dev") })
	for question, wanted := range map[[3]string]bool{
		{"view", "get", "scheduledjobs.scheduledjob.dev"}:               true,
		{"view", "create", "scheduledjobs.scheduledjob.dev"}:            false,
		{"edit", "list", "scheduledjobs.scheduledjob.dev"}:              true,
		{"edit", "patch", "scheduledjobs.scheduledjob.dev"}:             true,
		{"edit", "patch", "scheduledjobs.scheduledjob.dev/status"}:      false,
		{"admin", "deletecollection", "scheduledjobs.scheduledjob.dev"}: true,
		{"nobody", "get", "scheduledjobs.scheduledjob.dev"}:             false,
	} {
		if got := may(question[0], question[1], question[2]); got != wanted {
			t.Errorf("%v: %v", question, got)
		}
	}
}
