#include "kube/wire.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kube/http_headers.hpp"
#include "kube/item_splitter.hpp"
#include "kube/line_splitter.hpp"
#include "kube/target.hpp"

namespace scheduledjob::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> items_of(std::string json, absl::StatusOr<ListPage>* page = nullptr) {
  std::vector<std::string> items;
  const auto read = read_list(json, [&](std::string_view item) { items.emplace_back(item); });
  if (page != nullptr) *page = read;
  return items;
}

TEST(Wire, HandsOnEachItemOfAListAsItWasSent) {
  absl::StatusOr<ListPage> page;
  const auto items = items_of(
      R"({"kind":"JobList","metadata":{"resourceVersion":"12","continue":"abc"},"items":[ {"b" : 1, "a":[{}]} ,{"c":"}\"]"}
 ]})",
      &page);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(items, ElementsAre(R"({"b" : 1, "a":[{}]})", R"({"c":"}\"]"})"));
  EXPECT_EQ(page->resource_version, "12");
  EXPECT_EQ(page->continue_token, "abc");
}

TEST(Wire, FindsTheMetadataOfAListBehindItsItems) {
  absl::StatusOr<ListPage> page;
  EXPECT_THAT(items_of(R"({"items":[{"x":1}],"kind":"List","metadata":{"resourceVersion":"5"}})", &page),
              ElementsAre(R"({"x":1})"));
  EXPECT_EQ(page.value().resource_version, "5");
  EXPECT_EQ(page->continue_token, "");
}

TEST(Wire, ReadsAnEmptyListInBothForms) {
  absl::StatusOr<ListPage> page;
  EXPECT_TRUE(items_of(R"({"metadata":{"resourceVersion":"5"},"items":[]})", &page).empty());
  EXPECT_TRUE(page.ok()) << page.status();
  EXPECT_TRUE(items_of(R"({"metadata":{"resourceVersion":"5"},"items":null})", &page).empty());
  EXPECT_TRUE(page.ok()) << page.status();
}

TEST(Wire, RefusesAListWithoutAVersion) {
  absl::StatusOr<ListPage> page;
  items_of(R"({"items":[]})", &page);
  EXPECT_EQ(page.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(Wire, ReadsWatchEventsWhateverTheOrderOfTheirFields) {
  WatchEventReader reader;
  std::string line =
      R"({"type":"ADDED","object":{"kind":"Job","metadata":{"managedFields":[{"f":{}}],"resourceVersion":"9"}} })";
  auto event = reader.read(line);
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->type, WatchEvent::Type::kAdded);
  EXPECT_EQ(event->object, R"({"kind":"Job","metadata":{"managedFields":[{"f":{}}],"resourceVersion":"9"}})");
  EXPECT_EQ(event->resource_version, "9");

  line = R"({"object":{"metadata":{"resourceVersion":"10"}},"type":"DELETED"})";
  event = reader.read(line);
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->type, WatchEvent::Type::kDeleted);
  EXPECT_EQ(event->resource_version, "10");
}

TEST(Wire, ReadsAnErrorEventWithoutAVersion) {
  WatchEventReader reader;
  std::string line =
      R"({"type":"ERROR","object":{"kind":"Status","metadata":{},"code":410,"reason":"Expired","message":"too old"}})";
  const auto event = reader.read(line);
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->type, WatchEvent::Type::kError);
  const auto refusal = read_refusal(std::string(event->object));
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->code, 410);
  EXPECT_EQ(refusal->message, "too old");
}

TEST(Wire, RefusesAnEventOfAnUnknownTypeOrWithoutAVersion) {
  WatchEventReader reader;
  for (std::string line : {R"({"type":"MOVED","object":{"metadata":{"resourceVersion":"1"}}})",
                           R"({"type":"ADDED","object":{"metadata":{}}})", R"({"type":"ADDED","object":[]})",
                           R"({"type":"ADDED"})", R"([])", R"({)", "\xff"}) {
    EXPECT_EQ(reader.read(line).status().code(), absl::StatusCode::kInvalidArgument) << line;
  }
}

TEST(Wire, NeverTripsOverATextThatIsCutOffAnywhere) {
  const std::string list =
      R"({"kind":"L","metadata":{"resourceVersion":"12","continue":"a"},"items":[{"b":[1,{"c":null}]},{}]})";
  const std::string event = R"({"type":"ADDED","object":{"metadata":{"resourceVersion":"9","x":"\u00e4"}}})";
  WatchEventReader reader;
  for (std::size_t length = 0; length < list.size(); ++length) {
    absl::StatusOr<ListPage> page;
    items_of(list.substr(0, length), &page);
    EXPECT_FALSE(page.ok()) << length;
  }
  for (std::size_t length = 0; length < event.size(); ++length) {
    std::string cut = event.substr(0, length);
    reader.read(cut).IgnoreError();
    read_refusal(cut);
    read_version(cut).IgnoreError();
  }
}

