package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"scheduledjob.dev/operator/tests/controlplane/internal/binaries"
	"scheduledjob.dev/operator/tests/controlplane/internal/plane"
	"scheduledjob.dev/operator/tests/controlplane/internal/process"
)

// repeated is a flag that may be given more than once.
type repeated []string

func (r *repeated) String() string         { return strings.Join(*r, " ") }
func (r *repeated) Set(value string) error { *r = append(*r, value); return nil }

// upFlags are the flags of `up`.
type upFlags struct {
	directory    string
	featureGates string
	nodes        int
	etcdFsync    bool
	watchParent  bool
	keep         bool
	extra        map[string]*repeated
}

func parseUpFlags(arguments []string) (upFlags, error) {
	flags := newFlags("up [flags]")
	f := upFlags{extra: map[string]*repeated{}}
	flags.StringVar(&f.directory, "dir", "", "where everything of the plane is kept, an empty or new `directory`; removed in the end (default: a new one in $TMPDIR)")
	flags.StringVar(&f.featureGates, "feature-gates", "", "for all Kubernetes servers: `X=true,Y=false`")
	flags.IntVar(&f.nodes, "nodes", 2, "`number` of nodes")
	flags.BoolVar(&f.etcdFsync, "etcd-fsync", true, "let etcd wait for the disk, as in a real cluster; =false is for slow disks")
	flags.BoolVar(&f.watchParent, "watch-parent", false, "end when the process that started this one ends")
	flags.BoolVar(&f.keep, "keep", false, "leave the directory, with all logs, when the plane ends")
	for name, component := range map[string]string{
		"etcd-arg":               plane.Etcd,
		"apiserver-arg":          plane.APIServer,
		"controller-manager-arg": plane.ControllerManager,
		"scheduler-arg":          plane.Scheduler,
		"kwok-arg":               plane.Kwok,
	} {
		f.extra[component] = &repeated{}
		flags.Var(f.extra[component], name, "one more `--flag=value` for "+component+"; may be given often")
	}
	_, err := parse(flags, 0, arguments)
	return f, err
}

// up runs a plane until ctx ends. Whatever way this program ends, nothing of the
// plane is left.
func up(ctx context.Context, arguments []string) (err error) {
	f, err := parseUpFlags(arguments)
	if err != nil {
		return err
	}
	if f.watchParent {
		if ctx, err = endWithParent(ctx); err != nil {
			return err
		}
	}
	spawner := process.NewSpawner()
	options, err := programs(ctx, spawner)
	if err != nil {
		return err
	}
	options.Directory, err = makeDirectory(f.directory)
	if err != nil {
		return err
	}
	if f.keep {
		defer fmt.Fprintf(os.Stderr, "controlplane: the logs are in %s\n", options.Directory)
	} else {
		janitor, err := process.StartJanitor(string(options.Directory))
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, janitor.Finish()) }()
	}
	options.Nodes, options.FeatureGates, options.EtcdFsync = f.nodes, f.featureGates, f.etcdFsync
	options.Messages, options.Spawner = os.Stderr, spawner
	options.ExtraArguments = map[string][]string{}
	for component, list := range f.extra {
		options.ExtraArguments[component] = *list
	}
	return run(ctx, options)
}

// run starts the plane, says that it is there, and stops it in the end.
func run(ctx context.Context, options plane.Options) error {
	started := time.Now()
	fmt.Fprintf(os.Stderr, "controlplane: starting in %s\n", options.Directory)
	p, err := plane.Start(ctx, options)
	if ctx.Err() != nil && err != nil {
		return errors.New("interrupted before the plane was ready")
	}
	if err != nil {
		return fmt.Errorf("the plane did not start: %w", err)
	}
	defer p.Stop()
	stopServing, err := p.Serve()
	if err != nil {
		return err
	}
	defer stopServing()
	fmt.Fprintf(os.Stderr, "controlplane: ready after %.1f s; Ctrl-C ends it\n", time.Since(started).Seconds())
	fmt.Printf("DIR=%s\nKUBECONFIG=%s\nAUDIT_LOG=%s\nAPI_SERVER=%s\nREADY\n", options.Directory,
		options.Directory.Kubeconfig(), options.Directory.AuditLog(), p.APIServerURL())
	return p.Wait()
}

// programs builds what is missing and fills in where everything is.
func programs(ctx context.Context, spawner *process.Spawner) (options plane.Options, err error) {
	store, err := openStore(ctx)
	if err != nil {
		return options, err
	}
	if err := store.Ensure(ctx, spawner, os.Stderr, plane.Components()...); err != nil {
		return options, err
	}
	options.Programs = map[string]string{}
	for _, component := range plane.Components() {
		if options.Programs[component], err = store.Path(component); err != nil {
			return options, err
		}
	}
	for _, stage := range []string{binaries.NodeInitializeStage, binaries.NodeHeartbeatStage} {
		file, err := store.DataPath(plane.Kwok, stage)
		if err != nil {
			return options, err
		}
		options.NodeStages = append(options.NodeStages, file)
	}
	return options, nil
}

// makeDirectory makes the plane's directory, under the given name if there is one.
func makeDirectory(name string) (plane.Directory, error) {
	var err error
	if name == "" {
		name, err = os.MkdirTemp("", "controlplane-")
	} else {
		name, err = filepath.Abs(name)
	}
	if err != nil {
		return "", err
	}
	directory := plane.Directory(name)
	return directory, directory.Prepare()
}
