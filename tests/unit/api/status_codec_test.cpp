#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api/enum_names.hpp"
#include "samples.hpp"

namespace scheduledjob::api {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

json patch_of(const ScheduledJobStatus& status, ResourceVersion version = 1) {
  return json::parse(encode_status_patch(status, version));
}

// What comes back from an API server that had `stored` and was sent the patch.
ScheduledJobStatus stored_after(const ScheduledJobStatus& status, json stored = json::object()) {
  stored.merge_patch(patch_of(status)["status"]);
  return decode_scheduled_job(scheduled_job_json("", stored.dump()))->status;
}

TEST(StatusPatch, ComesBackAsItWasSent) {
  EXPECT_EQ(stored_after(full_status()), full_status());
}

TEST(StatusPatch, ReplacesEverythingThatWasThereBefore) {
  const json stored = patch_of(full_status())["status"];
  EXPECT_EQ(stored_after(ScheduledJobStatus{}, stored), ScheduledJobStatus{});
}

TEST(StatusPatch, IsConditionalOnTheResourceVersion) {
  EXPECT_EQ(patch_of({}, 18446744073709551615U)["metadata"],
            json({{"resourceVersion", "18446744073709551615"}}));
}

TEST(StatusPatch, TouchesNothingButVersionAndStatus) {
  const json patch = patch_of(full_status());
  EXPECT_THAT(patch, SizeIs(2));
  EXPECT_TRUE(patch.contains("metadata") && patch.contains("status"));
}

TEST(StatusPatch, SendsNullForWhatIsAbsent) {
  const json status = patch_of(ScheduledJobStatus{})["status"];
  for (const char* name :
       {"conditions", "active", "lastScheduleTime", "lastSuccessfulTime", "lastSuccessfulScheduleTime",
        "lastFailureTime", "nextScheduleTime", "nextScheduleTimes", "decidedThrough", "open", "pending",
        "basis", "resumedBy", "recentRuns"}) {
    ASSERT_TRUE(status.contains(name)) << name;
    EXPECT_TRUE(status[name].is_null()) << name;
  }
}

TEST(StatusPatch, HasTheShapeThatPeopleAndProgramsRead) {
  const json status = patch_of(full_status())["status"];
  EXPECT_EQ(status["nextScheduleTime"], "2026-01-03T00:00:00Z");
  EXPECT_EQ(status["activeCount"], 2);
  EXPECT_EQ(
      status["active"][0],
      json::parse(
          R"({"apiVersion":"batch/v1","kind":"Job","namespace":"reports","name":"nightly-1","uid":"77"})"));
  EXPECT_EQ(
      status["open"],
      json::parse(R"([{"scheduledTime":"2026-01-01T00:00:00Z"},{"scheduledTime":"2026-01-02T00:00:00Z"}])"));
  EXPECT_EQ(status["pending"][0], json::parse(R"({"scheduledTime":"2026-01-02T01:00:00Z","why":"Queue"})"));
  EXPECT_EQ(status["pending"][1],
            json::parse(R"({"scheduledTime":"2026-01-02T02:00:00Z","why":"Create","reason":"catchUp"})"));
  EXPECT_EQ(status["basis"], json::parse(R"({"hash":"0123456789abcdef","since":"2025-12-31T00:00:00Z"})"));
  EXPECT_EQ(status["runCounts"],
            json::parse(R"({"started":5,"succeeded":4,"failed":3,"skipped":2,"missed":1})"));
  EXPECT_EQ(status["recentRuns"][1],
            json::parse(R"({"scheduledTime":"1970-01-01T00:00:00Z","outcome":"Running"})"));
}

TEST(StatusPatch, IsTheSameTextForTheSameStatus) {
  EXPECT_EQ(encode_status_patch(full_status(), 5), encode_status_patch(full_status(), 5));
}

TEST(StatusPatch, StaysWithinTheBoundsOfTheSchema) {
  ScheduledJobStatus status;
  status.conditions.resize(40);
  status.active.resize(200);
  status.next_schedule_times.resize(9);
  status.open.resize(5000);
  status.pending.resize(5000);
  status.recent_runs.resize(50);
  status.resumed_by.assign(5000, 'z');
  status.conditions[0].message.assign(5000, 'x');
  status.recent_runs[0].reason.assign(5000, 'y');
  const json sent = patch_of(status)["status"];
  EXPECT_THAT(sent["conditions"], SizeIs(kMaxConditions));
  EXPECT_THAT(sent["active"], SizeIs(kMaxActiveReferences));
  EXPECT_THAT(sent["nextScheduleTimes"], SizeIs(kMaxNextTimes));
  EXPECT_THAT(sent["open"], SizeIs(kMaxOpenRuns));
  EXPECT_THAT(sent["pending"], SizeIs(kMaxPendingRuns));
  EXPECT_THAT(sent["recentRuns"], SizeIs(kMaxRecentRuns));
  EXPECT_THAT(sent["resumedBy"].get<std::string>(), SizeIs(kMaxResumeLength));
  EXPECT_THAT(sent["conditions"][0]["message"].get<std::string>(), SizeIs(kMaxMessageLength));
  EXPECT_THAT(sent["recentRuns"][0]["reason"].get<std::string>(), SizeIs(kMaxReasonLength));
}

TEST(StatusPatch, KeepsTheNewestRunsAndTheEarliestOthers) {
  ScheduledJobStatus status;
  for (int i = 0; i < 12; ++i) {
    status.recent_runs.emplace_back().scheduled_time = NominalTime{std::chrono::seconds{100 - i}};
  }
  clamp_to_schema(status);
  EXPECT_EQ(status.recent_runs.front().scheduled_time, NominalTime{std::chrono::seconds{100}});
  EXPECT_EQ(status.recent_runs.back().scheduled_time, NominalTime{std::chrono::seconds{91}});
}

TEST(StatusPatch, CutsMessagesBetweenCharacters) {
  ScheduledJobStatus status;
  status.recent_runs.resize(1);
  status.recent_runs[0].message = "x";
  for (int i = 0; i < 1000; ++i) status.recent_runs[0].message += "\u00e4";
  EXPECT_THAT(patch_of(status)["status"]["recentRuns"][0]["message"].get<std::string>(),
              SizeIs(kMaxMessageLength - 1));
}

TEST(StatusPatch, SendsAMessageThatIsNoUtf8) {
  ScheduledJobStatus status;
  status.recent_runs.resize(1);
  status.recent_runs[0].message = "a\xff\xc3";
  EXPECT_EQ(patch_of(status)["status"]["recentRuns"][0]["message"], "a\uFFFD\uFFFD");
}

TEST(StatusDecoding, LeavesOutWhatItCannotRead) {
  const ScheduledJobStatus status = decode_scheduled_job(scheduled_job_json("", R"({
      "observedGeneration":"seven","decidedThrough":"noon","lastScheduleTime":"2026-01-02T00:00:00Z",
      "open":[{"scheduledTime":"2026-01-02T00:00:00Z"},{"scheduledTime":5},7,{}],
      "basis":{"hash":"abc"},"runCounts":{"started":"many","failed":2},"consecutiveFailures":[],
      "active":"none","conditions":[{"type":"Ready","status":"Maybe"},{"status":"True"}],
      "recentRuns":[{"scheduledTime":"2026-01-02T00:00:00Z","outcome":"Exploded"},
                    {"scheduledTime":"2026-01-03T00:00:00Z","outcome":"Failed","count":0}]})"))
                                        ->status;
  EXPECT_EQ(status.observed_generation, 0);
  EXPECT_EQ(status.decided_through, std::nullopt);
  EXPECT_EQ(status.last_schedule_time, at("2026-01-02T00:00:00Z"));
  EXPECT_THAT(status.open, ElementsAre(at("2026-01-02T00:00:00Z")));
  EXPECT_EQ(status.basis, std::nullopt);
  EXPECT_EQ(status.run_counts, (RunCounts{.failed = 2}));
  EXPECT_EQ(status.consecutive_failures, 0);
  EXPECT_THAT(status.active, IsEmpty());
  ASSERT_THAT(status.conditions, SizeIs(1));
  EXPECT_EQ(status.conditions[0].status, ConditionStatus::kUnknown);
  ASSERT_THAT(status.recent_runs, SizeIs(1));
  EXPECT_EQ(status.recent_runs[0].outcome, Outcome::kFailed);
  EXPECT_EQ(status.recent_runs[0].count, 1);
}

TEST(StatusDecoding, KeepsAPendingRunWhoseReasonItDoesNotKnow) {
  const ScheduledJobStatus status =
      decode_scheduled_job(
          scheduled_job_json("", R"({"pending":[{"scheduledTime":"2026-01-02T00:00:00Z","why":"Quota"}]})"))
          ->status;
  EXPECT_THAT(status.pending, ElementsAre(PendingRun{at("2026-01-02T00:00:00Z"), PendingReason::kCatchUp}));
}

TEST(StatusDecoding, TakesAnEmptyStatusForNone) {
  EXPECT_EQ(decode_scheduled_job(scheduled_job_json("", "{}"))->status, ScheduledJobStatus{});
  EXPECT_EQ(decode_scheduled_job(scheduled_job_json("", "[]"))->status, ScheduledJobStatus{});
  EXPECT_EQ(decode_scheduled_job(scheduled_job_json("", "null"))->status, ScheduledJobStatus{});
}

// Draws statuses within the schema's bounds.
class RandomStatus {
 public:
  explicit RandomStatus(std::uint32_t seed) : random_{seed} {}

