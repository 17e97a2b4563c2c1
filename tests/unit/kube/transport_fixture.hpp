// The real transport against a TLS server that a test makes.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "kube/transport.hpp"
#include "unit/kube/tls_server.hpp"

namespace scheduledjob::kube::testing {

using Connection = TlsServer::Connection;

class TransportTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { initialize_http_threads(1); }

  void serve(TlsServer::Handler handler, const std::string& names = "IP:127.0.0.1") {
    server_ = std::make_unique<TlsServer>(authority_.issue("kube-apiserver", names), std::move(handler));
  }

  ClusterConfig config(const std::string& host = "127.0.0.1") const {
    ClusterConfig made;
    made.server = "https://" + host + ":" + std::to_string(server_->port());
    made.ca_pem = authority_.pem();
    made.token = "secret";
    made.source = "test";
    return made;
  }

  std::unique_ptr<Transport> transport() const { return transport(config()); }

  static std::unique_ptr<Transport> transport(const ClusterConfig& config, std::size_t connections = 4) {
    auto made = make_transport(config, connections);
    EXPECT_TRUE(made.ok()) << made.status();
    return std::move(*made);
  }

  static Request get(const std::string& target = "/version",
                     std::chrono::milliseconds timeout = std::chrono::seconds{60}) {
    Request request;
    request.target = target;
    request.timeout = timeout;
    return request;
  }

  static Request post(const std::string& body, std::chrono::milliseconds timeout = std::chrono::seconds{60}) {
    Request request = get("/apis", timeout);
    request.method = Method::kPost;
    request.body = body;
    request.content_type = "application/json";
    return request;
  }

  const Authority authority_{"test authority"};
  std::unique_ptr<TlsServer> server_;
};

inline void answer_ok(Connection& connection, const ReceivedRequest&) {
  connection.write_response(200, "{}");
}

}  // namespace scheduledjob::kube::testing
