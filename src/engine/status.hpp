// The books as a status, its conditions, and when to write it.
#pragma once

#include "engine/record.hpp"

namespace scheduledjob::engine {

// What the status should say now. Every list within the schema's bounds.
api::ScheduledJobStatus project(const Record& record, Instant now);

// Plans a write at once when what is stored is not what the books say.
void correct_status(Record& record, Step& step);

// Makes what is planned due at once, however busy the lanes are; not a retry that is to wait.
void hurry_flush(Record& record, Instant now);

// Writes the status if its time has come and it says anything new; one write at a time for an object.
void flush(Record& record, Step& step);

void status_write_ended(Record& record, const StatusWriteEnded& answer, Step& step);

// The object has been seen anew, with a status by our own write, a predecessor's, or a stranger's.
void observe_status(Record& record, Step& step);

}  // namespace scheduledjob::engine
