#include "server/server.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

namespace scheduledjob::server {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

ServerOptions healthy() {
  ServerOptions options;
  options.alive = [] { return std::nullopt; };
  options.ready = [] { return std::nullopt; };
  options.metrics = [] { return std::string("a_metric 1\n"); };
  return options;
}

std::unique_ptr<Server> started(ServerOptions options) {
  auto server = Server::start(std::move(options));
  EXPECT_TRUE(server.ok()) << server.status();
  return server.ok() ? std::move(*server) : nullptr;
}

httplib::Client client_of(const Server& server) {
  return httplib::Client("127.0.0.1", server.port());
}

TEST(Server, AnswersOkWhileThereIsNoProblem) {
  const auto server = started(healthy());
  for (const char* path : {"/healthz", "/readyz"}) {
    const auto result = client_of(*server).Get(path);
    ASSERT_TRUE(result) << to_string(result.error());
    EXPECT_EQ(result->status, 200) << path;
    EXPECT_EQ(result->body, "ok\n") << path;
  }
}

TEST(Server, TellsTheReasonWhenThereIsAProblem) {
  ServerOptions options = healthy();
  options.alive = [] { return "the loop is stuck"; };
  options.ready = [] { return "no list yet"; };
  const auto server = started(std::move(options));
  const auto health = client_of(*server).Get("/healthz");
  ASSERT_TRUE(health);
  EXPECT_EQ(health->status, 503);
  EXPECT_EQ(health->body, "the loop is stuck\n");
  const auto readiness = client_of(*server).Get("/readyz");
  ASSERT_TRUE(readiness);
  EXPECT_EQ(readiness->status, 503);
  EXPECT_EQ(readiness->body, "no list yet\n");
}

TEST(Server, AsksAnewForEachRequest) {
  std::atomic<bool> synced = false;
  ServerOptions options = healthy();
  options.ready = [&]() -> std::optional<std::string> {
    if (synced) return std::nullopt;
    return "not yet";
  };
  const auto server = started(std::move(options));
  EXPECT_EQ(client_of(*server).Get("/readyz")->status, 503);
  synced = true;
  EXPECT_EQ(client_of(*server).Get("/readyz")->status, 200);
}

TEST(Server, ServesMetricsInThePrometheusTextFormat) {
  const auto server = started(healthy());
  const auto result = client_of(*server).Get("/metrics");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 200);
  EXPECT_EQ(result->body, "a_metric 1\n");
  EXPECT_THAT(result->get_header_value("Content-Type"), HasSubstr("text/plain; version=0.0.4"));
}

TEST(Server, AnswersHeadWithoutABody) {
  const auto server = started(healthy());
  const auto result = client_of(*server).Head("/metrics");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 200);
  EXPECT_THAT(result->body, IsEmpty());
}

TEST(Server, DoesNotKnowOtherPaths) {
  const auto server = started(healthy());
  for (const char* path : {"/", "/healthz/", "/metrics/../etc/passwd", "/HEALTHZ", "/healthz%00"}) {
    const auto result = client_of(*server).Get(path);
    ASSERT_TRUE(result) << path;
    EXPECT_EQ(result->status, 404) << path;
  }
}

TEST(Server, RefusesOtherMethods) {
  const auto server = started(healthy());
  auto client = client_of(*server);
  for (const auto& result :
       {client.Post("/healthz", "x", "text/plain"), client.Put("/metrics", "x", "text/plain"),
        client.Delete("/readyz"), client.Options("/healthz")}) {
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, 405);
    EXPECT_EQ(result->get_header_value("Allow"), "GET, HEAD");
  }
}

TEST(Server, IgnoresTheBodyOfARequestHoweverLong) {
  const auto server = started(healthy());
  client_of(*server).Post("/healthz", std::string(1 << 20, 'x'), "text/plain");  // may be cut off
  EXPECT_EQ(client_of(*server).Get("/healthz")->status, 200);
}

TEST(Server, ServesAPageWholeWhateverRangesAreAskedFor) {
  const auto server = started(healthy());
  const auto result = client_of(*server).Get("/metrics", {{"Range", "bytes=0-,0-,0-,0-"}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 200);
  EXPECT_EQ(result->body, "a_metric 1\n");
}

TEST(Server, SurvivesARangeThatNoNumberCanHold) {
  const auto server = started(healthy());
  client_of(*server).Get("/metrics", {{"Range", "bytes=99999999999999999999999-"}});
  EXPECT_EQ(client_of(*server).Get("/healthz")->status, 200);
}

TEST(Server, TurnsAnExceptionOfAPageIntoA500) {
  ServerOptions options = healthy();
  options.metrics = []() -> std::string { throw std::runtime_error("no numbers today"); };
  const auto server = started(std::move(options));
  const auto result = client_of(*server).Get("/metrics");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 500);
  EXPECT_EQ(client_of(*server).Get("/healthz")->status, 200);
}

TEST(Server, AnswersOthersWhileOneRequestIsSlow) {
  std::promise<void> release;
  std::promise<void> entered;
  ServerOptions options = healthy();
  options.metrics = [&, released = release.get_future().share()] {
    entered.set_value();
    released.wait();
    return std::string("late 1\n");
  };
  const auto server = started(std::move(options));
  auto slow = std::async(std::launch::async, [&] { return client_of(*server).Get("/metrics"); });
  entered.get_future().wait();
  EXPECT_EQ(client_of(*server).Get("/healthz")->status, 200);
  release.set_value();
  EXPECT_EQ(slow.get()->body, "late 1\n");
}

TEST(Server, ReportsAPortThatIsTaken) {
  const auto first = started(healthy());
  ServerOptions options = healthy();
  options.port = first->port();
  const auto second = Server::start(std::move(options));
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("Address already in use"));
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(std::to_string(first->port())));
}

TEST(Server, ReportsAnAddressThatIsNotOurs) {
  ServerOptions options = healthy();
  options.host = "192.0.2.1";  // reserved for documentation
  const auto server = Server::start(std::move(options));
  ASSERT_FALSE(server.ok());
  EXPECT_THAT(std::string(server.status().message()), HasSubstr("192.0.2.1"));
}

TEST(Server, GivesThePortBackWhenItIsDestroyed) {
  auto first = started(healthy());
  const std::uint16_t port = first->port();
  EXPECT_EQ(client_of(*first).Get("/healthz")->status, 200);
  first.reset();
  ServerOptions options = healthy();
  options.port = port;
  const auto second = started(std::move(options));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->port(), port);
}

TEST(Server, StopsWithoutHavingServed) {
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(started(healthy()));
}

}  // namespace
}  // namespace scheduledjob::server
