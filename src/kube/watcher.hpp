// Keeps a copy of one collection up to date, for ever: list, watch, resume, list again when the version is
// too old.
//
// The list is the beginning of a watch where the server offers that (sendInitialEvents, KEP-3157): it comes
// object by object, and costs the server least. Otherwise it is read page by page; also when the beginning of
// a watch has broken off twice, since that has to begin anew each time. No more than one object is held
// either way.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kube/transport.hpp"
#include "kube/wire.hpp"
#include "sync/mutex.hpp"

namespace scheduledjob::kube {

// Receives what the watcher sees, in order, from the watcher's thread. A full list is bracketed by
// list_started() and list_finished(): whatever was known before and does not appear between the two is gone.
// list_started() comes again, without list_finished(), when a list broke off in its middle. Changes may be
// told within a list, too.
class WatchSink {
 public:
  virtual ~WatchSink() = default;
  virtual void list_started() = 0;
  virtual void list_finished(std::string_view version) = 0;
  // Listed, added or modified.
  virtual void object_seen(std::string_view json) = 0;
  // Its last state.
  virtual void object_deleted(std::string_view json) = 0;
  // A bookmark: everything up to `version` has been delivered.
  virtual void progressed(std::string_view version) = 0;
  // Lists or watches fail; the watcher goes on trying by itself.
  virtual void disturbed(const absl::Status& error) = 0;
};

struct WatchOptions {
  std::string label_selector;
  bool stream_lists = true;  // until a server refuses
  int page_size = 500;       // at least 1
  // In a hurry, a collection of up to so many objects is listed anew. That takes a fraction of a second; the
  // bookmark of a short watch comes after one to two.
  std::size_t short_list = 1000;
  // timeoutSeconds is random between the two.
  std::chrono::seconds min_watch{300};
  std::chrono::seconds max_watch{600};
  // A watch silent for longer (bookmarks come each minute) is taken for dead.
  std::chrono::seconds idle_limit{90};
  // A page of a list that is still coming after so long is broken off.
  std::chrono::seconds longest_page{600};
};

class Watcher {
 public:
  // `random` gives numbers uniform in [0, 1).
  Watcher(Transport& transport, std::string collection, WatchOptions options, WatchSink& sink,
          std::function<double()> random);

  // Blocks until `stop` is requested. Errors never end it: they are reported and retried with backoff of up
  // to 30 s.
  void run(const std::stop_token& stop);

  // Makes the sink learn soon how far the watch is, also when nothing happens: the watch under way is ended;
  // then comes a list where that is short, or else a watch so short that a bookmark, which comes two seconds
  // before a watch ends, comes at once. Thread-safe.
  void hurry();

 private:
  // What ends one watch: `stop` of run(), or hurry(), which must not interrupt a list.
  std::stop_source begin_watch();
  std::stop_source note_hurry();  // what it is about to end
  bool take_hurry();
  void begin_list();
  void end_list(const std::stop_source& watching);
  absl::Status list(const std::stop_token& stop);
  // As list_page(), but asks again for a page that does not arrive, unless it is the first.
  absl::StatusOr<ListPage> patient_list_page(const std::string& continue_token, const std::stop_token& stop);
  absl::StatusOr<ListPage> list_page(const std::string& continue_token, const std::stop_token& stop);
  // Goes on from `version_` or, without one, begins with a list. `alive`: something was received, or the
  // watch lasted.
  absl::Status watch(bool hurried, const std::stop_token& stop, bool& alive);
  absl::Status deliver(std::string& line, const std::stop_source& watching);
  Request watch_request(bool hurried);
  bool listed() const { return !version_.empty(); }
  std::string selected() const;

  Transport& transport_;
  const std::string collection_;
  const WatchOptions options_;
  WatchSink& sink_;
  const std::function<double()> random_;
  WatchEventReader reader_;
  bool stream_lists_;
  int broken_streams_ = 0;  // lists that broke off since the last whole one
  std::string version_;     // empty: there is no whole list
  std::size_t objects_ = 0;

  sync::Mutex hurry_mutex_;
  bool hurried_ ABSL_GUARDED_BY(hurry_mutex_) = false;       // what comes next
  std::stop_source watching_ ABSL_GUARDED_BY(hurry_mutex_);  // the watch under way
};

}  // namespace scheduledjob::kube
