#include "cli/conversion.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "api/scheduled_job.hpp"
#include "cli/advice.hpp"
#include "cli/check.hpp"
#include "cli/text_edit.hpp"
#include "cli/yaml_reader.hpp"
#include "cli/yaml_writer.hpp"

namespace scheduledjob::cli {
namespace {

// What a server, or kubectl apply, has added to the metadata.
constexpr std::array<std::string_view, 9> kSetByServer{
    "uid",        "resourceVersion", "generation",        "creationTimestamp",
    "selfLink",   "managedFields",   "deletionTimestamp", "deletionGracePeriodSeconds",
    "clusterName"};
constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";

// A zone written into the schedule: "TZ=Europe/Berlin 0 2 * * *".
struct ZonePrefix {
  std::string text;  // "TZ=Europe/Berlin " as it is written
  std::string zone;
};

std::optional<ZonePrefix> zone_prefix(const Node& object) {
  const Node* spec = object.find("spec");
  const std::string_view schedule = spec != nullptr ? spec->text_of("schedule") : std::string_view();
  if (!schedule.starts_with("TZ=") && !schedule.starts_with("CRON_TZ=")) return std::nullopt;
  const std::size_t space = schedule.find(' ');
  const std::size_t rest = schedule.find_first_not_of(' ', space);
  if (rest == std::string_view::npos) return std::nullopt;
  const std::size_t equals = schedule.find('=');
  return ZonePrefix{std::string(schedule.substr(0, rest)),
                    std::string(schedule.substr(equals + 1, space - equals - 1))};
}

// Makes the zone in the schedule the spec's own; a problem when it has another one already.
std::optional<Problem> move_zone(Node& object, const ZonePrefix& prefix) {
  Node& spec = *object.find("spec");
  Node& schedule = *spec.find("schedule");
  const std::string_view zone = spec.text_of("timeZone");
  if (!zone.empty() && zone != prefix.zone) {
    return Problem{
        schedule.line, "spec.schedule",
        fmt::format("names the zone {}, and timeZone names {}; keep one of them", prefix.zone, zone)};
  }
  schedule.text.erase(0, prefix.text.size());
  if (zone.empty()) {
    Node time_zone = schedule;
    time_zone.key = "timeZone";
    time_zone.text = prefix.zone;
    const auto place = std::find_if(spec.children.begin(), spec.children.end(),
                                    [](const Node& child) { return child.key == "schedule"; });
    spec.children.insert(place, std::move(time_zone));
  }
  return std::nullopt;
}

// Whether the members of a map begin lines of their own, in order, behind that of the map.
bool is_in_lines(const Node& map) {
  if (!map.is_map() || map.in_braces) return false;
  std::size_t line = map.key.empty() ? map.line - 1 : map.line;
  for (const Node& child : map.children) {
    if (child.line <= line) return false;
    line = child.line;
  }
  return true;
}

// Whether there is such a member, be its value null.
bool has_member(const Node& map, std::string_view key) {
  return std::any_of(map.children.begin(), map.children.end(),
                     [key](const Node& child) { return child.key == key; });
}

// Edits the text of one object that stands in lines.
class Editor {
 public:
  Editor(std::string_view text, const Node& root) : edit_(text), root_(root) {}

  // Whether everything that changes is where it can be edited.
  bool can_edit() const {
    const Node* metadata = root_.find("metadata");
    const Node* spec = root_.find("spec");
    if (metadata == nullptr || spec == nullptr || !is_in_lines(root_) || !is_in_lines(*spec)) return false;
    const Node* annotations = metadata->find("annotations");
    const bool was_applied = annotations != nullptr && annotations->find(kLastApplied) != nullptr;
    const bool metadata_changes =
        was_applied || std::any_of(kSetByServer.begin(), kSetByServer.end(),
                                   [metadata](std::string_view key) { return has_member(*metadata, key); });
    return (!metadata_changes || is_in_lines(*metadata)) && (!was_applied || is_in_lines(*annotations));
  }

  // False when something does not stand on the line where it was expected.
  bool change_kind() {
    return edit_.replace(root_.find("apiVersion")->line, root_.text_of("apiVersion"), api::kApiVersion) &&
           edit_.replace(root_.find("kind")->line, root_.text_of("kind"), api::kKind);
  }

  bool move_zone(const ZonePrefix& prefix) {
    const Node& spec = *root_.find("spec");
    const Node& schedule = *spec.find("schedule");
    insert(schedule, "# The zone stood in front of the expression before.");
    if (spec.find("timeZone") == nullptr) insert(schedule, fmt::format("timeZone: {}", prefix.zone));
    return edit_.replace(schedule.line, prefix.text, "");
  }

