#include "cli/node.hpp"

#include <algorithm>
#include <charconv>

#include "cli/json_text.hpp"

namespace scheduledjob::cli {
namespace {

void append_json(const Node& node, std::string& json) {
  const bool container = node.is_list() || node.is_map();
  if (!container) {
    if (node.is_string()) return append_json_string(json, node.text);
    json += node.kind == Node::Kind::kNull ? "null" : node.text;
    return;
  }
  json += node.is_list() ? '[' : '{';
  bool first = true;
  for (const Node& child : node.children) {
    if (!first) json += ',';
    first = false;
    if (node.is_map()) {
      append_json_string(json, child.key);
      json += ':';
    }
    append_json(child, json);
  }
  json += node.is_list() ? ']' : '}';
}

// The first step of a path, "schedules" or "[1]", which is removed.
std::string_view take_step(std::string_view& path) {
  if (path.starts_with('.')) path.remove_prefix(1);
  const std::size_t end =
      path.starts_with('[') ? std::min(path.find(']'), path.size() - 1) + 1 : path.find_first_of(".[");
  const std::string_view step = path.substr(0, end);
  path.remove_prefix(step.size());
  return step;
}

const Node* child_at(const Node& node, std::string_view step) {
  if (!step.starts_with('[')) return node.find(step);
  std::size_t index = 0;
  std::from_chars(step.data() + 1, step.data() + step.size(), index);
  return node.is_list() && index < node.children.size() ? &node.children[index] : nullptr;
}

}  // namespace

const Node* Node::find(std::string_view member) const {
  if (!is_map()) return nullptr;
  const auto found = std::find_if(children.begin(), children.end(),
                                  [member](const Node& child) { return child.key == member; });
  return found != children.end() && found->kind != Kind::kNull ? &*found : nullptr;
}

Node* Node::find(std::string_view member) {
  return const_cast<Node*>(static_cast<const Node*>(this)->find(member));
}

std::string_view Node::text_of(std::string_view member) const {
  const Node* found = find(member);
  return found != nullptr && found->is_string() ? std::string_view(found->text) : std::string_view();
}

void Node::remove(std::string_view member) {
  if (!is_map()) return;
  std::erase_if(children, [member](const Node& child) { return child.key == member; });
}

std::string_view name_of(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::kNull:
      return "null";
    case Node::Kind::kBoolean:
      return "a boolean";
    case Node::Kind::kNumber:
      return "a number";
    case Node::Kind::kString:
      return "a string";
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kMap:
      return "an object";
  }
  return "something else";
}

std::string to_json(const Node& node) {
  std::string json;
  append_json(node, json);
  return json;
}

const Node& nearest(const Node& root, std::string_view path) {
  const Node* node = &root;
  while (!path.empty()) {
    const Node* child = child_at(*node, take_step(path));
    if (child == nullptr) break;
    node = child;
  }
  return *node;
}

bool same_content(const Node& left, const Node& right) {
  return left.kind == right.kind && left.key == right.key && left.text == right.text &&
         std::equal(left.children.begin(), left.children.end(), right.children.begin(), right.children.end(),
                    same_content);
}

}  // namespace scheduledjob::cli
