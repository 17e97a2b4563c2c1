#include "cli/validate.hpp"

#include <ostream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/check.hpp"
#include "cli/ink.hpp"
#include "cli/schema.hpp"
#include "cli/source.hpp"
#include "schedule/explain.hpp"

namespace scheduledjob::cli {
namespace {

class Validation {
 public:
  Validation(std::ostream& out, const Surroundings& surroundings)
      : out_(out), ink_(surroundings.colours), now_(surroundings.now) {}

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
    if (warnings_ > 0) summary += fmt::format(", {} {}", warnings_, warnings_ == 1 ? "warning" : "warnings");
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
    if (problems.empty()) warn(source, object);
    if (!is_readable) return;
    ++(problems.empty() ? valid_ : broken_);
  }

  // What is allowed, and may surprise.
  void warn(const Source& source, const Object& object) {
    const Form form = object.kind == ObjectKind::kCronJob ? Form::kCronJob : Form::kScheduledJob;
    for (const Problem& doubt : schema_doubts(*object.node, form)) warn(source, doubt.line, doubt.text());
    const auto explanation = schedule::explain(timing_of(object, now_).definition, now_);
    if (!explanation.ok()) return;
    const std::size_t line = nearest(*object.node, "spec.schedule").line;
    for (const std::string& warning : explanation->warnings) warn(source, line, warning);
  }

  void warn(const Source& source, std::size_t line, const std::string& warning) {
    out_ << ink_.bold(fmt::format("{}:{}:", source.name, line)) << ' ' << ink_.yellow("warning: ") << warning
         << '\n';
    ++warnings_;
  }

  void report(const Source& source, const std::vector<Problem>& problems) {
    for (const Problem& problem : problems) {
      out_ << ink_.bold(fmt::format("{}:{}:", source.name, problem.line)) << ' ' << problem.text() << '\n';
    }
    errors_ += problems.size();
  }

  std::ostream& out_;
  Ink ink_;
  schedule::NominalTime now_;
  std::size_t valid_ = 0;
  std::size_t broken_ = 0;  // objects, and documents that can't be read
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
  std::size_t skipped_ = 0;
};

}  // namespace

ExitCode run_validate(const ValidateCommand& command, std::istream& in, std::ostream& out, std::ostream& err,
                      const Surroundings& surroundings) {
  Validation validation(out, surroundings);
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
