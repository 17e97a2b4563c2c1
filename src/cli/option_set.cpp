#include "cli/option_set.hpp"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "schedule/wording.hpp"

namespace scheduledjob::cli {
namespace {

constexpr std::size_t kLongestText = 4096;

absl::Status set_text(const std::string& given, std::string& target) {
  if (given.empty() || given.size() > kLongestText) {
    return absl::InvalidArgumentError(fmt::format("must have 1 to {} characters", kLongestText));
  }
  target = given;
  return absl::OkStatus();
}

// What a command needs, as its usage shows it.
std::string_view needed_by(const CLI::App& command) {
  if (command.get_option_no_throw("EXPR") != nullptr) return " (EXPR | -f FILE)";
  if (command.get_option_no_throw("--filename") != nullptr) return " -f FILE";
  if (command.get_option_no_throw("--at") != nullptr) return " NAME --at TIME";
  if (command.get_option_no_throw("NAME") != nullptr) return " NAME";
  if (command.get_option_no_throw("SHELL") != nullptr) return " SHELL";
  return "";
}

}  // namespace

HelpFormatter::HelpFormatter() {
  column_width(36);
}

std::string HelpFormatter::make_usage(const CLI::App* app, std::string) const {
  const bool whole = app->get_parent() == nullptr;
  return fmt::format("Usage: kubectl scheduledjob {} [FLAGS]\n",
                     whole ? "COMMAND" : fmt::format("{}{}", app->get_name(), needed_by(*app)));
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  const std::string type = option->get_type_name();
  return type.empty() ? "" : " " + type;
}

std::string HelpFormatter::make_option_desc(const CLI::Option* option) const {
  std::string text = option->get_description();
  if (!option->get_default_str().empty()) text += fmt::format(" (default {})", option->get_default_str());
  return text;
}

OptionSet::OptionSet(CLI::App& command, std::string group) : command_(command), group_(std::move(group)) {}

CLI::Option* OptionSet::value(const std::string& names, const char* type, const char* shown_default,
                              const char* description, Convert convert) {
  const auto checked = [names, convert = std::move(convert)](const std::string& text) {
    if (const absl::Status status = convert(text); !status.ok()) {
      throw CLI::ValidationError(names, std::string(status.message()));
    }
  };
  return command_.add_option_function<std::string>(names, checked, description)
      ->type_name(type)
      ->default_str(shown_default)
      ->group(group_);
}

void OptionSet::text(const std::string& names, const char* type, const char* description,
                     std::string& target) {
  value(names, type, target.c_str(), description, into(target));
}

void OptionSet::files(const char* description, std::vector<std::string>& target) {
  command_.add_option("-f,--filename", target, description)->type_name("FILE...")->group(group_);
}

void OptionSet::flag(const std::string& names, const char* description, bool& target) {
  command_.add_flag(names, target, description)->group(group_);
}

void OptionSet::required(const std::string& names, const char* description, Convert convert) {
  const bool positional = !names.starts_with('-');
  value(names, positional ? "" : "TIME", "", description, std::move(convert))->required();
}

OptionSet::Convert into(std::string& target) {
  return [&target](const std::string& given) { return set_text(given, target); };
}

absl::StatusOr<std::size_t> whole_number(std::string_view text, std::size_t least, std::size_t most) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most) {
    return absl::InvalidArgumentError(
        fmt::format("{} is not a whole number from {} to {}", schedule::quoted(text), least, most));
  }
  return number;
}

}  // namespace scheduledjob::cli
