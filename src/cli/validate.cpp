#include "cli/validate.hpp"

#include <ostream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/check.hpp"
#include "cli/ink.hpp"
#include "cli/source.hpp"

namespace scheduledjob::cli {
namespace {

class Validation {
 public:
  Validation(std::ostream& out, bool colours) : out_(out), ink_(colours) {}

  void check(const Source& source) {
    for (const Document& document : source.documents) {
      report(source, document.problems);
      const bool readable = document.problems.empty();
      if (!readable) ++broken_;
      for (const Object& object : objects_in(document)) check(source, object, readable);
    }
  }

  void conclude() {
    std::string summary = fmt::format("{} valid", valid_);
    if (errors_ > 0) {
      summary += fmt::format(", {} not valid ({} {})", broken_, errors_, errors_ == 1 ? "error" : "errors");
    }
    if (skipped_ > 0) {
      summary += fmt::format(", {} of {} skipped", skipped_, skipped_ == 1 ? "another kind" : "other kinds");
    }
    out_ << (errors_ > 0 ? ink_.red(summary) : ink_.green(summary)) << '\n';
  }

  bool found_errors() const { return errors_ > 0; }

 private:
  void check(const Source& source, const Object& object, bool is_readable) {
    if (object.kind == ObjectKind::kOther) {
      ++skipped_;
      return;
    }
    const std::vector<Problem> problems = problems_of(object);
    report(source, problems);
    if (!is_readable) return;
    ++(problems.empty() ? valid_ : broken_);
  }

  void report(const Source& source, const std::vector<Problem>& problems) {
    for (const Problem& problem : problems) {
      out_ << ink_.bold(fmt::format("{}:{}:", source.name, problem.line)) << ' ' << problem.text() << '\n';
    }
    errors_ += problems.size();
  }

  std::ostream& out_;
  Ink ink_;
  std::size_t valid_ = 0;
  std::size_t broken_ = 0;  // objects, and documents that can't be read
  std::size_t errors_ = 0;
  std::size_t skipped_ = 0;
};

}  // namespace

ExitCode run_validate(const ValidateCommand& command, std::istream& in, std::ostream& out, std::ostream& err,
                      const Surroundings& surroundings) {
  Validation validation(out, surroundings.colours);
  bool all_read = true;
  for (const std::string& file : command.files) {
    const absl::StatusOr<Source> source = read_source(file, in);
    if (source.ok()) {
      validation.check(*source);
    } else {
      err << std::string(source.status().message()) << '\n';
      all_read = false;
    }
  }
  validation.conclude();
  return all_read && !validation.found_errors() ? kFine : kWrongInput;
}

}  // namespace scheduledjob::cli
