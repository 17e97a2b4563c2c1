#include "api/pod_environment.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "api/json_copy.hpp"

namespace scheduledjob::api {
namespace {

// What an env entry is called; nothing for what is none.
std::string variable_name(std::string_view entry) {
  std::string name;
  const auto read_name = [&name](std::string_view key, JsonValue value, const Path& path) {
    if (key == "name") store_if_valid(read_text(value, path), name);
    return absl::OkStatus();
  };
  read_document(entry, Path{}, read_name).IgnoreError();
  return name;
}

void write_variables(const std::vector<RunFact>& facts, const std::vector<std::string>& given,
                     JsonWriter& writer) {
  std::vector<std::string> names;
  for (const std::string& entry : given) names.push_back(variable_name(entry));
  writer.array([&] {
    for (const RunFact& fact : facts) {
      if (std::find(names.begin(), names.end(), fact.variable) != names.end()) continue;
      // Also what is empty: a reference to a variable that does not exist is not replaced.
      writer.object([&] {
        writer.member("name", std::string_view(fact.variable));
        writer.member("value", fact.value);
      });
    }
    for (const std::string& entry : given) writer.json(entry);
  });
}

absl::StatusOr<std::vector<std::string>> read_entries(JsonValue value, const Path& path) {
  std::vector<std::string> entries;
  const absl::Status status = read_elements(value, path, [&entries](JsonValue element, const Path& at) {
    const absl::StatusOr<std::string_view> text = read_json_text(element, at);
    if (text.ok()) entries.emplace_back(*text);
    return text.status();
  });
  if (!status.ok()) return status;
  return entries;
}

absl::Status write_container(JsonValue value, const Path& path, const std::vector<RunFact>& facts,
                             JsonWriter& writer) {
  if (!is_object(value)) return copy(value, path, writer);
  bool has_env = false;
  absl::Status status;
  writer.object([&] {
    status = read_members(value, path, [&](std::string_view name, JsonValue member, const Path& at) {
      if (name != "env") return copy_member(name, member, at, writer);
      has_env = true;
      if (!is_list(member)) return copy_member(name, member, at, writer);
      const absl::StatusOr<std::vector<std::string>> given = read_entries(member, at);
      if (!given.ok()) return given.status();
      writer.name("env");
      write_variables(facts, *given, writer);
      return absl::OkStatus();
    });
    if (has_env) return;
    writer.name("env");
    write_variables(facts, {}, writer);
  });
  return status;
}

}  // namespace

absl::Status write_pod_spec(JsonValue value, const Path& path, const std::vector<RunFact>& facts,
                            JsonWriter& writer) {
  if (!is_object(value)) return copy(value, path, writer);
  absl::Status status;
  writer.object([&] {
    status = read_members(value, path, [&](std::string_view name, JsonValue member, const Path& at) {
      const bool containers = name == "initContainers" || name == "containers";
      if (!containers || !is_list(member)) return copy_member(name, member, at, writer);
      absl::Status written;
      writer.foreign_name(name);
      writer.array([&] {
        written = read_elements(member, at, [&](JsonValue element, const Path& element_path) {
          return write_container(element, element_path, facts, writer);
        });
      });
      return written;
    });
  });
  return status;
}

}  // namespace scheduledjob::api
