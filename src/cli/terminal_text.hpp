// Texts from elsewhere, made fit for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace scheduledjob::cli {

// `text` on one line and without what a terminal would take for a command: control characters, also those of
// Unicode's C1, become '?', bytes that are not UTF-8 too.
std::string printable(std::string_view text);

// The columns that a printable text takes, where each character takes one.
std::size_t width_of(std::string_view text);

// At most `width` characters of `text`, the last of them '…' when some are missing.
std::string shortened(std::string_view text, std::size_t width);

}  // namespace scheduledjob::cli
