// Any bytes as a ScheduledJob or a Job: refused with kInvalidArgument, or read; and an object, or a status,
// that was read is the same after it has been written and read again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/codec.hpp"
#include "fuzz/invariants.hpp"

namespace scheduledjob::fuzz {
namespace {

void require_refused(const absl::Status& error) {
  require(absl::IsInvalidArgument(error) && !error.message().empty(), "an error says what is wrong");
}

// The object that a server would hold after a status patch.
std::string patched(std::string_view patch) {
  constexpr std::string_view kMetadata = R"({"metadata":{)";
  require(patch.starts_with(kMetadata), "a patch names its version first");
  return std::string(kMetadata) + R"("name":"n","namespace":"s","uid":"u",)" +
         std::string(patch.substr(kMetadata.size()));
}

void require_round_trip(api::ScheduledJobStatus status) {
  api::clamp_to_schema(status);
  const std::string patch = api::encode_status_patch(status, 5);
  const auto again = api::decode_scheduled_job(patched(patch));
  require(again.ok(), "what is written can be read");
  require(api::encode_status_patch(again->status, 5) == patch, "a status stays what it is");
}

void require_same_as_text(const api::ScheduledJob& object) {
  const auto text = api::encode_scheduled_job(object);
  require(text.ok(), "an object with a spec can be written");
  const auto again = api::decode_scheduled_job(*text);
  require(again.ok() && again->spec.ok(), "an object that is written can be read");
  require(
      again->metadata == object.metadata && *again->spec == *object.spec && again->status == object.status,
      "an object stays what it is");
}

void try_json(std::string_view json) {
  for (const absl::Status& problem : api::decode_spec(json).problems) require_refused(problem);
  if (const auto job = api::decode_job(json); !job.ok()) require_refused(job.status());
  const auto object = api::decode_scheduled_job(json);
  if (!object.ok()) return require_refused(object.status());
  if (object->spec.ok()) {
    require_same_as_text(*object);
  } else {
    require_refused(object->spec.status());
  }
  require_round_trip(object->status);
}

}  // namespace
}  // namespace scheduledjob::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  scheduledjob::fuzz::try_json(scheduledjob::fuzz::text_of(data, size));
  return 0;
}
