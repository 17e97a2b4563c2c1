#include "sim/users.hpp"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/admission.hpp"

namespace scheduledjob::sim {
namespace {

using namespace std::chrono_literals;
using api::ConcurrencyPolicy;
using api::MissedRunPolicy;

const std::vector<std::string> kZones = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                                         "Asia/Kolkata"};

api::ScheduleEntry every(Dice& dice, std::int64_t low, std::int64_t high) {
  api::ScheduleEntry entry;
  entry.every = fmt::format("{}s", dice.between(low, high));
  return entry;
}

std::string cron(Dice& dice, Pace pace) {
  switch (pace) {
    case Pace::kSeconds:
      return dice.pick<std::string>({"*/5 * * * * *", "*/20 * * * * *", "0,7,8,9 * * * * *", "30 * * * * *"});
    case Pace::kMinutes:
      return dice.pick<std::string>({"* * * * *", "*/2 * * * *", "*/5 * * * *", "15,45 * * * * *"});
    case Pace::kHours:
      return dice.pick<std::string>(
          {"0 * * * *", "*/15 * * * *", "30 2 * * *", "0 0,1,2,3 * * *", "*/30 1-3 * * *", "@hourly"});
  }
  return {};
}

void draw_schedule(api::ScheduledJobSpec& spec, const Plan& plan, Dice& dice) {
  spec.schedule.reset();
  spec.schedules.clear();
  const auto [low, high] = plan.pace == Pace::kSeconds   ? std::pair{1, 25}
                           : plan.pace == Pace::kMinutes ? std::pair{30, 240}
                                                         : std::pair{600, 7200};
  if (dice.chance(0.4)) {
    spec.schedules.push_back(every(dice, low, high));
  } else {
    spec.schedule = cron(dice, plan.pace);
  }
  if (dice.chance(0.2)) spec.schedules.push_back(every(dice, low, high));
  spec.time_zone.reset();
  if (dice.chance(0.4)) spec.time_zone = dice.pick(kZones);
  spec.jitter = dice.chance(0.25) ? std::chrono::seconds{dice.between(1, low)} : 0s;
  spec.not_after = std::chrono::floor<std::chrono::seconds>(plan.horizon);
}

void draw_policy(api::ScheduledJobSpec& spec, Dice& dice) {
  spec.concurrency_policy = dice.pick<ConcurrencyPolicy>(
      {ConcurrencyPolicy::kAllow, ConcurrencyPolicy::kForbid, ConcurrencyPolicy::kReplace,
       ConcurrencyPolicy::kSkip, ConcurrencyPolicy::kQueue});
  spec.max_concurrent_runs = dice.chance(0.6) ? 1 : static_cast<std::int32_t>(dice.between(2, 4));
  spec.max_queued_runs = static_cast<std::int32_t>(dice.between(0, 6));
  spec.replace_timeout.reset();
  if (dice.chance(0.4)) spec.replace_timeout = std::chrono::seconds{dice.between(1, 40)};
  spec.missed_run_policy =
      dice.pick<MissedRunPolicy>({MissedRunPolicy::kLatest, MissedRunPolicy::kAll, MissedRunPolicy::kNone});
  spec.max_catch_up_runs = static_cast<std::int32_t>(dice.between(1, 20));
  spec.starting_deadline.reset();
  if (dice.chance(0.3)) spec.starting_deadline = std::chrono::seconds{dice.between(1, 120)};
  spec.suspend_after_failures.reset();
  if (dice.chance(0.15)) spec.suspend_after_failures = static_cast<std::int32_t>(dice.between(1, 4));
  spec.successful_jobs_history_limit = static_cast<std::int32_t>(dice.between(0, 3));
  spec.failed_jobs_history_limit = static_cast<std::int32_t>(dice.between(0, 2));
  spec.ttl_seconds_after_finished.reset();
  if (dice.chance(0.3)) spec.ttl_seconds_after_finished = static_cast<std::int32_t>(dice.between(0, 90));
}

// The template says what was read out of it: an object must be the same after it has been written and read.
void name_time_to_live(api::ScheduledJobSpec& spec) {
  constexpr std::string_view kSpec = R"({"spec":{)";
  constexpr std::string_view kField = R"("ttlSecondsAfterFinished":)";
  std::string& text = spec.job_template;
  if (text.compare(kSpec.size(), kField.size(), kField) == 0)
    text.erase(kSpec.size(), text.find(',') + 1 - kSpec.size());
  if (spec.ttl_seconds_after_finished)
    text.insert(kSpec.size(), fmt::format("{}{},", kField, *spec.ttl_seconds_after_finished));
}

api::ScheduledJobSpec draw_spec(const Plan& plan, Dice& dice) {
  api::ScheduledJobSpec spec;
  spec.job_template = R"({"spec":{"template":{}}})";
  draw_schedule(spec, plan, dice);
  draw_policy(spec, dice);
  name_time_to_live(spec);
  return spec;
}

}  // namespace

