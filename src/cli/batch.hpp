// next --batch: questions and answers, one a line, as fast as another program can ask.
//
//   {"cron":"0 2 * * *","timeZone":"Europe/Berlin","after":"2026-01-01T00:00:00Z","count":3}
//   {"next":["2026-01-01T01:00:00Z","2026-01-02T01:00:00Z","2026-01-03T01:00:00Z"]}
//
// docs/cli.md states the format in full.
#pragma once

#include <istream>
#include <ostream>

namespace scheduledjob::cli {

// Answers every line of `in`, in order, also one that is no question, until the stream ends. Answers are
// flushed whenever no whole line is waiting to be answered, so that two programs can talk line by line.
void run_batch(std::istream& in, std::ostream& out);

}  // namespace scheduledjob::cli
