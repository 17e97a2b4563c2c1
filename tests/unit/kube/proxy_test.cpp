// Which proxy is used: the cases of Go's golang.org/x/net/http/httpproxy, which kubectl goes by.
#include "kube/proxy.hpp"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scheduledjob::kube {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

bool proxied(const std::string& server, const std::string& no_proxy) {
  return !proxy_for(server, "http://proxy:3128", no_proxy).empty();
}

TEST(ProxyChoice, TakesTheProxyForEverythingThatIsNotExcepted) {
  EXPECT_EQ(proxy_for("https://api.example.com:6443", "http://proxy:3128", ""), "http://proxy:3128");
  EXPECT_EQ(proxy_for("https://api.example.com:6443", "", ""), "");
}

TEST(ProxyChoice, NeverProxiesThisMachine) {
  for (const char* server :
       {"https://localhost", "https://localhost:6443", "https://LOCALHOST:6443", "https://127.0.0.1:6443",
        "https://127.1.2.3", "https://[::1]:6443", "https://[::ffff:127.0.0.1]:6443"}) {
    EXPECT_FALSE(proxied(server, "")) << server;
  }
  EXPECT_TRUE(proxied("https://localhost.example.com", ""));
  EXPECT_TRUE(proxied("https://128.0.0.1", ""));
}

struct NoProxyCase {
  const char* server;
  const char* no_proxy;
  bool proxied;
};

class NoProxy : public ::testing::TestWithParam<NoProxyCase> {};

TEST_P(NoProxy, IsReadAsGoReadsIt) {
  const NoProxyCase& c = GetParam();
  EXPECT_EQ(proxied(c.server, c.no_proxy), c.proxied) << c.server << " with NO_PROXY=" << c.no_proxy;
}

INSTANTIATE_TEST_SUITE_P(Names, NoProxy,
                         ::testing::Values(NoProxyCase{"https://example.com", "example.com", false},
                                           NoProxyCase{"https://api.example.com", "example.com", false},
                                           NoProxyCase{"https://EXAMPLE.com", "Example.COM", false},
                                           NoProxyCase{"https://badexample.com", "example.com", true},
                                           NoProxyCase{"https://example.com.evil", "example.com", true},
                                           NoProxyCase{"https://example.com", ".example.com", true},
                                           NoProxyCase{"https://api.example.com", ".example.com", false},
                                           NoProxyCase{"https://example.com", "*.example.com", true},
                                           NoProxyCase{"https://api.example.com", "*.example.com", false},
                                           NoProxyCase{"https://api.example.com", "other.com , example.com",
                                                       false},
                                           NoProxyCase{"https://api.example.com", ",, ,", true},
                                           NoProxyCase{"https://example.com", "*", false},
                                           NoProxyCase{"https://10.1.2.3", "a, *", false},
                                           NoProxyCase{"https://example.com", "**", true}));

INSTANTIATE_TEST_SUITE_P(Ports, NoProxy,
                         ::testing::Values(NoProxyCase{"https://example.com:6443", "example.com:6443", false},
                                           NoProxyCase{"https://example.com:6443", "example.com:443", true},
                                           NoProxyCase{"https://example.com", "example.com:443", false},
                                           NoProxyCase{"https://api.example.com:6443", ".example.com:6443",
                                                       false},
                                           NoProxyCase{"https://10.1.2.3:6443", "10.1.2.3:6443", false},
                                           NoProxyCase{"https://10.1.2.3:6443", "10.1.2.3:443", true},
                                           NoProxyCase{"https://[fd00::1]:6443", "[fd00::1]:6443", false},
                                           NoProxyCase{"https://[fd00::1]:6443", "[fd00::1]:443", true},
                                           NoProxyCase{"https://example.com", ":443", true},
                                           NoProxyCase{"https://example.com", "example.com:https", true}));

