// The two kinds that the operator lives on, as the API server names them.
#pragma once

#include <optional>
#include <string_view>

#include "engine/input.hpp"
#include "kube/client.hpp"

namespace scheduledjob::runtime {

const kube::ResourceKind& resource(engine::Kind kind);

// Nothing when the text is not a number.
std::optional<api::ResourceVersion> parse_version(std::string_view text);

}  // namespace scheduledjob::runtime
