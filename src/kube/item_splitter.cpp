#include "kube/item_splitter.hpp"

namespace scheduledjob::kube {
namespace {

constexpr std::string_view kItems = "items";

bool is_between_items(char c) {
  return c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace

std::string& ItemSplitter::take(char c) {
  if (in_string_) {
    follow_string(c);
    return put(c);
  }
  const bool between_items = in_items_ && depth_ == kItemsDepth;
  if (between_items && is_between_items(c)) return frame_;

  switch (c) {
    case '"':
      in_string_ = true;
      if (depth_ == kListDepth) key_.clear();
      break;
    case '{':
    case '[':
      if (c == '[' && depth_ == kListDepth && key_ == kItems) in_items_ = true;
      ++depth_;
      break;
    case '}':
    case ']':
      if (depth_ > 0) --depth_;
      if (in_items_ && depth_ == kItemsDepth) {
        item_ += c;
        item_is_whole_ = true;
        return item_;
      }
      if (depth_ < kItemsDepth) in_items_ = false;
      break;
    default:
      break;
  }
  return put(c);
}

void ItemSplitter::follow_string(char c) {
  if (escaped_) {
    escaped_ = false;
  } else if (c == '\\') {
    escaped_ = true;
  } else if (c == '"') {
    in_string_ = false;
    return;
  }
  // One byte more than wanted tells a longer string apart.
  if (depth_ == kListDepth && key_.size() <= kItems.size()) key_ += c;
}

std::string& ItemSplitter::put(char c) {
  std::string& part = in_items_ && depth_ > kItemsDepth ? item_ : frame_;
  part += c;
  return part;
}

}  // namespace scheduledjob::kube
