package live

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"scheduledjob.dev/operator/tests/chart/internal/chart"
)

// admission applies the rights and the admission policies of a rendering.
func admission(t *testing.T, objects chart.Objects) {
	t.Helper()
	applyRights(t, objects)
	var some []chart.Object
	for _, object := range objects {
		if strings.HasPrefix(object.Kind(), "ValidatingAdmissionPolicy") {
			some = append(some, object)
			t.Cleanup(func() { kubectl("", "delete", object.Kind(), object.Name()) })
		}
	}
	apply(t, some...)
}

func TestTheAPIServerFindsNoFaultWithThePolicies(t *testing.T) {
	t.Parallel()
	needCRDs(t)
	objects := rendered(t, "sj", namespace(t, "policies"), "admission: {authorCheck: true, createBefore: true}")
	admission(t, objects)
	policies := objects.Of("ValidatingAdmissionPolicy")
	if len(policies) != 2 {
		t.Fatalf("%d policies", len(policies))
	}
	for _, each := range policies {
		var policy chart.Object
		eventually(t, "the policy's types are checked", func() bool {
			policy = get(t, "validatingadmissionpolicy", each.Name())
			return policy.Text("status.observedGeneration") != ""
		})
		if warnings := policy.At("status.typeChecking.expressionWarnings"); warnings != nil {
			t.Errorf("%s: %v", each.Name(), warnings)
		}
	}
}

func TestWhoMayNotCreateJobsMayNotScheduleThem(t *testing.T) {
	t.Parallel()
	needCRDs(t)
	home := namespace(t, "authors")
	admission(t, rendered(t, "sj", home, "admission: {authorCheck: true}"))
	do(t, "", "create", "role", "author", "-n", home, "--verb=*", "--resource=scheduledjobs.scheduledjob.dev")
	do(t, "", "create", "rolebinding", "author", "-n", home, "--role=author", "--user=author")
	as := func(schedule string) error {
		_, err := kubectl(scheduledJob("hers", home, schedule, "0s", ""), "apply", "--server-side", "-f", "-", "--as=author")
		return err
	}

	eventually(t, "the policy is in force", func() bool {
		err := as(`{"every":"1h"}`)
		if err == nil {
			do(t, "", "delete", "scheduledjob", "hers", "-n", home)
		}
		return err != nil && strings.Contains(err.Error(), "author must be allowed to create jobs.batch in the namespace "+home)
	})

	// Somebody who may has made it; labels are still hers to change, what runs is not.
	do(t, scheduledJob("hers", home, `{"every":"1h"}`, "0s", ""), "apply", "--server-side", "-f", "-")
	if _, err := kubectl("", "label", "scheduledjob", "hers", "-n", home, "team=a", "--as=author"); err != nil {
		t.Errorf("a label: %v", err)
	}
	if _, err := kubectl("", "patch", "scheduledjob", "hers", "-n", home, "--type=merge", "-p", `{"spec":{"suspend":true}}`, "--as=author"); err == nil {
		t.Error("the spec was changed")
	}

	do(t, "", "create", "role", "jobs", "-n", home, "--verb=create", "--resource=jobs.batch")
	do(t, "", "create", "rolebinding", "jobs", "-n", home, "--role=jobs", "--user=author")
	eventually(t, "with the right she may", func() bool {
		_, err := kubectl("", "patch", "scheduledjob", "hers", "-n", home, "--type=merge", "-p", `{"spec":{"suspend":true}}`, "--as=author")
		return err == nil
	})
}

// ownJob is a Job as the operator sends it, with the annotation `until`.
func ownJob(namespace, until string) string {
	return fmt.Sprintf(`{"apiVersion":"batch/v1","kind":"Job","metadata":{"generateName":"own-","namespace":%q,"labels":{"scheduledjob.dev/uid":"x"},
		"annotations":{"scheduledjob.dev/create-before":%q}},"spec":{"template":{"spec":{"restartPolicy":"Never",
		"containers":[{"name":"main","image":"none.invalid/none"}]}}}}`, namespace, until)
}

