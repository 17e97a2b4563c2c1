// How errors quote what a user wrote, and how they guess what was meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace scheduledjob::schedule {

// `text` in double quotes, at most 40 bytes of it and in printable ASCII only (other bytes as \xE4), so that
// it is safe in any log, JSON document or terminal.
std::string quoted(std::string_view text);

// ` (MON?)` or ` (JUN or JUL?)`: the candidates nearest to `text` in spelling, letter case ignored, or
// nothing when none is near. Near means one wrong, missing, surplus or swapped letter, two in words of eight
// letters or more, or a candidate of at least three letters that `text` begins with ("MONDAY"). Takes |text|
// × |candidates| × ~30 steps; a text beyond 64 bytes gets nothing.
std::string suggestion(std::string_view text, std::span<const std::string_view> candidates);

}  // namespace scheduledjob::schedule
