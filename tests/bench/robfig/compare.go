package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
)

// compare puts a corpus of random questions to the operator's code and to
// robfig/cron.
func compare(ctx context.Context, arguments []string) error {
	flags := flag.NewFlagSet("compare", flag.ContinueOnError)
	program := flags.String("answer", "", "the `program`, with its arguments, that answers for the operator")
	number := flags.Int("number", 100_000, "how many expressions to make up; each is asked about in two zones")
	instants := flags.Int("instants", 3, "how many instants to ask for each time")
	seed := flags.Uint64("seed", 1, "other seeds make other expressions")
	show := flags.Int("show", 20, "how many mismatches of a kind to list")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if *program == "" || flags.NArg() != 0 {
		return errors.New("usage: robfig compare --answer PROGRAM [flags]")
	}
	corpus := newCorpus(*seed)
	var questions []question
	for range *number {
		questions = append(questions, corpus.questions(*instants)...)
	}
	fmt.Printf("%d expressions of seed %d\n", *number, *seed)
	judge, err := judged(ctx, strings.Fields(*program), questions)
	if err != nil {
		return err
	}
	judge.print(os.Stdout, *show)
	return judge.verdict()
}

// compareTable asks both about the shared rows of the table, at every instant
// of the sample.
func compareTable(ctx context.Context, program []string, rows []row) (*judge, error) {
	var questions []question
	for _, r := range rows {
		if !r.shared {
			continue
		}
		for _, after := range newSample() {
			questions = append(questions, question{r.expression, r.zone, after, 5})
		}
	}
	return judged(ctx, program, questions)
}

// judged puts the questions to the program and judges its answers.
func judged(ctx context.Context, program []string, questions []question) (*judge, error) {
	answers, err := ask(ctx, program, questions)
	if err != nil {
		return nil, err
	}
	judge := newJudge()
	for i, q := range questions {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := judge.hear(q, answers[i]); err != nil {
			return nil, err
		}
	}
	return judge, nil
}
