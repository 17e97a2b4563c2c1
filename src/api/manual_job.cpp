#include "api/manual_job.hpp"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "api/job.hpp"
#include "api/job_template.hpp"

namespace scheduledjob::api {
namespace {

using Json = nlohmann::json;

// As `kubectl create job --from=cronjob/…` annotates its Jobs.
constexpr char kInstantiateAnnotation[] = "cronjob.kubernetes.io/instantiate";

// The pods' names and labels get what follows the Job's name, out of 63 characters.
constexpr std::size_t kLongestPrefix = 40;

}  // namespace

std::string manual_job_name(const ObjectMeta& owner, NominalTime now) {
  std::string prefix = owner.key.name + "-now";
  if (prefix.size() > kLongestPrefix) prefix = "now-" + owner.uid;
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(now - day);
  return fmt::format("{}-{:04}{:02}{:02}{:02}{:02}{:02}", prefix, static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

absl::StatusOr<std::string> manual_job_manifest(const ScheduledJob& owner, const std::string& job_name) {
  if (!owner.spec.ok()) return owner.spec.status();
  absl::StatusOr<Json> job_template = parse_template(owner.spec->job_template);
  if (!job_template.ok()) return job_template.status();
  const absl::StatusOr<Json*> spec = required_object(*job_template, "spec", ".spec");
  if (!spec.ok()) return spec.status();
  const absl::StatusOr<Json*> metadata = object_member(*job_template, "metadata", ".metadata");
  if (!metadata.ok()) return metadata.status();
  const absl::StatusOr<Json*> labels = object_member(**metadata, "labels", ".metadata.labels");
  if (!labels.ok()) return labels.status();
  const absl::StatusOr<Json*> annotations = object_member(**metadata, "annotations", ".metadata.annotations");
  if (!annotations.ok()) return annotations.status();

  (**labels)[kOwnerUidLabel] = owner.metadata.uid;
  (**annotations)[kInstantiateAnnotation] = "manual";
  const Json job{{"apiVersion", "batch/v1"},
                 {"kind", "Job"},
                 {"metadata",
                  {{"name", job_name},
                   {"namespace", owner.metadata.key.namespace_},
                   {"labels", std::move(**labels)},
                   {"annotations", std::move(**annotations)},
                   {"ownerReferences", Json::array({owner_reference(owner.metadata)})}}},
                 {"spec", std::move(**spec)}};
  return job.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace scheduledjob::api
