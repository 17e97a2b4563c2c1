// Several kubeconfig files, as kubectl merges those of $KUBECONFIG.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kube/cluster_config.hpp"
#include "unit/kube/files.hpp"

namespace scheduledjob::kube {
namespace {

using ::testing::HasSubstr;

class KubeconfigMerge : public testing::Files {
 protected:
  absl::StatusOr<ClusterConfig> load(const std::vector<std::string>& paths, const std::string& context = "") {
    return load_kubeconfigs(paths, context);
  }

  std::string write_context(const std::string& name) {
    return write(name, R"(
current-context: dev
contexts: [{name: dev, context: {cluster: c, user: u}}]
)");
  }
  std::string write_cluster(const std::string& name) {
    return write(name, "clusters: [{name: c, cluster: {server: 'https://" + name +
                           "', certificate-authority-data: Q0E=}}]");
  }
  std::string write_user(const std::string& name) {
    return write(name, "users: [{name: u, user: {token: " + name + "}}]");
  }
};

TEST_F(KubeconfigMerge, TakesContextClusterAndUserFromWhereverTheyStand) {
  const auto config = load({write_user("user"), write_cluster("cluster"), write_context("context")});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->server, "https://cluster");
  EXPECT_EQ(config->token, "user");
  EXPECT_EQ(config->source, "kubeconfig " + (directory_ / "user").string() + ", " +
                                (directory_ / "cluster").string() + ", " + (directory_ / "context").string() +
                                " (context dev)");
}

TEST_F(KubeconfigMerge, LetsTheFirstFileWithAnEntryOfANameWin) {
  const auto config = load({write_context("context"), write_cluster("first"), write_cluster("second"),
                            write_user("mine"), write_user("theirs")});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->server, "https://first");
  EXPECT_EQ(config->token, "mine");
}

TEST_F(KubeconfigMerge, DoesNotMixEntriesOfTheSameName) {
  const auto config = load({write_context("context"),
                            write("bare", "clusters: [{name: c, cluster: {server: 'https://bare'}}]"),
                            write_cluster("whole"), write_user("user")});
  EXPECT_EQ(config.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(config.status().message()),
              HasSubstr((directory_ / "bare").string() + ": clusters[0].cluster.certificate-authority-data"));
}

TEST_F(KubeconfigMerge, TakesTheCurrentContextOfTheFirstFileThatSetsOne) {
  const std::string other = write("other", R"(
current-context: other
contexts: [{name: other, context: {cluster: c, user: u, namespace: of-other}}]
)");
  const std::string silent = write("silent", "current-context: ''");
  const std::vector<std::string> paths = {silent, other, write_context("context"), write_cluster("cluster"),
                                          write_user("user")};
  EXPECT_EQ(load(paths)->default_namespace, "of-other");
  EXPECT_EQ(load(paths, "dev")->default_namespace, "default") << "the context that is asked for is taken";
}

TEST_F(KubeconfigMerge, LeavesOutFilesThatDoNotExist) {
  EXPECT_TRUE(load({directory_ / "gone", write_context("context"), write_cluster("cluster"),
                    directory_ / "gone-too", write_user("user")})
                  .ok());
}

TEST_F(KubeconfigMerge, TakesAnEmptyFileForOneWithoutEntries) {
  EXPECT_TRUE(
      load({write("empty", ""), write_context("context"), write_cluster("cluster"), write_user("user")})
          .ok());
}

TEST_F(KubeconfigMerge, IsNotFoundWhenNoneExists) {
  const auto config = load({directory_ / "gone", directory_ / "lost"});
  EXPECT_EQ(config.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(config.status().message()), HasSubstr((directory_ / "lost").string()));
}

TEST_F(KubeconfigMerge, ReadsEachPathBesideTheFileItStandsIn) {
  write("one/pki/ca.crt", "CA OF ONE");
  write("two/pki/ca.crt", "CA OF TWO");
  const auto config =
      load({write("one/config", "users: [{name: u, user: {tokenFile: token}}]"),
            write("two/config",
                  "clusters: [{name: c, cluster: {server: 'https://a', certificate-authority: pki/ca.crt}}]"),
            write_context("context")});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->ca_pem, "CA OF TWO");
  EXPECT_EQ(config->token_file, (directory_ / "one/token").string());
}

TEST_F(KubeconfigMerge, RefusesAFileThatIsBrokenAndNamesIt) {
  const auto config = load(
      {write_context("context"), write_cluster("cluster"), write_user("user"), write("broken", "a: b: c")});
  EXPECT_EQ(config.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(config.status().message()),
              HasSubstr("kubeconfig " + (directory_ / "broken").string() + ": not readable as YAML"));
}

TEST_F(KubeconfigMerge, NamesAllFilesWhenNoneHasTheEntry) {
  const auto config = load({write_context("context"), write_cluster("cluster")});
  EXPECT_EQ(config.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(config.status().message()),
              HasSubstr((directory_ / "context").string() + ", " + (directory_ / "cluster").string() +
                        ": users: no entry is named \"u\""));
}

TEST_F(KubeconfigMerge, BoundsTheNumberOfFiles) {
  EXPECT_EQ(load(std::vector<std::string>(33, write_user("user"))).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace scheduledjob::kube
