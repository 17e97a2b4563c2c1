// What a run is told about itself, as it stands in its Job.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api/job_manifest.hpp"
#include "samples.hpp"

namespace scheduledjob::api {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

RunIdentity catch_up_run() {
  return {.job_name = "nightly-1",
          .scheduled_time = at("2026-07-01T02:00:00Z"),
          .context = {.previous_success = at("2026-06-29T02:00:00Z"),
                      .data_interval_start = at("2026-06-30T02:00:00Z"),
                      .reason = RunReason::kCatchUp}};
}

RunIdentity first_run() {
  return {.job_name = "nightly-1", .scheduled_time = at("2026-07-01T02:00:00Z")};
}

json job_of(std::string_view job_template, std::string_view more_spec, const RunIdentity& run) {
  const ScheduledJob owner =
      decode_scheduled_job(scheduled_job_json(fmt::format(R"("schedule":"@daily","jobTemplate":{}{})",
                                                          job_template, more_spec)))
          .value();
  return json::parse(job_manifest(owner, run, std::chrono::seconds{0}).value());
}

json containers_of(std::string_view pod_spec, const RunIdentity& run = first_run(),
                   std::string_view more_spec = R"(,"runContext":{"env":true})") {
  return job_of(fmt::format(R"({{"spec":{{"template":{{"spec":{}}}}}}})", pod_spec), more_spec,
                run)["spec"]["template"]["spec"];
}

std::vector<std::string> variables_of(const json& container) {
  std::vector<std::string> variables;
  for (const json& variable : container["env"]) {
    variables.push_back(variable["name"].get<std::string>() + "=" + variable["value"].get<std::string>());
  }
  return variables;
}

TEST(RunContext, IsAnnotatedOnTheJobAndItsPods) {
  const json job = job_of(kPlainTemplate, "", catch_up_run());
  for (const json& annotations :
       {job["metadata"]["annotations"], job["spec"]["template"]["metadata"]["annotations"]}) {
    EXPECT_EQ(annotations, json({{"scheduledjob.dev/scheduled-time", "2026-07-01T02:00:00Z"},
                                 {"batch.kubernetes.io/cronjob-scheduled-timestamp", "2026-07-01T02:00:00Z"},
                                 {"scheduledjob.dev/previous-success", "2026-06-29T02:00:00Z"},
                                 {"scheduledjob.dev/data-interval-start", "2026-06-30T02:00:00Z"},
                                 {"scheduledjob.dev/data-interval-end", "2026-07-01T02:00:00Z"},
                                 {"scheduledjob.dev/reason", "catchUp"}}));
  }
}

TEST(RunContext, LeavesOutAnnotationsThatHaveNothingToTell) {
  const json annotations = job_of(kPlainTemplate, "", first_run())["metadata"]["annotations"];
  EXPECT_FALSE(annotations.contains("scheduledjob.dev/previous-success"));
  EXPECT_FALSE(annotations.contains("scheduledjob.dev/data-interval-start"));
  EXPECT_EQ(annotations["scheduledjob.dev/reason"], "scheduled");
}

TEST(RunContext, IsInTheEnvironmentOfEveryContainerWhenAskedFor) {
  const json pod = containers_of(
      R"({"containers":[{"name":"a"},{"name":"b","env":null}],"initContainers":[{"name":"i"}]})",
      catch_up_run());
  for (const json& container : {pod["containers"][0], pod["containers"][1], pod["initContainers"][0]}) {
    EXPECT_THAT(
        variables_of(container),
        ElementsAre("SCHEDULEDJOB_NAME=nightly", "SCHEDULEDJOB_SCHEDULED_TIME=2026-07-01T02:00:00Z",
                    "SCHEDULEDJOB_PREVIOUS_SUCCESS=2026-06-29T02:00:00Z",
                    "SCHEDULEDJOB_DATA_INTERVAL_START=2026-06-30T02:00:00Z",
                    "SCHEDULEDJOB_DATA_INTERVAL_END=2026-07-01T02:00:00Z", "SCHEDULEDJOB_REASON=catchUp"));
  }
}

TEST(RunContext, SetsVariablesThatHaveNothingToTellToNothing) {
  const json pod = containers_of(R"({"containers":[{"name":"a"}]})");
  EXPECT_THAT(variables_of(pod["containers"][0]),
              testing::IsSupersetOf({"SCHEDULEDJOB_PREVIOUS_SUCCESS=", "SCHEDULEDJOB_DATA_INTERVAL_START="}));
}

TEST(RunContext, StaysOutOfTheEnvironmentUnlessAskedFor) {
  for (const char* more_spec : {"", R"(,"runContext":{})", R"(,"runContext":{"env":false})"}) {
    const json pod = containers_of(R"({"containers":[{"name":"a"}]})", first_run(), more_spec);
    EXPECT_EQ(pod["containers"][0], json({{"name", "a"}})) << more_spec;
  }
}

TEST(RunContext, DoesNotOverrideAVariableOfTheUsersAndComesBeforeAllOfThem) {
  const json pod = containers_of(R"json({"containers":[{"name":"a","env":[
      {"name":"DAY","value":"$(SCHEDULEDJOB_SCHEDULED_TIME)"},{"name":"SCHEDULEDJOB_REASON","value":"mine"}]}]})json");
  EXPECT_THAT(variables_of(pod["containers"][0]),
              ElementsAre("SCHEDULEDJOB_NAME=nightly", "SCHEDULEDJOB_SCHEDULED_TIME=2026-07-01T02:00:00Z",
                          "SCHEDULEDJOB_PREVIOUS_SUCCESS=", "SCHEDULEDJOB_DATA_INTERVAL_START=",
                          "SCHEDULEDJOB_DATA_INTERVAL_END=2026-07-01T02:00:00Z",
                          "DAY=$(SCHEDULEDJOB_SCHEDULED_TIME)", "SCHEDULEDJOB_REASON=mine"));
}

TEST(RunContext, LeavesWhatIsNoListOfContainersToTheApiServer) {
  for (const char* pod_spec : {R"({"containers":{"a":1}})", R"({"containers":[7,null,"x"]})",
                               R"({"containers":[{"env":{"A":"b"}}]})", R"({})", "[]", "7"}) {
    EXPECT_EQ(containers_of(pod_spec), json::parse(pod_spec));
  }
  const json pod = containers_of(R"({"containers":[{"name":"a","env":[7,{"value":"x"},{"name":[]}]}]})");
  EXPECT_EQ(pod["containers"][0]["env"].size(), 9U);
}

TEST(RunContext, IsRefusedWhereItCannotBeRead) {
  EXPECT_EQ(spec_error(R"("runContext":{"env":"yes"})"),
            "spec.runContext.env: must be true or false, not a string");
  EXPECT_EQ(spec_error(R"("runContext":true)"), "spec.runContext: must be an object, not a boolean");
  EXPECT_TRUE(spec_with(R"("runContext":{"env":true,"fromTheFuture":1})").run_context_env);
}

}  // namespace
}  // namespace scheduledjob::api
