// Trees to YAML text.
#pragma once

#include <string>

#include "cli/node.hpp"

namespace scheduledjob::cli {

// The tree in block style, as kubectl writes it; text of several lines as a block. Reading it back gives the
// same content.
std::string to_yaml(const Node& node);

}  // namespace scheduledjob::cli
