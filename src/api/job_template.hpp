// Reading a template as a tree, for Jobs by hand. Private to the room: includes a JSON library.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"
#include "api/scheduled_job.hpp"

namespace scheduledjob::api {

// Errors of all of these: kInvalidArgument, "spec.jobTemplate.spec: is required".

absl::StatusOr<nlohmann::json> parse_template(const std::string& text);

// The member as an object to add to; null and absent become an empty one. `field` is where it stands in the
// template, for errors.
absl::StatusOr<nlohmann::json*> object_member(nlohmann::json& parent, const char* name,
                                              std::string_view field);

absl::StatusOr<nlohmann::json*> required_object(nlohmann::json& parent, const char* name,
                                                std::string_view field);

// The owner as controller, with blockOwnerDeletion.
nlohmann::json owner_reference(const ObjectMeta& owner);

}  // namespace scheduledjob::api
