// What people do to their ScheduledJobs, at any moment.
#pragma once

#include <string>

#include "sim/model_server.hpp"
#include "sim/plan.hpp"

namespace scheduledjob::sim {

class Users {
 public:
  Users(const Plan& plan, Timeline& time, ModelServer& server) : plan_(plan), time_(time), server_(server) {}

  // Adds the objects when their time comes.
  void start();

  // `what` begins; if it lasts, it also ends by itself. False: there was nothing to do it to.
  bool act(const Disturbance& what);

 private:
  void add(const ObjectPlan& object, Dice dice);
  bool delete_object(const std::string& name, Dice dice, Duration gone_for);
  void edit(const std::string& name, const std::function<void(api::ScheduledJobSpec&)>& change);
  std::string pick_job(Dice& dice, bool labelled) const;  // empty: there is none

  const Plan& plan_;
  Timeline& time_;
  ModelServer& server_;
  int by_hand_ = 0;
};

}  // namespace scheduledjob::sim
