// What is measured of each row of the table. A benchmark is named "<measure>/<row's label>".
#pragma once

#include "absl/status/status.h"
#include "bench/schedule/table.hpp"

namespace scheduledjob::bench {

// Questions to a compiled schedule:
//
//   next-random   the next instant after one that does not follow from the last; questions may overlap in the
//                 processor
//   next-walk     the next instant after the last answer, from the sample's begin to its end and again: each
//                 waits for the one before
//   next-five     five in a row, after random instants
//   previous      the latest instant up to a random one
//   count-a-year  how many there are in the 365 days after a random instant
//
// Errors: those of Schedule::compile, with the row's label.
absl::Status register_queries(const Row& row);

// From text to what can be asked:
//
//   parse    Cron::parse: the expression alone
//   compile  Schedule::compile of a definition with this one entry, its zone included
//   refuse   Cron::parse of an expression that names no date
void register_readings(const Row& row);

}  // namespace scheduledjob::bench
