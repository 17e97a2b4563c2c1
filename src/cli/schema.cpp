#include "cli/schema.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "cli/resource_definition.hpp"
#include "cli/yaml_reader.hpp"
#include "schedule/wording.hpp"

namespace scheduledjob::cli {
namespace {

constexpr std::array<std::string_view, 8> kCronJobFields{
    "schedule", "timeZone",    "startingDeadlineSeconds",    "concurrencyPolicy",
    "suspend",  "jobTemplate", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"};

// A number of a schema, such as maxLength.
std::optional<std::int64_t> number(const Node& schema, std::string_view keyword) {
  const Node* found = schema.find(keyword);
  if (found == nullptr) return std::nullopt;
  std::int64_t value = 0;
  std::from_chars(found->text.data(), found->text.data() + found->text.size(), value);
  return value;
}

bool is_set(const Node& schema, std::string_view keyword) {
  const Node* found = schema.find(keyword);
  return found != nullptr && found->text == "true";
}

std::vector<std::string_view> keys_of(const Node& map) {
  std::vector<std::string_view> keys;
  for (const Node& child : map.children) keys.emplace_back(child.key);
  return keys;
}

std::vector<std::string_view> texts_of(const Node& list) {
  std::vector<std::string_view> texts;
  for (const Node& child : list.children) texts.emplace_back(child.text);
  return texts;
}

std::string joined(const std::vector<std::string_view>& names) {
  std::string list;
  for (const std::string_view name : names) list.append(list.empty() ? "" : ", ").append(name);
  return list;
}

// Characters, not bytes.
std::int64_t length_of(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

std::string_view name_of_type(std::string_view type) {
  if (type == "object") return "an object";
  if (type == "array") return "a list";
  if (type == "string") return "a string";
  if (type == "integer") return "a whole number";
  return "true or false";
}

bool has_type(const Node& node, std::string_view type) {
  if (type == "object") return node.is_map();
  if (type == "array") return node.is_list();
  if (type == "string") return node.is_string();
  if (type == "boolean") return node.kind == Node::Kind::kBoolean;
  return type.empty() || (type == "integer" && node.kind == Node::Kind::kNumber &&
                          node.text.find_first_of(".e") == std::string::npos);
}

// Walks an object beside its schema.
class Walk {
 public:
  Walk(std::vector<Problem>& problems, std::vector<Problem>& doubts) : problems_(problems), doubts_(doubts) {}

  void check(const Node& node, const Node& schema, const std::string& path) {
    if (node.kind == Node::Kind::kNull && is_set(schema, "nullable")) return;
    const std::string_view type = schema.text_of("type");
    if (!has_type(node, type)) return wrong_type(node, type, path);
    if (node.is_map()) check_map(node, schema, path);
    if (node.is_list()) check_list(node, schema, path);
    if (node.is_string()) check_string(node, schema, path);
    if (type == "integer") check_number(node, schema, path);
  }

 private:
  void report(const Node& node, std::string path, std::string what) {
    problems_.push_back({node.line, std::move(path), std::move(what)});
  }

  void wrong_type(const Node& node, std::string_view type, const std::string& path) {
    const bool quotes_help = type == "string" && !node.is_map() && !node.is_list() && !node.text.empty();
    report(node, path,
           fmt::format("must be {}, not {}{}", name_of_type(type),
                       node.kind == Node::Kind::kNumber && type == "integer" ? node.text : name_of(node.kind),
                       quotes_help ? "; put it in quotes" : ""));
  }

  void check_map(const Node& node, const Node& schema, const std::string& path) {
    if (const Node* required = schema.find("required")) {
      for (const Node& name : required->children) {
        if (node.find(name.text) == nullptr) report(node, below(path, name.text), "is required");
      }
    }
    const Node* properties = schema.find("properties");
    const Node* additional = schema.find("additionalProperties");
    for (const Node& child : node.children) {
      const std::string child_path = below(path, child.key);
      if (const Node* property = properties != nullptr ? properties->find(child.key) : nullptr) {
        check(child, *property, child_path);
      } else if (additional != nullptr) {
        check(child, *additional, child_path);
      } else if (properties != nullptr) {
        unknown(child, *properties, is_set(schema, "x-kubernetes-preserve-unknown-fields"), child_path);
      }
    }
  }

  // Fields that are kept without being known may be newer than the schema, or misspelt.
  void unknown(const Node& field, const Node& properties, bool kept, const std::string& path) {
    const std::string what = "is no field" + schedule::suggestion(field.key, keys_of(properties));
    if (!kept) return report(field, path, what);
    const std::string_view parent = std::string_view(path).substr(0, path.size() - field.key.size() - 1);
    if (parent.ends_with(".metadata")) return;  // of which the schema has labels and annotations only
    doubts_.push_back({field.line, path, what + "; it is passed on as it is"});
  }

  void check_list(const Node& node, const Node& schema, const std::string& path) {
    const auto count = static_cast<std::int64_t>(node.children.size());
    if (const auto least = number(schema, "minItems"); least && count < *least) {
      report(node, path, fmt::format("must have {} or more entries, not {}", *least, count));
    }
    if (const auto most = number(schema, "maxItems"); most && count > *most) {
      report(node, path, fmt::format("may have {} entries at most, not {}", *most, count));
    }
    const Node* items = schema.find("items");
    if (items == nullptr) return;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      check(node.children[i], *items, fmt::format("{}[{}]", path, i));
    }
  }

  void check_string(const Node& node, const Node& schema, const std::string& path) {
    if (const Node* allowed = schema.find("enum")) {
      const auto names = texts_of(*allowed);
      if (std::find(names.begin(), names.end(), node.text) == names.end()) {
        report(node, path, fmt::format("{} is not one of {}", schedule::quoted(node.text), joined(names)));
      }
    }
    if (const auto least = number(schema, "minLength"); least && node.text.empty()) {
      report(node, path, "must not be empty");
    }
    const auto most = number(schema, "maxLength");
    if (most && length_of(node.text) > *most) {
      report(node, path, fmt::format("has {} characters; {} are allowed", length_of(node.text), *most));
    }
  }

  void check_number(const Node& node, const Node& schema, const std::string& path) {
    const bool of_32_bits = schema.text_of("format") == "int32";
    const std::int64_t type_most =
        of_32_bits ? std::numeric_limits<std::int32_t>::max() : std::numeric_limits<std::int64_t>::max();
    const std::int64_t type_least =
        of_32_bits ? std::numeric_limits<std::int32_t>::min() : std::numeric_limits<std::int64_t>::min();
    const std::int64_t least = number(schema, "minimum").value_or(type_least);
    const std::int64_t most = number(schema, "maximum").value_or(type_most);
    std::int64_t value = 0;
    const char* end = node.text.data() + node.text.size();
    const auto [read_to, error] = std::from_chars(node.text.data(), end, value);
    if (error == std::errc{} && read_to == end && value >= least && value <= most) return;
    report(node, path,
           most == type_most && value < least
               ? fmt::format("{} is less than {}", node.text, least)
               : fmt::format("{} is outside {}–{}", node.text.substr(0, 40), least, most));
  }

  static std::string below(const std::string& path, std::string_view key) {
    return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
  }

  std::vector<Problem>& problems_;
  std::vector<Problem>& doubts_;
};

// The schema of version v1 in the resource definition.
Node schema_of_scheduled_job() {
  const Document definition = read_yaml(kResourceDefinition).front();
  return nearest(*definition.root, "spec.versions[0].schema.openAPIV3Schema");
}

Node schema_of_cron_job(Node schema) {
  Node& spec = *schema.find("properties")->find("spec");
  std::erase_if(spec.find("properties")->children, [](const Node& field) {
    return std::find(kCronJobFields.begin(), kCronJobFields.end(), field.key) == kCronJobFields.end();
  });
  // What stands in a CronJob's status is not ours to judge.
  schema.find("properties")->find("status")->remove("properties");
  return schema;
}

// What a walk finds in an object.
struct Findings {
  std::vector<Problem> problems;
  std::vector<Problem> doubts;
};

Findings findings_in(const Node& object, Form form) {
  static const Node scheduled_job = schema_of_scheduled_job();
  static const Node cron_job = schema_of_cron_job(scheduled_job);
  Findings findings;
  Walk(findings.problems, findings.doubts)
      .check(object, form == Form::kCronJob ? cron_job : scheduled_job, {});
  return findings;
}

}  // namespace

std::vector<Problem> schema_problems(const Node& object, Form form) {
  return findings_in(object, form).problems;
}

std::vector<Problem> schema_doubts(const Node& object, Form form) {
  return findings_in(object, form).doubts;
}

}  // namespace scheduledjob::cli
