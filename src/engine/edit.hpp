// What an edit of the spec changes: from which moment on the schedule holds.
//
// An edit, a suspension and its end never fire anything old: instants up to the moment the change is seen are
// closed as one stretch, and the books go on from there. A change of the template alone leaves the instants
// as they are. A suspension by failures ends with any edit of the spec, with a new value of the annotation
// scheduledjob.dev/resume, or when a run that was still active succeeds.
#pragma once

#include "engine/record.hpp"

namespace scheduledjob::engine {

// Compiles the spec when its generation is new, and closes the stretch behind when what determines the
// instants has changed or a suspension has ended. Call whenever instants are about to be decided.
void fold_edit(Record& record, Step& step);

// By spec.suspend, or by too many failures in a row.
bool suspended(const Record& record);
bool suspended_by_failures(const Record& record);

}  // namespace scheduledjob::engine
