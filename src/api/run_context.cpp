#include "api/run_context.hpp"

#include "api/codec.hpp"
#include "api/job.hpp"

namespace scheduledjob::api {
namespace {

using schedule::format_rfc3339;

std::string text_or_nothing(const std::optional<NominalTime>& time) {
  return time ? format_rfc3339(*time) : std::string();
}

}  // namespace

std::vector<RunFact> run_facts(const ScheduledJob& owner, const RunIdentity& run) {
  const std::string time = format_rfc3339(run.scheduled_time);
  return {
      {nullptr, "SCHEDULEDJOB_NAME", owner.metadata.key.name},
      {kScheduledTimeAnnotation, "SCHEDULEDJOB_SCHEDULED_TIME", time},
      {kPreviousSuccessAnnotation, "SCHEDULEDJOB_PREVIOUS_SUCCESS",
       text_or_nothing(run.context.previous_success)},
      {kDataIntervalStartAnnotation, "SCHEDULEDJOB_DATA_INTERVAL_START",
       text_or_nothing(run.context.data_interval_start)},
      {kDataIntervalEndAnnotation, "SCHEDULEDJOB_DATA_INTERVAL_END", time},
      {kReasonAnnotation, "SCHEDULEDJOB_REASON", std::string(to_string(run.context.reason))},
  };
}

}  // namespace scheduledjob::api
