// A control plane for the Go tests of other modules; the standard library only.
module scheduledjob.dev/operator/tests/plane

go 1.26.0
