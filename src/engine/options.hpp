// The engine's few numbers.
#pragma once

#include <chrono>
#include <cstddef>

namespace scheduledjob::engine {

struct Options {
  // How many watches there are of each kind (input.hpp).
  std::size_t scopes = 1;

  // How long the API server may work on a create before it gives up (?timeout=). A create whose answer was
  // lost is certain to have happened or not once this and `settle_margin` have passed.
  std::chrono::seconds create_timeout{3};
  std::chrono::seconds settle_margin{2};

  // For so long after taking over, no Job is deleted: a predecessor whose lease was taken from it may not
  // know yet, and would create again what has gone. The lease's duration, since no fence stays open for
  // longer.
  std::chrono::milliseconds takeover_grace{15'000};

  // What a Job's ttlSecondsAfterFinished is raised by when it is created: so long can no operator run before
  // Kubernetes deletes Jobs whose end is not recorded.
  std::chrono::seconds ttl_margin{7 * 24 * 3600};

  // Up to this late an instant counts as on time: a failover must not turn runs into missed ones.
  std::chrono::seconds on_time_limit{30};

  // Status writes: starts and ends wait this long for more to come; under load up to the second figure, and a
  // start that came then waits for its end until that; what only people look at waits for the third.
  std::chrono::milliseconds flush_delay{1'000};
  std::chrono::milliseconds flush_delay_under_load{30'000};
  std::chrono::milliseconds flush_delay_lazy{600'000};
  // Creates in flight, over all objects, from which on we are under load.
  std::size_t load_threshold = 16;
  // Of how many objects, at most, one TimePassed takes care: their creates can be on their way while those of
  // the next are decided.
  std::size_t due_at_once = 64;
  // So many objects at rest are kept as they are; of others, those that have been at rest for longest, only
  // what a new leader needs (rest.hpp). The fewer, the less memory, and the more often they are unpacked.
  std::size_t resting_awake = 64;
  // With so few effects unanswered, a leader that winds down stops to decide: they are answered in a moment.
  std::size_t drain_backlog = 4;

  // A run that has started and shows no pod ready, succeeded or failed for so long counts as stuck.
  std::chrono::seconds stuck_after{300};

  // Retries of creates, deletes and status writes: from the first figure up to the second (backoff.hpp).
  std::chrono::milliseconds min_backoff{500};
  std::chrono::milliseconds max_backoff{30'000};
  // The same for creates of Jobs that the API server finds invalid, where only an edit helps, and that ends
  // the wait; and in a namespace that is being deleted, where nothing helps.
  std::chrono::milliseconds min_backoff_invalid{10'000};
  std::chrono::milliseconds max_backoff_invalid{300'000};
};

}  // namespace scheduledjob::engine
