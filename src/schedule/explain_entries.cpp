#include "schedule/explain_entries.hpp"

#include <string_view>

#include <fmt/format.h>

#include "schedule/cron_syntax.hpp"
#include "schedule/explain_cron.hpp"
#include "schedule/explain_words.hpp"
#include "schedule/rfc3339.hpp"

namespace scheduledjob::schedule {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::year_month_day;

using When = decltype(ReadEntry::when);

// The definition has been compiled: what is read here is known to be right.
class EntryReader {
 public:
  explicit EntryReader(const Definition& definition)
      : created_(definition.created), hash_key_(definition.hash_key) {}

  When operator()(const Entry::Cron& when) const {
    constexpr std::string_view kEvery = "@every";
    const std::string_view text = trimmed(when.expression);
    if (text.starts_with(kEvery)) {
      return Spacing{parse_duration(trimmed(text.substr(kEvery.size()))).value(), created_, true};
    }
    return Cron::parse(when.expression, hash_key_).value();
  }

  When operator()(const Entry::Every& when) const { return Spacing{when.interval, when.anchor}; }

  When operator()(const Entry::At& when) const {
    const DateTime time = read_date_time(when.time).value();
    if (time.offset) return NominalTime{time.local.time_since_epoch() - *time.offset};
    return time.local;
  }

 private:
  NominalTime created_;
  std::string_view hash_key_;
};

std::string phrase(const Cron& cron) {
  return cron_phrase(cron);
}

std::string phrase(const Spacing& spacing) {
  const std::string every = every_words(spacing.length);
  if (!spacing.from_creation) return fmt::format("{}, counted from {}", every, moment_words(spacing.anchor));
  if (spacing.anchor == NominalTime{}) return every + ", counted from the creation of the object";
  return fmt::format("{}, counted from the creation of the object, {}", every, moment_words(spacing.anchor));
}

std::string phrase(LocalTime time) {
  const auto day = floor<days>(time);
  return fmt::format("at {} on {}", clock_words(time - day), date_words(year_month_day{day}));
}

std::string phrase(NominalTime time) {
  const auto day = floor<days>(time);
  return fmt::format("at {} UTC on {}", clock_words(time - day), date_words(year_month_day{day}));
}

}  // namespace

std::optional<Cron> ReadEntry::local_times() const {
  if (const auto* cron = std::get_if<Cron>(&when)) return *cron;
  if (const auto* time = std::get_if<LocalTime>(&when)) return Cron::at(*time);
  return std::nullopt;
}

std::vector<ReadEntry> read_entries(const Definition& definition) {
  std::vector<ReadEntry> result;
  result.reserve(definition.entries.size());
  for (const Entry& entry : definition.entries) {
    result.push_back({&entry, std::visit(EntryReader(definition), entry.when)});
  }
  return result;
}

std::string entry_phrase(const ReadEntry& entry) {
  return std::visit([](const auto& when) { return phrase(when); }, entry.when);
}

}  // namespace scheduledjob::schedule
