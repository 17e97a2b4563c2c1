#include "cli/line_reader.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace scheduledjob::cli {
namespace {

constexpr std::size_t kPiece = 1U << 16U;

}  // namespace

LineReader::LineReader(std::istream& in, std::size_t padding)
    : in_(in), padding_(padding), buffer_(kLongestLine + kPiece + padding, '\0') {}

std::optional<LineReader::Line> LineReader::next() {
  const std::string_view unread(buffer_.data() + scanned_, end_ - scanned_);
  const std::size_t newline = unread.find('\n');
  const bool whole = newline != std::string_view::npos;
  const std::size_t line_end = whole ? scanned_ + newline : end_;
  scanned_ = line_end;
  if (line_end - begin_ > kLongestLine) {
    skipping_ = true;
    begin_ = line_end;
  }
  if (!whole && (!at_end_ || (begin_ == end_ && !skipping_))) return std::nullopt;

  Line line{std::string_view(buffer_.data() + begin_, line_end - begin_), std::exchange(skipping_, false)};
  if (line.too_long) line.text = {};
  begin_ = scanned_ = std::min(line_end + 1, end_);
  return line;
}

bool LineReader::fill() {
  if (at_end_) return false;
  if (skipping_) begin_ = scanned_ = end_;
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  scanned_ -= begin_;
  begin_ = 0;

  if (in_.peek() == std::istream::traits_type::eof()) {
    at_end_ = true;
    return skipping_ || begin_ < end_;
  }
  const auto room = static_cast<std::streamsize>(buffer_.size() - padding_ - end_);
  const std::streamsize there = std::clamp<std::streamsize>(in_.rdbuf()->in_avail(), 1, room);
  end_ += static_cast<std::size_t>(in_.rdbuf()->sgetn(buffer_.data() + end_, there));
  return true;
}

}  // namespace scheduledjob::cli
