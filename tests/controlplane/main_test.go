package main

import (
	"context"
	"slices"
	"strings"
	"testing"

	"scheduledjob.dev/operator/tests/controlplane/internal/plane"
)

func TestFlagsAndOperandsMayBeMixed(t *testing.T) {
	for _, line := range []string{"kwok --dir /plane", "--dir /plane kwok", "--dir=/plane kwok"} {
		flags := newFlags("kill COMPONENT --dir DIR")
		directory := flags.String("dir", "", "")
		operands, err := parse(flags, 1, strings.Fields(line))
		if err != nil || *directory != "/plane" || !slices.Equal(operands, []string{"kwok"}) {
			t.Errorf("%q: %v %q %v", line, operands, *directory, err)
		}
	}
}

func TestMisuseIsAnsweredWithWhatToDo(t *testing.T) {
	for line, wanted := range map[string]string{
		"fly":                           "--help",
		"kill":                          "usage: run kill COMPONENT --dir DIR",
		"kill kwok":                     "which plane?",
		"kill kwok --dir /no/such/dir":  "give the DIR that `up` has printed",
		"status extra --dir /no/such":   "usage: run status --dir DIR",
		"path":                          "usage: run path TOOL",
		"up surplus":                    "usage: run up [flags]",
		"restart kwok surplus --dir /x": "usage: run restart COMPONENT --dir DIR",
		"chaos":                         "--operator has to be given",
		"soak --operator /no/such":      "the program under test",
		"chaos --operator . --mix soft": "choose from mild, none, wild",
		"proxy --dir /no/such":          "give the DIR that `up` has printed",
		"proxy --dir /x --mix soft":     "choose from mild, none, wild",
	} {
		err := dispatch(context.Background(), strings.Fields(line))
		if err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%q: error %v does not say %q", line, err, wanted)
		}
	}
}

func TestExtraArgumentsAccumulate(t *testing.T) {
	f, err := parseUpFlags([]string{"--apiserver-arg", "--a=1", "--apiserver-arg=--b=2", "--etcd-fsync=false"})
	if err != nil {
		t.Fatal(err)
	}
	if got := *f.extra[plane.APIServer]; !slices.Equal(got, []string{"--a=1", "--b=2"}) {
		t.Errorf("arguments %v", got)
	}
	if f.etcdFsync || f.nodes != 2 {
		t.Errorf("flags %+v", f)
	}
}
