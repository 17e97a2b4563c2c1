// The conditions of a ScheduledJob, by the rules of kstatus: Ready says that the spec is accepted and
// schedulable, never how runs end; Stalled, that only an edit can help; Reconciling, that the operator is
// still trying. What is advisory (RunsStuck, HistoryAtRisk) is there once it has been true, and touches none
// of these.
#pragma once

#include <vector>

#include "engine/record.hpp"

namespace scheduledjob::engine {

// In a fixed order. lastTransitionTime is the one in `record.stored` unless the status has
// flipped.
std::vector<api::Condition> conditions_of(const Record& record, NominalTime now);

}  // namespace scheduledjob::engine
