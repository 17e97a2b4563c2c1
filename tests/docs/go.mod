// Tests of what the documentation says: its links lead somewhere, its commands do what it shows.
module scheduledjob.dev/operator/tests/docs

go 1.26.7
