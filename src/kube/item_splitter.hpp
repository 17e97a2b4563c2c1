// Cuts a list that arrives in pieces of any size into its items, so that no more than one of them is held.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace scheduledjob::kube {

// Follows strings and brackets and nothing else of JSON: what is not JSON gives items or a frame that do not
// parse, never a crash. Not thread-safe.
class ItemSplitter {
 public:
  // `longest`: of one item, and of all that is not in items, in bytes.
  explicit ItemSplitter(std::size_t longest) : longest_(longest) {}

  // Calls `on_item(std::string&)` with each item of the member "items" that `piece` completes. The callee may
  // reserve memory in the item but must not change it. Stops and returns false when `on_item` returns false
  // or something is longer than allowed; the splitter is of no use afterwards.
  template <class OnItem>
  bool feed(std::string_view piece, const OnItem& on_item) {
    for (const char c : piece) {
      std::string& part = take(c);
      if (part.size() > longest_) {
        too_long_ = true;
        return false;
      }
      if (!item_is_whole_) continue;
      item_is_whole_ = false;
      if (!on_item(item_)) return false;
      item_.clear();
    }
    return true;
  }

  bool too_long() const { return too_long_; }

  // The list without its items, as far as it has arrived.
  std::string& frame() { return frame_; }

 private:
  // Puts `c` where it belongs, into the frame or the item, and returns that.
  std::string& take(char c);
  void follow_string(char c);
  std::string& put(char c);

  static constexpr std::size_t kListDepth = 1;   // of the list's members
  static constexpr std::size_t kItemsDepth = 2;  // between items

  const std::size_t longest_;
  std::string frame_;
  std::string item_;
  std::string key_;  // the newest string among the list's members, as far as it could be "items"
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  bool in_items_ = false;
  bool item_is_whole_ = false;
  bool too_long_ = false;
};

}  // namespace scheduledjob::kube
