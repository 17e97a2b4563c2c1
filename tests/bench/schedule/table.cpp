#include "bench/schedule/table.hpp"

#include <fstream>
#include <string_view>

#include <fmt/format.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"

namespace scheduledjob::bench {

absl::StatusOr<std::vector<Row>> read_table(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(fmt::format("{} cannot be read", path));

  std::vector<Row> rows;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    std::vector<std::string> columns = absl::StrSplit(line, '|');
    if (columns.size() != 5) {
      return absl::InvalidArgumentError(
          fmt::format("{}:{}: a row has five columns, this one {}", path, number, columns.size()));
    }
    for (std::string& column : columns) absl::StripAsciiWhitespace(&column);
    rows.push_back({.name = columns[0],
                    .expression = columns[1],
                    .zone = columns[2],
                    .refused = columns[3] == "refused"});
  }
  return rows;
}

}  // namespace scheduledjob::bench
