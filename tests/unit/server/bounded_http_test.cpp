#include "server/bounded_http.hpp"

#include <array>
#include <atomic>
#include <future>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace scheduledjob::server {
namespace {

using std::chrono::milliseconds;

// Two connected sockets: ours, and the peer's.
class Connection {
 public:
  Connection() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()), 0); }
  ~Connection() {
    ::close(ends_[0]);
    if (ends_[1] >= 0) ::close(ends_[1]);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int ours() const { return ends_[0]; }
  void peer_sends(std::string_view text) const {
    EXPECT_EQ(::send(ends_[1], text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }
  void peer_closes() {
    ::close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{};
};

std::string read_all(BoundedStream& stream) {
  std::string text;
  char byte = 0;
  while (stream.read(&byte, 1) == 1) text += byte;
  return text;
}

TEST(BoundedStream, ReadsWhatThePeerSends) {
  Connection connection;
  BoundedStream stream(connection.ours(), {});
  connection.peer_sends("GET / HTTP/1.1\r\n");
  connection.peer_closes();
  EXPECT_EQ(read_all(stream), "GET / HTTP/1.1\r\n");
}

TEST(BoundedStream, EndsAtTheByteLimit) {
  const Connection connection;
  BoundedStream stream(connection.ours(), {.request_bytes = 10});
  connection.peer_sends("0123456789abcdef");
  EXPECT_EQ(read_all(stream), "0123456789");
}

TEST(BoundedStream, EndsAtTheDeadlineThoughThePeerKeepsTrickling) {
  const Connection connection;
  BoundedStream stream(connection.ours(), {.read_time = milliseconds(50)});
  std::atomic<bool> done = false;
  auto trickle = std::async(std::launch::async, [&] {
    while (!done) {
      connection.peer_sends("x");
      std::this_thread::sleep_for(milliseconds(5));
    }
  });
  const auto start = std::chrono::steady_clock::now();
  read_all(stream);
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(50));
  done = true;
  trickle.get();
}

TEST(BoundedStream, GivesUpOnAPeerThatDoesNotRead) {
  const Connection connection;
  BoundedStream stream(connection.ours(), {.write_time = milliseconds(50)});
  const std::string block(64 * 1024, 'x');
  ssize_t written = 0;
  while ((written = stream.write(block.data(), block.size())) > 0) {
  }
  EXPECT_LT(written, 0);
}

TEST(BoundedStream, SaysSoWhenThePeerIsGone) {
  Connection connection;
  BoundedStream stream(connection.ours(), {});
  connection.peer_closes();
  EXPECT_LT(stream.write("x", 1), 0);  // and no SIGPIPE
}

TEST(BoundedQueue, RunsWhatWasQueuedBeforeItShutsDown) {
  std::atomic<int> ran = 0;
  BoundedQueue queue(2, 4);
  for (int i = 0; i < 100; ++i) queue.enqueue([&] { ++ran; });
  queue.shutdown();
  EXPECT_EQ(ran, 100);
}

TEST(BoundedQueue, MakesTheAcceptorWaitWhenItIsFull) {
  std::promise<void> release;
  const auto released = release.get_future().share();
  std::atomic<int> accepted = 0;
  BoundedQueue queue(1, 2);
  auto acceptor = std::async(std::launch::async, [&] {
    for (int i = 0; i < 10; ++i) {
      queue.enqueue([released] { released.wait(); });
      ++accepted;
    }
  });
  EXPECT_EQ(acceptor.wait_for(milliseconds(50)), std::future_status::timeout);
  EXPECT_LE(accepted, 3);  // one runs, two wait
  release.set_value();
  acceptor.get();
  queue.shutdown();
  EXPECT_EQ(accepted, 10);
}

}  // namespace
}  // namespace scheduledjob::server
