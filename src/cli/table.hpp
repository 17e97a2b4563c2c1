// Columns of text, as kubectl lays them out.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace scheduledjob::cli {

class Table {
 public:
  explicit Table(std::vector<std::string> headings) : rows_{std::move(headings)} {}

  // As many cells as there are headings, printable.
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  // Every column as wide as its widest cell, three spaces between two.
  void write(std::ostream& out) const;

 private:
  std::vector<std::vector<std::string>> rows_;  // the headings first
};

}  // namespace scheduledjob::cli