void Users::start() {
  for (const ObjectPlan& object : plan_.objects) {
    time_.at(object.added, [this, &object] { add(object, Dice(plan_.seed).fork(object.name)); });
  }
}

void Users::add(const ObjectPlan& object, Dice dice) {
  if (!server_.object(object.name)) server_.add(object.name, draw_spec(plan_, dice));
}

void Users::edit(const std::string& name, const std::function<void(api::ScheduledJobSpec&)>& change) {
  const SharedObject object = server_.object(name);
  if (!object || object->metadata.deletion_timestamp) return;
  server_.edit(name, [&change](api::ScheduledJob& edited) {
    change(*edited.spec);
    name_time_to_live(*edited.spec);
  });
}

std::string Users::pick_job(Dice& dice, bool labelled) const {
  const std::vector<std::string> names = server_.job_names([labelled](const api::Job& job) {
    return !job.owner_uid.empty() && (!labelled || !job.label_uid.empty());
  });
  return names.empty() ? std::string() : dice.pick(names);
}

bool Users::act(const Disturbance& what) {
  Dice dice(what.seed);
  const ObjectPlan& object = dice.pick(plan_.objects);
  const std::string name = object.name;
  const SharedObject present = server_.object(name);
  if (what.trouble != Trouble::kDeleteJob && what.trouble != Trouble::kStripLabel &&
      (!present || present->metadata.deletion_timestamp)) {
    return false;
  }
  switch (what.trouble) {
    case Trouble::kEditSchedule:
      edit(name, [&](api::ScheduledJobSpec& spec) { draw_schedule(spec, plan_, dice); });
      return true;
    case Trouble::kEditPolicy:
      edit(name, [&](api::ScheduledJobSpec& spec) { draw_policy(spec, dice); });
      return true;
    case Trouble::kEditTemplate:
      edit(name, [&](api::ScheduledJobSpec& spec) {
        spec.job_template =
            fmt::format(R"({{"spec":{{"template":{{}},"parallelism":{}}}}})", dice.between(1, 9));
      });
      return true;
    case Trouble::kBreakSchedule:
      if (dice.chance(0.5)) {
        edit(name, [](api::ScheduledJobSpec& spec) { spec.time_zone = "Mars/Olympus"; });
        time_.after(what.length, [this, name] {
          edit(name, [](api::ScheduledJobSpec& spec) { spec.time_zone.reset(); });
        });
      } else {
        edit(name, [](api::ScheduledJobSpec& spec) { spec.job_template = kRefusedTemplate; });
        time_.after(what.length, [this, name] {
          edit(name, [](api::ScheduledJobSpec& spec) { spec.job_template = R"({"spec":{"template":{}}})"; });
        });
      }
      return true;
    case Trouble::kSuspend:
      edit(name, [](api::ScheduledJobSpec& spec) { spec.suspend = true; });
      time_.after(what.length,
                  [this, name] { edit(name, [](api::ScheduledJobSpec& spec) { spec.suspend = false; }); });
      return true;
    case Trouble::kDeleteObject:
      return delete_object(name, dice, what.length);
    case Trouble::kDeleteJob: {
      const std::string job = pick_job(dice, false);
      if (job.empty()) return false;
      return server_.delete_job(job, "", dice.chance(0.3), kUser).ok();
    }
    case Trouble::kStripLabel: {
      const std::string job = pick_job(dice, true);
      if (job.empty()) return false;
      server_.strip_label(job);
      return true;
    }
    case Trouble::kJobByHand: {
      api::Job job;
      job.metadata.key = {"default", fmt::format("{}-by-hand-{}", name, ++by_hand_)};
      job.owner_uid = job.label_uid = present->metadata.uid;
      job.owner_name = name;
      return server_.create(std::move(job), nullptr, kUser).ok();
    }
    default:
      return false;
  }
}

bool Users::delete_object(const std::string& name, Dice dice, Duration gone_for) {
  const bool foreground = dice.chance(0.4);
  if (foreground) server_.start_deleting(name);
  const std::string uid = server_.object(name)->metadata.uid;
  const auto remove = [this, name, uid] {
    const SharedObject object = server_.object(name);
    if (!object || object->metadata.uid != uid) return;
    server_.remove(name);
  };
  if (foreground) {
    time_.after(dice.spread(50ms, 10s), remove);
  } else {
    remove();
  }
  time_.after(10s + gone_for, [this, name, dice]() mutable {
    for (const ObjectPlan& object : plan_.objects) {
      if (object.name == name) add(object, dice.fork("again"));
    }
  });
  return true;
}

}  // namespace scheduledjob::sim
