package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// A question asks for the instants that follow one, in the line protocol of
// docs/cli.md.
type question struct {
	Cron     string    `json:"cron"`
	TimeZone string    `json:"timeZone"`
	After    time.Time `json:"after"`
	Count    int       `json:"count"`
}

// An answer has the instants, or the error.
type answer struct {
	Next  []time.Time `json:"next"`
	Error string      `json:"error"`
}

// ask puts the questions to a program, a line each, and returns its answers in
// the same order.
func ask(ctx context.Context, program []string, questions []question) ([]answer, error) {
	if len(program) == 0 {
		return nil, errors.New("no program that answers is named")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	command := exec.CommandContext(ctx, program[0], program[1:]...)
	command.Stderr = os.Stderr
	input, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	written := make(chan error, 1)
	go func() { written <- writeQuestions(input, questions) }()

	answers, err := readAnswers(output, len(questions))
	if err != nil {
		cancel() // it need not hear the rest
	}
	writeErr := <-written
	waitErr := command.Wait()
	if err == nil {
		err = errors.Join(writeErr, waitErr)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", program[0], err)
	}
	return answers, nil
}

// writeQuestions writes them all and then the end of input.
func writeQuestions(input io.WriteCloser, questions []question) error {
	buffered := bufio.NewWriter(input)
	encoder := json.NewEncoder(buffered)
	for _, q := range questions {
		if err := encoder.Encode(q); err != nil {
			input.Close()
			return err
		}
	}
	return errors.Join(buffered.Flush(), input.Close())
}

// readAnswers reads exactly so many.
func readAnswers(output io.Reader, count int) ([]answer, error) {
	answers := make([]answer, count)
	decoder := json.NewDecoder(bufio.NewReader(output))
	decoder.DisallowUnknownFields()
	for i := range answers {
		if err := decoder.Decode(&answers[i]); err != nil {
			return nil, fmt.Errorf("answer %d of %d: %w", i+1, count, err)
		}
	}
	if decoder.More() {
		return nil, errors.New("it answers more than it was asked")
	}
	return answers, nil
}
