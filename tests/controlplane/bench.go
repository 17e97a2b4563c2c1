package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"scheduledjob.dev/operator/tests/controlplane/internal/bench"
	"scheduledjob.dev/operator/tests/controlplane/internal/binaries"
	"scheduledjob.dev/operator/tests/controlplane/internal/plane"
)

// benchFlags are the flags of `bench`.
type benchFlags struct {
	options bench.Options
	// engine and transport are programs that measure these alone.
	engine, transport string
	json, docs        string
	asked             string
	keep, merge       bool
	report            bool
}

func parseBenchFlags(arguments []string) (f benchFlags, err error) {
	flags := newFlags("bench --operator PROGRAM [flags]")
	flags.StringVar(&f.options.Operator, "operator", "", "the `program` to measure, a release build")
	flags.BoolVar(&f.options.Quick, "quick", false, "the essential rows only, in six minutes")
	sections := flags.String("sections", strings.Join(bench.Sections(), ","), "comma-separated parts of a full run")
	flags.StringVar(&f.engine, "engine", "", "also run this `program`, which measures the engine alone")
	flags.StringVar(&f.transport, "transport", "", "also run this `program`, which measures the transport alone")
	flags.StringVar(&f.options.WithoutLibrary, "without-library", "", "also measure this `program`: the operator on a bare transport")
	flags.StringVar(&f.json, "json", "", "also write all figures to this `file`")
	flags.BoolVar(&f.merge, "merge", false, "add to the figures that the file of --json has, of other sections")
	flags.BoolVar(&f.report, "report", false, "measure nothing: write what --docs asks for from the file of --json")
	flags.StringVar(&f.docs, "docs", "", "also write performance.md and its plots into this `folder`")
	flags.StringVar(&f.asked, "command", "", "what performance.md says has made it (default: this `command`)")
	flags.BoolVar(&f.keep, "keep", false, "leave the directory, with all logs")
	if _, err = parse(flags, 0, arguments); err != nil {
		return f, err
	}
	if f.options.Operator == "" && !f.report {
		return f, errors.New("--operator has to be given; see run bench --help")
	}
	f.options.Sections = strings.Split(*sections, ",")
	for _, section := range f.options.Sections {
		if !slices.Contains(bench.Sections(), section) {
			return f, fmt.Errorf("there is no section %q; choose from %s", section, strings.Join(bench.Sections(), ", "))
		}
	}
	if f.asked == "" {
		f.asked = "tests/controlplane/run bench" + given(flags)
	}
	for _, program := range []*string{&f.options.Operator, &f.options.WithoutLibrary} {
		if *program == "" {
			continue
		}
		if *program, err = filepath.Abs(*program); err != nil {
			return f, err
		}
	}
	return f, nil
}

// given are the flags of a command line as they were given.
func given(flags *flag.FlagSet) string {
	var text string
	flags.Visit(func(set *flag.Flag) { text += fmt.Sprintf(" --%s=%s", set.Name, set.Value) })
	return text
}

// benchPlane has no CronJob controller, which is measured apart from the rest.
func benchPlane() map[string][]string {
	extra := maps.Clone(busyPlane)
	extra[plane.ControllerManager] = append([]string{"--controllers=*,-cronjob-controller"}, busyPlane[plane.ControllerManager]...)
	return extra
}

// measure runs the benchmarks on a plane of their own.
func measure(ctx context.Context, arguments []string) error {
	f, err := parseBenchFlags(arguments)
	if err != nil {
		return err
	}
	if f.report {
		found, err := readResult(f.json)
		if err != nil {
			return err
		}
		return found.WriteReport(f.docs, f.asked)
	}
	if _, err := os.Stat(f.options.Operator); err != nil {
		return fmt.Errorf("the program to measure: %w", err)
	}
	engine, transport, err := f.runAlone(ctx)
	if err != nil {
		return err
	}
	return onOwnPlane(ctx, benchPlane(), f.keep, func(ctx context.Context, own ownPlane) error {
		o := f.options
		o.Plane, o.Directory, o.Spawner, o.Output = own.plane, own.directory, own.spawner, os.Stderr
		o.Kubectl, o.Definitions, o.ControllerManager = own.programs["kubectl"], own.definitions, own.programs[plane.ControllerManager]
		o.Kubernetes = binaries.KubernetesVersion
		found, err := bench.Run(ctx, o)
		found.Engine, found.Transport = engine, transport
		found.Table.Write(os.Stdout)
		return errors.Join(err, f.write(found))
	})
}

// runAlone runs the programs that need no plane, before there is one, and returns
// what they print.
func (f benchFlags) runAlone(ctx context.Context) (engine, transport string, err error) {
	for program, printed := range map[string]*string{f.engine: &engine, f.transport: &transport} {
		if program == "" {
			continue
		}
		fmt.Fprintf(os.Stderr, "controlplane: %s\n", program)
		output, err := exec.CommandContext(ctx, program).Output()
		if err != nil {
			return engine, transport, fmt.Errorf("%s: %w", program, err)
		}
		*printed = string(output)
	}
	return engine, transport, nil
}

// write puts the figures where they were asked to be: also those of a run of which a
// part has failed.
func (f benchFlags) write(found bench.Result) error {
	if f.merge {
		earlier, err := readResult(f.json)
		if err != nil {
			return err
		}
		found = earlier.Merge(found)
	}
	if f.docs != "" {
		if err := found.WriteReport(f.docs, f.asked); err != nil {
			return err
		}
	}
	if f.json == "" {
		return nil
	}
	encoded, err := json.MarshalIndent(found, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(f.json), 0o755); err != nil {
		return err
	}
	return os.WriteFile(f.json, append(encoded, '\n'), 0o644)
}

// readResult reads the figures of an earlier run; none when there was none.
func readResult(file string) (found bench.Result, err error) {
	encoded, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return found, nil
	}
	if err != nil {
		return found, err
	}
	if err := json.Unmarshal(encoded, &found); err != nil {
		return found, fmt.Errorf("%s: %w", file, err)
	}
	return found, nil
}
