#include "cli/explain.hpp"

#include <ostream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/definition.hpp"
#include "cli/ink.hpp"
#include "schedule/explain.hpp"

namespace scheduledjob::cli {
namespace {

// What to say about one schedule: plain lines first, then surprises.
struct Lines {
  std::vector<std::string> plain;
  std::vector<std::string> surprising;
};

absl::StatusOr<Lines> lines_about(const schedule::Definition& definition, const ExplainCommand& command,
                                  schedule::NominalTime now) {
  if (command.on) {
    auto touched = schedule::explain_date(definition, *command.on);
    if (!touched.ok()) return touched.status();
    if (touched->empty()) return Lines{{"No change of clocks touches it on that date."}, {}};
    return Lines{*std::move(touched), {}};
  }
  auto explanation = schedule::explain(definition, now);
  if (!explanation.ok()) return explanation.status();
  return Lines{{std::move(explanation->sentence)}, std::move(explanation->warnings)};
}

}  // namespace

ExitCode run_explain(const ExplainCommand& command, std::istream& in, std::ostream& out, std::ostream& err,
                     const Surroundings& surroundings) {
  const Ink ink(surroundings.colours);
  bool all_right = true;
  for (const Scheduled& subject : scheduled_by(command.subject, surroundings.now, in, err, all_right)) {
    const absl::StatusOr<Lines> lines = lines_about(subject.definition, command, surroundings.now);
    if (!lines.ok()) {
      err << std::string(lines.status().message()) << '\n';
      all_right = false;
      continue;
    }
    if (!subject.title.empty()) out << fmt::format("{} ({})\n", ink.bold(subject.title), subject.place);
    for (const std::string& line : lines->plain) out << line << '\n';
    for (const std::string& line : lines->surprising) out << ink.yellow("! ") << line << '\n';
    for (const std::string& remark : subject.remarks) out << ink.faint("# " + remark) << '\n';
  }
  return all_right ? kFine : kWrongInput;
}

}  // namespace scheduledjob::cli
