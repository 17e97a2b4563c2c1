package process

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

// LogTail returns the last lines of a log file, at most n, indented for showing
// them below an error message. A log that cannot be read gives the reason.
func LogTail(path string, n int) string {
	content, err := readEnd(path, 64<<10)
	if err != nil {
		return fmt.Sprintf("    (no log: %v)\n", err)
	}
	lines := bytes.Split(bytes.TrimRight(content, "\n"), []byte("\n"))
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	var tail bytes.Buffer
	for _, line := range lines {
		fmt.Fprintf(&tail, "    %s\n", line)
	}
	return tail.String()
}

// readEnd reads at most limit bytes from the end of a file.
func readEnd(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	if _, err := file.Seek(max(0, size-limit), io.SeekStart); err != nil {
		return nil, err
	}
	return io.ReadAll(file)
}
