// What Kubernetes itself does about Jobs: the Job controller, garbage collection, the TTL controller.
#pragma once

#include <map>
#include <string>

#include "sim/model_server.hpp"
#include "sim/plan.hpp"

namespace scheduledjob::sim {

class Cluster {
 public:
  Cluster(const Plan& plan, Timeline& time, ModelServer& server);

  // From now on every Job ends soon, those included that would never have.
  void wind_down();

 private:
  void run(const api::Job& job);
  void end(const std::string& name, const std::string& uid, bool fails);
  void collect_later(const std::string& name, const std::string& uid);
  Dice dice_of(const api::Job& job) const;
  const JobProfile& profile_of(const api::Job& job) const;

  const Plan& plan_;
  Timeline& time_;
  ModelServer& server_;
  bool winding_down_ = false;
};

}  // namespace scheduledjob::sim
