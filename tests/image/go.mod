// Tests of what is shipped: they assemble the root of the image as the Dockerfile does, and run the operator with nothing else, and the
// plugin from its archive.
module scheduledjob.dev/operator/tests/image

go 1.26.7

require scheduledjob.dev/operator/tests/plane v0.0.0

replace scheduledjob.dev/operator/tests/plane => ../plane
