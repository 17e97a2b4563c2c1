// Short ways to ask for explanations in tests.
#pragma once

#include "schedule/explain.hpp"
#include "unit/schedule/support.hpp"

namespace scheduledjob::schedule {

inline constexpr DaylightSaving kSkip{.skipped_time = SkippedTime::kSkip};
inline constexpr DaylightSaving kTwice{.repeated_time = RepeatedTime::kRunTwice};

inline Explanation explained(const Definition& definition, NominalTime reference = kUsualReference) {
  const auto explanation = explain(definition, reference);
  if (!explanation.ok()) throw std::invalid_argument(explanation.status().ToString());
  return *explanation;
}

inline std::string sentence(const Definition& definition) {
  return explained(definition).sentence;
}
inline std::string sentence(std::string expression) {
  return sentence(definition({cron(std::move(expression))}));
}

inline std::vector<std::string> warnings(std::string expression, std::string zone = "",
                                         DaylightSaving policy = {}) {
  return explained(definition({cron(std::move(expression))}, std::move(zone), policy)).warnings;
}

inline std::chrono::year_month_day date(int year, unsigned month, unsigned day) {
  return std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day};
}

}  // namespace scheduledjob::schedule
