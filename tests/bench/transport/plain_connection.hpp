// A TLS connection to this machine, and the answers that come over it. For PlainTransport.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include <openssl/types.h>

#include "kube/transport.hpp"

namespace scheduledjob::bench {

class PlainConnection {
 public:
  PlainConnection(SSL_CTX* context, int port);
  ~PlainConnection();
  PlainConnection(const PlainConnection&) = delete;
  PlainConnection& operator=(const PlainConnection&) = delete;

  bool is_open() const { return open_; }
  void set_patience(std::chrono::milliseconds silence);
  void interrupt();  // from any thread: whatever waits on it ends

  bool write(std::string_view text);

  // Status and headers; false when none comes.
  bool read_head(kube::Response& response);

  // What follows the head, piece by piece until `on_piece` returns false; false when the answer breaks off.
  bool read_body(const std::function<bool(std::string_view)>& on_piece);

 private:
  std::string_view header(std::string_view name) const;
  bool read_line(std::string& line);
  bool read_piece(std::size_t size, const std::function<bool(std::string_view)>& on_piece);
  bool read_more();

  const int fd_;
  SSL* const ssl_;
  bool open_ = false;
  std::string head_;
  std::string unread_;
};

}  // namespace scheduledjob::bench
