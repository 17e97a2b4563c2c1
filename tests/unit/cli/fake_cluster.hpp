// A cluster for the command line to talk to, and ScheduledJobs as one stores them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/codec.hpp"
#include "kube/transport.hpp"
#include "support.hpp"

namespace scheduledjob::cli {

using Json = nlohmann::json;

// A ScheduledJob in the namespace "reports", created on 1 February 2026.
inline Json stored(const std::string& name, const Json& spec, const Json& status = Json::object()) {
  Json whole = spec;
  whole["jobTemplate"] = {
      {"metadata", {{"labels", {{"app", "report"}}}}},
      {"spec", {{"template", {{"spec", {{"restartPolicy", "Never"}, {"containers", Json::array()}}}}}}}};
  return {{"apiVersion", "scheduledjob.dev/v1"},
          {"kind", "ScheduledJob"},
          {"metadata",
           {{"name", name},
            {"namespace", "reports"},
            {"uid", "0b7d4a5e-0000-4000-8000-000000000001"},
            {"resourceVersion", "7"},
            {"generation", 1},
            {"creationTimestamp", "2026-02-01T00:00:00Z"}}},
          {"spec", whole},
          {"status", status.is_null() ? Json::object() : status}};
}

inline api::ScheduledJob decoded(const Json& object) {
  return api::decode_scheduled_job(object.dump()).value();
}

// Answers "GET /path?query" and the like from a table, everything else with 404, and remembers what it was
// asked. Its default namespace is "reports".
class FakeCluster {
 public:
  struct Answer {
    int status = 200;
    Json body;
  };
  std::map<std::string, std::vector<Answer>> answers;  // the last one of a list again and again
  std::vector<kube::Request> sent;
  ClusterChoice choice;
  int pauses = 0;

  void lists(const std::string& namespace_, const std::vector<Json>& objects) {
    answers["GET /apis/scheduledjob.dev/v1/" + namespace_ + "scheduledjobs?limit=250"] = {
        {200, {{"metadata", {{"resourceVersion", "9"}}}, {"items", objects}}}};
  }

  void has(const Json& object) {
    answers["GET /apis/scheduledjob.dev/v1/namespaces/reports/scheduledjobs/" +
            object["metadata"]["name"].get<std::string>()] = {{200, object}};
  }

  Outcome run(const std::vector<std::string>& arguments) {
    const Connect connect = [this](const ClusterChoice& given) -> absl::StatusOr<Connection> {
      choice = given;
      return Connection{std::make_unique<Transport>(*this), "reports", "kubeconfig test"};
    };
    return run_with(arguments, {}, false, connect, [this](std::chrono::milliseconds) { ++pauses; });
  }

 private:
  class Transport final : public kube::Transport {
   public:
    explicit Transport(FakeCluster& cluster) : cluster_(cluster) {}
    absl::StatusOr<kube::Response> send(const kube::Request& request) override {
      return cluster_.answer(request);
    }
    absl::Status stream(const kube::Request&, const ChunkHandler&, kube::Response&,
                        std::stop_token) override {
      return absl::UnimplementedError("no command watches");
    }

   private:
    FakeCluster& cluster_;
  };

  kube::Response answer(const kube::Request& request) {
    static const std::map<kube::Method, std::string> kVerbs{{kube::Method::kGet, "GET "},
                                                            {kube::Method::kPost, "POST "},
                                                            {kube::Method::kPatch, "PATCH "},
                                                            {kube::Method::kDelete, "DELETE "}};
    sent.push_back(request);
    Answer answer{404, {{"kind", "Status"}, {"message", "not found"}, {"reason", "NotFound"}, {"code", 404}}};
    if (const auto found = answers.find(kVerbs.at(request.method) + request.target); found != answers.end()) {
      answer = found->second.front();
      if (found->second.size() > 1) found->second.erase(found->second.begin());
    }
    kube::Response response;
    response.status = answer.status;
    response.body = answer.body.dump();
    return response;
  }
};

}  // namespace scheduledjob::cli
