#include "cli/definition.hpp"

#include <algorithm>
#include <ostream>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "cli/check.hpp"

namespace scheduledjob::cli {
namespace {

using schedule::Definition;
using schedule::Entry;

constexpr const char* kCountsFromAfter = "@every counts from the creation of the object; here, from --after.";

bool counts_from_creation(const Definition& definition) {
  return std::any_of(definition.entries.begin(), definition.entries.end(), [](const Entry& entry) {
    const auto* cron = std::get_if<Entry::Cron>(&entry.when);
    return cron != nullptr && cron->expression.find("@every") != std::string::npos;
  });
}

std::vector<std::string> remarks_on(const Timing& timing) {
  std::vector<std::string> remarks;
  if (timing.spec.suspend) remarks.emplace_back("It is suspended: nothing runs until suspend is false.");
  if (timing.spec.jitter.count() > 0) {
    remarks.push_back(
        fmt::format("Each run is delayed by up to {} s of jitter, which depends on the object's UID.",
                    timing.spec.jitter.count()));
  }
  if (!timing.created_is_known && counts_from_creation(timing.definition)) {
    remarks.emplace_back(kCountsFromAfter);
  }
  return remarks;
}

// Collects what the objects of files say.
class Collector {
 public:
  Collector(schedule::NominalTime created, std::ostream& err) : created_(created), err_(err) {}

  void add(const Source& source) {
    for (const Document& document : source.documents) {
      for (const Problem& problem : document.problems) report(source, problem);
      for (const Object& object : objects_in(document)) add(source, object);
    }
  }

  std::vector<Scheduled> scheduled;
  bool all_right = true;

 private:
  void add(const Source& source, const Object& object) {
    if (object.kind == ObjectKind::kOther) return;
    if (object.kind == ObjectKind::kMisspelt) return report(source, problems_of(object).front());
    Timing timing = timing_of(object, created_);
    for (const Problem& problem : timing.problems) report(source, problem);
    if (!timing.problems.empty()) return;
    scheduled.push_back({object.title(), fmt::format("{}:{}", source.name, object.node->line),
                         std::move(timing.definition), remarks_on(timing)});
  }

  void report(const Source& source, const Problem& problem) {
    all_right = false;
    err_ << fmt::format("{}:{}: {}\n", source.name, problem.line, problem.text());
  }

  schedule::NominalTime created_;
  std::ostream& err_;
};

}  // namespace

Definition definition_of(const GivenExpression& given, schedule::NominalTime created) {
  Definition definition;
  definition.entries.push_back({"expression", Entry::Cron{given.expression}});
  definition.time_zone = given.time_zone;
  definition.time_zone_field = "--time-zone";
  definition.daylight_saving = given.daylight_saving;
  definition.created = created;
  if (!given.name.empty()) definition.hash_key = fmt::format("{}/{}", given.namespace_, given.name);
  return definition;
}

std::vector<Scheduled> scheduled_by(const Subject& subject, schedule::NominalTime created, std::istream& in,
                                    std::ostream& err, bool& all_right) {
  if (subject.expression) {
    Scheduled scheduled{{}, {}, definition_of(*subject.expression, created), {}};
    if (counts_from_creation(scheduled.definition)) scheduled.remarks.emplace_back(kCountsFromAfter);
    return {std::move(scheduled)};
  }
  Collector collector(created, err);
  for (const std::string& file : subject.files) {
    const absl::StatusOr<Source> source = read_source(file, in);
    if (source.ok()) {
      collector.add(*source);
    } else {
      err << std::string(source.status().message()) << '\n';
      collector.all_right = false;
    }
  }
  all_right = collector.all_right;
  if (all_right && collector.scheduled.empty()) {
    err << "There is no ScheduledJob and no CronJob in these files.\n";
    all_right = false;
  }
  return std::move(collector.scheduled);
}

}  // namespace scheduledjob::cli
