// One CronJob to one ScheduledJob.
#pragma once

#include <string>
#include <vector>

#include "cli/problem.hpp"
#include "cli/source.hpp"
#include "schedule/instant.hpp"

namespace scheduledjob::cli {

struct Conversion {
  std::string text;                // the ScheduledJob in YAML; empty when there are problems
  bool comments_are_lost = false;  // the source has some, and could not be edited in place
  std::vector<Problem> problems;   // why it would not be accepted
};

// Edits the text of the document where it is in block style, so that order, form and comments stay as they
// are; else writes the object anew. What a server has added (status, metadata.uid, …) is left out. Requires
// an object of kind kCronJob in this document.
Conversion convert_object(const Document& document, const Object& object, schedule::NominalTime now);

// Whether there are comments in a document.
bool has_comments(const Document& document);

}  // namespace scheduledjob::cli
