#include "api/job_manifest.hpp"

#include <algorithm>
#include <limits>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/job.hpp"
#include "api/job_template.hpp"
#include "api/run_context.hpp"
#include "schedule/time_zone.hpp"

namespace scheduledjob::api {
namespace {

using Json = nlohmann::json;
using schedule::format_rfc3339;

// As Go writes it, and with it CronJob: "2026-03-29T03:30:00+02:00", with Z for an offset of zero.
absl::StatusOr<std::string> format_in_zone(NominalTime time, const std::optional<std::string>& zone_name) {
  if (!zone_name) return format_rfc3339(time);
  const absl::StatusOr<schedule::TimeZone> zone = schedule::TimeZone::load(*zone_name);
  if (!zone.ok()) {
    return absl::InvalidArgumentError(fmt::format("spec.timeZone: {}", std::string(zone.status().message())));
  }
  const std::chrono::seconds offset = zone->stretch(zone->stretch_at(time)).offset;
  std::string text = format_rfc3339(time + offset);
  if (offset.count() == 0) return text;
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::minutes>(std::chrono::abs(offset))};
  text.pop_back();  // the Z
  return text + fmt::format("{}{:02}:{:02}", offset.count() < 0 ? '-' : '+', clock.hours().count(),
                            clock.minutes().count());
}

// The annotations that a run's Job and its pods have in common; null where the template must not have one.
absl::StatusOr<Json> run_annotations(const ScheduledJob& owner, const RunIdentity& run) {
  absl::StatusOr<std::string> local_time = format_in_zone(run.scheduled_time, owner.spec->time_zone);
  if (!local_time.ok()) return local_time.status();
  Json annotations{{kCronJobTimestampAnnotation, *std::move(local_time)}};
  for (RunFact& fact : run_facts(owner, run)) {
    if (!fact.annotation) continue;
    annotations[fact.annotation] = fact.value.empty() ? Json(nullptr) : Json(std::move(fact.value));
  }
  return annotations;
}

absl::StatusOr<Json> job_metadata(Json& job_template, const ScheduledJob& owner, const RunIdentity& run,
                                  const Json& run_annotations) {
  const absl::StatusOr<Json*> given = object_member(job_template, "metadata", ".metadata");
  if (!given.ok()) return given.status();
  const absl::StatusOr<Json*> labels = object_member(**given, "labels", ".metadata.labels");
  if (!labels.ok()) return labels.status();
  const absl::StatusOr<Json*> annotations = object_member(**given, "annotations", ".metadata.annotations");
  if (!annotations.ok()) return annotations.status();

  (**labels)[kOwnerUidLabel] = owner.metadata.uid;
  (**annotations).merge_patch(run_annotations);
  (**annotations).erase(kTimeToLiveAnnotation);
  (**annotations).erase(kCreateBeforeAnnotation);

  return Json{{"name", run.job_name},
              {"namespace", owner.metadata.key.namespace_},
              {"labels", std::move(**labels)},
              {"annotations", std::move(**annotations)},
              {"ownerReferences", Json::array({owner_reference(owner.metadata)})}};
}

absl::Status annotate_pods(Json& pod_template, const Json& run_annotations) {
  const absl::StatusOr<Json*> metadata = object_member(pod_template, "metadata", ".spec.template.metadata");
  if (!metadata.ok()) return metadata.status();
  const absl::StatusOr<Json*> annotations =
      object_member(**metadata, "annotations", ".spec.template.metadata.annotations");
  if (!annotations.ok()) return annotations.status();
  (**annotations).merge_patch(run_annotations);
  return absl::OkStatus();
}

bool sets_variable(const Json& env, std::string_view name) {
  return std::any_of(env.begin(), env.end(), [name](const Json& variable) {
    if (!variable.is_object()) return false;
    const auto its_name = variable.find("name");
    return its_name != variable.end() && *its_name == name;
  });
}

// Ours come first, so that the user's own can refer to them: $(SCHEDULEDJOB_SCHEDULED_TIME).
void add_variables(Json& container, const std::vector<RunFact>& facts) {
  if (!container.is_object()) return;
  Json& given = container["env"];
  if (given.is_null()) given = Json::array();
  if (!given.is_array()) return;
  Json env = Json::array();
  for (const RunFact& fact : facts) {
    // Also what is empty: a reference to a variable that does not exist is not replaced.
    if (!sets_variable(given, fact.variable)) env.push_back({{"name", fact.variable}, {"value", fact.value}});
  }
  env.insert(env.end(), given.begin(), given.end());
  given = std::move(env);
}

// What is no list of containers stays as it is: the API server refuses the Job and says why.
void add_variables_to_pods(Json& pod_template, const std::vector<RunFact>& facts) {
  const auto pod_spec = pod_template.find("spec");
  if (pod_spec == pod_template.end() || !pod_spec->is_object()) return;
  for (const char* list : {"initContainers", "containers"}) {
    const auto containers = pod_spec->find(list);
    if (containers == pod_spec->end() || !containers->is_array()) continue;
    for (Json& container : *containers) add_variables(container, facts);
  }
}

// Returns the value as it was. One that is no whole number, or negative, stays as it is: the API server
// refuses the Job and says why.
std::optional<std::uint64_t> raise_ttl(Json& job_spec, std::chrono::seconds margin) {
  const auto ttl = job_spec.find("ttlSecondsAfterFinished");
  if (ttl == job_spec.end() || !ttl->is_number_unsigned()) return std::nullopt;
  constexpr std::uint64_t kMaxTtl = std::numeric_limits<std::int32_t>::max();
  const auto given = ttl->get<std::uint64_t>();
  if (given > kMaxTtl) return std::nullopt;
  *ttl = std::min(kMaxTtl, given + static_cast<std::uint64_t>(std::max<std::int64_t>(0, margin.count())));
  return given;
}

}  // namespace

absl::StatusOr<std::string> job_manifest(const ScheduledJob& owner, const RunIdentity& run,
                                         std::chrono::seconds ttl_margin,
                                         std::optional<schedule::Instant> create_before) {
  if (!owner.spec.ok()) return owner.spec.status();
  absl::StatusOr<Json> job_template = parse_template(owner.spec->job_template);
  if (!job_template.ok()) return job_template.status();
  const absl::StatusOr<Json*> job_spec = required_object(*job_template, "spec", ".spec");
  if (!job_spec.ok()) return job_spec.status();

  const absl::StatusOr<Json*> pod_template = required_object(**job_spec, "template", ".spec.template");
  if (!pod_template.ok()) return pod_template.status();

  const absl::StatusOr<Json> annotations = run_annotations(owner, run);
  if (!annotations.ok()) return annotations.status();
  absl::StatusOr<Json> metadata = job_metadata(*job_template, owner, run, *annotations);
  if (!metadata.ok()) return metadata.status();
  if (absl::Status status = annotate_pods(**pod_template, *annotations); !status.ok()) return status;
  if (owner.spec->run_context_env) add_variables_to_pods(**pod_template, run_facts(owner, run));
  if (const auto ttl = raise_ttl(**job_spec, ttl_margin))
    (*metadata)["annotations"][kTimeToLiveAnnotation] = std::to_string(*ttl);
  if (create_before)
    (*metadata)["annotations"][kCreateBeforeAnnotation] = schedule::format_rfc3339_micro(*create_before);

  const Json job{{"apiVersion", "batch/v1"},
                 {"kind", "Job"},
                 {"metadata", *std::move(metadata)},
                 {"spec", std::move(**job_spec)}};
  return job.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace scheduledjob::api
