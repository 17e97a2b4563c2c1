#include "kube/watcher.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "kube/backoff.hpp"
#include "kube/errors.hpp"
#include "kube/item_splitter.hpp"
#include "kube/line_splitter.hpp"
#include "kube/pause.hpp"
#include "kube/target.hpp"

namespace scheduledjob::kube {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLongestObject = 8u << 20;
constexpr auto kFirstBackoff = 1s;
constexpr auto kLongestBackoff = 30s;
// A watch that ends sooner without having said anything is no sign of health.
constexpr auto kShortWatch = 1s;
// One second, and the two before its end at which a server sends a last bookmark.
constexpr std::chrono::seconds kHurriedWatch = 3s;
// A server may refuse for ever to watch from our version, without saying that it is too old (after a restored
// backup).
constexpr int kRefusalsBeforeList = 5;
// A streamed list that breaks off has to begin anew; of one in pages, only the page has.
constexpr int kBrokenStreamsBeforePages = 2;
constexpr int kPageAttempts = 5;

// True when it may help to watch again from the same version.
bool is_passing(const absl::Status& error) {
  switch (error.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return true;
    default:
      return false;
  }
}

absl::Status too_long(std::string_view what) {
  return absl::InvalidArgumentError(
      fmt::format("the API server sent {} longer than {} MiB", what, kLongestObject >> 20));
}

// True when the server does not know lists that are streamed, or has them switched off: it calls them
// invalid, or a bad request.
bool is_no_offer(const absl::Status& error) {
  const int http = http_code(error);
  return http == 400 || http == 422;
}

}  // namespace

Watcher::Watcher(Transport& transport, std::string collection, WatchOptions options, WatchSink& sink,
                 std::function<double()> random)
    : transport_(transport),
      collection_(std::move(collection)),
      options_(std::move(options)),
      sink_(sink),
      random_(std::move(random)),
      stream_lists_(options_.stream_lists) {}

void Watcher::run(const std::stop_token& stop) {
  Backoff backoff(kFirstBackoff, kLongestBackoff, random_);
  int refusals = 0;
  while (!stop.stop_requested()) {
    const bool hurried = take_hurry();
    if (hurried && objects_ <= options_.short_list) version_.clear();
    bool alive = false;
    const bool listing = !listed();
    const bool in_pages = !stream_lists_ || broken_streams_ >= kBrokenStreamsBeforePages;
    const absl::Status status = listing && in_pages ? list(stop) : watch(hurried, stop, alive);
    if (stop.stop_requested()) return;
    broken_streams_ = listed() ? 0 : broken_streams_ + 1;
    if (hurried && !status.ok()) note_hurry();  // it has told nothing yet
    if (alive) {
      backoff.reset();
      refusals = 0;
    }
    if (status.ok()) {
      if (!listing && !alive) pause(backoff.next(), stop);
      continue;
    }
    if (listing && stream_lists_ && is_no_offer(status)) {
      stream_lists_ = false;
      continue;
    }
    // A version that is too old is part of life; everything else is worth knowing.
    if (!absl::IsOutOfRange(status)) sink_.disturbed(status);
    if (http_code(status) != 0) ++refusals;
    if (!is_passing(status) || refusals >= kRefusalsBeforeList) {
      version_.clear();
      refusals = 0;
    }
    pause(std::max<std::chrono::milliseconds>(backoff.next(), retry_after(status).value_or(0s)), stop);
  }
}

absl::Status Watcher::list(const std::stop_token& stop) {
  begin_list();
  ListPage page;
  do {
    absl::StatusOr<ListPage> next = patient_list_page(page.continue_token, stop);
    if (!next.ok()) return next.status();
    if (!next->continue_token.empty() && next->continue_token == page.continue_token) {
      return absl::InvalidArgumentError("the API server sends the same page of a list again and again");
    }
    page = std::move(*next);
  } while (!page.continue_token.empty());
  version_ = std::move(page.resource_version);
  sink_.list_finished(version_);
  return absl::OkStatus();
}

absl::StatusOr<ListPage> Watcher::patient_list_page(const std::string& continue_token,
                                                    const std::stop_token& stop) {
  Backoff backoff(kFirstBackoff, kLongestBackoff, random_);
  int attempts = continue_token.empty() ? 1 : kPageAttempts;
  while (true) {
    absl::StatusOr<ListPage> page = list_page(continue_token, stop);
    if (page.ok() || --attempts == 0 || !is_passing(page.status()) || stop.stop_requested()) return page;
    sink_.disturbed(page.status());
    pause(std::max<std::chrono::milliseconds>(backoff.next(), retry_after(page.status()).value_or(0s)), stop);
  }
}

absl::StatusOr<ListPage> Watcher::list_page(const std::string& continue_token, const std::stop_token& stop) {
  Request request;
  request.target = with_query(selected(), "limit", std::to_string(options_.page_size));
  if (!continue_token.empty()) {
    request.target = with_query(std::move(request.target), "continue", continue_token);
  }
  request.timeout = options_.idle_limit;

  ItemSplitter items(kLongestObject);
  const auto on_item = [this](std::string& item) {
    ++objects_;
    sink_.object_seen(item);
    return true;
  };
  const auto begin = std::chrono::steady_clock::now();
  bool overdue = false;
  const auto on_chunk = [&](std::string_view chunk) {
    overdue = std::chrono::steady_clock::now() - begin > options_.longest_page;
    return !overdue && items.feed(chunk, on_item);
  };
  Response head;
  const absl::Status status = transport_.stream(request, on_chunk, head, stop);
  if (overdue) return absl::DeadlineExceededError("the API server does not end a page of a list");
  if (items.too_long()) return too_long("an object");
  if (!status.ok()) return status;
  if (head.status / 100 != 2) return status_from_response(head);
  return read_list(items.frame(), [](std::string_view) {});
}

