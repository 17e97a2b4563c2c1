// sim --seed S --seconds N | --histories N | --replay SEED [--without 3,7,9] [--bug NAME]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <set>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "sim/campaign.hpp"

int main(int argc, char** argv) {
  using namespace scheduledjob::sim;
  CLI::App app(
      "Simulates the engine in a cluster full of faults. One seed is one history, and can be replayed.");
  Campaign campaign;
  std::string bug;
  std::vector<std::size_t> without;
  std::uint64_t replay = 0;
  auto* seed = app.add_option("--seed", campaign.seed,
                              "The first seed, its successors follow; without it, a fresh one")
                   ->envname("SIM_SEED");
  app.add_option("--seconds", campaign.seconds, "How long to go on with new seeds");
  app.add_option("--histories", campaign.histories, "How many seeds");
  auto* replayed = app.add_option("--replay", replay, "Tell this one history");
  app.add_option("--without", without, "Leave these disturbances of it out")->delimiter(',')->needs(replayed);
  app.add_option("--bug", bug, "Put this deliberate bug in");
  app.add_option("--events", campaign.events, "How many of the last events to tell");
  bool prove_bugs = false;
  app.add_flag("--prove-bugs", prove_bugs, "See that every deliberate bug is found within its bound");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  if (!bug.empty()) {
    const auto found = find_bug(bug);
    if (!found) {
      fmt::print(stderr, "There is no bug {:?}. These are:\n", bug);
      for (const BugEntry& entry : all_bugs()) fmt::print(stderr, "  {:20} {}\n", entry.name, entry.what);
      return 2;
    }
    campaign.bug = *found;
  }
  if (seed->empty() && !prove_bugs) {
    campaign.seed =
        static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count()) / 1000;
  }
  if (prove_bugs) return prove_all_bugs(campaign) ? EXIT_SUCCESS : EXIT_FAILURE;
  if (!replayed->empty()) {
    const std::set<std::size_t> left_out(without.begin(), without.end());
    return tell(replay, left_out, campaign.bug, campaign.events) ? EXIT_SUCCESS : EXIT_FAILURE;
  }
  return run(campaign) ? EXIT_SUCCESS : EXIT_FAILURE;
}
