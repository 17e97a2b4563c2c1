// The seam between this program and whatever speaks HTTP. cpprestsdk lives behind it and nowhere else.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kube/cluster_config.hpp"
#include "kube/credentials.hpp"

namespace scheduledjob::kube {

enum class Method { kGet, kPost, kPatch, kDelete };

// As HTTP has it: "GET".
std::string_view name_of(Method method);

struct Request {
  Method method = Method::kGet;
  std::string target;  // path and query, starting with '/', already percent-encoded
  std::string body;
  std::string content_type;                   // of the body
  bool only_metadata = false;                 // is wanted of the object in the answer: PartialObjectMetadata
  std::chrono::milliseconds timeout{30'000};  // the whole exchange for send(); silence for stream()
};

struct Response {
  int status = 0;
  std::string body;
  std::optional<std::chrono::seconds> retry_after;
  std::optional<std::chrono::sys_seconds> date;  // the server's clock
  std::vector<std::string> warnings;             // for whoever wrote the request; as parse_warnings()
};

// Sends requests to one API server. Safe to use from any number of threads; calls block.
//
// A request that is refused with 401 is sent once more when fresher credentials are to be had; a second 401
// is the answer.
//
// A request may reach the server twice: when a kept connection turns out to be closed, it is sent again on a
// new one. Whatever is sent must bear that (creates are idempotent by name, patches carry a resourceVersion,
// deletes a UID).
//
// Errors of both calls, beside what is said there:
//   kUnavailable        no connection could be made: the request was certainly not carried out
//   kDeadlineExceeded   no answer in time: the request may or may not have been carried out
//   kUnknown            the connection broke while waiting: the request may or may not have been carried out
//   kUnauthenticated    the server's certificate was not accepted, or our credentials cannot be read
class Transport {
 public:
  virtual ~Transport() = default;

  // Any HTTP status is a Response, not an error. Bodies over 64 MiB: kResourceExhausted.
  virtual absl::StatusOr<Response> send(const Request& request) = 0;

  // For watches: calls `on_chunk` with each piece of the body as soon as it arrives, on the calling thread.
  // Returns OK when the server ends the stream, kCancelled when `stop` was requested or `on_chunk` returned
  // false, an error as above otherwise. A status other than 2xx is returned through `head` with its whole
  // body (bounded), and no chunk is delivered.
  using ChunkHandler = std::function<bool(std::string_view chunk)>;
  virtual absl::Status stream(const Request& request, const ChunkHandler& on_chunk, Response& head,
                              std::stop_token stop) = 0;
};

// The cpprestsdk transport. `connections` bounds the requests in flight at one time; each stream has a
// connection of its own and is not counted. `credentials` may be shared by several: make_credentials(config).
// Call initialize_http_threads() before the first one is made. Errors: kInvalidArgument or kUnimplemented
// (the address, the proxy), kUnauthenticated (certificates or key cannot be read).
absl::StatusOr<std::unique_ptr<Transport>> make_transport(const ClusterConfig& config,
                                                          std::shared_ptr<Credentials> credentials,
                                                          std::size_t connections);

// With credentials of its own.
inline absl::StatusOr<std::unique_ptr<Transport>> make_transport(const ClusterConfig& config,
                                                                 std::size_t connections) {
  return make_transport(config, make_credentials(config), connections);
}

// Starts the HTTP library's pool with so many threads; one is the cheapest (measured). Hides the system's
// certificate authorities from the process. Call once, early in main, when the signals are set up (the
// threads inherit that) and nothing else reads the environment (it is changed).
void initialize_http_threads(std::size_t threads);

}  // namespace scheduledjob::kube
