package process

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// JanitorCommand is the hidden sub-command under which the program runs itself
// as a janitor; main hands it to RunJanitor.
const JanitorCommand = "janitor"

// A Janitor is a process that removes a directory once this program is gone,
// however it went: it holds the reading end of a pipe whose writing end only
// this program has, and the kernel closes that in every case.
type Janitor struct {
	command *exec.Cmd
	pipe    io.Closer
}

// StartJanitor starts a janitor for the directory.
func StartJanitor(directory string) (*Janitor, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	command := exec.Command(self, JanitorCommand, directory)
	// A session of its own: no signal of the terminal, and none sent to the
	// caller's process group, may end it before its work is done.
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	pipe, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("starting the janitor: %w", err)
	}
	return &Janitor{command: command, pipe: pipe}, nil
}

// Finish lets the janitor do its work now and returns when it has ended.
func (j *Janitor) Finish() error {
	j.pipe.Close()
	if err := j.command.Wait(); err != nil {
		return fmt.Errorf("the directory %s could not be removed: %w", j.command.Args[2], err)
	}
	return nil
}

// RunJanitor is the janitor's own main: it waits for its standard input to be
// closed and removes the directory.
func RunJanitor(directory string) error {
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	io.Copy(io.Discard, os.Stdin)
	// The children die at the same moment as their parent, and one that is still
	// dying may write one more file, so it can take more than one attempt.
	deadline := time.Now().Add(10 * time.Second)
	for {
		err := os.RemoveAll(directory)
		if err == nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}
