// Tests of the image's content: they assemble its root as the Dockerfile does, and run the operator with nothing else.
module scheduledjob.dev/operator/tests/image

go 1.26.7

require scheduledjob.dev/operator/tests/plane v0.0.0

replace scheduledjob.dev/operator/tests/plane => ../plane
