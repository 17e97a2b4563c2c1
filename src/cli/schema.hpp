// The form that the resource definition prescribes: which fields there are, their types and bounds. The
// definition itself, crds/*.yaml, is part of the program, so that both cannot disagree.
#pragma once

#include <string_view>
#include <vector>

#include "cli/node.hpp"
#include "cli/problem.hpp"

namespace scheduledjob::cli {

enum class Form { kScheduledJob, kCronJob };  // a CronJob has a part of the fields of a ScheduledJob

// Everything in `object` that the definition does not allow, in the order of the text. The rules that are
// written in CEL there are not looked at: api/ knows them better.
std::vector<Problem> schema_problems(const Node& object, Form form);

// What it allows and may nevertheless be a mistake: fields of the pods and of the Job that it does not know.
// They are misspelt, or newer than the definition.
std::vector<Problem> schema_doubts(const Node& object, Form form);

}  // namespace scheduledjob::cli