// Reading went on after the text had turned out to be no JSON, and ended the program.
TEST(Wire, TakesARefusalThatIsNoJsonBehindItsKindForNone) {
  for (const char* text :
       {R"({"kind":"Status","a":"b":"c","message":"m"})", R"({"kind":"Status","code":7,,"reason":"r"})",
        R"({"kind":"Status","details":{"retryAfterSeconds":1},"message":"m)", R"({"kind":"Status"]})"}) {
    EXPECT_FALSE(read_refusal(text).has_value()) << text;
  }
}

TEST(Wire, BearsAnyDepth) {
  const std::string deep(1'000'000, '[');
  EXPECT_FALSE(read_version(R"({"a":)" + deep).ok());
  EXPECT_FALSE(read_refusal(deep).has_value());
  std::string line = R"({"type":"ADDED","object":{"metadata":)" + deep;
  WatchEventReader reader;
  EXPECT_FALSE(reader.read(line).ok());
}

// --- Framing.

std::vector<std::string> lines_of(const std::vector<std::string>& pieces) {
  std::vector<std::string> lines;
  LineSplitter splitter(100);
  for (const std::string& piece : pieces) {
    EXPECT_TRUE(splitter.feed(piece, [&](std::string& line) {
      lines.push_back(line);
      return true;
    }));
  }
  return lines;
}

TEST(LineSplitter, GivesTheSameLinesHoweverTheStreamIsCut) {
  const std::string stream = "first\n\nsecond {\"a\":1}\nx\nrest";
  const auto whole = lines_of({stream});
  EXPECT_THAT(whole, ElementsAre("first", "second {\"a\":1}", "x"));
  for (std::size_t i = 0; i <= stream.size(); ++i) {
    for (std::size_t j = i; j <= stream.size(); ++j) {
      EXPECT_EQ(lines_of({stream.substr(0, i), stream.substr(i, j - i), stream.substr(j)}), whole)
          << i << " " << j;
    }
  }
  std::vector<std::string> bytes;
  for (const char c : stream) bytes.emplace_back(1, c);
  EXPECT_EQ(lines_of(bytes), whole);
}

TEST(LineSplitter, RefusesALineThatIsTooLong) {
  LineSplitter splitter(10);
  const auto ignore = [](std::string&) { return true; };
  EXPECT_TRUE(splitter.feed("0123456789\n", ignore));
  EXPECT_TRUE(splitter.feed("01234", ignore));
  EXPECT_FALSE(splitter.feed("567890", ignore));
  EXPECT_TRUE(splitter.too_long());
}

TEST(LineSplitter, StopsWhenTheReceiverHasEnough) {
  LineSplitter splitter(10);
  int lines = 0;
  EXPECT_FALSE(splitter.feed("a\nb\nc\n", [&](std::string&) { return ++lines < 2; }));
  EXPECT_EQ(lines, 2);
  EXPECT_FALSE(splitter.too_long());
}

// --- Targets and headers.

struct Split {
  std::vector<std::string> items;
  std::string frame;
};

Split split(std::string_view list, std::size_t piece) {
  Split split;
  ItemSplitter splitter(1000);
  const auto keep = [&split](std::string& item) {
    split.items.push_back(item);
    return true;
  };
  while (!list.empty() && splitter.feed(list.substr(0, piece), keep))
    list.remove_prefix(std::min(piece, list.size()));
  split.frame = splitter.frame();
  return split;
}

TEST(ItemSplitter, GivesTheSameItemsHoweverTheListIsCut) {
  const std::string list =
      R"({"kind":"JobList","metadata":{"resourceVersion":"7","items":[{}]},"items": [ {"a":{"items":[1]}} ,
    {"b":"]}\"[{"},{} ],"other":["items"]})";
  for (std::size_t piece = 1; piece <= list.size(); ++piece) {
    const Split got = split(list, piece);
    EXPECT_THAT(got.items, ElementsAre(R"({"a":{"items":[1]}})", R"({"b":"]}\"[{"})", "{}")) << piece;
    EXPECT_EQ(
        got.frame,
        R"({"kind":"JobList","metadata":{"resourceVersion":"7","items":[{}]},"items": [],"other":["items"]})")
        << piece;
  }
}