  ScheduledJobStatus draw() {
    ScheduledJobStatus status;
    status.observed_generation = number();
    status.active_count = number();
    status.conditions = list<Condition>(4, [this] { return draw_condition(); });
    status.active = list<ActiveReference>(3, [this] {
      return ActiveReference{text(), "job-" + text(), text()};
    });
    status.last_schedule_time = maybe_time();
    status.last_successful_time = maybe_time();
    status.last_successful_schedule_time = maybe_time();
    status.last_failure_time = maybe_time();
    status.next_schedule_times = list<NominalTime>(kMaxNextTimes, [this] { return time(); });
    status.decided_through = maybe_time();
    status.open = list<NominalTime>(20, [this] { return time(); });
    status.pending = list<PendingRun>(20, [this] {
      return PendingRun{time(), pick(kPendingReasonNames), pick(kRunReasonNames)};
    });
    if (coin()) status.basis = Basis{"h" + text(), time()};
    status.run_counts = {number(), number(), number(), number(), number()};
    status.consecutive_failures = number();
    status.resumed_by = text();
    status.recent_runs = list<RecentRun>(kMaxRecentRuns, [this] { return draw_recent_run(); });
    return status;
  }

 private:
  bool coin() { return random_() % 2 == 0; }
  std::int64_t number() { return static_cast<std::int64_t>(random_() >> (random_() % 32)); }
  NominalTime time() { return NominalTime{std::chrono::seconds{random_()}}; }
  std::optional<NominalTime> maybe_time() { return coin() ? std::optional{time()} : std::nullopt; }

