// A YAML document as a tree in which every part knows its line.
//
// Scalars have the types that Kubernetes gives them, aliases and merge keys are resolved. Node is a plain
// value.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace scheduledjob::cli {

struct Node {
  enum class Kind { kNull, kBoolean, kNumber, kString, kList, kMap };

  Kind kind = Kind::kNull;
  std::string key;             // of a member of a map
  std::string text;            // of a scalar; of a number and a boolean as JSON writes it
  std::vector<Node> children;  // members or elements, in the order of the text
  std::size_t line = 0;        // from 1; of the key, for a member
  std::size_t column = 0;      // from 0; of the key, for a member
  bool in_braces = false;      // a list or map in flow style, such as {a: b}
  std::size_t weight = 0;      // what the tree costs, in bytes, about

  bool is_map() const { return kind == Kind::kMap; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_string() const { return kind == Kind::kString; }

  // The member with this key; null when this is no map, or has none, or its value is null, which in
  // Kubernetes means the same.
  const Node* find(std::string_view member) const;
  Node* find(std::string_view member);

  // The text of a member that is a string, else nothing.
  std::string_view text_of(std::string_view member) const;

  void remove(std::string_view member);
};

// What a kind is called in messages: "a string".
std::string_view name_of(Node::Kind kind);

// The tree as JSON, on one line.
std::string to_json(const Node& node);

// The node at `path`, such as "spec.schedules[1].cron", or the last one on the way that exists.
const Node& nearest(const Node& root, std::string_view path);

// Whether two trees say the same, wherever they stand.
bool same_content(const Node& left, const Node& right);

}  // namespace scheduledjob::cli
