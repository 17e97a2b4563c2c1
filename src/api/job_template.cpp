#include "api/job_template.hpp"

#include <fmt/format.h>

#include "api/text_bounds.hpp"

namespace scheduledjob::api {
namespace {

using Json = nlohmann::json;

absl::Status template_error(std::string_view field, std::string_view problem) {
  return absl::InvalidArgumentError(fmt::format("spec.jobTemplate{}: {}", field, problem));
}

}  // namespace

absl::StatusOr<Json> parse_template(const std::string& text) {
  if (text.size() > kMaxObjectSize || nests_deeper_than(text, kMaxTemplateDepth)) {
    return template_error("", "is too large or nests too deep");
  }
  Json parsed = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded() || !parsed.is_object()) return template_error("", "is not a JSON object");
  return parsed;
}

absl::StatusOr<Json*> object_member(Json& parent, const char* name, std::string_view field) {
  Json& member = parent[name];
  if (member.is_null()) member = Json::object();
  if (!member.is_object()) return template_error(field, "must be an object");
  return &member;
}

absl::StatusOr<Json*> required_object(Json& parent, const char* name, std::string_view field) {
  if (!parent.contains(name) || parent[name].is_null()) return template_error(field, "is required");
  return object_member(parent, name, field);
}

Json owner_reference(const ObjectMeta& owner) {
  return {{"apiVersion", kApiVersion}, {"kind", kKind},      {"name", owner.key.name},
          {"uid", owner.uid},          {"controller", true}, {"blockOwnerDeletion", true}};
}

}  // namespace scheduledjob::api
