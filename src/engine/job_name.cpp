#include "engine/job_name.hpp"

#include <chrono>
#include <cstdint>

#include <fmt/format.h>

#include "schedule/stable_hash.hpp"

namespace scheduledjob::engine {
namespace {

constexpr std::size_t kMaxOwnerPart = 30;
constexpr std::size_t kHashLength = 5;

std::string hash_part(std::string_view uid) {
  // No vowels and no digits that look like letters: no words come out by accident.
  constexpr std::string_view kAlphabet = "bcdfghjklmnpqrstvwxz2456789";
  std::string part;
  for (std::uint64_t rest = schedule::fnv1a(uid); part.size() < kHashLength; rest /= kAlphabet.size()) {
    part += kAlphabet[rest % kAlphabet.size()];
  }
  return part;
}

std::string owner_part(std::string_view name) {
  std::string part(name.substr(0, kMaxOwnerPart));
  for (char& c : part) {
    if (c == '.') c = '-';
  }
  while (!part.empty() && part.back() == '-') part.pop_back();
  return part;
}

}  // namespace

std::string job_name(std::string_view owner_name, std::string_view owner_uid,
                     schedule::NominalTime scheduled_time) {
  const auto day = std::chrono::floor<std::chrono::days>(scheduled_time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(scheduled_time - day);
  return fmt::format("{}-{:04}{:02}{:02}-{:02}{:02}{:02}-{}", owner_part(owner_name),
                     static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), time.hours().count(), time.minutes().count(),
                     time.seconds().count(), hash_part(owner_uid));
}

}  // namespace scheduledjob::engine
