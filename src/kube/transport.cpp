#include "kube/transport.hpp"

namespace scheduledjob::kube {

std::string_view name_of(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kPost:
      return "POST";
    case Method::kPatch:
      return "PATCH";
    case Method::kDelete:
      return "DELETE";
  }
  return "OTHER";
}

}  // namespace scheduledjob::kube
