#include "runtime/feed.hpp"

#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "absl/status/statusor.h"
#include "api/codec.hpp"
#include "kube/errors.hpp"
#include "runtime/resources.hpp"

namespace scheduledjob::runtime {
namespace {

constexpr std::size_t kMaxRemembered = 1000;
constexpr std::size_t kShownOfObject = 200;

// Not there, or there and unable: everybody who asks it is served as badly.
bool server_is_away(const absl::Status& error) {
  const int http = kube::http_code(error);
  return http == 0 ? absl::IsUnavailable(error) : http >= 500 || http == 429;
}

}  // namespace

Feed::Feed(Source source, Mailbox& mailbox, Telemetry& telemetry, Log& log,
           std::function<kube::BootTime()> boot)
    : source_(source), mailbox_(mailbox), telemetry_(telemetry), log_(log), boot_(std::move(boot)) {}

void Feed::list_started() {
  mailbox_.post_when_there_is_room(engine::ListStarted{source_.kind, source_.scope});
}

void Feed::object_seen(std::string_view json) {
  show_sign();
  if (source_.kind == engine::Kind::kJob) {
    absl::StatusOr<api::Job> job = api::decode_job(json);
    if (!job.ok()) return complain_of_object(json, job.status());
    mailbox_.post_when_there_is_room(engine::JobSeen{*std::move(job), source_.scope});
  } else {
    absl::StatusOr<api::ScheduledJob> object = api::decode_scheduled_job(json);
    if (!object.ok()) return complain_of_object(json, object.status());
    mailbox_.post_when_there_is_room(engine::ScheduledJobSeen{
        std::make_shared<const api::ScheduledJob>(*std::move(object)), source_.scope});
  }
}

void Feed::object_deleted(std::string_view json) {
  show_sign();
  if (source_.kind == engine::Kind::kJob) {
    absl::StatusOr<api::Job> job = api::decode_job(json);
    if (!job.ok()) return complain_of_object(json, job.status());
    mailbox_.post_when_there_is_room(engine::JobDeleted{*std::move(job), source_.scope});
  } else {
    absl::StatusOr<api::ScheduledJob> object = api::decode_scheduled_job(json);
    if (!object.ok()) return complain_of_object(json, object.status());
    mailbox_.post_when_there_is_room(
        engine::ScheduledJobDeleted{object->metadata.uid, object->metadata.resource_version, source_.scope});
  }
}

void Feed::list_finished(std::string_view version) {
  show_sign();
  // Without a number nothing can be compared with the list, and 0 is older than everything.
  mailbox_.post_when_there_is_room(
      engine::ListFinished{source_.kind, number(version).value_or(0), source_.scope});
  note_recovery();
}

void Feed::progressed(std::string_view version) {
  show_sign();
  if (const auto reached = number(version)) {
    mailbox_.post_when_there_is_room(engine::Progressed{source_.kind, *reached, source_.scope});
  }
  note_recovery();
}

void Feed::disturbed(const absl::Status& error) {
  if (server_is_away(error)) show_sign();
  telemetry_.record_watch_disturbance(resource(source_.kind).plural);
  const kube::BootTime now = boot_();
  if (!disturbance_) {
    disturbance_ = Disturbance{.since = now, .logged = now};
  } else {
    ++disturbance_->times;
    if (now - disturbance_->logged < kLogInterval) return;
    disturbance_->logged = now;
  }
  log_.warning("Watch is disturbed; trying again", {{"resource", resource(source_.kind).plural},
                                                    {"error", error.ToString()},
                                                    {"times", std::to_string(disturbance_->times)}});
}

std::optional<api::ResourceVersion> Feed::number(std::string_view version) {
  if (const auto value = parse_version(version)) return value;
  log_.error("The API server's resource version is not a number, so nothing can be ordered by it",
             {{"resource", resource(source_.kind).plural},
              {"version", std::string(version.substr(0, kShownOfObject))}});
  return std::nullopt;
}

void Feed::complain_of_object(std::string_view json, const absl::Status& error) {
  if (undecodable_.size() >= kMaxRemembered) undecodable_.clear();
  if (!undecodable_.insert(std::hash<std::string_view>{}(json)).second) return;
  log_.error("Object cannot be read and is left out",
             {{"resource", resource(source_.kind).plural},
              {"error", std::string(error.message())},
              {"object", std::string(json.substr(0, kShownOfObject))}});
}

void Feed::note_recovery() {
  if (!disturbance_) return;
  const auto lasted = std::chrono::duration_cast<std::chrono::seconds>(boot_() - disturbance_->since);
  log_.info("Watch goes on", {{"resource", resource(source_.kind).plural},
                              {"disturbedFor", fmt::format("{}s", lasted.count())}});
  disturbance_.reset();
}

}  // namespace scheduledjob::runtime
