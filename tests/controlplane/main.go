// Command controlplane runs a real Kubernetes control plane on this machine, for
// tests, benchmarks and demonstrations. It is started as tests/controlplane/run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"scheduledjob.dev/operator/tests/controlplane/internal/binaries"
	"scheduledjob.dev/operator/tests/controlplane/internal/plane"
	"scheduledjob.dev/operator/tests/controlplane/internal/process"
)

const usage = `Runs a real Kubernetes control plane on this machine: etcd, API server, controller
manager and scheduler, with kwok in place of the nodes. No containers, no root.
The programs are built from source once (about 15 minutes on two cores) and kept in
${XDG_CACHE_HOME:-~/.cache}/scheduledjob-operator/controlplane.

  run up [flags]                  start a plane and keep it until Ctrl-C or SIGTERM
  run kill COMPONENT --dir DIR    SIGKILL a component of the plane in DIR
  run stop COMPONENT --dir DIR    freeze it (SIGSTOP)
  run cont COMPONENT --dir DIR    let it go on (SIGCONT)
  run start COMPONENT --dir DIR   start it again after kill; returns when it is ready
  run restart COMPONENT --dir DIR end it in order and start it again
  run status --dir DIR            a line per component: NAME running|stopped|down [PID]
  run proxy --dir DIR [flags]     stand between clients and its API server, with faults
  run chaos --operator PROGRAM    run operators under faults on a plane of their own, and judge
  run soak --operator PROGRAM     run them without faults, and watch memory and descriptors
  run bench --operator PROGRAM    measure one beside the CronJob controller, on a plane of their own
  run build [--tools=A,B]         build what is missing of the programs
  run path TOOL                   print where a program is, building it if need be

Components: etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kwok.
Tools:      the same, and kubectl and helm.

When a plane is ready, ` + "`up`" + ` prints these lines on stdout and nothing after them:

  DIR=...  KUBECONFIG=...  AUDIT_LOG=...  API_SERVER=https://127.0.0.1:...
  READY

Use it from another terminal:

  export KUBECONFIG=...
  $(tests/controlplane/run path kubectl) get nodes

` + "`run COMMAND --help`" + ` lists the flags of a command.
`

func main() {
	// A second signal, while the first is being obeyed, ends the program at once;
	// the kernel and the janitor then clean up.
	ctx, restore := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, restore)
	err := dispatch(ctx, os.Args[1:])
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "controlplane:", err)
		os.Exit(1)
	}
}

// dispatch runs the sub-command that the arguments name.
func dispatch(ctx context.Context, arguments []string) error {
	if len(arguments) == 0 || slices.Contains([]string{"help", "-h", "-help", "--help"}, arguments[0]) {
		fmt.Print(usage)
		return nil
	}
	command, arguments := arguments[0], arguments[1:]
	switch {
	case command == "up":
		return up(ctx, arguments)
	case command == "chaos":
		return chaosRun(ctx, arguments)
	case command == "bench":
		return measure(ctx, arguments)
	case command == "soak":
		return soak(ctx, arguments)
	case command == "proxy":
		return proxy(ctx, arguments)
	case command == "build":
		return build(ctx, arguments)
	case command == "path":
		return path(ctx, arguments)
	case command == plane.Status:
		return control(command, 0, arguments)
	case slices.Contains(plane.ComponentCommands(), command):
		return control(command, 1, arguments)
	case command == process.JanitorCommand && len(arguments) == 1:
		return process.RunJanitor(arguments[0])
	}
	return fmt.Errorf("there is no command %q; see --help", command)
}

// build makes programs that are not in the cache yet.
func build(ctx context.Context, arguments []string) error {
	flags := newFlags("build [--tools=A,B]")
	tools := flags.String("tools", strings.Join(binaries.DefaultNames(), ","), "comma-separated; one of "+strings.Join(binaries.Names(), ", "))
	if _, err := parse(flags, 0, arguments); err != nil {
		return err
	}
	store, err := openStore(ctx)
	if err != nil {
		return err
	}
	return store.Ensure(ctx, process.NewSpawner(), os.Stderr, strings.Split(*tools, ",")...)
}

// path prints where a program is.
func path(ctx context.Context, arguments []string) error {
	names, err := parse(newFlags("path TOOL"), 1, arguments)
	if err != nil {
		return err
	}
	store, err := openStore(ctx)
	if err != nil {
		return err
	}
	if err := store.Ensure(ctx, process.NewSpawner(), os.Stderr, names[0]); err != nil {
		return err
	}
	program, err := store.Path(names[0])
	if err != nil {
		return err
	}
	fmt.Println(program)
	return nil
}

// control sends a command, which takes so many operands, to a running plane.
func control(command string, operands int, arguments []string) error {
	synopsis := command + strings.Repeat(" COMPONENT", operands) + " --dir DIR"
	flags := newFlags(synopsis)
	directory := flags.String("dir", "", "the DIR that `up` has printed")
	given, err := parse(flags, operands, arguments)
	if err != nil {
		return err
	}
	if *directory == "" {
		return fmt.Errorf("which plane? usage: run %s", synopsis)
	}
	output, err := plane.Directory(*directory).Send(command, strings.Join(given, ""))
	if output != "" {
		fmt.Println(output)
	}
	return err
}

// openStore opens the cache for the sources that the entry script belongs to.
func openStore(ctx context.Context) (*binaries.Store, error) {
	root, err := binaries.DefaultRoot()
	if err != nil {
		return nil, err
	}
	return binaries.Open(ctx, os.Getenv("CONTROLPLANE_SOURCE"), root)
}

// newFlags is the flag set of one sub-command.
func newFlags(synopsis string) *flag.FlagSet {
	flags := flag.NewFlagSet(synopsis, flag.ContinueOnError)
	flags.Usage = func() {
		fmt.Fprintf(flags.Output(), "usage: run %s\n", synopsis)
		flags.PrintDefaults()
	}
	return flags
}

// parse takes flags and operands in any order, and exactly so many operands.
func parse(flags *flag.FlagSet, operands int, arguments []string) ([]string, error) {
	var given []string
	for {
		if err := flags.Parse(arguments); err != nil {
			return nil, err
		}
		if flags.NArg() == 0 {
			break
		}
		given = append(given, flags.Arg(0))
		arguments = flags.Args()[1:]
	}
	if len(given) != operands {
		return nil, fmt.Errorf("usage: run %s", flags.Name())
	}
	return given, nil
}
