package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"scheduledjob.dev/operator/tests/controlplane/internal/faultproxy"
	"scheduledjob.dev/operator/tests/controlplane/internal/faults"
	"scheduledjob.dev/operator/tests/controlplane/internal/kubeapi"
	"scheduledjob.dev/operator/tests/controlplane/internal/plane"
	"scheduledjob.dev/operator/tests/controlplane/internal/process"
)

// seedFlag declares --seed; zero, its default, becomes a fresh seed.
func seedFlag(flags *flag.FlagSet) *uint64 {
	return flags.Uint64("seed", 0, "`number` from which the faults follow (default: a fresh one)")
}

func seedOrFresh(seed uint64) uint64 {
	if seed != 0 {
		return seed
	}
	return rand.Uint64N(1_000_000) + 1
}

// endWithParent ties ctx to the process that has started tests/controlplane/run.
func endWithParent(ctx context.Context) (context.Context, error) {
	parent, err := strconv.Atoi(os.Getenv("CONTROLPLANE_PARENT"))
	if err != nil {
		return nil, errors.New("--watch-parent: the parent is not known; start this tool as tests/controlplane/run")
	}
	return process.WatchParent(ctx, parent), nil
}

// proxy runs a fault proxy for a plane until ctx ends, and tells what it did.
func proxy(ctx context.Context, arguments []string) error {
	flags := newFlags("proxy --dir DIR [flags]")
	directory := flags.String("dir", "", "the DIR that `up` has printed")
	mixName := flags.String("mix", "mild", "which faults: one of "+strings.Join(faults.MixNames(), ", "))
	seed := seedFlag(flags)
	watchParent := flags.Bool("watch-parent", false, "end when the process that started this one ends")
	if _, err := parse(flags, 0, arguments); err != nil {
		return err
	}
	mix, err := faults.Named(*mixName)
	if err != nil {
		return err
	}
	if *watchParent {
		if ctx, err = endWithParent(ctx); err != nil {
			return err
		}
	}
	access, err := plane.Directory(*directory).Access()
	if err != nil {
		return err
	}
	admin, err := kubeapi.NewClient(access.AuthorityPEM, access.Pair)
	if err != nil {
		return err
	}
	chosen := seedOrFresh(*seed)
	p, err := faultproxy.Start(access.Server, access.AuthorityPEM, faults.NewDice(mix, chosen))
	if err != nil {
		return err
	}
	defer p.Close()
	kubeconfig, err := p.Kubeconfig(ctx, admin)
	if err != nil {
		return err
	}
	// In the plane's directory, so that it goes with the plane.
	file := filepath.Join(*directory, fmt.Sprintf("proxy-%d.kubeconfig", os.Getpid()))
	if err := os.WriteFile(file, kubeconfig, 0o600); err != nil {
		return err
	}
	fmt.Printf("KUBECONFIG=%s\nAPI_SERVER=%s\nSEED=%d\nREADY\n", file, p.URL(), chosen)
	<-ctx.Done()
	fmt.Fprintf(os.Stderr, "controlplane: what the proxy did (mix %s, seed %d):\n%s", *mixName, chosen, faults.Table(p.Dice().Counts()))
	return nil
}
