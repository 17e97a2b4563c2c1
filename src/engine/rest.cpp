#include "engine/rest.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "api/codec.hpp"
#include "engine/create.hpp"
#include "engine/restore.hpp"
#include "engine/turn.hpp"

namespace scheduledjob::engine {
namespace {

bool is_over(const Run& run) {
  return run.state == Run::State::kEnded && !run.stop_wanted && !run.replaced && !run.delete_in_flight &&
         !run.delete_requested && !run.delete_retry_at && !may_be_made_again(run) && !run.verify_at &&
         !run.verifying;
}

bool knows_no_more_than_is_stored(const Record& record) {
  if (!record.restored) return true;
  return record.create_refusal.ok() && !record.template_unchecked &&
         record.compiled_generation == record.object->metadata.generation &&
         record.ledger == stored_books(*record.object) &&
         record.was_suspended == stored_as_suspended(record.object->status);
}

// As wake_up() would make it.
Record as_found(const Record& record) {
  Record found;
  found.uid = record.uid;
  found.scope = record.scope;
  found.object = record.object;
  found.list_round = record.list_round;
  found.version = record.version;
  found.runs = record.runs;
  found.stored = status_within(found.object);
  return found;
}

}  // namespace

bool at_rest(const Record& record) {
  if (!record.spec() || record.deleting() || !Sleepers::can_keep(record.uid)) return false;
  const api::ScheduledJobStatus& status = record.object->status;
  return record.stored.get() == &status && status.observed_generation == record.object->metadata.generation &&
         status.open.empty() && status.pending.empty() && !record.write_in_flight && !record.flush.at &&
         record.unscheduled.empty() && record.stuck.count == 0 &&
         std::all_of(record.runs.begin(), record.runs.end(),
                     [](const auto& entry) { return is_over(entry.second); });
}

std::optional<Sleeper> fall_asleep(Record& record, const Options& options, Packer& packer, Instant now) {
  if (!knows_no_more_than_is_stored(record)) return std::nullopt;
  Record tried = as_found(record);
  Effects effects;
  Load load;
  Step step{now, Instant{}, options, load, effects};
  const std::optional<Instant> wakeup = take_turn(tried, Course{}, step);
  if (!effects.empty() || tried.flush.at) return std::nullopt;

  const absl::StatusOr<std::string> text = api::encode_scheduled_job(*record.object);
  if (!text.ok()) return std::nullopt;
  Sleeper sleeper;
  sleeper.scope = record.scope;
  sleeper.list_round = record.list_round;
  sleeper.version = record.version;
  sleeper.wakeup = wakeup.value_or(Sleeper::kNever);
  sleeper.object = packer.pack(*text);
  if (!record.runs.empty())
    sleeper.runs = std::make_unique<std::map<NominalTime, Run>>(std::move(record.runs));
  return sleeper;
}

std::unique_ptr<Record> wake_up(std::string uid, Sleeper sleeper, Packer& packer) {
  absl::StatusOr<api::ScheduledJob> object = api::decode_scheduled_job(packer.unpack(sleeper.object));
  if (!object.ok())
    throw std::logic_error("a sleeper cannot be read: " + std::string(object.status().message()));
  auto record = std::make_unique<Record>();
  record->uid = std::move(uid);
  record->scope = sleeper.scope;
  record->object = std::make_shared<const api::ScheduledJob>(*std::move(object));
  record->list_round = sleeper.list_round;
  record->version = sleeper.version;
  if (sleeper.runs) record->runs = std::move(*sleeper.runs);
  record->stored = status_within(record->object);
  record->tally.objects = 1;
  return record;
}

bool is_known(Sleeper& sleeper, const api::Job& job, std::uint64_t list_round) {
  if (!sleeper.runs) return false;
  const auto found = std::find_if(sleeper.runs->begin(), sleeper.runs->end(), [&job](const auto& entry) {
    return entry.second.job.uid == job.metadata.uid;
  });
  if (found == sleeper.runs->end()) return false;
  JobFact& known = found->second.job;
  if (known.version < job.metadata.resource_version) return false;
  known.list_round = std::max(known.list_round, list_round);
  return true;
}

bool misses_a_job(const Sleeper& sleeper, std::uint64_t list_round, ResourceVersion version) {
  return sleeper.runs && std::any_of(sleeper.runs->begin(), sleeper.runs->end(), [&](const auto& entry) {
           const JobFact& job = entry.second.job;
           return job.list_round < list_round && job.version <= version;
         });
}

}  // namespace scheduledjob::engine
