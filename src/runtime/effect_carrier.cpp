#include "runtime/effect_carrier.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "api/codec.hpp"
#include "api/job_manifest.hpp"
#include "kube/errors.hpp"
#include "kube/pause.hpp"
#include "runtime/notable.hpp"
#include "runtime/resources.hpp"
#include "runtime/run_report.hpp"

namespace scheduledjob::runtime {
namespace {

using engine::CreateEnded;
using engine::Kind;

const kube::ResourceKind& jobs() {
  return resource(Kind::kJob);
}
const kube::ResourceKind& scheduled_jobs() {
  return resource(Kind::kScheduledJob);
}

// What the API server has done is done, but what it says about it cannot be understood.
absl::Status unreadable_answer(const absl::Status& error) {
  return absl::UnknownError(
      fmt::format("the API server's answer cannot be read: {}", std::string(error.message())));
}

CreateEnded answer(const engine::CreateJob& effect, CreateEnded::Answer how, std::optional<api::Job> job,
                   absl::Status error) {
  return {.owner_uid = effect.owner->metadata.uid,
          .scheduled_time = effect.run.scheduled_time,
          .answer = how,
          .job = std::move(job),
          .error = std::move(error)};
}

// What strict decoding has to say; empty when this is something else.
std::string unknown_fields(const absl::Status& refusal) {
  constexpr std::string_view kStrictDecoding = "strict decoding error: ";
  const std::string message(refusal.message());
  const std::size_t place = message.find(kStrictDecoding);
  if (kube::http_code(refusal) != 400 || place == std::string::npos) return {};
  return message.substr(place + kStrictDecoding.size());
}

}  // namespace

EffectCarrier::EffectCarrier(Rooms rooms, Hooks hooks, Options options, std::stop_token stop)
    : rooms_(rooms), hooks_(std::move(hooks)), options_(options), stop_(std::move(stop)) {}

void EffectCarrier::carry(engine::Effect effect) {
  std::visit([this]<typename Asked>(Asked&& asked) { dispatch(std::forward<Asked>(asked)); },
             std::move(effect));
}

void EffectCarrier::dispatch(engine::ReadBarrier effect) {
  rooms_.lanes.post(Lane::kCreate, [this, effect] { read_barrier(effect, options_.min_backoff); });
}

void EffectCarrier::dispatch(engine::CreateJob effect) {
  rooms_.lanes.post(Lane::kCreate,
                    [this, effect = std::move(effect)] { rooms_.mailbox.post(create(effect)); });
}

// Advice comes last, as Events do.
void EffectCarrier::dispatch(engine::TryJob effect) {
  rooms_.lanes.post(Lane::kEvent,
                    [this, effect = std::move(effect)] { rooms_.mailbox.post(try_job(effect)); });
}

void EffectCarrier::dispatch(engine::FetchJob effect) {
  rooms_.lanes.post(Lane::kDelete,
                    [this, effect = std::move(effect)] { rooms_.mailbox.post(fetch(effect)); });
}

void EffectCarrier::dispatch(engine::DeleteJob effect) {
  const Lane lane = effect.of_active_run ? Lane::kCreate : Lane::kDelete;
  rooms_.lanes.post(lane, [this, effect = std::move(effect)] {
    rooms_.mailbox.post(engine::DeleteEnded{effect.owner_uid, effect.job_name, remove(effect)});
  });
}

void EffectCarrier::dispatch(engine::WriteStatus effect) {
  rooms_.lanes.post(Lane::kStatus, [this, effect = std::move(effect)] { write_status(effect); });
}

void EffectCarrier::dispatch(const engine::Report& effect) {
  publish(effect, rooms_.telemetry, rooms_.log);
  if (const auto event = event_of(effect)) rooms_.events.record(*event);
}

void EffectCarrier::dispatch(const engine::ConditionChanged& effect) {
  const std::optional<api::Event> event = event_of(effect);
  if (!event) return;
  publish(effect, rooms_.log);
  rooms_.events.record(*event);
}

// One try for each task, so that no task lasts for as long as the API server is away.
void EffectCarrier::read_barrier(const engine::ReadBarrier& effect, std::chrono::milliseconds backoff) {
  if (stop_.stop_requested()) return;
  const absl::StatusOr<std::string> text =
      rooms_.client.current_version(resource(effect.kind).collection(options_.namespace_));
  const std::optional<api::ResourceVersion> version = text.ok() ? parse_version(*text) : std::nullopt;
  if (version) {
    hooks_.hurry_watch(effect.kind);
    rooms_.mailbox.post(engine::BarrierRead{effect.kind, *version});
    return;
  }
  rooms_.log.warning("Cannot read how far the API server is; trying again",
                     {{"resource", resource(effect.kind).plural},
                      {"error", text.ok() ? fmt::format("resource version \"{}\" is not a number", *text)
                                          : text.status().ToString()}});
  kube::pause(backoff, stop_);
  rooms_.lanes.post(Lane::kCreate, [this, effect, next = std::min(2 * backoff, options_.max_backoff)] {
    read_barrier(effect, next);
  });
}

CreateEnded EffectCarrier::create(const engine::CreateJob& effect) {
  using enum CreateEnded::Answer;
  const std::string& namespace_ = effect.owner->metadata.key.namespace_;

  absl::StatusOr<std::string> manifest =
      api::job_manifest(*effect.owner, effect.run, options_.ttl_margin, create_before());
  if (!manifest.ok()) return answer(effect, kRefused, std::nullopt, manifest.status());
  if (absl::Status fence = check_fence(); !fence.ok()) {
    return answer(effect, kRefused, std::nullopt, std::move(fence));
  }

  const absl::StatusOr<std::string> created =
      rooms_.client.create(jobs().collection(namespace_), *std::move(manifest), options_.create_timeout);
  heed(created.status());
  if (created.ok()) {
    rooms_.telemetry.record_start_lateness(rooms_.clock.now() - effect.due);
    absl::StatusOr<api::Job> job = api::decode_job(*created);
    if (!job.ok()) return answer(effect, kUnknown, std::nullopt, unreadable_answer(job.status()));
    return answer(effect, kCreated, *std::move(job), absl::OkStatus());
  }
  if (absl::IsAlreadyExists(created.status())) {
    absl::StatusOr<std::optional<api::Job>> holder = get_job(namespace_, effect.run.job_name);
    if (!holder.ok()) return answer(effect, kUnknown, std::nullopt, holder.status());
    return answer(effect, kExists, *std::move(holder), created.status());
  }
  const bool unknown = kube::outcome_unknown(created.status());
  return answer(effect, unknown ? kUnknown : kRefused, std::nullopt, created.status());
}

engine::JobTried EffectCarrier::try_job(const engine::TryJob& effect) {
  using enum kube::Client::FieldValidation;
  const api::ObjectMeta& owner = effect.owner->metadata;
  engine::JobTried tried{owner.uid, owner.generation, {}, {}};
  const absl::StatusOr<std::string> manifest =
      api::job_manifest(*effect.owner, effect.run, options_.ttl_margin, create_before());
  if (!manifest.ok()) {
    tried.verdict = manifest.status();
    return tried;
  }
  const auto attempt = [&](kube::Client::FieldValidation fields) {
    absl::Status verdict = rooms_.client.try_create(jobs().collection(owner.key.namespace_), *manifest,
                                                    fields, options_.create_timeout);
    heed(verdict);
    return verdict;
  };
  tried.verdict = attempt(kStrict);
  if (const std::string unknown = unknown_fields(tried.verdict); !unknown.empty()) {
    tried.dropped_fields = fmt::format("spec.jobTemplate: {}", unknown);
    tried.verdict = attempt(kIgnore);
  }
  // A webhook that takes no dry runs answers so, too.
  if (kube::http_code(tried.verdict) == 400)
    tried.verdict = absl::UnknownError(std::string(tried.verdict.message()));
  return tried;
}

engine::JobFetched EffectCarrier::fetch(const engine::FetchJob& effect) {
  return {.owner_uid = effect.owner_uid,
          .scheduled_time = effect.scheduled_time,
          .job = get_job(effect.namespace_, effect.job_name)};
}

absl::Status EffectCarrier::remove(const engine::DeleteJob& effect) {
  using Asked = engine::DeleteJob::Propagation;
  using Sent = kube::DeleteOptions::Propagation;
  if (absl::Status fence = check_fence(); !fence.ok()) return fence;
  absl::Status removed = rooms_.client.remove(
      jobs().object(effect.namespace_, effect.job_name),
      {.uid = effect.job_uid,
       .propagation = effect.propagation == Asked::kForeground ? Sent::kForeground : Sent::kBackground});
  heed(removed);
  return removed;
}

void EffectCarrier::write_status(const engine::WriteStatus& effect) {
  const auto post = [&](absl::StatusOr<api::ResourceVersion> written) {
    rooms_.mailbox.post(engine::StatusWriteEnded{effect.owner_uid, std::move(written), nullptr});
  };
  if (absl::Status fence = check_fence(); !fence.ok()) return post(std::move(fence));

  const absl::StatusOr<std::string> patched =
      rooms_.client.patch_status(scheduled_jobs().object(effect.key.namespace_, effect.key.name),
                                 api::encode_status_patch(effect.status, effect.version));
  heed(patched.status());
  if (patched.ok()) {
    const std::optional<api::ResourceVersion> version = parse_version(*patched);
    if (!version) return post(unreadable_answer(absl::InvalidArgumentError("its version is no number")));
    return post(*version);
  }
  if (absl::IsAborted(patched.status())) return settle_conflict(effect, patched.status());
  post(patched.status());
}

// Somebody else wrote the object: a user, which is well, or the next leader, and then this process must write
// nothing more.
void EffectCarrier::settle_conflict(const engine::WriteStatus& effect, const absl::Status& conflict) {
  const auto post = [&](absl::Status error, std::shared_ptr<const api::ScheduledJob> fresh) {
    rooms_.mailbox.post(engine::StatusWriteEnded{effect.owner_uid, std::move(error), std::move(fresh)});
  };
  const absl::StatusOr<bool> leading = hooks_.still_leader();
  if (!leading.ok()) {
    return post(absl::UnavailableError(
                    fmt::format("cannot tell who leads after a conflict: {}", leading.status().ToString())),
                nullptr);
  }
  if (!*leading) return hooks_.leadership_lost();

  const absl::StatusOr<std::string> text =
      rooms_.client.get(scheduled_jobs().object(effect.key.namespace_, effect.key.name));
  if (absl::IsNotFound(text.status())) return post(conflict, nullptr);
  if (!text.ok()) return post(text.status(), nullptr);
  absl::StatusOr<api::ScheduledJob> fresh = api::decode_scheduled_job(*text);
  if (!fresh.ok()) return post(unreadable_answer(fresh.status()), nullptr);
  post(conflict, std::make_shared<const api::ScheduledJob>(*std::move(fresh)));
}

absl::StatusOr<std::optional<api::Job>> EffectCarrier::get_job(const std::string& namespace_,
                                                               const std::string& name) {
  const absl::StatusOr<std::string> text = rooms_.client.get(jobs().object(namespace_, name));
  if (absl::IsNotFound(text.status())) return std::nullopt;
  if (!text.ok()) return text.status();
  absl::StatusOr<api::Job> job = api::decode_job(*text);
  if (!job.ok()) return unreadable_answer(job.status());
  return *std::move(job);
}

// Taken at the server's earliest time, so that the fence has not closed by then whatever the server's clock
// shows.
schedule::Instant EffectCarrier::create_before() const {
  const kube::BootTime left =
      std::min<kube::BootTime>(options_.create_timeout, rooms_.fence.deadline() - kube::boot_time());
  return rooms_.clock.server_now() + std::chrono::floor<schedule::Instant::duration>(left);
}

void EffectCarrier::heed(const absl::Status& answer) {
  const int http = kube::http_code(answer);
  if (http == 429 || http == 503) {
    rooms_.lanes.slow_down(kube::retry_after(answer).value_or(std::chrono::seconds{0}));
  } else if (http == 504 || (http == 0 && absl::IsDeadlineExceeded(answer))) {
    rooms_.lanes.ease_off();
  }
}

absl::Status EffectCarrier::check_fence() const {
  if (rooms_.fence.open()) return absl::OkStatus();
  return absl::CancelledError("not leading any more");
}

}  // namespace scheduledjob::runtime
