package gitops

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

// overlay builds testdata/kustomize/overlay in a copy that `change` has been at.
func (c *cluster) overlay(t *testing.T, change func(text []byte) []byte) []object {
	t.Helper()
	folder := t.TempDir()
	for to, from := range map[string]string{".": "testdata/kustomize", "component": root + "/gitops/kustomize/component"} {
		if err := os.CopyFS(filepath.Join(folder, to), os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"base/report.yaml", "overlay/kustomization.yaml"} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, change(read(t, path)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return documents(t, []byte(c.kubectl(t, "", "kustomize", filepath.Join(folder, "overlay"))))
}

func asIs(text []byte) []byte { return text }

func withoutComponent(text []byte) []byte {
	return bytes.Replace(text, []byte("components:\n- ../component\n"), nil, 1)
}

func asCronJob(text []byte) []byte {
	text = bytes.ReplaceAll(text, []byte("apiVersion: scheduledjob.dev/v1"), []byte("apiVersion: batch/v1"))
	return bytes.ReplaceAll(withoutComponent(text), []byte("kind: ScheduledJob"), []byte("kind: CronJob"))
}

func ofKind(objects []object, kind string) object {
	for _, each := range objects {
		if each["kind"] == kind {
			return each
		}
	}
	return nil
}

func TestKustomizeDoesToAScheduledJobWhatItDoesToACronJob(t *testing.T) {
	c := needCluster(t)
	ours, theirs := c.overlay(t, asIs), c.overlay(t, asCronJob)
	got, want := ofKind(ours, "ScheduledJob"), ofKind(theirs, "CronJob")
	for _, part := range []string{"metadata", "spec"} {
		if !reflect.DeepEqual(got[part], want[part]) {
			t.Errorf("the %s is:\n%s\ninstead of:\n%s", part, readable(got[part]), readable(want[part]))
		}
	}
	// The component changes nothing about other kinds.
	others := func(objects []object) []object {
		return slices.DeleteFunc(objects, func(each object) bool {
			return each["kind"] == "ScheduledJob" || each["kind"] == "CronJob"
		})
	}
	if got, want := others(ours), others(theirs); !reflect.DeepEqual(got, want) {
		t.Errorf("the other objects are:\n%s\ninstead of:\n%s", readable(got), readable(want))
	}
}

func TestWithoutTheComponentAPatchReplacesTheContainers(t *testing.T) {
	c := needCluster(t)
	with, without := ofKind(c.overlay(t, asIs), "ScheduledJob"), ofKind(c.overlay(t, withoutComponent), "ScheduledJob")
	if reflect.DeepEqual(with["spec"], without["spec"]) {
		t.Error("the component makes no difference: these tests do not tell whether it works")
	}
}
