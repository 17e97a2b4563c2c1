package audit

import (
	"fmt"
	"strings"
	"time"
)

// ReadJobName takes the name of a ScheduledJob's Job apart:
// <owner>-YYYYMMDD-HHMMSS-<hash>.
func ReadJobName(job string) (owner string, instant time.Time, err error) {
	const layout = "20060102-150405"
	hash := strings.LastIndexByte(job, '-')
	start := hash - len(layout)
	if start < 1 {
		return "", instant, fmt.Errorf("%q is not the name of a ScheduledJob's Job", job)
	}
	instant, err = time.Parse(layout, job[start:hash])
	return job[:start-1], instant, err
}
