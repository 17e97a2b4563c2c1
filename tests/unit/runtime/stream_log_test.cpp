#include "runtime/stream_log.hpp"

#include <cstdlib>
#include <memory>
#include <sstream>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace scheduledjob::runtime {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

constexpr LogTime kTime{std::chrono::microseconds(1'774'747'800'000'042)};

std::string text(std::string_view message, std::vector<LogField> fields = {}) {
  return text_line(kTime, LogLevel::kInfo, message, fields);
}

std::string json(std::string_view message, std::vector<LogField> fields = {}) {
  return json_line(kTime, LogLevel::kInfo, message, fields);
}

// A stream in memory, and what was written to it.
class Memory {
 public:
  Memory() : stream_(::open_memstream(&data_, &size_)) {}
  ~Memory() {
    std::fclose(stream_);
    std::free(data_);
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  std::FILE* stream() { return stream_; }
  std::string text() {
    std::fflush(stream_);
    return {data_, size_};
  }

 private:
  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* stream_;
};

TEST(TextLog, ReadsAsTimeLevelMessageAndFields) {
  EXPECT_EQ(text("Job created", {{"namespace", "default"}, {"job", "hello-1"}}),
            "2026-03-29T01:30:00.000042Z INFO Job created namespace=default job=hello-1");
}

TEST(TextLog, QuotesAValueThatIsNotOneWord) {
  EXPECT_THAT(text("m", {{"a", "two words"}}), EndsWith(R"( a="two words")"));
  EXPECT_THAT(text("m", {{"a", ""}}), EndsWith(R"( a="")"));
  EXPECT_THAT(text("m", {{"a", R"(say "hi" \o/)"}}), EndsWith(R"( a="say \"hi\" \\o/")"));
}

TEST(TextLog, CannotBeMadeToForgeALine) {
  const std::string line = text("first\nsecond", {{"a", "x\n2026 INFO forged\x1b[2J"}});
  EXPECT_THAT(line, Not(HasSubstr("\n")));
  EXPECT_THAT(line, Not(HasSubstr("\x1b")));
  EXPECT_THAT(line, HasSubstr(R"(first\nsecond a="x\n2026 INFO forged\x1b[2J")"));
}

TEST(JsonLog, IsAnObjectWithTimeLevelAndMessageFirst) {
  EXPECT_EQ(
      json("Job created", {{"job", "hello-1"}}),
      R"({"time":"2026-03-29T01:30:00.000042Z","level":"info","message":"Job created","job":"hello-1"})");
}

TEST(JsonLog, EscapesWhateverItIsGiven) {
  const std::string line = json("a \"b\"\n", {{"c", std::string("\0\x1b\\", 3)}});
  EXPECT_THAT(line, Not(HasSubstr("\n")));
  const auto parsed = nlohmann::json::parse(line);
  EXPECT_EQ(parsed["message"], "a \"b\"\n");
  EXPECT_EQ(parsed["c"], std::string("\0\x1b\\", 3));
}

TEST(JsonLog, EscapesTheNamesOfFieldsToo) {
  const auto parsed = nlohmann::json::parse(json("m", {{"a \"b\"\n", "c"}}));
  EXPECT_EQ(parsed["a \"b\"\n"], "c");
}

TEST(JsonLog, StaysValidWhenTheInputIsNotUtf8) {
  EXPECT_TRUE(nlohmann::json::accept(json("\xff\xfe", {{"a", "\xc3"}})));
}

TEST(JsonLog, CutsATextThatIsTooLongBetweenCharacters) {
  std::string umlauts;
  while (umlauts.size() <= kMaxLogText) umlauts += "ü";
  const auto message = nlohmann::json::parse(json("x" + umlauts))["message"].get<std::string>();
  EXPECT_LE(message.size(), kMaxLogText + 3);
  EXPECT_THAT(message, EndsWith("ü…"));
}

TEST(StreamLog, WritesALineForEachMessage) {
  Memory memory;
  const auto log = make_stream_log(LogFormat::kText, LogLevel::kInfo, memory.stream());
  log->info("one", {{"n", "1"}});
  log->warning("two");
  EXPECT_THAT(memory.text(), MatchesRegex("[^ ]+Z INFO one n=1\n[^ ]+Z WARN two\n"));
}

TEST(StreamLog, TakesAMessageAsItIsAndNotAsAFormat) {
  Memory memory;
  const auto log = make_stream_log(LogFormat::kText, LogLevel::kInfo, memory.stream());
  log->error("100 %v {} {0}");
  EXPECT_THAT(memory.text(), EndsWith(" ERROR 100 %v {} {0}\n"));
}

TEST(StreamLog, LeavesOutWhatIsBelowTheThreshold) {
  Memory memory;
  const auto log = make_stream_log(LogFormat::kJson, LogLevel::kWarning, memory.stream());
  log->debug("too much");
  log->info("too much");
  EXPECT_EQ(memory.text(), "");
  log->error("enough");
  EXPECT_EQ(nlohmann::json::parse(memory.text())["level"], "error");
}

TEST(StreamLog, KeepsLinesWholeWhenManyThreadsWrite) {
  Memory memory;
  const auto log = make_stream_log(LogFormat::kJson, LogLevel::kInfo, memory.stream());
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 100; ++n) log->info("a message", {{"n", std::to_string(n)}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::istringstream lines(memory.text());
  int whole = 0;
  for (std::string line; std::getline(lines, line);) whole += nlohmann::json::accept(line) ? 1 : 0;
  EXPECT_EQ(whole, 400);
}

}  // namespace
}  // namespace scheduledjob::runtime
