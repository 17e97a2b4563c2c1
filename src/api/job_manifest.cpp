// The template is copied as text, member by member, with what is ours put in on the way. A tree of it would
// be some hundred allocations, most of what a run costs beside its requests.
#include "api/job_manifest.hpp"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/job.hpp"
#include "api/json_copy.hpp"
#include "api/json_reader.hpp"
#include "api/json_writer.hpp"
#include "api/pod_environment.hpp"
#include "api/run_context.hpp"
#include "api/text_bounds.hpp"
#include "schedule/time_zone.hpp"

namespace scheduledjob::api {
namespace {

using schedule::format_rfc3339;

// As Go writes it, and with it CronJob: "2026-03-29T03:30:00+02:00", with Z for an offset of zero.
absl::StatusOr<std::string> format_in_zone(NominalTime time, const std::optional<std::string>& zone_name) {
  if (!zone_name) return format_rfc3339(time);
  const absl::StatusOr<schedule::TimeZone> zone = schedule::TimeZone::load(*zone_name);
  if (!zone.ok()) {
    return absl::InvalidArgumentError(fmt::format("spec.timeZone: {}", std::string(zone.status().message())));
  }
  const std::chrono::seconds offset = zone->stretch(zone->stretch_at(time)).offset;
  std::string text = format_rfc3339(time + offset);
  if (offset.count() == 0) return text;
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::minutes>(std::chrono::abs(offset))};
  text.pop_back();  // the Z
  return text + fmt::format("{}{:02}:{:02}", offset.count() < 0 ? '-' : '+', clock.hours().count(),
                            clock.minutes().count());
}

// Labels or annotations that the template must not set. Those without a value are not set by us either.
using Marks = std::vector<std::pair<const char*, std::string>>;

bool has_mark(const Marks& marks, std::string_view name) {
  return std::any_of(marks.begin(), marks.end(), [name](const auto& mark) { return mark.first == name; });
}

void write_marks(const Marks& marks, JsonWriter& writer) {
  for (const auto& [name, value] : marks) writer.member_if(name, value);
}

// The annotations that a run's Job and its pods have in common.
absl::StatusOr<Marks> run_annotations(const ScheduledJob& owner, const RunIdentity& run) {
  absl::StatusOr<std::string> local_time = format_in_zone(run.scheduled_time, owner.spec->time_zone);
  if (!local_time.ok()) return local_time.status();
  Marks annotations{{kCronJobTimestampAnnotation, *std::move(local_time)}};
  for (RunFact& fact : run_facts(owner, run)) {
    if (fact.annotation) annotations.emplace_back(fact.annotation, std::move(fact.value));
  }
  return annotations;
}

// An object with members of its own beside, or in the place of, those that `value` has.
absl::Status write_merged(JsonValue value, const Path& path, const Marks& marks, JsonWriter& writer) {
  absl::Status status;
  writer.object([&] {
    status = read_members(value, path, [&](std::string_view name, JsonValue member, const Path& at) {
      return has_mark(marks, name) ? absl::OkStatus() : copy_member(name, member, at, writer);
    });
    write_marks(marks, writer);
  });
  return status;
}

void write_owner_reference(const ObjectMeta& owner, JsonWriter& writer) {
  writer.object([&] {
    writer.member("apiVersion", std::string_view(kApiVersion));
    writer.member("kind", std::string_view(kKind));
    writer.member("name", owner.key.name);
    writer.member("uid", owner.uid);
    writer.name("controller"), writer.truth(true);
    writer.name("blockOwnerDeletion"), writer.truth(true);
  });
}

class Manifest {
 public:
  Manifest(const ScheduledJob& owner, const RunIdentity& run, std::chrono::seconds ttl_margin,
           std::optional<schedule::Instant> create_before, Marks run_annotations)
      : owner_(owner),
        run_(run),
        ttl_margin_(ttl_margin),
        create_before_(create_before),
        run_annotations_(std::move(run_annotations)) {}

  absl::StatusOr<std::string> write() && {
    const std::string& text = owner_.spec->job_template;
    if (text.size() > kMaxObjectSize || nests_deeper_than(text, kMaxTemplateDepth))
      return template_.error("is too large or nests too deep");
    // In whichever order the template has them.
    std::string metadata = "{}";
    std::string spec;
    absl::Status status =
        read_document(text, template_, [&](std::string_view name, JsonValue value, const Path& path) {
          if (name == "metadata") return store(read_object_text(value, path), metadata);
          if (name == "spec") return store(read_object_text(value, path), spec);
          return absl::OkStatus();
        });
    if (!status.ok()) return status;
    if (spec.empty()) return Path(template_, "spec").error("is required");
    writer_.object([&] {
      writer_.member("apiVersion", std::string_view("batch/v1"));
      writer_.member("kind", std::string_view("Job"));
      writer_.name("metadata");
      status = write_metadata(metadata);
      writer_.name("spec");
      if (status.ok()) status = write_spec(spec);
    });
    if (!status.ok()) return status;
    return std::move(writer_).finish();
  }

