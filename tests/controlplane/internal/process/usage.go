package process

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of processor times in /proc, the same on all of Linux.
const tick = 10 * time.Millisecond

// ProcessorTime is what a process has used, in user and kernel mode.
func ProcessorTime(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	return readTimes(string(stat))
}

// readTimes reads utime and stime of /proc/PID/stat (see proc(5)). The
// name in it may contain anything, so fields are counted from behind it.
func readTimes(stat string) (time.Duration, error) {
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	const utime, stime = 14 - 3, 15 - 3
	if len(fields) <= stime {
		return 0, fmt.Errorf("not a line of /proc/PID/stat: %q", stat)
	}
	var ticks int64
	for _, field := range []int{utime, stime} {
		count, err := strconv.ParseInt(fields[field], 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += count
	}
	return time.Duration(ticks) * tick, nil
}

// ResidentMemory is what a process holds, in bytes.
func ResidentMemory(pid int) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		var kib float64
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kib); err == nil {
			return kib * 1024, nil
		}
	}
	return 0, fmt.Errorf("process %d has no memory", pid)
}