void Watcher::hurry() {
  // Not under the mutex: what is stopped runs here.
  note_hurry().request_stop();
}

std::stop_source Watcher::note_hurry() {
  const sync::MutexLock lock(hurry_mutex_);
  hurried_ = true;
  return watching_;
}

bool Watcher::take_hurry() {
  const sync::MutexLock lock(hurry_mutex_);
  return std::exchange(hurried_, false);
}

void Watcher::begin_list() {
  objects_ = 0;
  sink_.list_started();
}

std::stop_source Watcher::begin_watch() {
  std::stop_source watching;
  const sync::MutexLock lock(hurry_mutex_);
  watching_ = listed() ? watching : std::stop_source();
  if (listed() && hurried_) watching.request_stop();  // it came when there was nothing to end
  return watching;
}

void Watcher::end_list(const std::stop_source& watching) {
  const sync::MutexLock lock(hurry_mutex_);
  hurried_ = false;  // the list has told how far it is
  watching_ = watching;
}

absl::Status Watcher::watch(bool hurried, const std::stop_token& stop, bool& alive) {
  std::stop_source watching = begin_watch();
  const std::stop_callback on_stop(stop, [&watching] { watching.request_stop(); });
  LineSplitter lines(kLongestObject);
  absl::Status problem;
  const auto on_line = [&](std::string& line) {
    problem = deliver(line, watching);
    alive = alive || problem.ok();
    return problem.ok() && !watching.stop_requested();
  };
  if (!listed()) begin_list();
  const auto begin = std::chrono::steady_clock::now();
  bool overdue = false;
  const auto on_chunk = [&](std::string_view chunk) {
    // The server was told when to end the watch. One that only keeps it from falling silent holds us for
    // ever.
    overdue = std::chrono::steady_clock::now() - begin > options_.max_watch + options_.idle_limit;
    return !overdue && lines.feed(chunk, on_line);
  };
  Response head;
  absl::Status status = transport_.stream(watch_request(hurried), on_chunk, head, watching.get_token());
  if (!problem.ok()) return problem;
  if (overdue) return absl::DeadlineExceededError("the API server does not end a watch at its time");
  if (absl::IsCancelled(status) && watching.stop_requested()) {
    alive = true;
    return absl::OkStatus();
  }
  if (lines.too_long()) return too_long("a watch event");
  if (!status.ok()) return status;
  if (head.status / 100 != 2) return status_from_response(head);
  if (!listed()) return absl::UnknownError("the API server ended a list before it was whole");
  alive = alive || std::chrono::steady_clock::now() - begin >= kShortWatch;
  return absl::OkStatus();
}

absl::Status Watcher::deliver(std::string& line, const std::stop_source& watching) {
  absl::StatusOr<WatchEvent> event = reader_.read(line);
  if (!event.ok()) return event.status();
  switch (event->type) {
    case WatchEvent::Type::kError:
      return status_from_error_event(event->object);
    case WatchEvent::Type::kAdded:
      ++objects_;
      [[fallthrough]];
    case WatchEvent::Type::kModified:
      sink_.object_seen(event->object);
      break;
    case WatchEvent::Type::kDeleted:
      if (objects_ > 0) --objects_;
      sink_.object_deleted(event->object);
      break;
    case WatchEvent::Type::kBookmark:
      if (listed()) {
        sink_.progressed(event->resource_version);
      } else if (event->initial_events_end) {
        version_ = event->resource_version;
        end_list(watching);
        sink_.list_finished(version_);
      }
      break;
  }
  if (listed()) version_ = std::move(event->resource_version);
  return absl::OkStatus();
}

Request Watcher::watch_request(bool hurried) {
  const auto spread = std::max(options_.max_watch - options_.min_watch, 0s);
  const auto duration = hurried && listed()
                            ? kHurriedWatch
                            : options_.min_watch + std::chrono::seconds(static_cast<std::int64_t>(
                                                       static_cast<double>(spread.count()) * random_()));
  Request request;
  request.target = with_query(selected(), "watch", "1");
  request.target = with_query(std::move(request.target), "allowWatchBookmarks", "true");
  if (listed()) {
    request.target = with_query(std::move(request.target), "resourceVersion", version_);
  } else {
    request.target = with_query(std::move(request.target), "sendInitialEvents", "true");
    request.target = with_query(std::move(request.target), "resourceVersionMatch", "NotOlderThan");
  }
  request.target = with_query(std::move(request.target), "timeoutSeconds", std::to_string(duration.count()));
  request.timeout = options_.idle_limit;
  return request;
}

std::string Watcher::selected() const {
  return options_.label_selector.empty() ? collection_
                                         : with_query(collection_, "labelSelector", options_.label_selector);
}

}  // namespace scheduledjob::kube
