// A TLS server on 127.0.0.1 or ::1 whose every byte is under the test's control.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "unit/kube/certificates.hpp"

namespace scheduledjob::kube::testing {

struct ReceivedRequest {
  std::string method;
  std::string target;
  std::string headers;  // as sent, lower-cased names and values alike
  std::string body;
};

class TlsServer {
 public:
  // One connection, as the handler sees it.
  class Connection {
   public:
    virtual ~Connection() = default;
    virtual bool write(const std::string& bytes) = 0;  // false: the peer is gone
    virtual void close() = 0;  // ends the connection, without telling the peer in TLS's way
    virtual bool wait_for_peer_to_close(std::chrono::milliseconds most) = 0;
    virtual int requests() const = 0;  // on this connection, this one included
    virtual std::string server_name() const = 0;
    virtual std::string client_name() const = 0;  // of its certificate
    bool write_response(int status, const std::string& body, const std::string& extra_headers = "");
  };
  using Handler = std::function<void(Connection&, const ReceivedRequest&)>;
  enum class Loopback { kIpv4, kIpv6 };

  enum class Versions { kCurrent, kAtMost1_1 };

  // `client_authority_pem` not empty: clients are asked for a certificate of that authority.
  TlsServer(const Credentials& credentials, Handler handler, const std::string& client_authority_pem = "",
            Loopback loopback = Loopback::kIpv4, Versions versions = Versions::kCurrent);
  ~TlsServer();

  // From now on nothing listens on the port; connections that exist go on.
  void refuse_connections();

  int port() const { return port_; }
  int connections() const { return connections_; }
  int handshakes() const { return handshakes_; }
  int resumptions() const { return resumptions_; }  // of the handshakes
  int requests() const { return requests_; }

 private:
  struct Context;
  class Peer;
  void accept_until_stopped();
  void serve(Peer& peer);

  std::unique_ptr<Context> context_;
  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> connections_{0};
  std::atomic<int> handshakes_{0};
  std::atomic<int> resumptions_{0};
  std::atomic<int> requests_{0};
  std::mutex peers_mutex_;
  std::list<std::unique_ptr<Peer>> peers_;
  std::list<std::jthread> peer_threads_;
  std::jthread acceptor_;
};

}  // namespace scheduledjob::kube::testing
