// Package faults decides which faults befall a connection, a request or an
// event of a watch, and counts those that did. It knows no network; package
// faultproxy carries its decisions out.
package faults

import "fmt"

// A Kind is one way in which a connection to an API server goes wrong.
type Kind int

const (
	// HalfOpen accepts a connection and never says a word, not even of TLS.
	HalfOpen Kind = iota
	// CutRequest ends a connection after some bytes of what the client sends.
	CutRequest
	// SlowConnection lets bytes through in small pieces, in both directions.
	SlowConnection

	// Delay holds a request back before it is forwarded.
	Delay
	// LostRequest ends the connection with a request that was never forwarded.
	LostRequest
	// Silence neither forwards nor answers a request.
	Silence
	// TooManyRequests answers 429 with Retry-After; nothing is forwarded.
	TooManyRequests
	// InternalError answers 500; nothing is forwarded.
	InternalError
	// Unavailable answers 503; nothing is forwarded.
	Unavailable
	// GatewayTimeout answers 504; nothing is forwarded.
	GatewayTimeout
	// CutAnswer ends the connection after some bytes of the answer.
	CutAnswer
	// SwallowedAnswer has the request carried out, and ends the connection
	// instead of answering it.
	SwallowedAnswer
	// BeliedAnswer has the request carried out, and answers 504.
	BeliedAnswer

	// GoneStatus answers 410 to a watch.
	GoneStatus
	// GoneEvent ends a watch with an ERROR event of code 410.
	GoneEvent
	// LateEvent holds an event, and all after it, back.
	LateEvent
	// DuplicatedEvent delivers an event twice.
	DuplicatedEvent
	// DroppedEvent ends a watch instead of delivering an event. (To go on after
	// it would lose the event for ever, which no API server does.)
	DroppedEvent
	// CutEvent ends the connection of a watch after some bytes of an event.
	CutEvent

	kinds // how many there are
)

// When a kind may strike.
var (
	// OnConnect are the faults of a connection as a whole.
	OnConnect = []Kind{HalfOpen, CutRequest, SlowConnection}
	// OnRequest are the faults of any request.
	OnRequest = []Kind{Delay, LostRequest, Silence, TooManyRequests, InternalError, Unavailable, GatewayTimeout, CutAnswer}
	// OnWrite are the further faults of a request that changes something.
	OnWrite = []Kind{SwallowedAnswer, BeliedAnswer}
	// OnWatch are the further faults of a request that begins a watch.
	OnWatch = []Kind{GoneStatus}
	// OnEvent are the faults of one event of a watch.
	OnEvent = []Kind{GoneEvent, LateEvent, DuplicatedEvent, DroppedEvent, CutEvent}
)

var names = [kinds]string{
	HalfOpen: "half-open connection", CutRequest: "request cut", SlowConnection: "slow connection",
	Delay: "request delayed", LostRequest: "request lost", Silence: "request never answered",
	TooManyRequests: "429", InternalError: "500", Unavailable: "503", GatewayTimeout: "504",
	CutAnswer: "answer cut", SwallowedAnswer: "answer swallowed after commit", BeliedAnswer: "504 after commit",
	GoneStatus: "410 to a watch", GoneEvent: "410 as an event", LateEvent: "event late",
	DuplicatedEvent: "event duplicated", DroppedEvent: "watch ended before an event", CutEvent: "watch cut within an event",
}

// String is the kind in words, for tables.
func (k Kind) String() string {
	if k < 0 || k >= kinds {
		return fmt.Sprintf("Kind(%d)", int(k))
	}
	return names[k]
}

// Kinds lists all of them, in the order of a request's life.
func Kinds() []Kind {
	list := make([]Kind, kinds)
	for i := range list {
		list[i] = Kind(i)
	}
	return list
}
