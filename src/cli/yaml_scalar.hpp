// Which type a scalar of YAML has. Kubernetes reads YAML 1.1 with the rules of sigs.k8s.io/yaml, and so does
// this: yes, on and y are booleans, 017 and 0o17 are fifteen, a date is a string.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "cli/node.hpp"

namespace scheduledjob::cli {

struct Scalar {
  Node::Kind kind = Node::Kind::kNull;
  std::string text;  // as Node::text
};

// `tag` is the explicit one, or "?" for plain text, or "!" for text that is quoted or a block.
// Errors: kInvalidArgument for a tag that is not understood or does not fit, and for numbers that JSON has no
// form for.
absl::StatusOr<Scalar> typed_scalar(std::string_view tag, const std::string& text);

}  // namespace scheduledjob::cli
