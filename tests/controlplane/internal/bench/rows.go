package bench

import "fmt"

// The columns of the table.
const (
	ours    = "operator"
	peer    = "CronJob controller"
	tuned   = "CronJob controller, tuned"
	bare    = "loader alone"
	plain   = "without cpprestsdk"
	noLimit = 0
)

// A Row is one question with the answers of those that were asked.
type Row struct {
	Name string `json:"name"`
	Unit unit   `json:"unit"`
	Goal string `json:"goal"`
	// Limit is the goal as a number in Unit, where it depends on C for this very
	// run; 0 for none.
	Limit float64 `json:"limit,omitempty"`
	// AtLeast turns the goal round: more is better.
	AtLeast bool               `json:"atLeast,omitempty"`
	Values  map[string]float64 `json:"values"`
}

// met tells whether the operator reaches the goal; unknown when there is none, or
// no answer.
func (r *Row) met() (met, known bool) {
	value, measured := r.Values[ours]
	if !measured || r.Limit == noLimit {
		return false, false
	}
	if r.AtLeast {
		return value >= r.Limit, true
	}
	return value <= r.Limit, true
}

// ratio is how many times better than another column the operator is; false when
// one of the two was not measured.
func (r *Row) ratio(column string) (float64, bool) {
	own, measured := r.Values[ours]
	other, compared := r.Values[column]
	if !measured || !compared || own <= 0 || other <= 0 {
		return 0, false
	}
	if r.AtLeast {
		return own / other, true
	}
	return other / own, true
}

// A unit is what values are counted in.
type unit string

const (
	seconds    unit = "s"
	millis     unit = "ms"
	perSecond  unit = "/s"
	calls      unit = "calls"
	mebibytes  unit = "MiB"
	percent    unit = "%"
	percentOfC unit = "% of C"
)

// format writes a value with three significant digits and its unit.
func (u unit) format(value float64) string {
	if u == calls {
		return fmt.Sprintf("%.2f", value)
	}
	digits := 0
	switch {
	case value != 0 && value < 0.1 && value > -0.1:
		digits = 3
	case value < 10 && value > -10:
		digits = 2
	case value < 100 && value > -100:
		digits = 1
	}
	separator := " "
	if u == perSecond || u == percent || u == percentOfC {
		separator = ""
	}
	return fmt.Sprintf("%.*f%s%s", digits, value, separator, u)
}

// A Table has its rows in the order in which they are shown.
type Table []*Row

// row finds a row by its name, or adds one.
func (t *Table) row(name string, u unit, goal string) *Row {
	for _, r := range *t {
		if r.Name == name {
			return r
		}
	}
	added := &Row{Name: name, Unit: u, Goal: goal, Values: map[string]float64{}}
	*t = append(*t, added)
	return added
}

// set gives the answer of one that was asked.
func (r *Row) set(asked *running, value float64) *Row {
	r.Values[asked.name] = value
	return r
}

// limit sets the goal as a number that must not be exceeded.
func (r *Row) limit(most float64) *Row {
	r.Limit = most
	return r
}

// floor sets the goal as a number that must be reached.
func (r *Row) floor(least float64) *Row {
	r.Limit, r.AtLeast = least, true
	return r
}
