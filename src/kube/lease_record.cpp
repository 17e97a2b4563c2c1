#include "kube/lease_record.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "schedule/instant.hpp"

namespace scheduledjob::kube {
namespace {

using nlohmann::json;

constexpr char kNoteAnnotation[] = "scheduledjob.dev/handover";

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t number_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

json object_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_object() ? *found : json::object();
}

// Begins a note, and ties it to the release that it was left with.
std::string seal_of(const LeaseRecord& record) {
  return fmt::format("{} {} ", record.transitions, record.renew_time);
}

std::string note_in(const json& metadata, const LeaseRecord& record) {
  const std::string annotation = text_at(object_at(metadata, "annotations"), kNoteAnnotation);
  const std::string seal = seal_of(record);
  if (!record.holder.empty() || !annotation.starts_with(seal)) return {};
  return annotation.substr(seal.size());
}

json spec_of(const LeaseRecord& record) {
  return {{"holderIdentity", record.holder},
          {"leaseDurationSeconds", record.duration.count()},
          {"acquireTime", record.acquire_time},
          {"renewTime", record.renew_time},
          {"leaseTransitions", record.transitions}};
}

std::string text_of(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

absl::StatusOr<StoredLease> read_lease(std::string_view text) {
  const json lease = json::parse(text, nullptr, false);
  if (!lease.is_object()) return absl::InvalidArgumentError("the API server sent a Lease that is not JSON");
  StoredLease stored;
  const json metadata = object_at(lease, "metadata");
  stored.resource_version = text_at(metadata, "resourceVersion");
  if (stored.resource_version.empty()) {
    return absl::InvalidArgumentError("the API server sent a Lease without metadata.resourceVersion");
  }
  const json spec = object_at(lease, "spec");
  stored.record.holder = text_at(spec, "holderIdentity");
  stored.record.duration = std::chrono::seconds(number_at(spec, "leaseDurationSeconds"));
  stored.record.acquire_time = text_at(spec, "acquireTime");
  stored.record.renew_time = text_at(spec, "renewTime");
  stored.record.transitions = number_at(spec, "leaseTransitions");
  stored.note = note_in(metadata, stored.record);
  return stored;
}

std::string lease_manifest(std::string_view namespace_, std::string_view name, const LeaseRecord& record) {
  return text_of({{"apiVersion", "coordination.k8s.io/v1"},
                  {"kind", "Lease"},
                  {"metadata", {{"namespace", namespace_}, {"name", name}}},
                  {"spec", spec_of(record)}});
}

std::string lease_patch(const LeaseRecord& record, std::string_view resource_version, std::string_view note) {
  const json annotation = note.empty() ? json() : json(seal_of(record) + std::string(note));
  return text_of({{"metadata",
                   {{"resourceVersion", resource_version}, {"annotations", {{kNoteAnnotation, annotation}}}}},
                  {"spec", spec_of(record)}});
}

std::string micro_time(std::chrono::system_clock::time_point time) {
  return schedule::format_rfc3339_micro(std::chrono::floor<std::chrono::microseconds>(time));
}

}  // namespace scheduledjob::kube
