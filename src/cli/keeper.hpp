// Who keeps an object as it is written elsewhere, and would undo an edit by hand.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scheduledjob::cli {

struct Keeper {
  std::string name;     // "Argo CD (application reports)"
  std::string warning;  // what it does to an edit, and where to edit instead; a sentence
};

// By the labels, annotations and field managers that Argo CD, Flux and Helm leave behind. Nothing where there
// are none, or the text is no object.
std::optional<Keeper> keeper_of(std::string_view json);

}  // namespace scheduledjob::cli
