// Tests of what the documentation says: its links lead somewhere, its commands do what it shows, its manifests are taken.
module scheduledjob.dev/operator/tests/docs

go 1.26.7

replace scheduledjob.dev/operator/tests/plane => ../plane

require (
	scheduledjob.dev/operator/tests/plane v0.0.0
	sigs.k8s.io/yaml v1.6.0
)

require go.yaml.in/yaml/v2 v2.4.2 // indirect
