// A room that reaches into one above it.
#include "kube/client.hpp"
