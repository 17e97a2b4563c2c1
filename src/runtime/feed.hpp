// From a watch to inputs.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_set>

#include "engine/input.hpp"
#include "kube/leader_election.hpp"
#include "kube/watcher.hpp"
#include "runtime/log.hpp"
#include "runtime/mailbox.hpp"
#include "runtime/telemetry.hpp"

namespace scheduledjob::runtime {

// Which watch it is, as inputs name it.
struct Source {
  engine::Kind kind;
  engine::Scope scope = 0;
};

// Decodes what one watcher sees, on the watcher's thread, and posts it. What cannot be decoded is logged once
// and left out. Waits while the mailbox is crowded, and so slows the watch down rather than pile up its
// objects.
class Feed final : public kube::WatchSink {
 public:
  // While a disturbance lasts, it is logged no more often than this.
  static constexpr std::chrono::seconds kLogInterval{30};

  Feed(Source source, Mailbox& mailbox, Telemetry& telemetry, Log& log,
       std::function<kube::BootTime()> boot = kube::boot_time);

  void list_started() override;
  void object_seen(std::string_view json) override;
  void object_deleted(std::string_view json) override;
  void list_finished(std::string_view version) override;
  void progressed(std::string_view version) override;
  void disturbed(const absl::Status& error) override;

  // Grows with whatever the watch shows, and while the API server cannot be reached or is unwell: waiting is
  // right then. It stands still when the watch is deaf, or refused. Thread-safe.
  std::uint64_t signs() const { return signs_.load(std::memory_order_relaxed); }

 private:
  std::optional<api::ResourceVersion> number(std::string_view version);
  void complain_of_object(std::string_view json, const absl::Status& error);
  void note_recovery();
  void show_sign() { signs_.fetch_add(1, std::memory_order_relaxed); }

  const Source source_;
  Mailbox& mailbox_;
  Telemetry& telemetry_;
  Log& log_;
  const std::function<kube::BootTime()> boot_;
  std::atomic<std::uint64_t> signs_{0};

  struct Disturbance {
    kube::BootTime since;
    kube::BootTime logged;
    std::uint64_t times = 1;
  };
  std::optional<Disturbance> disturbance_;

  // Hashes of the texts that were complained of. A text holds its object's name and version.
  std::unordered_set<std::size_t> undecodable_;
};

}  // namespace scheduledjob::runtime
