package plane

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
)

// A request is one command, sent over the control socket as one JSON object.
type request struct {
	Command   string `json:"command"`
	Component string `json:"component,omitempty"`
}

// A reply answers one request. Error is empty on success.
type reply struct {
	Output string `json:"output,omitempty"`
	Error  string `json:"error,omitempty"`
}

// Serve takes commands from other processes of this user until the returned
// function is called. The socket is in the plane's directory, which is closed
// to other users.
func (p *Plane) Serve() (stop func(), err error) {
	listener, err := net.Listen("unix", p.options.Directory.controlSocket())
	if err != nil {
		return nil, fmt.Errorf("opening the control socket: %w", err)
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return // closed by stop
			}
			go p.answer(connection)
		}
	}()
	return func() { listener.Close() }, nil
}

// answer serves the one request of a connection.
func (p *Plane) answer(connection net.Conn) {
	defer connection.Close()
	var asked request
	if err := json.NewDecoder(connection).Decode(&asked); err != nil {
		return // nobody is there to be told
	}
	var answer reply
	output, err := p.Execute(asked.Command, asked.Component)
	if answer.Output = output; err != nil {
		answer.Error = err.Error()
	}
	json.NewEncoder(connection).Encode(answer)
}

// Send has the plane that runs in this directory execute a command, and returns
// its output.
func (d Directory) Send(command, component string) (string, error) {
	connection, err := net.Dial("unix", d.controlSocket())
	if err != nil {
		return "", fmt.Errorf("no control plane runs in %s: %w; give the DIR that `up` has printed", string(d), err)
	}
	defer connection.Close()
	if err := json.NewEncoder(connection).Encode(request{Command: command, Component: component}); err != nil {
		return "", err
	}
	var answer reply
	if err := json.NewDecoder(connection).Decode(&answer); err != nil {
		return "", fmt.Errorf("the control plane ended before it answered: %w", err)
	}
	if answer.Error != "" {
		return "", errors.New(answer.Error)
	}
	return answer.Output, nil
}