// createdInTime asks whether the API server would create a Job of a user's now.
func createdInTime(namespace, user string, margin time.Duration) error {
	until := time.Now().Add(margin).UTC().Format("2006-01-02T15:04:05.000000Z")
	_, err := kubectl(ownJob(namespace, until), "create", "-f", "-", "--dry-run=server", "--as="+user)
	return err
}

func TestOnlyTheOperatorsOwnCreatesAreHeldToTheirTime(t *testing.T) {
	t.Parallel()
	needCRDs(t)
	home := namespace(t, "late")
	objects := rendered(t, "sj", home, "admission: {createBefore: true}")
	admission(t, objects)
	account := user(objects.Only("Deployment"))
	eventually(t, "the policy is in force", func() bool {
		err := createdInTime(home, account, -time.Minute)
		return err != nil && strings.Contains(err.Error(), "this create comes too late")
	})
	if err := createdInTime(home, account, time.Minute); err != nil {
		t.Errorf("in time: %v", err)
	}
	if err := createdInTime(home, "kubernetes-admin", -time.Minute); err != nil && strings.Contains(err.Error(), "too late") {
		t.Errorf("a copy made by somebody else: %v", err)
	}
}

// A leader sends a create, the network holds it, the leader freezes, another leads and runs the instant, its Job is deleted; then
// the create arrives.
func TestAFrozenLeadersLateCreateIsRefused(t *testing.T) {
	t.Parallel()
	needCRDs(t)
	for name, policy := range map[string]bool{"with-the-policy": true, "without-it-the-run-is-doubled": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home := namespace(t, name)
			objects := rendered(t, "sj", home, fmt.Sprintf(`
leaderElection: {leaseDuration: 6s, renewDeadline: 4s, retryPeriod: 1s}
admission: {createBefore: %v}
`, policy))
			admission(t, objects)
			deployment := objects.Only("Deployment")
			account := user(deployment)
			if policy {
				eventually(t, "the policy is in force", func() bool {
					return createdInTime(home, account, -time.Minute) != nil && createdInTime(home, account, time.Minute) == nil
				})
			}
			network := newWire(t)
			leader := start(t, deployment, network.server(), "--namespaces="+home)
			leader.awaitLeading(t)
			standby := start(t, deployment, plane.server, "--namespaces="+home)
			standby.awaitLine(t, "Caches are synced")

			due := time.Now().Add(6 * time.Second).Truncate(time.Second)
			do(t, scheduledJob("once", home, fmt.Sprintf(`{"at":%q}`, due.UTC().Format(time.RFC3339)), "0s", ""), "apply", "-f", "-")
			eventually(t, "the leader knows it", func() bool { return get(t, "scheduledjobs", "once", "-n", home).At("status") != nil })
			time.Sleep(time.Until(due.Add(-500 * time.Millisecond)))
			network.hold(true)
			time.Sleep(time.Until(due.Add(time.Second))) // the create is on its way now
			leader.process.Process.Signal(syscall.SIGSTOP)

			standby.awaitLeading(t)
			creates := func(code int) (found int) {
				for _, each := range requests(t) {
					if each.namespace == home && each.verb == "create" && each.resource == "jobs" && each.user == account && each.code == code {
						found++
					}
				}
				return found
			}
			eventually(t, "the standby runs it", func() bool {
				return get(t, "scheduledjobs", "once", "-n", home).Text("status.runCounts.succeeded") == "1"
			})
			do(t, "", "delete", "jobs", "--all", "-n", home)
			if creates(201) != 1 || creates(403) != 0 {
				t.Fatalf("%d creates and %d refused before the late one arrives", creates(201), creates(403))
			}
			network.hold(false)
			if !policy {
				eventually(t, "the late create is carried out", func() bool { return creates(201) == 2 })
				return
			}
			eventually(t, "the late create is refused", func() bool { return creates(403) == 1 })
			if creates(201) != 1 {
				t.Error("the instant ran twice")
			}
		})
	}
}
