#include "fuzz/invariants.hpp"

#include <array>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

namespace scheduledjob::fuzz {
namespace {

using schedule::kEarliestInstant;
using schedule::kLatestInstant;
using schedule::NominalTime;
using std::chrono::seconds;

constexpr std::size_t kLongestMessage = 400;

// The bytes of the character of UTF-8 at the front of `text`, or 0 when there is none or it is a control
// character.
std::size_t printable_at_front(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return lead >= 0x20 && lead != 0x7f ? 1 : 0;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  unsigned code = lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3f);
  }
  constexpr std::array<unsigned, 5> kLeast{0, 0, 0xa0, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  return lead >= 0xc0 && code >= kLeast[length] && code <= 0x10ffff && !surrogate ? length : 0;
}

bool is_printable(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = printable_at_front(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

void require_next_consistent(const schedule::Schedule& schedule, NominalTime moment) {
  const std::optional<NominalTime> next = schedule.next_after(moment);
  if (!next) {
    require(schedule.count_between(moment, kLatestInstant) == 0, "nothing is next, but something is counted");
    return;
  }
  require(*next > moment && *next >= kEarliestInstant && *next <= kLatestInstant, "next lies ahead");
  require(schedule.latest_through(*next) == next, "the next instant is the latest through itself");
  require(schedule.count_between(moment, *next) == 1, "the next instant is counted once");
  require(schedule.next_after(*next - seconds{1}) == next, "the next instant is found from close by");
  require(schedule.latest_through(*next - seconds{1}) <= std::optional(moment),
          "nothing lies before the next instant");
}

void require_latest_consistent(const schedule::Schedule& schedule, NominalTime moment) {
  const std::optional<NominalTime> latest = schedule.latest_through(moment);
  if (!latest) return;
  require(*latest <= moment && *latest >= kEarliestInstant && *latest <= kLatestInstant,
          "latest lies behind");
  require(schedule.next_after(*latest - seconds{1}) == latest,
          "the latest instant follows what is before it");
  require(schedule.count_between(*latest - seconds{1}, moment) == 1, "the latest instant is counted once");
  require(schedule.next_after(*latest) == schedule.next_after(moment), "nothing lies behind the latest");
}

}  // namespace

void require(bool holds, std::string_view what) {
  if (holds) return;
  std::cerr << "does not hold: " << what << std::endl;
  std::abort();
}

void require_presentable(const absl::Status& error) {
  const std::string message(error.message());
  if (error.code() != absl::StatusCode::kInvalidArgument || message.empty() ||
      message.size() >= kLongestMessage || !is_printable(message)) {
    std::cerr << error << '\n';
    require(false, "an error is presentable");
  }
}

void require_consistent(const schedule::Schedule& schedule, NominalTime moment) {
  require_next_consistent(schedule, moment);
  require_latest_consistent(schedule, moment);
}

}  // namespace scheduledjob::fuzz
