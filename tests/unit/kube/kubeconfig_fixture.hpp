// A kubeconfig that is good, and variations of it.
#pragma once

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kube/cluster_config.hpp"
#include "unit/kube/files.hpp"

namespace scheduledjob::kube::testing {

class Kubeconfig : public Files {
 protected:
  // Replaces `old` by `now` in a document that is good otherwise.
  absl::StatusOr<ClusterConfig> load_with(const std::string& old, const std::string& now,
                                          const std::string& context = "") {
    std::string text = kGood;
    if (!old.empty()) {
      const auto at = text.find(old);
      EXPECT_NE(at, std::string::npos) << old;
      text.replace(at, old.size(), now);
    }
    return load_kubeconfig(write("config", text), context);
  }

  void expect_error(const std::string& old, const std::string& now, absl::StatusCode code,
                    const std::string& message) {
    const auto config = load_with(old, now);
    EXPECT_EQ(config.status().code(), code) << config.status();
    EXPECT_THAT(std::string(config.status().message()), ::testing::HasSubstr(message));
    EXPECT_THAT(std::string(config.status().message()),
                ::testing::HasSubstr((directory_ / "config").string()));
  }

  static constexpr char kGood[] = R"(apiVersion: v1
kind: Config
current-context: one
preferences: {}
clusters:
- name: c1
  cluster:
    server: https://api.example:6443
    certificate-authority-data: Q0E=
- name: c2
  cluster: {server: "https://other:443/prefix", certificate-authority: pki/ca.crt, tls-server-name: kubernetes}
contexts:
- name: one
  context: {cluster: c1, user: u1, namespace: team-a}
- name: two
  context: {cluster: c2, user: u2}
- name: lost
  context: {cluster: c3, user: u1}
users:
- name: u1
  user:
    token: abc
- name: u2
  user: {client-certificate-data: Q0VSVA==, client-key: pki/key.pem, tokenFile: token}
)";
};

}  // namespace scheduledjob::kube::testing
