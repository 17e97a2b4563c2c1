package faultproxy

import (
	"encoding/json"
	"net/http"
	"strconv"

	"scheduledjob.dev/operator/tests/controlplane/internal/faults"
)

// retryAfterSeconds is what a throttled client is told.
const retryAfterSeconds = 1

// A status is the Kubernetes object that explains a refusal.
type status struct {
	Kind       string         `json:"kind"`
	APIVersion string         `json:"apiVersion"`
	Metadata   struct{}       `json:"metadata"`
	Status     string         `json:"status"`
	Message    string         `json:"message"`
	Reason     string         `json:"reason"`
	Details    *statusDetails `json:"details,omitempty"`
	Code       int            `json:"code"`
}

type statusDetails struct {
	RetryAfterSeconds int `json:"retryAfterSeconds,omitempty"`
}

func newStatus(code int, reason, message string) status {
	return status{Kind: "Status", APIVersion: "v1", Status: "Failure", Code: code, Reason: reason, Message: message}
}

// refusalOf words a fault as the API server would.
func refusalOf(kind faults.Kind) status {
	switch kind {
	case faults.TooManyRequests:
		s := newStatus(http.StatusTooManyRequests, "TooManyRequests", "fault proxy: too many requests")
		s.Details = &statusDetails{RetryAfterSeconds: retryAfterSeconds}
		return s
	case faults.Unavailable:
		return newStatus(http.StatusServiceUnavailable, "ServiceUnavailable", "fault proxy: unavailable")
	case faults.GatewayTimeout:
		return newStatus(http.StatusGatewayTimeout, "Timeout", "fault proxy: the request did not complete in time")
	case faults.GoneStatus, faults.GoneEvent:
		return newStatus(http.StatusGone, "Expired", "fault proxy: too old resource version")
	default:
		return newStatus(http.StatusInternalServerError, "InternalError", "fault proxy: internal error")
	}
}

// refuse answers with the refusal instead of what was asked for.
func refuse(w http.ResponseWriter, kind faults.Kind) {
	refusal := refusalOf(kind)
	w.Header().Set("Content-Type", "application/json")
	if refusal.Details != nil {
		w.Header().Set("Retry-After", strconv.Itoa(refusal.Details.RetryAfterSeconds))
	}
	w.WriteHeader(refusal.Code)
	json.NewEncoder(w).Encode(refusal)
}
