#include "cli/check.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "api/codec.hpp"
#include "api/compile.hpp"
#include "cli/node.hpp"
#include "schedule/wording.hpp"

namespace scheduledjob::cli {
namespace {

// "spec.jitter: is longer than 24h", with the line of that field.
Problem located(const absl::Status& status, const Node& object) {
  const std::string message(status.message());
  const std::size_t colon = message.find(": ");
  if (colon == std::string::npos) return {object.line, {}, message};
  const std::string path = message.substr(0, colon);
  return {nearest(object, path).line, path, message.substr(colon + 2)};
}

bool lies_within(std::string_view path, std::string_view outer) {
  return path.starts_with(outer) &&
         (path.size() == outer.size() || path[outer.size()] == '.' || path[outer.size()] == '[');
}

// One problem for a field is enough, and a field is not blamed for what is wrong inside it.
void add_unless_known(Problem problem, std::vector<Problem>& problems) {
  const bool known = std::any_of(problems.begin(), problems.end(), [&problem](const Problem& other) {
    return lies_within(other.path, problem.path);
  });
  if (!known) problems.push_back(std::move(problem));
}

bool is_name(std::string_view name) {
  const auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= 253 && alphanumeric(name.front()) && alphanumeric(name.back()) &&
         name.find("..") == std::string_view::npos && std::all_of(name.begin(), name.end(), [&](char c) {
           return alphanumeric(c) || c == '-' || c == '.';
         });
}

// A name such as 1234 or on is a text for people, but not in YAML.
void check_is_text(const Node& object, const std::string& path, std::vector<Problem>& problems) {
  const Node& node = nearest(object, path);
  if (node.is_string() || !path.ends_with("." + node.key)) return;
  problems.push_back(
      {node.line, path, fmt::format("must be a string, not {}; put it in quotes", name_of(node.kind))});
}

void check_metadata(const Node& object, std::vector<Problem>& problems) {
  const Node* metadata = object.find("metadata");
  if (metadata == nullptr ||
      (metadata->find("name") == nullptr && metadata->find("generateName") == nullptr)) {
    problems.push_back({nearest(object, "metadata").line, "metadata.name", "is required"});
    return;
  }
  for (const char* field : {"name", "generateName", "namespace"}) {
    check_is_text(object, fmt::format("metadata.{}", field), problems);
  }
  const std::string_view name = metadata->text_of("name");
  if (metadata->find("name") == nullptr || !metadata->find("name")->is_string() || is_name(name)) return;
  problems.push_back(
      {metadata->find("name")->line, "metadata.name",
       fmt::format("{} is no name: lower-case letters, digits, '-' and '.' are allowed, 253 at most",
                   schedule::quoted(name))});
}

// A ScheduledJob knows more policies than a CronJob.
void check_policy_of_cron_job(const Node& object, std::vector<Problem>& problems) {
  const Node& policy = nearest(object, "spec.concurrencyPolicy");
  if (policy.key != "concurrencyPolicy" || (policy.text != "Skip" && policy.text != "Queue")) return;
  problems.push_back({policy.line, "spec.concurrencyPolicy",
                      fmt::format("{} is not one of Allow, Forbid, Replace; a ScheduledJob has it",
                                  schedule::quoted(policy.text))});
}

std::optional<Problem> wrong_version(const Object& object) {
  const bool ours = object.kind == ObjectKind::kScheduledJob;
  const std::string_view expected = ours ? std::string_view(api::kApiVersion) : "batch/v1";
  const std::string_view version = object.node->text_of("apiVersion");
  if (version == expected) return std::nullopt;
  return Problem{nearest(*object.node, "apiVersion").line, "apiVersion",
                 fmt::format("must be {} for a {}, not {}", expected, object.node->text_of("kind"),
                             schedule::quoted(version))};
}

Problem misspelt_kind(const Object& object) {
  const Node& node = *object.node;
  if (!node.is_map()) return {node.line, {}, fmt::format("must be an object, not {}", name_of(node.kind))};
  const std::string_view kind = node.text_of("kind");
  const std::string_view version = node.text_of("apiVersion");
  if (kind.empty()) return {node.line, "kind", "is required"};
  if (version.empty()) return {node.line, "apiVersion", "is required"};
  const std::string_view meant = version.starts_with("batch/") ? "CronJob" : api::kKind;
  return {nearest(node, "kind").line, "kind",
          fmt::format("{} is no kind of {} ({}?)", schedule::quoted(kind), schedule::quoted(version), meant)};
}

// Says of fields that a ScheduledJob has where they belong.
void mention_scheduled_job(const Node& object, std::vector<Problem>& problems) {
  std::set<std::string> unknown;
  for (const Problem& problem : schema_problems(object, Form::kScheduledJob)) unknown.insert(problem.path);
  for (Problem& problem : problems) {
    if (!problem.what.starts_with("is no field") || unknown.contains(problem.path)) continue;
    problem.what = "is no field of a CronJob; a ScheduledJob has it";
  }
}

// What no schema can tell.
void check_meaning(const Node& object, std::vector<Problem>& problems) {
  const api::ReadSpec read = api::decode_spec(to_json(object));
  for (const absl::Status& status : read.problems) add_unless_known(located(status, object), problems);
  for (const absl::Status& status : api::schedule_problems(read.spec)) {
    add_unless_known(located(status, object), problems);
  }
}

void sort_by_line(std::vector<Problem>& problems) {
  std::stable_sort(problems.begin(), problems.end(),
                   [](const Problem& left, const Problem& right) { return left.line < right.line; });
}

}  // namespace

std::vector<Problem> problems_as(Form form, const Node& object) {
  std::vector<Problem> problems = schema_problems(object, form);
  if (form == Form::kCronJob) {
    mention_scheduled_job(object, problems);
    check_policy_of_cron_job(object, problems);
  }
  check_metadata(object, problems);
  if (const Node* spec = object.find("spec"); spec != nullptr && spec->is_map()) {
    check_meaning(object, problems);
  }
  sort_by_line(problems);
  return problems;
}

std::vector<Problem> problems_of(const Object& object) {
  if (object.kind == ObjectKind::kOther) return {};
  if (object.kind == ObjectKind::kMisspelt) return {misspelt_kind(object)};
  std::vector<Problem> problems =
      problems_as(object.kind == ObjectKind::kCronJob ? Form::kCronJob : Form::kScheduledJob, *object.node);
  if (auto problem = wrong_version(object)) problems.push_back(*std::move(problem));
  sort_by_line(problems);
  return problems;
}

Timing timing_of(const Object& object, schedule::NominalTime created) {
  Timing timing;
  api::ReadSpec read = api::decode_spec(to_json(*object.node));
  for (const absl::Status& status : read.problems) {
    Problem problem = located(status, *object.node);
    if (!lies_within(problem.path, "spec.jobTemplate")) timing.problems.push_back(std::move(problem));
  }
  for (const absl::Status& status : api::schedule_problems(read.spec)) {
    add_unless_known(located(status, *object.node), timing.problems);
  }
  sort_by_line(timing.problems);
  timing.spec = std::move(read.spec);
  if (!timing.problems.empty()) return timing;

  const Node* stated = object.node->find("metadata");
  const auto creation =
      schedule::parse_rfc3339(stated != nullptr ? stated->text_of("creationTimestamp") : "");
  timing.created_is_known = creation.ok();
  api::ObjectMeta metadata;
  metadata.key = {std::string(object.namespace_or_default()), std::string(object.name())};
  metadata.creation_timestamp = creation.value_or(created);
  // Cannot fail: schedule_problems() found nothing.
  timing.definition = api::define_schedule(timing.spec, metadata).value();
  return timing;
}

}  // namespace scheduledjob::cli
