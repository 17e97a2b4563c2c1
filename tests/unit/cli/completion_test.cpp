#include "cli/completion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_cluster.hpp"

namespace scheduledjob::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> completed(const std::vector<std::string>& words) {
  std::vector<std::string> found;
  const auto names_of = [](const ClusterChoice& choice) {
    return std::vector<std::string>{"nightly-" + choice.namespace_, "report"};
  };
  for (const Candidate& candidate : candidates(words, names_of)) found.push_back(candidate.word);
  return found;
}

TEST(Completion, OffersCommands) {
  EXPECT_THAT(completed({""}), testing::IsSupersetOf({"next", "validate", "list", "why", "completion"}));
  EXPECT_THAT(completed({"re"}), ElementsAre("resume"));
  EXPECT_THAT(completed({"--zoneinfo-dir", "/x", "re"}), ElementsAre("resume"));
}

TEST(Completion, OffersTheFlagsOfTheCommand) {
  EXPECT_THAT(completed({"list", "-"}), Contains("--all-namespaces"));
  EXPECT_THAT(completed({"next", "-"}), Not(Contains("--all-namespaces")));
  EXPECT_THAT(completed({"forecast", "--ho"}), ElementsAre("--hours"));
}

TEST(Completion, OffersTheNamesInTheNamespaceThatIsAskedFor) {
  EXPECT_THAT(completed({"why", ""}), ElementsAre("nightly-", "report"));
  EXPECT_THAT(completed({"why", "-n", "team", "ni"}), ElementsAre("nightly-team"));
  EXPECT_THAT(completed({"why", "--namespace=team", "ni"}), ElementsAre("nightly-team"));
  EXPECT_THAT(completed({"run", "--wait", "rep"}), ElementsAre("report"));
}

TEST(Completion, OffersNothingWhereAnythingMayStand) {
  EXPECT_THAT(completed({"why", "-n", ""}), IsEmpty());
  EXPECT_THAT(completed({"why", "nightly", ""}), IsEmpty());
  EXPECT_THAT(completed({"next", ""}), IsEmpty());
  EXPECT_THAT(completed({"nonsense", ""}), IsEmpty());
}

TEST(Completion, OffersShells) {
  EXPECT_THAT(completed({"completion", ""}), ElementsAre("bash", "zsh", "fish"));
}

TEST(Completion, AnswersInTheFormThatKubectlAsksFor) {
  FakeCluster cluster;
  cluster.lists("namespaces/reports/", {stored("nightly", {{"schedule", "@daily"}})});
  EXPECT_EQ(cluster.run({"__complete", "why", "n"}).out, "nightly\tScheduledJob\n:4\n");
  EXPECT_EQ(cluster.run({"__complete", "validate", "-f", ""}).out, ":0\n") << "files may follow";
}

TEST(Completion, StaysSilentWithoutACluster) {
  FakeCluster cluster;
  const Outcome outcome = cluster.run({"__complete", "why", ""});
  EXPECT_EQ(outcome.out, ":0\n");
  EXPECT_THAT(outcome.err, IsEmpty());
}

TEST(Completion, HasAScriptForEachShell) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Outcome outcome = run_with({"completion", shell});
    EXPECT_EQ(outcome.code, kFine);
    EXPECT_THAT(outcome.out, HasSubstr("kubectl-scheduledjob __complete"));
  }
  EXPECT_EQ(run_with({"completion", "tcsh"}).code, kWrongUsage);
}

}  // namespace
}  // namespace scheduledjob::cli
