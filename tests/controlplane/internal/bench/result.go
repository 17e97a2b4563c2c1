package bench

import "time"

// A Result is everything that a run has found, as it is written as JSON.
type Result struct {
	Started    time.Time  `json:"started"`
	Took       string     `json:"took"`
	Machine    Machine    `json:"machine"`
	Kubernetes string     `json:"kubernetes"`
	Table      Table      `json:"table"`
	Ladder     []Rung     `json:"ladder"`
	Single     []Lateness `json:"single"`
	Bursts     []Burst    `json:"bursts"`
	Costs      []Cost     `json:"costs"`
	Scales     []Scale    `json:"scales"`
	// Engine and Transport are what the programs have printed that measure these
	// alone; empty when they were not run.
	Engine    string `json:"engine,omitempty"`
	Transport string `json:"transport,omitempty"`
}

// A Rung is how many Jobs a second the loader creates with so many requests in
// flight.
type Rung struct {
	InFlight int     `json:"inFlight"`
	Rate     float64 `json:"rate"`
}

// A Lateness is how late the Jobs of one schedule were: in ascending order until the
// API server had each request, and until 99 % of the Jobs existed.
type Lateness struct {
	Of           string    `json:"of"`
	Milliseconds []float64 `json:"milliseconds"`
	P99Created   float64   `json:"p99CreatedMilliseconds"`
}

// A Burst is how so many schedules fared that were due at once. Times are in
// seconds after the instant: until the API server had the first request, and until
// the Jobs existed.
type Burst struct {
	Of         string  `json:"of"`
	Count      int     `json:"count"`
	Namespaces int     `json:"namespaces"`
	C          float64 `json:"c"`
	Rate       float64 `json:"rate"`
	First      float64 `json:"first"`
	// CallsBefore is how many requests there were for each run until the last Job existed.
	CallsBefore float64 `json:"callsBefore"`
	P50         float64 `json:"p50"`
	P99         float64 `json:"p99"`
	Last        float64 `json:"last"`
	// Cores is what the contestant took of processors until the last Job existed,
	// LoaderCores what the loader took while it found C.
	Cores       float64 `json:"cores"`
	LoaderCores float64 `json:"loaderCores"`
}

// ofC is the rate as a part of C.
func (b Burst) ofC() float64 { return b.Rate / b.C }

// A Cost is what a run takes from its instant until its Job is deleted. CPU is in
// milliseconds.
type Cost struct {
	Of     string  `json:"of"`
	Runs   int     `json:"runs"`
	Length string  `json:"length"`
	CPU    float64 `json:"cpu"`
	Calls  []Calls `json:"calls"`
}

// Calls is how often one run asks for something.
type Calls struct {
	call
	PerRun float64 `json:"perRun"`
}

func asMillis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func inMillis(list []time.Duration) []float64 {
	var converted []float64
	for _, d := range list {
		converted = append(converted, asMillis(d))
	}
	return converted
}

// A Scale is what so many schedules cost that are not due. Times are in seconds:
// from the start of the program to its first Job, and what the API server needs to
// send all objects to somebody who throws them away.
type Scale struct {
	Of        string  `json:"of"`
	Schedules int     `json:"schedules"`
	Memory    float64 `json:"memoryMiB"`
	// Written is the memory of a process that has also written every first status.
	Written  float64 `json:"memoryAfterWritesMiB,omitempty"`
	Idle     float64 `json:"idlePercent"`
	Start    float64 `json:"start,omitempty"`
	Transfer float64 `json:"transfer,omitempty"`
}