  void remove_what_servers_set() {
    const std::size_t end = edit_.line_count() + 1;
    remove_from(root_, end, [](const Node& member) { return member.key == "status"; });
    const Node& metadata = *root_.find("metadata");
    const std::size_t metadata_end = end_of(root_, metadata, end);
    const Node* annotations = metadata.find("annotations");
    const auto is_last_applied = [](const Node& member) { return member.key == kLastApplied; };
    const bool no_other = annotations != nullptr && std::all_of(annotations->children.begin(),
                                                                annotations->children.end(), is_last_applied);
    remove_from(metadata, metadata_end, [no_other](const Node& member) {
      return std::find(kSetByServer.begin(), kSetByServer.end(), member.key) != kSetByServer.end() ||
             (no_other && member.key == "annotations");
    });
    if (annotations != nullptr && !no_other) {
      remove_from(*annotations, end_of(metadata, *annotations, metadata_end), is_last_applied);
    }
  }

  void write_above(const Advice& advice) {
    const Node& field = nearest(root_, advice.path);
    const std::string_view before = edit_.line(field.line).substr(0, field.column);
    if (before.find_first_not_of(' ') != std::string_view::npos) return;
    for (const std::string& line : advice.lines) insert(field, "# " + line);
  }

  std::string text() const { return edit_.text(); }

 private:
  void insert(const Node& field, const std::string& line) {
    edit_.insert_before(field.line, std::string(field.column, ' ') + line);
  }

  static std::size_t end_of(const Node& parent, const Node& member, std::size_t parent_end) {
    const auto next = std::find_if(parent.children.begin(), parent.children.end(),
                                   [&member](const Node& other) { return other.line > member.line; });
    return next != parent.children.end() ? next->line : parent_end;
  }

  template <typename Predicate>
  void remove_from(const Node& parent, std::size_t parent_end, Predicate goes) {
    for (const Node& member : parent.children) {
      if (goes(member)) edit_.remove(member.line, end_of(parent, member, parent_end));
    }
  }

  TextEdit edit_;
  const Node& root_;
};

std::optional<std::string> edited(std::string_view text, const Node& root, const Node& meant,
                                  const std::optional<ZonePrefix>& prefix, schedule::NominalTime now) {
  Editor editor(text, root);
  if (!editor.can_edit() || !editor.change_kind()) return std::nullopt;
  if (prefix && !editor.move_zone(*prefix)) return std::nullopt;
  editor.remove_what_servers_set();
  for (const Advice& advice : advice_on(meant, now)) editor.write_above(advice);
  return editor.text();
}

// The document with lines that count from its own beginning.
Document alone(std::string_view text) {
  return std::move(read_yaml(text).front());
}

}  // namespace

Conversion convert_object(const Document& document, const Object& object, schedule::NominalTime now) {
  Conversion conversion;
  Node meant = *object.node;
  meant.remove("status");
  const std::optional<ZonePrefix> prefix = zone_prefix(meant);
  if (prefix) {
    if (auto problem = move_zone(meant, *prefix)) return {{}, false, {*std::move(problem)}};
  }
  conversion.problems = problems_as(Form::kScheduledJob, meant);
  if (!conversion.problems.empty()) return conversion;

  const bool is_whole_document = object.node == &*document.root;
  if (is_whole_document) {
    const Document in_place = alone(document.text);
    if (auto text = edited(document.text, *in_place.root, meant, prefix, now)) {
      conversion.text = *std::move(text);
      return conversion;
    }
  }
  const std::string written = to_yaml(meant);
  const Document anew = alone(written);
  conversion.text = edited(written, *anew.root, meant, std::nullopt, now).value_or(std::string());
  conversion.comments_are_lost = has_comments(document);
  return conversion;
}

// A comment is what can be cut off without changing the content.
bool has_comments(const Document& document) {
  const auto begins_comment = [&](std::size_t at) {
    const char before = at == 0 ? '\n' : document.text[at - 1];
    return before == '\n' || before == ' ' || before == '\t';
  };
  constexpr int kMostTries = 50;
  int tries = 0;
  for (std::size_t at = document.text.find('#'); at != std::string::npos;
       at = document.text.find('#', at + 1)) {
    if (!begins_comment(at)) continue;
    if (++tries > kMostTries) return true;
    std::string shortened = document.text;
    shortened.erase(at, shortened.find('\n', at) - at);
    const Document without = alone(shortened);
    if (without.root && same_content(*without.root, *document.root)) return true;
  }
  return false;
}

}  // namespace scheduledjob::cli
