package bench

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// A Machine is where figures come from.
type Machine struct {
	Processor string  `json:"processor"`
	Cores     int     `json:"cores"`
	Memory    float64 `json:"memoryGiB"`
	Kernel    string  `json:"kernel"`
	// Load is the load average of the minute before the run: what others did.
	Load float64 `json:"load"`
}

// thisMachine reads what the kernel tells; what it does not stays empty.
func thisMachine() Machine {
	m := Machine{Cores: runtime.NumCPU()}
	read := func(file string) string {
		content, _ := os.ReadFile(file)
		return string(content)
	}
	for line := range strings.Lines(read("/proc/cpuinfo")) {
		if name, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == "model name" {
			m.Processor = strings.TrimSpace(value)
			break
		}
	}
	var kib float64
	if _, err := fmt.Sscanf(read("/proc/meminfo"), "MemTotal: %f kB", &kib); err == nil {
		m.Memory = kib / (1 << 20)
	}
	m.Kernel = strings.TrimSpace(read("/proc/sys/kernel/osrelease"))
	fmt.Sscan(read("/proc/loadavg"), &m.Load)
	return m
}

func (m Machine) String() string {
	return fmt.Sprintf("%d cores (%s), %.0f GiB, Linux %s", m.Cores, m.Processor, m.Memory, m.Kernel)
}
