// The files that a command is given, and the objects in them.
#pragma once

#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/node.hpp"
#include "cli/yaml_reader.hpp"

namespace scheduledjob::cli {

struct Source {
  std::string name;  // as messages show it; "<stdin>" for "-"
  std::vector<Document> documents;
};

// Reads a file of YAML or JSON, or `in` for "-". Errors: kInvalidArgument for a file that can't be read or is
// larger than 8 MiB; the message begins with its name. What is wrong inside is for the documents to say.
absl::StatusOr<Source> read_source(const std::string& file, std::istream& in);

enum class ObjectKind {
  kScheduledJob,
  kCronJob,
  kMisspelt,  // seems to be meant as one of these
  kOther,
};

// An object in a document: all of it, or an item of a List. Refers to the document's tree.
struct Object {
  const Node* node;
  ObjectKind kind;

  std::string_view name() const;  // metadata.name, or metadata.generateName
  std::string_view namespace_or_default() const;
  std::string title() const;  // "ScheduledJob reports/nightly"
};

// The objects of a document, those of a kind that this program knows nothing about included.
std::vector<Object> objects_in(const Document& document);

}  // namespace scheduledjob::cli