TEST(ItemSplitter, LeavesAFrameThatReadsAsAnEmptyList) {
  std::string frame =
      split(R"({"items":[{"x":1}],"metadata":{"resourceVersion":"7","continue":"t"}})", 3).frame;
  const absl::StatusOr<ListPage> page = read_list(frame, [](std::string_view) {});
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->resource_version, "7");
  EXPECT_EQ(page->continue_token, "t");
}

TEST(ItemSplitter, TakesItemsFromTheListsOwnMemberOnly) {
  EXPECT_THAT(split(R"({"itemsx":[{}],"item":[{}],"x":"items","metadata":{"items":[{}]}})", 4).items,
              IsEmpty());
  EXPECT_THAT(split(R"([{"items":[{}]}])", 4).items, IsEmpty());
}

TEST(ItemSplitter, GivesNothingThatBreaksOff) {
  EXPECT_THAT(split(R"({"items":[{"a":1},{"b":)", 5).items, ElementsAre(R"({"a":1})"));
}

TEST(ItemSplitter, RefusesWhatIsTooLong) {
  ItemSplitter items(10);
  const auto any = [](std::string&) { return true; };
  EXPECT_TRUE(items.feed(R"({"items":[{"a":123})", any));
  EXPECT_FALSE(items.feed(R"(,{"a":123456})", any));
  EXPECT_TRUE(items.too_long());
  ItemSplitter frame(10);
  EXPECT_FALSE(frame.feed(R"({"kind":"List")", any));
}

TEST(Target, EncodesEveryValue) {
  std::string target = with_query("/jobs", "labelSelector", "a=b,c in (d)");
  target = with_query(target, "continue", "+/=");
  EXPECT_EQ(target, "/jobs?labelSelector=a%3Db%2Cc%20in%20%28d%29&continue=%2B%2F%3D");
}

TEST(HttpHeaders, ReadADate) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), std::chrono::sys_seconds(784111777s));
  EXPECT_EQ(parse_http_date("yesterday"), std::nullopt);
  EXPECT_EQ(parse_http_date(std::string(1'000'000, 'x')), std::nullopt);
  for (const char* beyond : {"infinite-future", "infinite-past", "Sun, 06 Nov 292277026596 08:49:37 GMT",
                             "Sun, 06 Nov 1894 08:49:37 GMT"}) {
    EXPECT_EQ(parse_http_date(beyond), std::nullopt) << beyond;
  }
}

TEST(HttpHeaders, ReadRetryAfterInSecondsAndNeverMoreThanADay) {
  EXPECT_EQ(parse_retry_after("0"), 0s);
  EXPECT_EQ(parse_retry_after("120"), 120s);
  EXPECT_EQ(parse_retry_after("99999999999999999999"), 24h);
  for (const char* text : {"", "-1", "-99999999999999999999", "1.5", "1 ", "Sun, 06 Nov 1994 08:49:37 GMT"}) {
    EXPECT_EQ(parse_retry_after(text), std::nullopt) << text;
  }
}

TEST(WarningHeader, IsReadAlsoWhenSeveralWereJoined) {
  EXPECT_THAT(parse_warnings(R"(299 - "is deprecated")"), ElementsAre("is deprecated"));
  EXPECT_THAT(parse_warnings(R"(299 - "a, \"b\" \\ c", 299 - "d")"), ElementsAre(R"(a, "b" \ c)", "d"));
}

TEST(WarningHeader, IsReadUpToWhereItIsNone) {
  EXPECT_THAT(parse_warnings(""), IsEmpty());
  EXPECT_THAT(parse_warnings("299 - unquoted"), IsEmpty());
  EXPECT_THAT(parse_warnings(R"(299 - "no end)"), IsEmpty());
  EXPECT_THAT(parse_warnings(R"(299 - "no end \)"), IsEmpty());
  EXPECT_THAT(parse_warnings(R"(299 - "one", 110 anderson "stale")"), ElementsAre("one"));
}

TEST(WarningHeader, IsBounded) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "299 - \"" + std::string(1000, 'x') + "\", ";
  const std::vector<std::string> warnings = parse_warnings(many);
  EXPECT_THAT(warnings, SizeIs(kMostWarnings));
  EXPECT_THAT(warnings.front(), SizeIs(kLongestWarning));
}

}  // namespace
}  // namespace scheduledjob::kube
