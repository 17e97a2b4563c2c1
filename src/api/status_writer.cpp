#include "api/status_writer.hpp"

#include "api/codec.hpp"

namespace scheduledjob::api {
namespace {

// The elements of lists leave out what they do not have: merge patches replace lists whole.
void write(const Condition& condition, JsonWriter& writer) {
  writer.object([&] {
    writer.member("type", condition.type);
    writer.member("status", to_string(condition.status));
    writer.member("observedGeneration", condition.observed_generation);
    writer.member("lastTransitionTime", condition.last_transition_time);
    writer.member("reason", condition.reason);
    writer.member("message", condition.message);
  });
}

void write(const ActiveReference& job, JsonWriter& writer) {
  writer.object([&] {
    writer.member("apiVersion", std::string_view("batch/v1"));
    writer.member("kind", std::string_view("Job"));
    writer.member("namespace", job.namespace_);
    writer.member("name", job.name);
    writer.member("uid", job.uid);
  });
}

void write(const PendingRun& run, JsonWriter& writer) {
  writer.object([&] {
    writer.member("scheduledTime", run.scheduled_time);
    writer.member("why", to_string(run.why));
    if (run.reason != RunReason::kScheduled) writer.member("reason", to_string(run.reason));
  });
}

void write(const RecentRun& run, JsonWriter& writer) {
  writer.object([&] {
    writer.member("scheduledTime", run.scheduled_time);
    writer.member_if("throughTime", run.through_time);
    if (run.count != 1) writer.member("count", run.count);
    writer.member("outcome", to_string(run.outcome));
    writer.member_if("reason", run.reason);
    writer.member_if("jobName", run.job_name);
    writer.member_if("startTime", run.start_time);
    writer.member_if("completionTime", run.completion_time);
    writer.member_if("message", run.message);
  });
}

void write(const RunCounts& counts, JsonWriter& writer) {
  writer.object([&] {
    writer.member("started", counts.started);
    writer.member("succeeded", counts.succeeded);
    writer.member("failed", counts.failed);
    writer.member("skipped", counts.skipped);
    writer.member("missed", counts.missed);
  });
}

void write(const Basis& basis, JsonWriter& writer) {
  writer.object([&] {
    writer.member("hash", basis.hash);
    writer.member("since", basis.since);
  });
}

void write_open_run(NominalTime time, JsonWriter& writer) {
  writer.object([&] { writer.member("scheduledTime", time); });
}

class StatusWriter {
 public:
  StatusWriter(Absent absent, JsonWriter& writer) : absent_(absent), writer_(writer) {}

  void value(std::string_view name, const std::optional<NominalTime>& time) {
    if (present(name, time.has_value())) writer_.time(*time);
  }
  void value(std::string_view name, const std::string& text) {
    if (present(name, !text.empty())) writer_.text(text);
  }
  void value(std::string_view name, const std::optional<Basis>& basis) {
    if (present(name, basis.has_value())) write(*basis, writer_);
  }
  template <typename Element, typename WriteElement>
  void list(std::string_view name, const std::vector<Element>& elements, WriteElement write_element) {
    if (present(name, !elements.empty())) writer_.array(elements, write_element);
  }
  template <typename Element>
  void list(std::string_view name, const std::vector<Element>& elements) {
    list(name, elements, [this](const Element& element) { write(element, writer_); });
  }

 private:
  // Writes the name, and the value where there is none.
  bool present(std::string_view name, bool has_value) {
    if (!has_value && absent_ == Absent::kLeftOut) return false;
    writer_.name(name);
    if (!has_value) writer_.null();
    return has_value;
  }

  Absent absent_;
  JsonWriter& writer_;
};

}  // namespace

void write_status(const ScheduledJobStatus& status, Absent absent, JsonWriter& writer) {
  StatusWriter members(absent, writer);
  const std::vector<NominalTime>& next = status.next_schedule_times;
  writer.object([&] {
    writer.member("observedGeneration", status.observed_generation);
    members.list("conditions", status.conditions);
    writer.member("activeCount", status.active_count);
    members.list("active", status.active);
    members.value("lastScheduleTime", status.last_schedule_time);
    members.value("lastSuccessfulTime", status.last_successful_time);
    members.value("lastSuccessfulScheduleTime", status.last_successful_schedule_time);
    members.value("lastFailureTime", status.last_failure_time);
    members.value("nextScheduleTime", next.empty() ? std::nullopt : std::optional(next.front()));
    members.list("nextScheduleTimes", next, [&](NominalTime time) { writer.time(time); });
    members.value("decidedThrough", status.decided_through);
    members.list("open", status.open, [&](NominalTime time) { write_open_run(time, writer); });
    members.list("pending", status.pending);
    members.value("basis", status.basis);
    writer.name("runCounts");
    write(status.run_counts, writer);
    writer.member("consecutiveFailures", status.consecutive_failures);
    members.value("resumedBy", status.resumed_by);
    members.list("recentRuns", status.recent_runs);
  });
}

}  // namespace scheduledjob::api
