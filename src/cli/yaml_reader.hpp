// YAML text to trees, document by document.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/node.hpp"
#include "cli/problem.hpp"

namespace scheduledjob::cli {

// One document of a file.
struct Document {
  std::string text;               // with the line "---" before it, if there is one
  std::size_t first_line = 1;     // of `text`, in the file
  std::optional<Node> root;       // absent when the document is empty or no YAML
  std::vector<Problem> problems;  // why it is no YAML; keys that are there twice
};

// Reads every document; one that is broken harms no other. JSON is YAML. What is too large is a problem,
// never a crash: a document may cost 3 MiB once its aliases are resolved, and nest 100 levels deep.
std::vector<Document> read_yaml(std::string_view text);

}  // namespace scheduledjob::cli
