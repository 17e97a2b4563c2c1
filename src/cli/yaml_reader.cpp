#include "cli/yaml_reader.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "api/text_bounds.hpp"
#include "cli/yaml_scalar.hpp"
#include "schedule/wording.hpp"

namespace scheduledjob::cli {
namespace {

using Kind = Node::Kind;

constexpr std::size_t kMostWeight = api::kMaxObjectSize;
constexpr std::size_t kMostDepth = api::kMaxTemplateDepth;
constexpr std::size_t kNodeWeight = 8;
constexpr std::size_t kMostDocuments = 10'000;

// Ends the reading of a document; thrown through yaml-cpp and caught in this file.
struct Refusal {
  std::size_t line;
  std::string what;
};

// Builds the tree from yaml-cpp's events.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(Document& document) : document_(document) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    charge(line_of(mark), kNodeWeight);
    add(node_at(mark, Kind::kNull), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    absl::StatusOr<Scalar> scalar = typed_scalar(tag, text);
    if (!scalar.ok()) throw Refusal{line_of(mark), std::string(scalar.status().message())};
    Node node = node_at(mark, scalar->kind);
    node.text = std::move(scalar->text);
    node.weight += node.text.size();
    charge(node.line, node.weight);
    is_merge_ = tag == "?" && text == "<<";
    add(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchored_.find(anchor);
    if (known == anchored_.end()) {
      throw Refusal{line_of(mark), "an anchor must not contain an alias of itself"};
    }
    charge(line_of(mark), known->second.weight);
    Node node = known->second;
    node.line = line_of(mark);
    node.column = column_of(mark);
    add(std::move(node), YAML::NullAnchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(mark, Kind::kList, anchor, style);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(mark, Kind::kMap, anchor, style);
  }
  void OnMapEnd() override { close(); }

 private:
  // A list or map that is not complete yet.
  struct Open {
    Node node;
    YAML::anchor_t anchor = YAML::NullAnchor;
    std::set<std::string, std::less<>> keys;
    std::optional<Node> key;  // read, and its value not yet
    bool key_is_merge = false;
    std::vector<Node> merged;
  };

  std::size_t line_of(const YAML::Mark& mark) const {
    return document_.first_line + static_cast<std::size_t>(std::max(mark.line, 0));
  }
  static std::size_t column_of(const YAML::Mark& mark) {
    return static_cast<std::size_t>(std::max(mark.column, 0));
  }

  Node node_at(const YAML::Mark& mark, Kind kind) const {
    Node node;
    node.kind = kind;
    node.line = line_of(mark);
    node.column = column_of(mark);
    node.weight = kNodeWeight;
    return node;
  }

  // Counts every copy of a node that is made, so that neither aliases nor anchors cost without bound.
  void charge(std::size_t line, std::size_t weight) {
    weight_ += weight;
    if (weight_ <= kMostWeight) return;
    throw Refusal{line, fmt::format("the document is too large: more than {} MiB with its aliases resolved",
                                    kMostWeight >> 20U)};
  }

  void open(const YAML::Mark& mark, Kind kind, YAML::anchor_t anchor, YAML::EmitterStyle::value style) {
    if (open_.size() == kMostDepth) {
      throw Refusal{line_of(mark), fmt::format("nests deeper than {} levels", kMostDepth)};
    }
    charge(line_of(mark), kNodeWeight);
    Open& opened = open_.emplace_back();
    opened.node = node_at(mark, kind);
    opened.node.in_braces = style == YAML::EmitterStyle::Flow;
    opened.anchor = anchor;
  }

  void close() {
    Open closed = std::move(open_.back());
    open_.pop_back();
    for (const Node& merged : closed.merged) take_over(merged, closed);
    is_merge_ = false;
    add(std::move(closed.node), closed.anchor);
  }

  void add(Node node, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      charge(node.line, node.weight);
      anchored_[anchor] = node;
    }
    if (open_.empty()) {
      document_.root = std::move(node);
    } else if (open_.back().node.is_list()) {
      append(std::move(node), open_.back().node);
    } else {
      add_to_map(std::move(node), open_.back());
    }
  }

  void add_to_map(Node node, Open& map) {
    if (!map.key) {
      if (node.is_map() || node.is_list()) {
        throw Refusal{node.line, fmt::format("a key must be a text, not {}", name_of(node.kind))};
      }
      map.key_is_merge = std::exchange(is_merge_, false);
      map.key = std::move(node);
      return;
    }
    const Node key = *std::exchange(map.key, std::nullopt);
    if (map.key_is_merge) return merge(std::move(node), map);
    node.key = key.kind == Kind::kNull ? "null" : key.text;
    node.line = key.line;
    node.column = key.column;
    node.weight += key.text.size();
    if (!map.keys.insert(node.key).second) {
      document_.problems.push_back(
          {node.line, {}, fmt::format("the key {} is there twice", schedule::quoted(node.key))});
      return;
    }
    append(std::move(node), map.node);
  }

  static void append(Node node, Node& parent) {
    parent.weight += node.weight;
    parent.children.push_back(std::move(node));
  }

  // What a "<<" brings in gives way to what the map says itself, and an earlier map wins over a later one.
  static void merge(Node node, Open& map) {
    if (node.is_map()) {
      map.merged.push_back(std::move(node));
      return;
    }
    const bool maps = node.is_list() && std::all_of(node.children.begin(), node.children.end(),
                                                    [](const Node& child) { return child.is_map(); });
    if (!maps) throw Refusal{node.line, "<< must be given a map, or a list of maps"};
    std::move(node.children.begin(), node.children.end(), std::back_inserter(map.merged));
  }

  void take_over(const Node& from, Open& to) {
    for (const Node& member : from.children) {
      if (!to.keys.insert(member.key).second) continue;
      charge(member.line, member.weight);
      append(member, to.node);
    }
  }

  Document& document_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Node> anchored_;
  std::size_t weight_ = 0;
  bool is_merge_ = false;  // the scalar just read is a plain "<<"
};

// yaml-cpp takes the byte 4 for the end of the file and would silently leave out what follows.
std::optional<Problem> forbidden_character(const Document& document) {
  std::size_t line = document.first_line;
  for (const char c : document.text) {
    if (c == '\n') ++line;
    const auto byte = static_cast<unsigned char>(c);
    const bool allowed = byte >= 0x20 || c == '\n' || c == '\r' || c == '\t';
    if (!allowed)
      return Problem{line, {}, fmt::format("the control character 0x{:02X} can't be in YAML", byte)};
  }
  return std::nullopt;
}

std::string_view line_at(std::string_view text, std::size_t index) {
  for (; index > 0 && !text.empty(); --index)
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text.substr(0, text.find('\n'));
}

// What is most often behind a text that is no YAML: an expression such as */5 * * * * or @daily without
// quotes.
std::string_view hint_for(std::string_view line) {
  const std::size_t colon = line.find(": ");
  const std::size_t value = line.find_first_not_of(' ', colon == std::string_view::npos ? 0 : colon + 1);
  if (value == std::string_view::npos) return {};
  const bool special = line[value] == '*' || line[value] == '@' || line[value] == '%' || line[value] == '`';
  return special ? "; what begins with *, @, % or ` must be in quotes" : "";
}

void parse(Document& document) {
  if (auto problem = forbidden_character(document)) {
    document.problems.push_back(*std::move(problem));
    return;
  }
  const auto refuse = [&document](std::size_t line, std::string what) {
    document.root.reset();
    document.problems.push_back({line, {}, std::move(what)});
  };
  try {
    std::istringstream stream(document.text);
    YAML::Parser parser(stream);
    TreeBuilder builder(document);
    parser.HandleNextDocument(builder);
    Document further;
    TreeBuilder rest(further);
    if (parser.HandleNextDocument(rest)) refuse(document.first_line, "every document must begin with ---");
  } catch (const Refusal& refusal) {
    refuse(refusal.line, refusal.what);
  } catch (const YAML::Exception& error) {
    const auto index = static_cast<std::size_t>(std::max(error.mark.line, 0));
    refuse(document.first_line + index,
           fmt::format("is no YAML: {}{}", error.msg, hint_for(line_at(document.text, index))));
  }
}

bool begins_document(std::string_view line) {
  return line.starts_with("---") && (line.size() == 3 || line.find_first_of(" \t\r\n", 3) == 3);
}

}  // namespace

std::vector<Document> read_yaml(std::string_view text) {
  std::vector<Document> documents(1);
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
    text.remove_prefix(line.size());
    if (begins_document(line) && number > 1) {
      if (documents.size() == kMostDocuments) {
        documents.back().problems.push_back(
            {number, {}, fmt::format("more than {} documents", kMostDocuments)});
        break;
      }
      documents.emplace_back().first_line = number;
    }
    documents.back().text += line;
  }
  for (Document& document : documents) parse(document);
  return documents;
}

}  // namespace scheduledjob::cli
