#include "api/text_bounds.hpp"

#include <gtest/gtest.h>

namespace scheduledjob::api {
namespace {

TEST(ClampUtf8, KeepsShortTexts) {
  EXPECT_EQ(clamp_utf8("", 0), "");
  EXPECT_EQ(clamp_utf8("abc", 3), "abc");
}

TEST(ClampUtf8, CutsBeforeASequenceThatDoesNotFit) {
  EXPECT_EQ(clamp_utf8("a\u00e4b", 2), "a");
  EXPECT_EQ(clamp_utf8("a\u00e4b", 3), "a\u00e4");
  EXPECT_EQ(clamp_utf8("\U0001F550\U0001F551", 7), "\U0001F550");
  EXPECT_EQ(clamp_utf8("\U0001F550", 3), "");
}

TEST(ClampUtf8, TakesBytesThatAreNoUtf8) {
  EXPECT_EQ(clamp_utf8("\x80\x80\x80", 2), "");
}

TEST(NestingDepth, CountsListsAndObjects) {
  EXPECT_FALSE(nests_deeper_than("[{}]", 2));
  EXPECT_TRUE(nests_deeper_than("[{}]", 1));
  EXPECT_FALSE(nests_deeper_than("[[],[],{}]", 2));
}

TEST(NestingDepth, LooksPastStrings) {
  EXPECT_FALSE(nests_deeper_than(R"(["[[[","\"[[[","\\"])", 1));
  EXPECT_TRUE(nests_deeper_than(R"(["\\",[]])", 1));
}

TEST(NestingDepth, TakesTextsThatAreNoJson) {
  EXPECT_FALSE(nests_deeper_than("]]]}[", 1));
  EXPECT_FALSE(nests_deeper_than("\"\\", 0));
  EXPECT_TRUE(nests_deeper_than(std::string(100'000, '['), 100));
}

}  // namespace
}  // namespace scheduledjob::api