 private:
  // What else the template's metadata may say is not for Jobs that come again and again.
  absl::Status write_metadata(std::string_view text) {
    const Marks labels{{kOwnerUidLabel, owner_.metadata.uid}};
    const Marks annotations = job_annotations();
    bool has_labels = false;
    bool has_annotations = false;
    absl::Status status;
    writer_.object([&] {
      writer_.member("name", run_.job_name);
      writer_.member("namespace", owner_.metadata.key.namespace_);
      status = read_document(text, Path(template_, "metadata"),
                             [&](std::string_view name, JsonValue value, const Path& path) {
                               if (name == "labels")
                                 return write_marked(name, value, path, labels, has_labels);
                               if (name == "annotations")
                                 return write_marked(name, value, path, annotations, has_annotations);
                               return absl::OkStatus();
                             });
      if (!has_labels) write_marks_alone("labels", labels);
      if (!has_annotations) write_marks_alone("annotations", annotations);
      writer_.name("ownerReferences");
      writer_.array([&] { write_owner_reference(owner_.metadata, writer_); });
    });
    return status;
  }

  absl::Status write_spec(std::string_view text) {
    const Path spec(template_, "spec");
    bool has_template = false;
    absl::Status status;
    writer_.object([&] {
      status = read_document(text, spec, [&](std::string_view name, JsonValue value, const Path& path) {
        if (name == "ttlSecondsAfterFinished" && time_to_live()) {
          writer_.member(name, raised(*time_to_live()));
          return absl::OkStatus();
        }
        if (name != "template") return copy_member(name, value, path, writer_);
        has_template = true;
        writer_.name(name);
        return write_pod_template(value, path);
      });
    });
    if (status.ok() && !has_template) return Path(spec, "template").error("is required");
    return status;
  }

  absl::Status write_pod_template(JsonValue value, const Path& path) {
    bool has_metadata = false;
    absl::Status status;
    writer_.object([&] {
      status = read_members(value, path, [&](std::string_view name, JsonValue member, const Path& at) {
        if (name == "metadata") {
          has_metadata = true;
          writer_.name(name);
          return write_pod_metadata(member, at);
        }
        if (name == "spec" && owner_.spec->run_context_env) {
          writer_.name(name);
          return write_pod_spec(member, at, run_facts(owner_, run_), writer_);
        }
        return copy_member(name, member, at, writer_);
      });
      if (has_metadata) return;
      writer_.name("metadata");
      writer_.object([&] { write_marks_alone("annotations", run_annotations_); });
    });
    return status;
  }

  absl::Status write_pod_metadata(JsonValue value, const Path& path) {
    bool has_annotations = false;
    absl::Status status;
    writer_.object([&] {
      status = read_members(value, path, [&](std::string_view name, JsonValue member, const Path& at) {
        return name == "annotations" ? write_marked(name, member, at, run_annotations_, has_annotations)
                                     : copy_member(name, member, at, writer_);
      });
      if (!has_annotations) write_marks_alone("annotations", run_annotations_);
    });
    return status;
  }

  Marks job_annotations() const {
    Marks annotations = run_annotations_;
    const auto ttl = time_to_live();
    annotations.emplace_back(kTimeToLiveAnnotation, ttl ? std::to_string(*ttl) : "");
    annotations.emplace_back(kCreateBeforeAnnotation,
                             create_before_ ? schedule::format_rfc3339_micro(*create_before_) : "");
    return annotations;
  }

  absl::Status write_marked(std::string_view name, JsonValue value, const Path& path, const Marks& marks,
                            bool& written) {
    written = true;
    writer_.name(name);
    return write_merged(value, path, marks, writer_);
  }

  void write_marks_alone(std::string_view name, const Marks& marks) {
    writer_.name(name);
    writer_.object([&] { write_marks(marks, writer_); });
  }

  // Absent also where the template's is no whole number of its range: it stays as it is, for the API server
  // to refuse the Job and say why.
  std::optional<std::int32_t> time_to_live() const { return owner_.spec->ttl_seconds_after_finished; }

  std::int64_t raised(std::int64_t ttl) const {
    return std::min<std::int64_t>(std::numeric_limits<std::int32_t>::max(),
                                  ttl + std::max<std::int64_t>(0, ttl_margin_.count()));
  }

  const Path root_;
  const Path spec_{root_, "spec"};
  const Path template_{spec_, "jobTemplate"};
  const ScheduledJob& owner_;
  const RunIdentity& run_;
  const std::chrono::seconds ttl_margin_;
  const std::optional<schedule::Instant> create_before_;
  const Marks run_annotations_;
  JsonWriter writer_;
};

}  // namespace

absl::StatusOr<std::string> job_manifest(const ScheduledJob& owner, const RunIdentity& run,
                                         std::chrono::seconds ttl_margin,
                                         std::optional<schedule::Instant> create_before) {
  if (!owner.spec.ok()) return owner.spec.status();
  absl::StatusOr<Marks> annotations = run_annotations(owner, run);
  if (!annotations.ok()) return annotations.status();
  return Manifest(owner, run, ttl_margin, create_before, *std::move(annotations)).write();
}

}  // namespace scheduledjob::api
