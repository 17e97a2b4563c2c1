// Which Jobs to delete, and when that is safe: ended ones beyond the history limits or past their time to
// live, and running ones that a newer run replaces.
#pragma once

#include "engine/record.hpp"

namespace scheduledjob::engine {

// Asks for deletions. A Job goes only once what it stands for is stored, and once no create of its name can
// still be under way; otherwise the API server could be left with neither the Job nor a word about it.
//
// Returns when, after now, time alone lets another Job be deleted.
std::optional<Instant> delete_surplus(Record& record, Step& step);

void delete_ended(Record& record, const DeleteEnded& answer, Step& step);

}  // namespace scheduledjob::engine
