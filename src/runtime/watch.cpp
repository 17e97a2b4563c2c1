#include "runtime/watch.hpp"

#include <functional>
#include <random>
#include <utility>

#include "api/job.hpp"
#include "runtime/resources.hpp"

namespace scheduledjob::runtime {
namespace {

kube::WatchOptions watch_options(engine::Kind kind) {
  kube::WatchOptions options;
  if (kind == engine::Kind::kJob) options.label_selector = api::kOwnerUidLabel;
  return options;
}

std::function<double()> uniform() {
  return [generator = std::mt19937_64(std::random_device{}())]() mutable {
    return std::uniform_real_distribution<double>(0.0, 1.0)(generator);
  };
}

}  // namespace

Watch::Watch(Source source, const std::string& namespace_, std::unique_ptr<kube::Transport> transport,
             Mailbox& mailbox, Telemetry& telemetry, Log& log)
    : transport_(std::move(transport)),
      feed_(source, mailbox, telemetry, log),
      watcher_(*transport_, resource(source.kind).collection(namespace_), watch_options(source.kind), feed_,
               uniform()) {}

void Watch::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { watcher_.run(stop); });
}

void Watch::request_stop() {
  thread_.request_stop();
}

void Watch::hurry() {
  watcher_.hurry();
}

}  // namespace scheduledjob::runtime