  std::string text() {
    static constexpr std::array<std::string_view, 8> kPieces{"a",  "Z",  " ",      "\"",
                                                             "\\", "\n", "\u00e4", "\U0001F550"};
    std::string result;
    for (auto length = random_() % 12; length > 0; --length) result += kPieces[random_() % kPieces.size()];
    return result;
  }

  template <typename Enum, std::size_t size>
  Enum pick(const EnumNames<Enum, size>& names) {
    return names[random_() % size].first;
  }

  template <typename Element, typename Draw>
  std::vector<Element> list(std::size_t max_size, Draw draw_element) {
    std::vector<Element> result(random_() % (max_size + 1));
    for (Element& element : result) element = draw_element();
    return result;
  }

  Condition draw_condition() {
    return {"T" + text(), pick(kConditionStatusNames), number(), time(), "R" + text(), text()};
  }

  RecentRun draw_recent_run() {
    RecentRun run;
    run.scheduled_time = time();
    run.through_time = maybe_time();
    run.count = number() + 1;
    run.outcome = pick(kOutcomeNames);
    run.reason = text();
    run.job_name = text();
    run.start_time = maybe_time();
    run.completion_time = maybe_time();
    run.message = text();
    return run;
  }

  std::mt19937 random_;
};

TEST(StatusPatch, ComesBackAsItWasSentWhateverItHoldsAndWhateverWasStored) {
  RandomStatus random{20260101};
  json stored = json::object();
  for (int round = 0; round < 300; ++round) {
    const ScheduledJobStatus status = random.draw();
    stored.merge_patch(patch_of(status)["status"]);
    ASSERT_EQ(decode_scheduled_job(scheduled_job_json("", stored.dump()))->status, status) << stored.dump(2);
  }
}

TEST(EnumNames, GoBothWays) {
  for (const auto& [outcome, name] : kOutcomeNames) {
    EXPECT_EQ(to_string(outcome), name);
    EXPECT_EQ(enumerator_named(kOutcomeNames, name), outcome);
  }
  EXPECT_EQ(to_string(PendingReason::kCatchUp), "CatchUp");
  EXPECT_EQ(to_string(ConditionStatus::kFalse), "False");
  EXPECT_EQ(to_string(ConcurrencyPolicy::kReplace), "Replace");
  EXPECT_EQ(to_string(MissedRunPolicy::kNone), "None");
  EXPECT_EQ(enumerator_named(kOutcomeNames, "running"), std::nullopt);
}

}  // namespace
}  // namespace scheduledjob::api
