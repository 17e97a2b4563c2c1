// Waiting that ends when it is told to.
#pragma once

#include <chrono>
#include <stop_token>

namespace scheduledjob::kube {

// Returns after `duration` or as soon as `stop` is requested.
void pause(std::chrono::nanoseconds duration, const std::stop_token& stop);

}  // namespace scheduledjob::kube
