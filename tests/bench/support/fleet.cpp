#include "bench/support/fleet.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "api/codec.hpp"
#include "bench/support/allocations.hpp"
#include "schedule/instant.hpp"

namespace scheduledjob::bench {
namespace {

using namespace std::chrono_literals;

constexpr api::NominalTime kStart{std::chrono::sys_days{std::chrono::year{2026} / 3 / 10}};
constexpr std::chrono::seconds kDay{24h};
// After kBurst: everything is recorded and deleted, also what waits for others under load.
constexpr auto kLongEnough = 10min;

std::string uid_of(std::size_t number) {
  return fmt::format("5b1f7a3e-0000-4000-8000-{:012d}", number);
}

std::size_t number_of(std::string_view uid) {
  return std::stoull(std::string(uid.substr(uid.rfind('-') + 1)));
}

class Stopwatch {
 public:
  explicit Stopwatch(std::chrono::nanoseconds& total) : total_(total), begun_(now()) {}
  ~Stopwatch() { total_ += now() - begun_; }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  static std::chrono::nanoseconds now() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  }
  std::chrono::nanoseconds& total_;
  std::chrono::nanoseconds begun_;
};

}  // namespace

std::string scheduled_job_json(std::size_t number, std::chrono::seconds time_of_day) {
  const std::chrono::hh_mm_ss time(time_of_day);
  std::string environment;
  for (const char* name : {"DATABASE_HOST", "DATABASE_NAME", "BUCKET", "REGION", "LOG_LEVEL", "REPORT_FORMAT",
                           "RECIPIENTS", "RETRIES"}) {
    environment += fmt::format(R"({}{{"name":"{}","value":"what-{}-is-for-{}"}})",
                               environment.empty() ? "" : ",", name, name, number);
  }
  const std::string labels =
      fmt::format(R"({{"app.kubernetes.io/name":"nightly-report","app.kubernetes.io/instance":"report-{}",)"
                  R"("app.kubernetes.io/part-of":"billing","app.kubernetes.io/managed-by":"Helm"}})",
                  number);
  return fmt::format(
      R"({{"apiVersion":"scheduledjob.dev/v1","kind":"ScheduledJob","metadata":{{"name":"report-{0}",)"
      R"("namespace":"team-{1}","uid":"{2}","resourceVersion":"{3}","generation":1,)"
      R"("creationTimestamp":"2026-03-10T00:00:00Z","labels":{4},"managedFields":[{{"manager":"helm",)"
      R"("operation":"Update","apiVersion":"scheduledjob.dev/v1","time":"2026-03-01T00:00:00Z",)"
      R"("fieldsType":"FieldsV1","fieldsV1":{{"f:metadata":{{"f:labels":{{".":{{}},)"
      R"("f:app.kubernetes.io/name":{{}},"f:app.kubernetes.io/instance":{{}},)"
      R"("f:app.kubernetes.io/part-of":{{}},"f:app.kubernetes.io/managed-by":{{}}}}}},)"
      R"("f:spec":{{".":{{}},"f:jobTemplate":{{".":{{}},"f:spec":{{}}}},"f:schedule":{{}},"f:timeZone":{{}}}}}}}}]}},)"
      R"("spec":{{"schedule":"{5} {6} {7} * * *","timeZone":"Etc/UTC","successfulJobsHistoryLimit":0,)"
      R"("failedJobsHistoryLimit":0,"jobTemplate":{{"metadata":{{"labels":{4}}},"spec":{{"backoffLimit":2,)"
      R"("template":{{"metadata":{{"labels":{4}}},"spec":{{"restartPolicy":"Never",)"
      R"("serviceAccountName":"report","securityContext":{{"runAsNonRoot":true,"runAsUser":65532}},)"
      R"("containers":[{{"name":"report","image":"registry.example.com/billing/report:2026.11.3",)"
      R"("command":["/usr/local/bin/report","--since=yesterday","--output=s3"],"env":[{8}],)"
      R"("resources":{{"requests":{{"cpu":"100m","memory":"128Mi"}},"limits":{{"memory":"256Mi"}}}},)"
      R"("volumeMounts":[{{"name":"scratch","mountPath":"/scratch"}}]}}],)"
      R"("volumes":[{{"name":"scratch","emptyDir":{{}}}}]}}}}}}}}}}}})",
      number, number % 50, uid_of(number), number + 1, labels, time.seconds().count(), time.minutes().count(),
      time.hours().count(), environment);
}

Fleet::Fleet(std::size_t schedules, std::size_t together, engine::Options options)
    : schedules_(schedules),
      together_(std::min(together, schedules)),
      now_(kStart),
      version_(schedules + 1000),
      engine_(options) {}

