#include "runtime/watches.hpp"

#include <utility>

namespace scheduledjob::runtime {
namespace {

std::string name_of(const Watches::Plan& plan) {
  std::string name =
      plan.source.kind == engine::Kind::kJob ? "the watch of Jobs" : "the watch of ScheduledJobs";
  if (!plan.namespace_.empty()) name += " in " + plan.namespace_;
  return name;
}

}  // namespace

Watches::Watches(std::vector<Plan> plans, Mailbox& mailbox, Telemetry& telemetry, Log& log) {
  for (Plan& plan : plans) {
    watches_.push_back({plan.source.kind, name_of(plan),
                        std::make_unique<Watch>(plan.source, plan.namespace_, std::move(plan.transport),
                                                mailbox, telemetry, log)});
  }
}

void Watches::start() {
  for (const Named& each : watches_) each.watch->start();
}

void Watches::request_stop() {
  for (const Named& each : watches_) each.watch->request_stop();
}

void Watches::hurry() {
  for (const Named& each : watches_) each.watch->hurry();
}

void Watches::hurry(engine::Kind kind) {
  for (const Named& each : watches_) {
    if (each.kind == kind) each.watch->hurry();
  }
}

std::vector<Watched> Watches::watched(std::chrono::seconds silence) const {
  std::vector<Watched> watched;
  for (const Named& each : watches_) {
    watched.push_back({each.name, silence, [&watch = *each.watch] { return watch.signs(); }});
  }
  return watched;
}

}  // namespace scheduledjob::runtime
