// The tool itself: standard library only, so that it compiles in a second.
// The programs it builds and runs are pinned in cluster/ and extras/.
module scheduledjob.dev/operator/tests/controlplane

go 1.26.0
