// Declaring the options of a command. Private to the reading of the command line: includes CLI11.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "absl/status/statusor.h"

namespace scheduledjob::cli {

// Two columns; what an option takes stands beside its name.
class HelpFormatter final : public CLI::Formatter {
 public:
  HelpFormatter();
  std::string make_usage(const CLI::App* app, std::string name) const override;
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_option_desc(const CLI::Option* option) const override;
};

// A group of options of one command, which convert by themselves and say what is allowed.
class OptionSet {
 public:
  OptionSet(CLI::App& command, std::string group);

  using Convert = std::function<absl::Status(const std::string&)>;
  CLI::Option* value(const std::string& names, const char* type, const char* shown_default,
                     const char* description, Convert convert);
  // 1 to 4096 characters.
  void text(const std::string& names, const char* type, const char* description, std::string& target);
  void files(const char* description, std::vector<std::string>& target);
  void flag(const std::string& names, const char* description, bool& target);
  // What must be given; "NAME" stands without a name before it, "--at" with one.
  void required(const std::string& names, const char* description, Convert convert);

 private:
  CLI::App& command_;
  std::string group_;
};

// A converter that takes 1 to 4096 characters as they are.
OptionSet::Convert into(std::string& target);

// The whole number that `text` is. Errors: kInvalidArgument, when it is none or outside the bounds.
absl::StatusOr<std::size_t> whole_number(std::string_view text, std::size_t least, std::size_t most);

}  // namespace scheduledjob::cli
