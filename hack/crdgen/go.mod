// Standard library only, so that it compiles in a second.
module scheduledjob.dev/operator/hack/crdgen

go 1.26.0
