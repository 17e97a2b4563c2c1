#include "api/enum_names.hpp"

#include "api/codec.hpp"

namespace scheduledjob::api {

std::string_view to_string(Outcome outcome) {
  return name_of(kOutcomeNames, outcome);
}
std::string_view to_string(PendingReason reason) {
  return name_of(kPendingReasonNames, reason);
}
std::string_view to_string(RunReason reason) {
  return name_of(kRunReasonNames, reason);
}
std::string_view to_string(ConditionStatus status) {
  return name_of(kConditionStatusNames, status);
}
std::string_view to_string(ConcurrencyPolicy policy) {
  return name_of(kConcurrencyPolicyNames, policy);
}
std::string_view to_string(MissedRunPolicy policy) {
  return name_of(kMissedRunPolicyNames, policy);
}

}  // namespace scheduledjob::api
