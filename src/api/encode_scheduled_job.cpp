#include "api/codec.hpp"
#include "api/enum_names.hpp"
#include "api/status_writer.hpp"

namespace scheduledjob::api {
namespace {

std::string in_seconds(std::chrono::seconds duration) {
  return std::to_string(duration.count()) + "s";
}

void write(const ObjectMeta& metadata, JsonWriter& writer) {
  writer.object([&] {
    writer.member("name", metadata.key.name);
    writer.member("namespace", metadata.key.namespace_);
    writer.member("uid", metadata.uid);
    writer.member("resourceVersion", std::to_string(metadata.resource_version));
    writer.member("generation", metadata.generation);
    writer.member("creationTimestamp", metadata.creation_timestamp);
    writer.member_if("deletionTimestamp", metadata.deletion_timestamp);
    if (metadata.resume.empty()) return;
    writer.name("annotations");
    writer.object([&] { writer.member(kResumeAnnotation, metadata.resume); });
  });
}

// An empty text is a text, and wrong in another way than none.
void write_if_given(std::string_view name, const std::optional<std::string>& text, JsonWriter& writer) {
  if (text) writer.member(name, *text);
}

void write(const ScheduleEntry& entry, JsonWriter& writer) {
  writer.object([&] {
    write_if_given("cron", entry.cron, writer);
    write_if_given("every", entry.every, writer);
    write_if_given("anchor", entry.anchor, writer);
    write_if_given("at", entry.at, writer);
  });
}

void write(const schedule::DaylightSaving& rules, JsonWriter& writer) {
  writer.object([&] {
    writer.member("skippedTime", name_of(kSkippedTimeNames, rules.skipped_time));
    writer.member("repeatedTime", name_of(kRepeatedTimeNames, rules.repeated_time));
  });
}

void write_when(const ScheduledJobSpec& spec, JsonWriter& writer) {
  write_if_given("schedule", spec.schedule, writer);
  if (!spec.schedules.empty()) {
    writer.name("schedules");
    writer.array(spec.schedules, [&](const ScheduleEntry& entry) { write(entry, writer); });
  }
  write_if_given("timeZone", spec.time_zone, writer);
  writer.name("daylightSaving");
  write(spec.daylight_saving, writer);
  writer.member_if("notBefore", spec.not_before);
  writer.member_if("notAfter", spec.not_after);
  writer.member("jitter", in_seconds(spec.jitter));
}

void write_policies(const ScheduledJobSpec& spec, JsonWriter& writer) {
  if (spec.starting_deadline) writer.member("startingDeadlineSeconds", spec.starting_deadline->count());
  writer.member("concurrencyPolicy", to_string(spec.concurrency_policy));
  writer.member("maxConcurrentRuns", spec.max_concurrent_runs);
  writer.member("maxQueuedRuns", spec.max_queued_runs);
  if (spec.replace_timeout) writer.member("replaceTimeout", in_seconds(*spec.replace_timeout));
  writer.member("missedRunPolicy", to_string(spec.missed_run_policy));
  writer.member("maxCatchUpRuns", spec.max_catch_up_runs);
  if (spec.suspend_after_failures) writer.member("suspendAfterFailures", *spec.suspend_after_failures);
  writer.name("suspend");
  writer.truth(spec.suspend);
  writer.member("successfulJobsHistoryLimit", spec.successful_jobs_history_limit);
  writer.member("failedJobsHistoryLimit", spec.failed_jobs_history_limit);
}

void write(const ScheduledJobSpec& spec, JsonWriter& writer) {
  writer.object([&] {
    write_when(spec, writer);
    write_policies(spec, writer);
    writer.name("runContext");
    writer.object([&] { writer.name("env"), writer.truth(spec.run_context_env); });
    writer.name("jobTemplate");
    writer.json(spec.job_template);
  });
}

}  // namespace

absl::StatusOr<std::string> encode_scheduled_job(const ScheduledJob& object) {
  if (!object.spec.ok()) return object.spec.status();
  JsonWriter writer;
  writer.object([&] {
    writer.name("metadata");
    write(object.metadata, writer);
    writer.name("spec");
    write(*object.spec, writer);
    writer.name("status");
    write_status(object.status, Absent::kLeftOut, writer);
  });
  return std::move(writer).finish();
}

}  // namespace scheduledjob::api
