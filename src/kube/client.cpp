#include "kube/client.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "kube/target.hpp"
#include "kube/wire.hpp"

namespace scheduledjob::kube {
namespace {

constexpr char kJson[] = "application/json";
constexpr char kMergePatch[] = "application/merge-patch+json";
constexpr char kFieldManager[] = "scheduledjob-operator";

// How much longer than the server we wait for its answer: its own "timed out" tells more than our silence.
constexpr std::chrono::seconds kAnswerMargin{1};

std::string written_by_us(std::string target) {
  return with_query(std::move(target), "fieldManager", kFieldManager);
}

}  // namespace

Client::Client(Transport& transport, DateObserver on_date, WarningObserver on_warning)
    : transport_(transport), on_date_(std::move(on_date)), on_warning_(std::move(on_warning)) {}

absl::StatusOr<std::string> Client::get(const std::string& target, std::chrono::milliseconds timeout) {
  Request request;
  request.target = target;
  request.timeout = timeout;
  return call(request);
}

absl::StatusOr<std::string> Client::create(const std::string& collection, std::string body,
                                           std::chrono::seconds timeout) {
  // The body carries what users wrote for their own cluster's version: a field that is unknown here is theirs
  // to answer for.
  return post(with_query(collection, "fieldValidation", "Ignore"), std::move(body), timeout);
}

absl::Status Client::try_create(const std::string& collection, std::string body, FieldValidation fields,
                                std::chrono::seconds timeout) {
  const char* validation = fields == FieldValidation::kStrict ? "Strict" : "Ignore";
  return post(with_query(with_query(collection, "dryRun", "All"), "fieldValidation", validation),
              std::move(body), timeout)
      .status();
}

absl::StatusOr<std::string> Client::patch_status(const std::string& object, std::string merge_patch) {
  Request request;
  request.method = Method::kPatch;
  request.target = with_query(written_by_us(object + "/status"), "fieldValidation", "Strict");
  request.body = std::move(merge_patch);
  request.content_type = kMergePatch;
  request.only_metadata = true;
  absl::StatusOr<std::string> stored = call(request);
  if (!stored.ok()) return stored.status();
  absl::StatusOr<ObjectVersion> version = read_version(*std::move(stored));
  if (version.ok()) return std::move(version->resource_version);
  return absl::UnknownError(
      fmt::format("the API server's answer cannot be read: {}", std::string(version.status().message())));
}

absl::StatusOr<std::string> Client::merge_patch(const std::string& object, std::string patch,
                                                std::chrono::milliseconds timeout) {
  Request request;
  request.method = Method::kPatch;
  request.target = written_by_us(object);
  request.body = std::move(patch);
  request.content_type = kMergePatch;
  request.timeout = timeout;
  return call(request);
}

absl::Status Client::remove(const std::string& object, const DeleteOptions& options) {
  const bool background = options.propagation == DeleteOptions::Propagation::kBackground;
  Request request;
  request.method = Method::kDelete;
  request.target = object;
  request.body = nlohmann::json{{"apiVersion", "v1"},
                                {"kind", "DeleteOptions"},
                                {"preconditions", {{"uid", options.uid}}},
                                {"propagationPolicy", background ? "Background" : "Foreground"}}
                     .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  request.content_type = kJson;
  absl::Status status = call(request).status();
  if (absl::IsNotFound(status)) return absl::OkStatus();
  if (!absl::IsAborted(status)) return status;

  // A conflict: most likely another object has taken the name, and ours is gone.
  const absl::StatusOr<std::string> present = get(object);
  if (absl::IsNotFound(present.status())) return absl::OkStatus();
  if (!present.ok()) return status;
  const absl::StatusOr<ObjectVersion> version = read_version(*present);
  return version.ok() && version->uid != options.uid ? absl::OkStatus() : status;
}

absl::StatusOr<std::string> Client::current_version(const std::string& collection,
                                                    std::chrono::milliseconds timeout) {
  absl::StatusOr<std::string> list = get(with_query(collection, "limit", "1"), timeout);
  if (!list.ok()) return list.status();
  absl::StatusOr<ListPage> page = read_list(*list, [](std::string_view) {});
  if (!page.ok()) return page.status();
  return std::move(page->resource_version);
}

absl::StatusOr<std::string> Client::post(std::string target, std::string body, std::chrono::seconds timeout) {
  Request request;
  request.method = Method::kPost;
  request.target =
      with_query(written_by_us(std::move(target)), "timeout", std::to_string(timeout.count()) + "s");
  request.body = std::move(body);
  request.content_type = kJson;
  request.timeout = timeout + kAnswerMargin;
  return call(request);
}

absl::StatusOr<std::string> Client::call(const Request& request) {
  absl::StatusOr<Response> response = transport_.send(request);
  if (!response.ok()) return response.status();
  if (response->date && on_date_) on_date_(*response->date);
  if (on_warning_) {
    for (const std::string& warning : response->warnings) on_warning_(warning);
  }
  if (response->status / 100 != 2) return status_from_response(*response);
  return std::move(response->body);
}

}  // namespace scheduledjob::kube
