// What every end-to-end test needs: a namespace of its own, operators, and short words for what is awaited.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "e2e/cluster.hpp"
#include "e2e/process.hpp"

namespace scheduledjob::e2e {

// One operator process, against the shared cluster.
class Operator {
 public:
  explicit Operator(std::vector<std::string> more_flags = {});

  void await_ready();
  void await_leading();
  void await_line(const std::string& line);  // in the log, or a part of one
  Process& process() { return process_; }
  std::string log() const { return process_.log(); }

 private:
  Process process_;
};

class Scenario : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  static Cluster& cluster() { return Cluster::shared(); }
  const std::string& ns() const { return namespace_; }

  Operator& start_operator(std::vector<std::string> more_flags = {});
  void end_operators();  // SIGTERM, and waits

  // Applies a ScheduledJob: `spec` holds its fields but the template, YAML indented by two; `pod_annotations`
  // one line each.
  void schedule(const std::string& name, const std::string& spec,
                const std::vector<std::string>& pod_annotations = {});
  void patch(const std::string& name, const std::string& merge_patch);

  Json object(const std::string& name);
  Json status(const std::string& name);
  Json condition(const std::string& name, const std::string& type);
  std::vector<Json> jobs();

  // Waits until `holds(status)`; tells the whole object and the operators' logs when it does not come.
  void await_status(const std::string& name, const std::string& what,
                    const std::function<bool(const Json&)>& holds,
                    std::chrono::seconds patience = std::chrono::seconds{180});

  // Scheduled times of the Jobs that were ever created in this namespace for `name`, from the audit log and
  // the Jobs' names.
  std::vector<Time> created(const std::string& name);

  // No Job was created before its time, and no name twice.
  void expect_never_early_never_twice();

  std::vector<std::unique_ptr<Operator>> operators_;

 private:
  std::string namespace_;
};

// How many runs ended thus ("started", "skipped", …) as the status counts them: 0 as long as it counts none.
std::int64_t run_count(const Json& status, const std::string& how);

// The nominal time that a Job's name tells.
Time time_in_name(const std::string& job_name);

}  // namespace scheduledjob::e2e
