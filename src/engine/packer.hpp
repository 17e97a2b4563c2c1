// Many texts that resemble each other, kept small.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace scheduledjob::engine {

// A text, compressed. Whoever has it needs the Packer's class, not the Packer, to read it.
class Packed {
 public:
  std::size_t size() const { return size_; }  // bytes, what it shares with others apart

 private:
  friend class Packer;
  struct Dictionary;
  std::shared_ptr<const Dictionary> dictionary_;  // null: none
  std::unique_ptr<char[]> bytes_;
  std::uint32_t size_ = 0;
};

// Compresses with Zstandard. Some of the texts that it has packed serve as the dictionary of those that
// follow (RFC 8878, section 5: raw content), so what they have in common with these costs next to nothing.
// The dictionary is made anew from time to time, since texts that follow may be of another kind.
//
// Not thread-safe. Deterministic: equal histories give equal results.
class Packer {
 public:
  Packer();
  ~Packer();

  Packed pack(std::string_view text);
  std::string unpack(const Packed& packed);

 private:
  void sample(std::string_view text);

  struct Contexts;
  std::unique_ptr<Contexts> contexts_;
  std::shared_ptr<const Packed::Dictionary> dictionary_;
  std::vector<std::string> samples_;  // the newest in turn
  std::uint64_t packed_ = 0;
  std::string buffer_;
};

}  // namespace scheduledjob::engine
