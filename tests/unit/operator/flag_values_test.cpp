#include "flag_values.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scheduledjob::program {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Number, IsWholeAndInItsRange) {
  EXPECT_EQ(parse_number("1", 1, 512).value(), 1);
  EXPECT_EQ(parse_number("512", 1, 512).value(), 512);
  for (const char* text :
       {"", "0", "513", "-1", "+1", "1.5", " 1", "1 ", "0x10", "sixteen", "99999999999999999999"}) {
    const auto number = parse_number(text, 1, 512);
    ASSERT_FALSE(number.ok()) << text;
    EXPECT_THAT(std::string(number.status().message()), HasSubstr("from 1 to 512"));
  }
}

TEST(Period, NeedsAUnit) {
  const auto parse = [](std::string_view text) { return parse_period(text, milliseconds(0), days(400)); };
  EXPECT_EQ(parse("1500ms").value(), milliseconds(1500));
  EXPECT_EQ(parse("15s").value(), seconds(15));
  EXPECT_EQ(parse("2m").value(), minutes(2));
  EXPECT_EQ(parse("7d").value(), days(7));
  for (const char* text :
       {"", "15", "s", "15 s", "1h30m", "-1s", "1.5s", "15S", "9223372036854775807d", "401d"}) {
    EXPECT_FALSE(parse(text).ok()) << text;
  }
}

TEST(Period, SaysItsRangeInUnitsOfItsOwn) {
  const auto period = parse_period("1h", milliseconds(100), minutes(10));
  EXPECT_THAT(std::string(period.status().message()), HasSubstr("from 100ms to 10m"));
}

TEST(Period, IsPrintedAsItCanBeRead) {
  for (const char* text : {"0s", "1ms", "1500ms", "15s", "90s", "2m", "25h", "7d"}) {
    EXPECT_EQ(format_period(parse_period(text, milliseconds(0), days(400)).value()), text);
  }
}

TEST(ListenAddress, IsAHostAndAPort) {
  EXPECT_EQ(parse_listen_address("127.0.0.1:8080")->host, "127.0.0.1");
  EXPECT_EQ(parse_listen_address("127.0.0.1:8080")->port, 8080);
  EXPECT_EQ(parse_listen_address("localhost:0")->port, 0);
  EXPECT_EQ(parse_listen_address("[::1]:65535")->host, "::1");
  EXPECT_EQ(parse_listen_address(":9090")->host, "0.0.0.0");
}

TEST(ListenAddress, RefusesWhatCouldMeanAnything) {
  for (const char* text :
       {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:65536", "::1:8080", "[::1:8080",
        "[]:8080", "http://host:80", "[host]:80", "two words:80"}) {
    EXPECT_FALSE(parse_listen_address(text).ok()) << text;
  }
}

TEST(ObjectName, IsADnsLabel) {
  EXPECT_TRUE(parse_object_name("team-a1", false).ok());
  EXPECT_TRUE(parse_object_name(std::string(63, 'a'), false).ok());
  for (const std::string& text :
       {std::string(), std::string(64, 'a'), std::string("a.b"), std::string("-a"), std::string("a-"),
        std::string("A"), std::string("a_b"), std::string("a/b")}) {
    EXPECT_FALSE(parse_object_name(text, false).ok()) << text;
  }
}

TEST(ObjectName, MayHaveDotsWhereTheKindAllowsThem) {
  EXPECT_TRUE(parse_object_name("a.b-c.d", true).ok());
  for (const char* text : {"", ".", "a.", ".a", "a..b", "a.-b"})
    EXPECT_FALSE(parse_object_name(text, true).ok()) << text;
}

TEST(Namespaces, AreNamesWithCommas) {
  EXPECT_THAT(*parse_namespaces("team-a"), ElementsAre("team-a"));
  EXPECT_THAT(*parse_namespaces("team-b,team-a"), ElementsAre("team-b", "team-a"));
}

TEST(Namespaces, AreRefusedWhereOneIsNoName) {
  for (const char* text : {"", ",", "a,", ",a", "a,,b", "a, b", "a;b", "A,b", "*"}) {
    EXPECT_THAT(parse_namespaces(text).status().message(), HasSubstr("comma between two")) << text;
  }
}

TEST(Namespaces, AreNamedOnce) {
  EXPECT_EQ(parse_namespaces("a,b,a").status().message(), "names a twice");
}

TEST(Namespaces, AreNoMoreThanEachCanHaveItsConnections) {
  std::string names = "n0";
  for (int i = 1; i < 64; ++i) names += ",n" + std::to_string(i);
  EXPECT_EQ(parse_namespaces(names)->size(), 64u);
  EXPECT_THAT(parse_namespaces(names + ",n64").status().message(), HasSubstr("at most 64"));
}

}  // namespace
}  // namespace scheduledjob::program
