// Command robfig measures and checks the operator's schedules beside
// robfig/cron, the library with which CronJob reads its own.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

const usage = `Measures and checks the operator's schedules beside robfig/cron.

  robfig report [flags] EXPRESSIONS    both sides of the benchmark in turns, one table
  robfig measure [flags] EXPRESSIONS   robfig/cron's side alone, as JSON
  robfig compare [flags]               random expressions: do both name the same instants?

"robfig COMMAND --help" lists the flags. Exit code 1: the two sides disagree, or
something failed; figures never decide it.
`

func main() {
	// A second signal ends the program at once, even in a search without end.
	ctx, restore := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, restore)
	err := dispatch(ctx, os.Args[1:])
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "robfig:", err)
		os.Exit(1)
	}
}

// dispatch runs the command that the arguments name.
func dispatch(ctx context.Context, arguments []string) error {
	if len(arguments) == 0 {
		fmt.Print(usage)
		return flag.ErrHelp
	}
	switch command := arguments[0]; command {
	case "report":
		return report(ctx, arguments[1:])
	case measureCommand:
		return measure(arguments[1:])
	case "compare":
		return compare(ctx, arguments[1:])
	case "help", "-h", "--help":
		fmt.Print(usage)
		return nil
	default:
		return fmt.Errorf("there is no command %q; see --help", command)
	}
}
