package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// Measures that only the operator's side has; see schedule/measures.hpp.
const (
	compiling  = "compile"
	refusing   = "refuse"
	nextFive   = "next-five"
	previous   = "previous"
	countAYear = "count-a-year"
)

// report lets both sides measure in turns, compares what they answer, and
// prints it all.
func report(ctx context.Context, arguments []string) error {
	flags := flag.NewFlagSet("report", flag.ContinueOnError)
	bench := flags.String("bench", "", "the `program` that measures for the operator")
	answering := flags.String("answer", "", "the `program`, with its arguments, that answers for the operator")
	count := flags.Int("rounds", 5, "how many turns each side has; two at least")
	span := flags.Duration("time", 20*time.Millisecond, "how long to measure each benchmark in a turn, at least")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if *bench == "" || *answering == "" || *count < 2 || flags.NArg() != 1 {
		return errors.New("usage: robfig report --bench PROGRAM --answer PROGRAM [flags] EXPRESSIONS")
	}
	table := flags.Arg(0)
	rows, err := readTable(table)
	if err != nil {
		return err
	}
	judge, err := compareTable(ctx, strings.Fields(*answering), rows)
	if err != nil {
		return err
	}
	robfig, err := robfigSide(table, *span)
	if err != nil {
		return err
	}
	measured, err := takeTurns(ctx, *count, ourSide(*bench, table, *span), robfig)
	if err != nil {
		return err
	}
	printReport(os.Stdout, rows, measured["ours"], measured["robfig"])
	fmt.Println("\nThe same instants on both sides?")
	judge.print(os.Stdout, 20)
	return judge.verdict()
}

// printReport shows the medians of all rounds.
func printReport(w io.Writer, rows []row, ourRounds, robfigRounds rounds) {
	ours, robfig := ourRounds.medians(), robfigRounds.medians()
	fmt.Fprintln(w, "Nanoseconds of processor time; × is robfig/cron's figure divided by ours.")
	fmt.Fprintln(w)
	random, walk := printBeside(w, rows, ours, robfig)
	fmt.Fprintln(w)
	printOurs(w, rows, ours)
	fmt.Fprintln(w)
	for _, t := range targets {
		fmt.Fprintln(w, t.judge(rows, ours))
	}
	fmt.Fprintln(w, judgeMultiple("next beside robfig, random", random))
	fmt.Fprintln(w, judgeMultiple("next beside robfig, walk", walk))
	fmt.Fprintf(w, "The slowest round is behind the fastest by %.0f %% (ours) and %.0f %% (robfig) at the median.\n",
		100*ourRounds.spread(), 100*robfigRounds.spread())
}

// printBeside shows what both sides measure, and returns how many times as long
// robfig/cron takes for the next instant.
func printBeside(w io.Writer, rows []row, ours, robfig figures) (random, walk []float64) {
	const line = "| %-16s | %-18s | %-16s | %7s | %7s | %6s | %7s | %7s | %6s | %7s | %7s | %7s | %6s |\n"
	fmt.Fprintf(w, line, "", "expression", "zone", "random", "robfig", "×", "walk", "robfig", "×", "parse", "compile", "robfig", "×")
	fmt.Fprintln(w, rule(16, 18, 16, -7, -7, -6, -7, -7, -6, -7, -7, -7, -6))
	for _, r := range rows {
		if !r.shared {
			continue
		}
		of := func(side figures, measure string) float64 { return side[measure+"/"+r.label()] }
		random = append(random, of(robfig, nextRandom)/of(ours, nextRandom))
		walk = append(walk, of(robfig, nextWalk)/of(ours, nextWalk))
		fmt.Fprintf(w, line, r.name, r.expression, r.zone,
			short(of(ours, nextRandom)), short(of(robfig, nextRandom)), short(random[len(random)-1]),
			short(of(ours, nextWalk)), short(of(robfig, nextWalk)), short(walk[len(walk)-1]),
			short(of(ours, parsing)), short(of(ours, compiling)), short(of(robfig, parsing)),
			short(of(robfig, parsing)/of(ours, compiling)))
	}
	return random, walk
}

// printOurs shows every figure of the operator's side: what robfig/cron cannot
// read, and what it has no counterpart of.
func printOurs(w io.Writer, rows []row, ours figures) {
	const line = "| %-16s | %-18s | %-16s | %7s | %7s | %7s | %8s | %9s | %9s | %7s | %7s |\n"
	fmt.Fprintf(w, line, "ours in full", "expression", "zone", "random", "walk", "five", "previous", "365 days", "parse", "compile", "refuse")
	fmt.Fprintln(w, rule(16, 18, 16, -7, -7, -7, -8, -9, -9, -7, -7))
	for _, r := range rows {
		cells := []any{r.name, r.expression, r.zone}
		for _, measure := range []string{nextRandom, nextWalk, nextFive, previous, countAYear, parsing, compiling, refusing} {
			cells = append(cells, short(ours[measure+"/"+r.label()]))
		}
		fmt.Fprintf(w, line, cells...)
	}
}

// rule is the line below a table's head; columns of negative width stand to the
// right.
func rule(widths ...int) string {
	var text strings.Builder
	for _, width := range widths {
		if width > 0 {
			text.WriteString("|" + strings.Repeat("-", width+2))
		} else {
			text.WriteString("|" + strings.Repeat("-", 1-width) + ":")
		}
	}
	return text.String() + "|"
}

// short writes a figure with three digits at least; nothing for what was not
// measured.
func short(figure float64) string {
	switch {
	case figure == 0:
		return ""
	case figure < 100:
		return fmt.Sprintf("%.1f", figure)
	default:
		return fmt.Sprintf("%.0f", figure)
	}
}
