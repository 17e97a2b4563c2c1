#include "sim/plan.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace scheduledjob::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, kTroubles> kNames = {
    "lost request",    "lost answer",    "slow wire",   "slow server",   "repeated request",
    "refused request", "server error",   "quota",       "invalid Job",   "partition",
    "name taken",      "watch lag",      "watch break", "watch expiry",  "broken list",
    "repeated event",  "crash",          "freeze",      "drain",         "outage",
    "lease lost",      "clock step",     "clock drift", "edit schedule", "edit policy",
    "edit template",   "break schedule", "suspend",     "delete object", "delete Job",
    "strip label",     "Job by hand"};

// Moments at which clocks change somewhere, and one of no account.
const std::vector<std::string_view> kStarts = {"2026-03-10T12:00:00Z", "2026-03-29T00:20:00Z",
                                               "2026-10-25T00:10:00Z", "2026-10-03T15:00:00Z",
                                               "2026-12-31T23:30:00Z", "2028-02-28T23:40:00Z"};

bool is_window(Trouble trouble) {
  switch (trouble) {
    case Trouble::kWatchBreak:
    case Trouble::kWatchExpiry:
    case Trouble::kCrash:
    case Trouble::kDrain:
    case Trouble::kLeaseLost:
    case Trouble::kDeleteJob:
    case Trouble::kStripLabel:
    case Trouble::kJobByHand:
    case Trouble::kEditSchedule:
    case Trouble::kEditPolicy:
    case Trouble::kEditTemplate:
      return false;
    default:
      return true;
  }
}

// Troubles that concern the machine or connection of one replica.
bool has_replica(Trouble trouble) {
  return !is_users(trouble) && trouble != Trouble::kOutage && trouble != Trouble::kLeaseLost &&
         trouble != Trouble::kQuota && trouble != Trouble::kInvalidJob && trouble != Trouble::kNameTaken;
}

Duration length_of(Trouble trouble, Pace pace, Dice& dice) {
  switch (trouble) {
    case Trouble::kFreeze:
      return dice.spread(1s, 90s);
    case Trouble::kOutage:
      switch (pace) {
        case Pace::kSeconds:
          return dice.spread(5s, 10min);
        case Pace::kMinutes:
          return dice.spread(20s, 24h);
        case Pace::kHours:
          return dice.spread(10min, 24h * 400);
      }
      return 1min;
    case Trouble::kPartition:
      return dice.between(3s, 90s);
    case Trouble::kSuspend:
    case Trouble::kBreakSchedule:
      return dice.spread(2s, 5min);
    case Trouble::kDeleteObject:
      return dice.spread(100ms, 1min);
    case Trouble::kWatchLag:
      return dice.between(5s, 2min);
    default:
      return dice.spread(1s, 1min);
  }
}

JobProfile draw_profile(Dice& dice) {
  JobProfile profile;
  profile.longest_start = dice.spread(10ms, 5s);
  profile.shortest_run = dice.spread(200ms, 20s);
  profile.longest_run = profile.shortest_run + dice.spread(100ms, 2min);
  if (dice.chance(0.5)) profile.failing = dice.chance(0.3) ? 0.8 : 0.2;
  if (dice.chance(0.2)) profile.never_starting = 0.05;
  if (dice.chance(0.2)) profile.endless = 0.05;
  return profile;
}

Duration length_of_history(Pace pace, Dice& dice) {
  switch (pace) {
    case Pace::kSeconds:
      return dice.between(4min, 12min);
    case Pace::kMinutes:
      return dice.between(15min, 60min);
    case Pace::kHours:
      return dice.between(2h, 6h);
  }
  return 0s;
}

std::vector<Disturbance> draw_disturbances(const Plan& plan, Duration length, Dice& dice) {
  std::vector<Disturbance> drawn;
  // Not everything at once: a history that knows few kinds of trouble gets deeper into each.
  std::vector<Trouble> kinds;
  const double share = dice.chance(0.5) ? 0.25 : 0.6;
  for (std::size_t i = 0; i < kTroubles; ++i) {
    if (dice.chance(share)) kinds.push_back(static_cast<Trouble>(i));
  }
  if (kinds.empty()) return drawn;
  const auto count = dice.between(3, 30);
  for (std::int64_t i = 0; i < count; ++i) {
    Disturbance disturbance;
    disturbance.index = drawn.size();
    disturbance.trouble = dice.pick(kinds);
    disturbance.from = plan.start + dice.between(5s, length);
    const Duration lasts = length_of(disturbance.trouble, plan.pace, dice);
    if (is_window(disturbance.trouble)) disturbance.length = lasts;
    const int replica = static_cast<int>(dice.between(0, plan.replicas - 1));
    const bool everywhere = dice.chance(0.3);
    if (has_replica(disturbance.trouble) && !everywhere) disturbance.replica = replica;
    disturbance.probability = dice.chance(0.3) ? 1.0 : dice.chance(0.5) ? 0.5 : 0.1;
    disturbance.seed = dice.roll();
    drawn.push_back(disturbance);
  }
  return drawn;
}

}  // namespace

std::string_view name_of(Trouble trouble) {
  return kNames[static_cast<std::size_t>(trouble)];
}

bool is_users(Trouble trouble) {
  return trouble >= Trouble::kEditSchedule;
}

std::string Disturbance::describe() const {
  std::string text = fmt::format("#{} {} {}", index, schedule::format_rfc3339_micro(from), name_of(trouble));
  if (length.count() != 0)
    text += fmt::format(" for {:.3f} s", std::chrono::duration<double>(length).count());
  if (replica >= 0) text += fmt::format(", replica {}", replica);
  if (length.count() != 0 && probability < 1) text += fmt::format(", probability {}", probability);
  return text;
}

Plan make_plan(std::uint64_t seed, const std::set<std::size_t>& without) {
  Dice dice = Dice(seed).fork("plan");
  Plan plan;
  plan.seed = seed;
  plan.pace = dice.chance(0.5) ? Pace::kSeconds : dice.chance(0.85) ? Pace::kMinutes : Pace::kHours;
  plan.start = *schedule::parse_rfc3339(dice.pick(kStarts)) + dice.between(0s, 59s);
  plan.replicas = static_cast<int>(dice.between(2, dice.chance(0.2) ? 5 : 3));
  plan.workers = dice.chance(0.3) ? static_cast<std::size_t>(dice.between(1, 3)) : 16;
  const auto objects = dice.between(1, dice.chance(0.2) ? 8 : 3);
  for (std::int64_t i = 0; i < objects; ++i) {
    plan.objects.push_back({fmt::format("job{}", i), plan.start + dice.between(0s, 20s), draw_profile(dice)});
  }
  const Duration length = length_of_history(plan.pace, dice);
  if (!dice.chance(0.06)) plan.disturbances = draw_disturbances(plan, length, dice);

  // Left out only now: the times of all others, and the end of the history, stay as they were.
  plan.calm = plan.start + length;
  for (const Disturbance& each : plan.disturbances) plan.calm = std::max(plan.calm, each.from + each.length);
  const Duration quiet_days = plan.pace == Pace::kHours ? Duration(150min) : Duration(6min);
  plan.horizon = std::chrono::floor<std::chrono::seconds>(plan.calm + quiet_days);
  std::erase_if(plan.disturbances, [&](const Disturbance& each) { return without.contains(each.index); });
  return plan;
}

}  // namespace scheduledjob::sim
