// TALK: the Kubernetes API over one Transport. Start reading here.
//
//   cluster_config.hpp   kubeconfig and in-cluster credentials
//   credentials.hpp      tokens, token files and credential plugins, as each request needs them
//   transport.hpp        the HTTP seam; cpprest_transport.cpp is the only file that includes cpprestsdk
//   errors.hpp           HTTP answers as absl::Status
//   client.hpp           get, list, create, patch, delete (this file)
//   watcher.hpp          list and watch, for ever: resumption, bookmarks, relist on 410
//   leader_election.hpp  a Lease as client-go keeps it, and the fence before writes
//
// Bodies are JSON text: this room knows no resource; the codec belongs to the caller.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kube/errors.hpp"
#include "kube/transport.hpp"

namespace scheduledjob::kube {

// A kind of resource, e.g. {"/apis/batch/v1", "jobs"}.
struct ResourceKind {
  std::string api_root;  // "/apis/<group>/<version>" or "/api/v1"
  std::string plural;

  std::string collection(std::string_view namespace_ = {}) const;  // empty: all namespaces
  std::string object(std::string_view namespace_, std::string_view name) const;
};

struct DeleteOptions {
  std::string uid;  // precondition; required
  enum class Propagation { kBackground, kForeground } propagation = Propagation::kBackground;
};

// Thread-safe; calls block. Every error comes from status_from_response() or from the Transport.
class Client {
 public:
  // Called with the Date header of each answer, from the thread of the call; may be empty.
  using DateObserver = std::function<void(std::chrono::sys_seconds)>;
  // Called with each warning of an answer, likewise.
  using WarningObserver = std::function<void(const std::string&)>;

  static constexpr std::chrono::milliseconds kTimeout{30'000};

  explicit Client(Transport& transport, DateObserver on_date = {}, WarningObserver on_warning = {});

  // The object's JSON.
  absl::StatusOr<std::string> get(const std::string& target, std::chrono::milliseconds timeout = kTimeout);

  // Creates in `collection`; the server gives up after `timeout` (?timeout=), and this call a second later.
  // Unknown fields are dropped by the server (fieldValidation=Ignore). The stored object's JSON.
  absl::StatusOr<std::string> create(const std::string& collection, std::string body,
                                     std::chrono::seconds timeout);

  // What create() would be told, without creating anything (?dryRun=All). With kStrict also fields that the
  // server does not know are an error: kInvalidArgument.
  enum class FieldValidation { kIgnore, kStrict };
  absl::Status try_create(const std::string& collection, std::string body, FieldValidation fields,
                          std::chrono::seconds timeout);

  // JSON merge patch of the status subresource with fieldValidation=Strict. The object's new resource
  // version; kUnknown when it is written, and the answer cannot be read.
  absl::StatusOr<std::string> patch_status(const std::string& object, std::string merge_patch);

  absl::StatusOr<std::string> merge_patch(const std::string& object, std::string patch,
                                          std::chrono::milliseconds timeout = kTimeout);

  // OK also when the object is gone already, even if another has its name now.
  absl::Status remove(const std::string& object, const DeleteOptions& options);

  // The resource version of a consistent list of `collection`, with limit=1: nothing older can be hidden from
  // a cache that has reached it.
  absl::StatusOr<std::string> current_version(const std::string& collection,
                                              std::chrono::milliseconds timeout = kTimeout);

 private:
  absl::StatusOr<std::string> call(const Request& request);
  absl::StatusOr<std::string> post(std::string target, std::string body, std::chrono::seconds timeout);

  Transport& transport_;
  DateObserver on_date_;
  WarningObserver on_warning_;
};

}  // namespace scheduledjob::kube
