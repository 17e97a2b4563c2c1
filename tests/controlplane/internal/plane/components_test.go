package plane

import (
	"slices"
	"strings"
	"testing"
)

func TestEveryListenerIsLocal(t *testing.T) {
	p := newPorts([]int{1, 2, 3, 4, 5, 6})
	for _, component := range Components() {
		list, err := arguments(component, Options{Directory: "/plane"}, p)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(list, " "), "127.0.0.1") {
			t.Errorf("%s is not told to listen on 127.0.0.1: %v", component, list)
		}
		if p.of(component) == 0 {
			t.Errorf("%s has no port", component)
		}
	}
}

func TestWhatTheUserGivesComesLast(t *testing.T) {
	o := Options{ExtraArguments: map[string][]string{APIServer: {"--audit-log-mode=batch"}}}
	list, err := arguments(APIServer, o, ports{})
	if err != nil {
		t.Fatal(err)
	}
	if list[len(list)-1] != "--audit-log-mode=batch" {
		t.Errorf("overridden by the built-in arguments: %v", list)
	}
}

func TestFeatureGatesGoToKubernetesServersOnly(t *testing.T) {
	for component, wanted := range map[string]bool{Etcd: false, APIServer: true, ControllerManager: true, Scheduler: true, Kwok: false} {
		list, err := arguments(component, Options{FeatureGates: "X=true"}, ports{})
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(list, "--feature-gates=X=true") != wanted {
			t.Errorf("%s: %v", component, list)
		}
	}
}

func TestOnlyAnUnsafeEtcdSkipsTheDisk(t *testing.T) {
	for _, fsync := range []bool{true, false} {
		list := etcdArguments(Options{EtcdFsync: fsync}, ports{})
		if slices.Contains(list, "--unsafe-no-fsync") == fsync {
			t.Errorf("fsync %v: %v", fsync, list)
		}
	}
}

func TestTheCheckSeesHowAJobEnds(t *testing.T) {
	job := func(condition, status string) object {
		return object{"status": object{"conditions": []any{object{"type": condition, "status": status}}}}
	}
	for _, c := range []struct {
		job    object
		done   bool
		failed bool
	}{
		{job: object{}},
		{job: job("SuccessCriteriaMet", "True")},
		{job: job("Complete", "False")},
		{job: job("Complete", "True"), done: true},
		{job: job("Failed", "True"), failed: true},
	} {
		done, err := isComplete(c.job)
		if done != c.done || (err != nil) != c.failed {
			t.Errorf("%v: %v, %v", c.job, done, err)
		}
	}
}

func TestADirectoryInUseIsRefused(t *testing.T) {
	directory := Directory(t.TempDir())
	if err := directory.Prepare(); err != nil {
		t.Fatal(err)
	}
	if err := directory.writeManifests(); err == nil {
		t.Fatal("wrote to folders that do not exist")
	}
	if _, _, err := directory.write("https://127.0.0.1:1"); err != nil {
		t.Fatal(err)
	}
	if err := directory.Prepare(); err == nil {
		t.Error("a directory with a plane in it was taken for another")
	}
	if err := directory.clear(); err != nil {
		t.Fatal(err)
	}
	if err := directory.Prepare(); err != nil {
		t.Errorf("not empty after clearing: %v", err)
	}
}

func TestALongPathIsRefusedEarly(t *testing.T) {
	err := Directory("/" + strings.Repeat("x", 120)).Prepare()
	if err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("error %v", err)
	}
}
