// Whether the API server would take an object's Jobs, asked before the first of them is due.
#pragma once

#include "engine/input.hpp"
#include "engine/record.hpp"

namespace scheduledjob::engine {

// Asks once for each spec that no status tells of yet: a new object, or an edit. The answer is advice: one
// that never comes is not asked for again.
void check_template(Record& record, Step& step);

// A Job that would be invalid makes the object not ready, as the refusal of a real one would. Any other
// refusal tells of the moment, not of the template. Fields that would be left out become a condition.
void template_checked(Record& record, const JobTried& answer, Step& step);

}  // namespace scheduledjob::engine
