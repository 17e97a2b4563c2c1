// Any bytes as the name of a time zone: refused with a message that is safe to show, or a zone without holes.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fuzz/invariants.hpp"
#include "schedule/time_zone.hpp"

namespace scheduledjob::fuzz {
namespace {

using schedule::TimeZone;

bool has_form_of_a_name(std::string_view name) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-_/";
  return !name.empty() && name.size() <= 64 && name.front() != '/' &&
         name.find_first_not_of(kAllowed) == std::string_view::npos;
}

void require_whole(const TimeZone& zone) {
  require(zone.stretch(0).begin < schedule::kEarliestInstant, "a zone begins before the first instant");
  require(zone.stretch(zone.stretch_count() - 1).end > schedule::kLatestInstant,
          "a zone ends after the last instant");
  for (std::size_t i = 0; i < zone.stretch_count(); ++i) {
    const TimeZone::Stretch& stretch = zone.stretch(i);
    require(stretch.begin < stretch.end, "a stretch has a length");
    require(zone.stretch_at(stretch.begin) == i, "a stretch is found by its beginning");
    require(i == 0 || stretch.begin == zone.stretch(i - 1).end, "there is no hole between stretches");
    require(std::chrono::abs(stretch.offset) <= std::chrono::hours{26}, "an offset is at most about a day");
  }
}

void try_name(std::string_view name) {
  const auto zone = TimeZone::load(name);
  require(zone.ok() == TimeZone::load(name).ok(), "a name means the same again");
  if (!zone.ok()) return require_presentable(zone.status());
  require(has_form_of_a_name(name), "no name reaches other files");
  require_whole(*zone);
}

}  // namespace
}  // namespace scheduledjob::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  scheduledjob::fuzz::try_name(scheduledjob::fuzz::text_of(data, size));
  return 0;
}
