// Whatever arrives, the room answers with a value or an error.
#include <random>

#include <gtest/gtest.h>

#include "api/compile.hpp"
#include "api/job_manifest.hpp"
#include "samples.hpp"

namespace scheduledjob::api {
namespace {

const std::string kScheduledJob = scheduled_job_json(
    R"("schedule":"0 2 * * *","schedules":[{"every":"15m","anchor":"2026-01-01T00:00:00Z"},{"at":"2026-12-31T23:59:59"}],
       "timeZone":"Europe/Berlin","daylightSaving":{"skippedTime":"Skip"},"jitter":"5m","maxQueuedRuns":3,"suspend":false,
       "jobTemplate":{"metadata":{"labels":{"a":"\u00e4\n"}},"spec":{"completions":3,"completionMode":"Indexed",
       "ttlSecondsAfterFinished":5,"template":{"spec":{"containers":[{"cpu":0.5,"e":1e30}]}}}})",
    R"({"observedGeneration":2,"decidedThrough":"2026-01-01T00:00:00Z","open":[{"scheduledTime":"2026-01-01T00:00:00Z"}],
        "pending":[{"scheduledTime":"2026-01-01T00:00:00Z","why":"Queue"}],"basis":{"hash":"h","since":"2026-01-01T00:00:00Z"},
        "conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z","reason":"r","message":"m"}],
        "recentRuns":[{"scheduledTime":"2026-01-01T00:00:00Z","outcome":"Failed","count":3}],"runCounts":{"started":4}})");

const std::string kJob =
    R"({"metadata":{"name":"a","namespace":"b","uid":"c","resourceVersion":"5","labels":{"scheduledjob.dev/uid":"u"},
    "annotations":{"scheduledjob.dev/scheduled-time":"2026-01-01T00:00:00Z"},"ownerReferences":[{"apiVersion":"scheduledjob.dev/v1",
    "kind":"ScheduledJob","name":"n","uid":"u","controller":true}]},"spec":{"suspend":false,"ttlSecondsAfterFinished":5},
    "status":{"startTime":"2026-01-01T00:00:00Z","conditions":[{"type":"Failed","status":"True","lastTransitionTime":
    "2026-01-01T00:00:00Z","reason":"r","message":"m"}],"ready":1}})";

void use(std::string_view json) {
  const auto object = decode_scheduled_job(json);
  if (object.ok() && object->spec.ok()) {
    basis_hash(*object->spec);
    compile_schedule(*object->spec, object->metadata).IgnoreError();
    job_manifest(*object, {.job_name = "x", .scheduled_time = {}}, std::chrono::seconds{1}).IgnoreError();
    EXPECT_FALSE(encode_status_patch(object->status, 1).empty());
  }
  decode_job(json).IgnoreError();
}

std::string mutated(const std::string& text, std::mt19937& random) {
  static constexpr std::string_view kAlphabet = "{}[]:,\"\\ 0-9.eE+tfnu\x00\x7f\x80\xc3\xff";
  std::string result = text;
  for (auto edits = 1 + random() % 4; edits > 0 && !result.empty(); --edits) {
    const std::size_t position = random() % result.size();
    const std::size_t length = random() % 20;
    switch (random() % 5) {
      case 0:
        result[position] = kAlphabet[random() % kAlphabet.size()];
        break;
      case 1:
        result.insert(position, 1, kAlphabet[random() % kAlphabet.size()]);
        break;
      case 2:
        result.erase(position, length);
        break;
      case 3:
        result.insert(position, result.substr(random() % result.size(), length));
        break;
      default:
        result.resize(position);
        break;
    }
  }
  return result;
}

TEST(Robustness, TheSamplesAreValidBeforeTheyAreMutated) {
  ASSERT_TRUE(decode_scheduled_job(kScheduledJob)->spec.ok())
      << decode_scheduled_job(kScheduledJob)->spec.status();
  ASSERT_EQ(decode_job(kJob)->phase, JobPhase::kFailed);
}

TEST(Robustness, TakesRandomlyMutatedObjects) {
  std::mt19937 random{4711};
  for (int round = 0; round < 5'000; ++round) use(mutated(random() % 3 == 0 ? kJob : kScheduledJob, random));
}

TEST(Robustness, TakesObjectsCutOffAnywhere) {
  for (std::size_t length = 0; length < kScheduledJob.size(); ++length) use(kScheduledJob.substr(0, length));
  for (std::size_t length = 0; length < kJob.size(); ++length) use(kJob.substr(0, length));
}

TEST(Robustness, TakesBottomlessNestingInEveryPlace) {
  const std::string lists(1'000'000, '[');
  std::string objects;
  for (int i = 0; i < 200'000; ++i) objects += R"({"a":)";
  for (const std::string& nest : {lists, lists + std::string(lists.size(), ']'), objects}) {
    use(nest);
    use(R"({"metadata":)" + nest + "}");
    use(R"({"spec":{"jobTemplate":)" + nest + "}}");
    use(R"({"spec":{"jobTemplate":{"spec":)" + nest + "}}}");
    use(R"({"spec":{"schedules":[{"cron":)" + nest + "}]}}");
    use(R"({"status":{"open":)" + nest + "}}");
    use(R"({"ignored":)" + nest + "}");
  }
}

TEST(Robustness, ReadsALargeObject) {
  std::string object = scheduled_job_with(fmt::format(R"("ignored":"{}")", std::string(2U << 20U, 'x')));
  EXPECT_TRUE(decode_scheduled_job(object)->spec.ok());
}

}  // namespace
}  // namespace scheduledjob::api
