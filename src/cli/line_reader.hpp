// Lines of a stream, read in large pieces and handed out in place.
#pragma once

#include <cstddef>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

namespace scheduledjob::cli {

inline constexpr std::size_t kLongestLine = 1U << 16U;  // bytes

class LineReader {
 public:
  // Behind every line, `padding` more bytes may be read, whatever they hold.
  LineReader(std::istream& in, std::size_t padding);

  struct Line {
    std::string_view text;  // without its end; valid until fill() is called
    bool too_long = false;  // longer than kLongestLine: `text` is empty
  };

  // The next line, if all of it has been read already; the last one of the stream needs no end.
  std::optional<Line> next();

  // Reads what is there, and waits only when nothing is. False at the end of the stream.
  bool fill();

 private:
  std::istream& in_;
  std::size_t padding_;
  std::string buffer_;
  std::size_t begin_ = 0;    // of what is not handed out yet
  std::size_t end_ = 0;      // of what has been read
  std::size_t scanned_ = 0;  // no line ends between begin_ and here
  bool skipping_ = false;    // within a line that is too long
  bool at_end_ = false;
};

}  // namespace scheduledjob::cli
