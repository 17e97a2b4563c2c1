// Measures robfig/cron, with which CronJob reads its schedules, beside the
// operator's own code, and compares what the two answer.
module scheduledjob.dev/operator/tests/bench/robfig

go 1.26.0

require github.com/robfig/cron/v3 v3.0.1
