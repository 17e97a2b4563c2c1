#include "sim/campaign.hpp"

#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/history.hpp"

namespace scheduledjob::sim {
namespace {

using Steady = std::chrono::steady_clock;

std::string bug_flag(Bug bug) {
  for (const BugEntry& entry : all_bugs()) {
    if (entry.bug == bug) return fmt::format(" --bug {}", entry.name);
  }
  return {};
}

std::string replay_command(std::uint64_t seed, const std::set<std::size_t>& without, Bug bug) {
  std::string command = fmt::format("build/release/tests/sim/sim --replay {}", seed);
  if (!without.empty()) command += fmt::format(" --without {}", fmt::join(without, ","));
  return command + bug_flag(bug);
}

// Leaves out as many disturbances as the failure can do without: first halves, then quarters, at last single
// ones.
std::set<std::size_t> shorten(std::uint64_t seed, const std::string& broken_promise, Bug bug) {
  std::set<std::size_t> without;
  const auto still_fails = [&](const std::set<std::size_t>& left_out) {
    return live(make_plan(seed, left_out), bug).broken_promise == broken_promise;
  };
  std::size_t size = make_plan(seed).disturbances.size();
  for (size = (size + 1) / 2; size > 0; size = size == 1 ? 0 : (size + 1) / 2) {
    const std::vector<Disturbance> left = make_plan(seed, without).disturbances;
    for (std::size_t from = 0; from < left.size(); from += size) {
      std::set<std::size_t> fewer = without;
      for (std::size_t i = from; i < std::min(from + size, left.size()); ++i) fewer.insert(left[i].index);
      if (still_fails(fewer)) without = std::move(fewer);
    }
  }
  return without;
}

struct Totals {
  std::uint64_t histories = 0;
  std::uint64_t fires = 0;
  std::uint64_t steps = 0;
  Duration lived{};
  Tally troubles{};

  void add(const Outcome& outcome) {
    ++histories;
    fires += outcome.fires;
    steps += outcome.steps;
    lived += outcome.lived;
    for (std::size_t i = 0; i < kTroubles; ++i) troubles[i] += outcome.troubles[i];
  }

  void print(double seconds) const {
    const double years = std::chrono::duration<double>(lived).count() / (365.2425 * 24 * 3600);
    fmt::print("{} histories, {} fires, {:.1f} virtual years, {} steps in {:.1f} s\n", histories, fires,
               years, steps, seconds);
    for (std::size_t i = 0; i < kTroubles; ++i) {
      fmt::print("  {:<17}{:>9}", name_of(static_cast<Trouble>(i)), troubles[i]);
      if (i % 3 == 2 || i + 1 == kTroubles) fmt::print("\n");
    }
  }
};

double seconds_since(Steady::time_point begin) {
  return std::chrono::duration<double>(Steady::now() - begin).count();
}

}  // namespace

bool tell(std::uint64_t seed, const std::set<std::size_t>& without, Bug bug, std::size_t events) {
  const Plan plan = make_plan(seed, without);
  const Outcome outcome = live(plan, bug, events);
  fmt::print("Seed {}: {} replicas, {} objects, {} disturbances\n", seed, plan.replicas, plan.objects.size(),
             plan.disturbances.size());
  for (const Disturbance& each : plan.disturbances) fmt::print("  {}\n", each.describe());
  if (outcome.kept()) {
    fmt::print("Every promise was kept; {} runs were started\n", outcome.fires);
    return true;
  }
  fmt::print("The last events:\n");
  for (const std::string& line : outcome.last_events) fmt::print("  {}\n", line);
  fmt::print("\nBROKEN: {}\n  {}\n", outcome.broken_promise, outcome.details);
  return false;
}

bool run(const Campaign& campaign) {
  fmt::print("The first seed is {}\n", campaign.seed);
  std::fflush(stdout);
  const auto begin = Steady::now();
  Totals totals;
  const auto go_on = [&] {
    return campaign.seconds > 0 ? seconds_since(begin) < campaign.seconds
                                : totals.histories < campaign.histories;
  };
  for (std::uint64_t seed = campaign.seed; go_on(); ++seed) {
    const Outcome outcome = live(make_plan(seed), campaign.bug);
    totals.add(outcome);
    if (outcome.kept()) continue;
    fmt::print("Seed {} breaks a promise: {}\n", seed, outcome.broken_promise);
    const std::set<std::size_t> without = shorten(seed, outcome.broken_promise, campaign.bug);
    tell(seed, without, campaign.bug, campaign.events);
    fmt::print("Replay it with: {}\n", replay_command(seed, without, campaign.bug));
    totals.print(seconds_since(begin));
    return false;
  }
  totals.print(seconds_since(begin));
  return true;
}

namespace {

struct Catch {
  std::string broken_promise;  // empty: it got away
  int seeds = 0;
};

// A failure proves something only where the same history keeps every promise without the bug.
Catch catch_bug(const BugEntry& entry, std::uint64_t first_seed) {
  for (int seeds = 1; seeds <= entry.bound; ++seeds) {
    const Plan plan = make_plan(first_seed + static_cast<std::uint64_t>(seeds) - 1);
    const Outcome with = live(plan, entry.bug);
    if (!with.kept() && live(plan, Bug::kNone).kept()) return {with.broken_promise, seeds};
  }
  return {{}, entry.bound};
}

}  // namespace

bool prove_all_bugs(const Campaign& campaign) {
  bool all_caught = true;
  for (const BugEntry& entry : all_bugs()) {
    if (campaign.bug != Bug::kNone && campaign.bug != entry.bug) continue;
    const Catch caught = catch_bug(entry, campaign.seed);
    const bool got_away = caught.broken_promise.empty();
    fmt::print("{:<20} {} {:>3} seeds{}\n", entry.name, got_away ? "NOT CAUGHT in" : "caught in",
               caught.seeds, got_away ? std::string() : ": " + caught.broken_promise);
    all_caught = all_caught && !got_away;
  }
  return all_caught;
}

}  // namespace scheduledjob::sim