INSTANTIATE_TEST_SUITE_P(Addresses, NoProxy,
                         ::testing::Values(NoProxyCase{"https://10.1.2.3", "10.1.2.3", false},
                                           NoProxyCase{"https://10.1.2.3", "10.1.2.4", true},
                                           NoProxyCase{"https://10.1.2.3", "::ffff:10.1.2.3", false},
                                           NoProxyCase{"https://[fd00:0:0::1]:6443", "FD00::1", false},
                                           NoProxyCase{"https://10.1.2.3", "10.0.0.0/8", false},
                                           NoProxyCase{"https://10.128.2.3", "10.0.0.0/9", true},
                                           NoProxyCase{"https://10.127.2.3:6443", "10.0.0.0/9", false},
                                           NoProxyCase{"https://10.1.2.3", "0.0.0.0/0", false},
                                           NoProxyCase{"https://[fd00::1]", "fd00::/8", false},
                                           NoProxyCase{"https://[fe80::1]", "fd00::/8", true},
                                           NoProxyCase{"https://10.1.2.3", "::/0", true},
                                           NoProxyCase{"https://10.1.2.3", "10.0.0.0/33", true},
                                           NoProxyCase{"https://10.1.2.3", "10.0.0.0/", true},
                                           NoProxyCase{"https://example.com", "10.0.0.0/8", true}));

class ProxyEnvironment : public ::testing::Test {
 protected:
  void SetUp() override { clear(); }
  void TearDown() override { clear(); }
  static void clear() {
    for (const char* name : {"HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"}) ::unsetenv(name);
  }
};

TEST_F(ProxyEnvironment, IsReadInCapitalsBeforeSmallLetters) {
  ::setenv("https_proxy", "http://small", 1);
  EXPECT_EQ(proxy_of_environment("https://a"), "http://small");
  ::setenv("HTTPS_PROXY", "http://capital", 1);
  EXPECT_EQ(proxy_of_environment("https://a"), "http://capital");
  ::setenv("no_proxy", "a", 1);
  EXPECT_EQ(proxy_of_environment("https://a"), "");
  ::setenv("NO_PROXY", "b", 1);
  EXPECT_EQ(proxy_of_environment("https://a"), "http://capital");
}

TEST(ProxyAddress, HasHostAndPort) {
  const auto proxy = parse_proxy("http://proxy.example:3128/");
  ASSERT_TRUE(proxy.ok()) << proxy.status();
  EXPECT_EQ(proxy->address.host, "proxy.example");
  EXPECT_EQ(proxy->address.port, 3128);
  EXPECT_EQ(proxy->user, "");
  EXPECT_EQ(parse_proxy("http://proxy")->address.port, 80);
  EXPECT_EQ(parse_proxy("proxy:3128")->address.port, 3128) << "as Go takes it from the environment";
  EXPECT_EQ(parse_proxy("http://[fd00::1]:3128")->address.host, "fd00::1");
}

TEST(ProxyAddress, MayHoldUserAndPassword) {
  const auto proxy = parse_proxy("http://us%40er:p%3Ass:w@proxy:3128");
  ASSERT_TRUE(proxy.ok()) << proxy.status();
  EXPECT_EQ(proxy->user, "us@er");
  EXPECT_EQ(proxy->password, "p:ss:w");
  EXPECT_EQ(proxy->address.host, "proxy");
  EXPECT_EQ(parse_proxy("http://user@proxy:1")->password, "");
}

TEST(ProxyAddress, IsRefusedByKindWhenTheKindIsNotSupported) {
  for (const char* url : {"socks5://proxy:1080", "socks5h://proxy:1080", "https://proxy", "SOCKS5://proxy"}) {
    const auto proxy = parse_proxy(url);
    EXPECT_EQ(proxy.status().code(), absl::StatusCode::kUnimplemented) << url;
    EXPECT_THAT(std::string(proxy.status().message()), HasSubstr("http://"));
  }
}

TEST(ProxyAddress, IsRefusedWithoutShowingIt) {
  for (const char* url :
       {"http://", "http://u:secret@", "http://u:secret@proxy:99999", "ftp://u:secret@proxy",
        "http://u:secret%@proxy", "http://u:secret@[::1", "u:secret@pro xy:x"}) {
    const auto proxy = parse_proxy(url);
    EXPECT_EQ(proxy.status().code(), absl::StatusCode::kInvalidArgument) << url;
    EXPECT_THAT(std::string(proxy.status().message()), Not(HasSubstr("secret")));
  }
}

}  // namespace
}  // namespace scheduledjob::kube
