package binaries

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"
)

// lock takes the file lock at path, waiting for whoever holds it. The kernel
// frees it when the holder ends, however it ends, so a stale lock cannot exist.
func lock(ctx context.Context, path string, progress io.Writer) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("opening the build lock: %w", err)
	}
	started, announced := time.Now(), time.Time{}
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { file.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			file.Close()
			return nil, fmt.Errorf("locking %s: %w", path, err)
		}
		if time.Since(announced) >= progressInterval {
			fmt.Fprintf(progress, "controlplane: another run is building the programs; waiting for it, %d s\n", seconds(started))
			announced = time.Now()
		}
		// Polled, because a blocking flock cannot be given up when ctx ends.
		select {
		case <-ctx.Done():
			file.Close()
			return nil, errors.New("interrupted while another run was building the programs")
		case <-time.After(200 * time.Millisecond):
		}
	}
}
