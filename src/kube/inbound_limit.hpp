// How much one connection may take in before somebody takes out of it.
//
// The HTTP library collects the head of an answer, and each chunk of a body with the line that announces it,
// in a buffer without a bound, and hands over only what is complete. The one place below it where what
// arrives can be seen is TLS: its records are counted, and the connection is ended as if it had broken when
// too many bytes have come with nothing handed over.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

struct ssl_ctx_st;

namespace scheduledjob::kube {

// The most bytes of TLS that may come before an answer's head is whole, the handshake included.
inline constexpr std::size_t kLongestHead = 1u << 20;

// Thread-safe.
class InboundLimit {
 public:
  // `longest_piece`: of a body, in bytes.
  explicit InboundLimit(std::size_t longest_piece) : longest_piece_(longest_piece) { expect_head(); }

  // Counts the bytes of every connection that is made of `context`, which shares `limit` from now on. When
  // there is no memory for that, the context is left trusting nobody.
  static void put_into(ssl_ctx_st* context, std::shared_ptr<InboundLimit> limit) noexcept;

  // Begins to count anew: the answer to a request comes next, or the next piece of its body.
  void expect_head();
  void expect_piece();

  std::size_t longest_piece() const { return longest_piece_; }

  // True when a connection was ended since expect_head().
  bool exceeded() const { return exceeded_; }

 private:
  struct Hooks;
  bool take(std::size_t bytes);  // false when they are too many

  const std::size_t longest_piece_;
  std::atomic<std::size_t> left_{0};
  std::atomic<bool> exceeded_{false};
};

}  // namespace scheduledjob::kube
