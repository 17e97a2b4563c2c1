#include "cli/yaml_writer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/json_text.hpp"
#include "cli/yaml_scalar.hpp"

namespace scheduledjob::cli {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Whether text stands for itself without quotes. Stricter than YAML, so that nobody has to wonder.
bool needs_no_quotes(const std::string& text) {
  constexpr std::string_view kHarmless = " _-./=+";
  const auto harmless = [&](char c) {
    return is_letter_or_digit(c) || kHarmless.find(c) != std::string_view::npos;
  };
  const bool colon_within = text.find(": ") != std::string::npos || text.ends_with(':');
  const bool in_form = !text.empty() && (is_letter_or_digit(text.front()) || text.front() == '/') &&
                       text.back() != ' ' && !colon_within &&
                       std::all_of(text.begin(), text.end(), [&](char c) { return harmless(c) || c == ':'; });
  if (!in_form) return false;
  const auto scalar = typed_scalar("?", text);
  return scalar.ok() && scalar->kind == Node::Kind::kString;
}

// Whether text can be a block of lines: printable, and no line could be taken for indentation.
bool fits_block(const std::string& text) {
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
    return c == '\n' || c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  });
  return printable && text.find('\n') < text.size() - 1 && text.front() != ' ' && text.front() != '\t' &&
         text.front() != '\n' && !text.ends_with("\n\n") && text.find(" \n") == std::string::npos;
}

std::string scalar_text(const std::string& text) {
  if (needs_no_quotes(text)) return text;
  std::string quoted;
  append_json_string(quoted, text);
  return quoted;
}

std::string block_text(std::string_view text, std::size_t indent) {
  std::string block = text.ends_with('\n') ? "|" : "|-";
  if (text.ends_with('\n')) text.remove_suffix(1);
  while (true) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    block += '\n';
    if (!line.empty()) block.append(indent, ' ').append(line);
    if (end == std::string_view::npos) return block;
    text.remove_prefix(end + 1);
  }
}

class Writer {
 public:
  std::string text() && { return std::move(text_); }

  // With `first_is_indented`, the first line has begun already, behind the "- " of a list.
  void write_members(const Node& map, std::size_t indent, bool first_is_indented) {
    for (const Node& child : map.children) {
      if (!first_is_indented) text_.append(indent, ' ');
      first_is_indented = false;
      text_.append(scalar_text(child.key)).append(":");
      if (is_filled(child)) {
        text_ += '\n';
        if (child.is_map()) {
          write_members(child, indent + 2, false);
        } else {
          write_elements(child, indent, false);
        }
      } else {
        text_.append(" ").append(leaf(child, indent + 2)).append("\n");
      }
    }
  }

  void write_elements(const Node& list, std::size_t indent, bool first_is_indented) {
    for (const Node& child : list.children) {
      if (!first_is_indented) text_.append(indent, ' ');
      first_is_indented = false;
      text_ += "- ";
      if (!is_filled(child)) {
        text_.append(leaf(child, indent + 2)).append("\n");
      } else if (child.is_map()) {
        write_members(child, indent + 2, true);
      } else {
        write_elements(child, indent + 2, true);
      }
    }
  }

  void write(const Node& node) {
    if (!is_filled(node)) {
      text_.append(leaf(node, 2)).append("\n");
    } else if (node.is_map()) {
      write_members(node, 0, false);
    } else {
      write_elements(node, 0, false);
    }
  }

 private:
  static bool is_filled(const Node& node) { return !node.children.empty(); }

  static std::string leaf(const Node& node, std::size_t indent) {
    if (node.is_map()) return "{}";
    if (node.is_list()) return "[]";
    if (node.kind == Node::Kind::kNull) return "null";
    if (!node.is_string()) return node.text;
    return !node.text.empty() && fits_block(node.text) ? block_text(node.text, indent)
                                                       : scalar_text(node.text);
  }

  std::string text_;
};

}  // namespace

std::string to_yaml(const Node& node) {
  Writer writer;
  writer.write(node);
  return std::move(writer).text();
}

}  // namespace scheduledjob::cli