std::shared_ptr<const api::ScheduledJob> Fleet::object(std::size_t number, api::ScheduledJobStatus status) {
  // Not a round figure, so that the others are due at different seconds.
  const std::chrono::seconds spread{3600 +
                                    static_cast<std::int64_t>(number) * 7919 % (kDay.count() - 2 * 3600)};
  const std::string json = scheduled_job_json(number, number < together_ ? kBurst : spread);
  const Stopwatch watch(decode_time_);
  auto decoded = api::decode_scheduled_job(json);
  if (!decoded.ok()) throw std::logic_error(std::string(decoded.status().message()));
  auto object = std::make_shared<api::ScheduledJob>(*std::move(decoded));
  object->status = std::move(status);
  return object;
}

void Fleet::list() {
  give(engine::ListStarted{engine::Kind::kScheduledJob});
  for (std::size_t number = 0; number < schedules_; ++number) give(engine::ScheduledJobSeen{object(number)});
  give(engine::ListFinished{engine::Kind::kScheduledJob, version_});
  give(engine::ListStarted{engine::Kind::kJob});
  give(engine::ListFinished{engine::Kind::kJob, version_});
}

void Fleet::lead() {
  give(engine::LeadershipAcquired{});
  if (!engine_.deciding()) throw std::logic_error("the engine does not pass its barrier");
  live_until(kStart + kLongEnough);
}

void Fleet::burst() {
  live_until(kStart + kBurst + kLongEnough);
  if (!jobs_.empty()) throw std::logic_error("the engine leaves Jobs that it should delete");
}

void Fleet::live(std::chrono::seconds time) {
  live_until(now_ + time);
}

void Fleet::live_until(Instant end) {
  for (auto wakeup = engine_.next_wakeup(); wakeup && *wakeup <= end; wakeup = engine_.next_wakeup()) {
    now_ = std::max(now_, *wakeup);
    give(engine::TimePassed{});
  }
  now_ = end;
}

// In order of arrival, as the mailbox of the operator has it.
void Fleet::give(engine::Input input) {
  inbox_.push_back(std::move(input));
  while (!inbox_.empty()) {
    engine::Input next = std::move(inbox_.front());
    inbox_.pop_front();
    engine::Effects effects;
    {
      const Stopwatch watch(engine_time_);
      const std::uint64_t before = allocations().count;
      effects = engine_.handle(std::move(next), now_);
      engine_allocations_ += allocations().count - before;
    }
    for (engine::Effect& effect : effects) {
      std::visit([this](auto& each) { answer(each); }, effect);
    }
  }
}

void Fleet::answer(engine::ReadBarrier& effect) {
  ++calls["read"];
  inbox_.push_back(engine::BarrierRead{effect.kind, version_});
  inbox_.push_back(engine::Progressed{effect.kind, version_});
}

void Fleet::answer(engine::CreateJob& effect) {
  ++calls["create"];
  api::Job job;
  job.metadata.key = {effect.owner->metadata.key.namespace_, effect.run.job_name};
  job.metadata.uid = "job-" + effect.run.job_name;
  job.metadata.resource_version = ++version_;
  job.metadata.creation_timestamp = std::chrono::floor<std::chrono::seconds>(now_);
  job.owner_uid = job.label_uid = effect.owner->metadata.uid;
  job.owner_name = effect.owner->metadata.key.name;
  job.scheduled_time = effect.run.scheduled_time;
  inbox_.push_back(engine::JobSeen{job});
  inbox_.push_back(engine::CreateEnded{job.owner_uid, effect.run.scheduled_time,
                                       engine::CreateEnded::Answer::kCreated, job, absl::OkStatus()});
  job.metadata.resource_version = ++version_;
  job.phase = api::JobPhase::kSucceeded;
  job.start_time = job.end_time = job.metadata.creation_timestamp;
  jobs_[effect.run.job_name] = job;
  inbox_.push_back(engine::JobSeen{job});
}

void Fleet::answer(engine::WriteStatus& effect) {
  ++calls["status"];
  auto written = std::make_shared<api::ScheduledJob>(*object(number_of(effect.owner_uid), effect.status));
  written->metadata.resource_version = ++version_;
  inbox_.push_back(engine::StatusWriteEnded{effect.owner_uid, version_, nullptr});
  inbox_.push_back(engine::ScheduledJobSeen{std::move(written)});
}

void Fleet::answer(engine::DeleteJob& effect) {
  ++calls["delete"];
  const auto found = jobs_.find(effect.job_name);
  if (found != jobs_.end()) {
    api::Job last = std::move(found->second);
    jobs_.erase(found);
    last.metadata.resource_version = ++version_;
    inbox_.push_back(engine::JobDeleted{std::move(last)});
  }
  inbox_.push_back(engine::DeleteEnded{effect.owner_uid, effect.job_name, absl::OkStatus()});
}

void Fleet::answer(engine::FetchJob& effect) {
  ++calls["read"];
  const auto found = jobs_.find(effect.job_name);
  inbox_.push_back(engine::JobFetched{
      effect.owner_uid, effect.scheduled_time,
      found == jobs_.end() ? std::optional<api::Job>() : std::optional<api::Job>(found->second)});
}

}  // namespace scheduledjob::bench
