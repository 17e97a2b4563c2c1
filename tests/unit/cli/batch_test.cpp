#include "cli/batch.hpp"

#include <algorithm>
#include <sstream>
#include <streambuf>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/line_reader.hpp"
#include "support.hpp"

namespace scheduledjob::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> answers_to(const std::string& questions) {
  std::istringstream in(questions);
  std::ostringstream out;
  run_batch(in, out);
  return lines_of(out.str());
}

std::string answer_to(const std::string& question) {
  const auto answers = answers_to(question + "\n");
  return answers.size() == 1 ? answers.front() : "not one answer";
}

TEST(Batch, AnswersInUtcAndInOrder) {
  EXPECT_THAT(
      answers_to(R"({"cron":"0 2 * * *","timeZone":"Europe/Berlin","after":"2026-01-01T00:00:00Z","count":2})"
                 "\n"
                 R"({"after":"2026-01-01T00:30:00+01:00","cron":"@hourly"})"
                 "\n"),
      ElementsAre(R"({"next":["2026-01-01T01:00:00Z","2026-01-02T01:00:00Z"]})",
                  R"({"next":["2026-01-01T00:00:00Z"]})"));
}

TEST(Batch, GivesFewerInstantsWhereTheScheduleEnds) {
  EXPECT_EQ(answer_to(R"({"cron":"0 0 0 1 1 * 2027","after":"2026-01-01T00:00:00Z","count":5})"),
            R"({"next":["2027-01-01T00:00:00Z"]})");
  EXPECT_EQ(answer_to(R"({"cron":"0 0 0 1 1 * 2027","after":"2027-01-01T00:00:00Z"})"), R"({"next":[]})");
}

TEST(Batch, FollowsDaylightSaving) {
  const std::string question =
      R"({"cron":"30 2 * * *","timeZone":"Europe/Berlin","after":"2026-03-28T12:00:00Z")";
  EXPECT_EQ(answer_to(question + "}"), R"({"next":["2026-03-29T01:00:00Z"]})");
  EXPECT_EQ(answer_to(question + R"(,"daylightSaving":{"skippedTime":"Skip","repeatedTime":"RunTwice"}})"),
            R"({"next":["2026-03-30T00:30:00Z"]})");
  EXPECT_EQ(answer_to(question + "}"), R"({"next":["2026-03-29T01:00:00Z"]})");
}

TEST(Batch, SpreadsHByNamespaceAndName) {
  const std::string question = R"({"cron":"H H * * *","after":"2026-01-01T00:00:00Z")";
  EXPECT_THAT(answer_to(question + "}"), HasSubstr("error"));
  const std::string report = answer_to(question + R"(,"namespace":"team","name":"report"})");
  EXPECT_THAT(report, StartsWith(R"({"next":["2026-01-)"));
  EXPECT_NE(report, answer_to(question + R"(,"namespace":"team","name":"backup"})"));
}

TEST(Batch, ForgetsAQuestionBeforeTheNext) {
  const auto answers = answers_to(
      R"({"cron":"0 2 * * *","timeZone":"Asia/Tokyo","after":"2026-01-01T00:00:00Z","count":2,"daylightSaving":{"skippedTime":"Skip"}})"
      "\n"
      R"({"cron":"0 2 * * *","after":"2026-01-01T00:00:00Z"})"
      "\n"
      R"({"cron":"0 2 * * *"})"
      "\n"
      R"({"after":"2026-01-01T00:00:00Z"})"
      "\n");
  ASSERT_THAT(answers, SizeIs(4));
  EXPECT_EQ(answers[1], R"({"next":["2026-01-01T02:00:00Z"]})");
  EXPECT_EQ(answers[2], R"({"error":"after: is required"})");
  EXPECT_EQ(answers[3], R"({"error":"cron: is required"})");
}

TEST(Batch, AnswersErrorsInPlaceAndGoesOn) {
  const std::string rest = R"(,"after":"2026-01-01T00:00:00Z"})";
  EXPECT_EQ(answer_to(R"({"cron":"61 * * * *")" + rest),
            R"({"error":"cron: minute 61 is outside 0–59, column 1"})");
  EXPECT_THAT(answer_to(R"({"cron":"0 0 31 2 *")" + rest), StartsWith(R"({"error":"cron: )"));
  EXPECT_THAT(answer_to(R"({"cron":"0 2 * * *","timeZone":"Europe/Berln")" + rest),
              HasSubstr(R"(timeZone: \"Europe/Berln\")"));
  EXPECT_THAT(answer_to(R"({"cron":"0 2 * * *","timezone":"UTC")" + rest), HasSubstr("(timeZone?)"));
  EXPECT_THAT(answer_to(R"({"cron":5)" + rest), HasSubstr("cron: must be a string"));
  for (const char* count : {"0", "-1", "1001", "1.5", "\"3\"", "99999999999999999999"}) {
    EXPECT_THAT(answer_to(std::string(R"({"cron":"0 2 * * *","count":)") + count + rest),
                HasSubstr("count: must be a whole number from 1 to 1000"));
  }
  EXPECT_THAT(answer_to(R"({"cron":"0 2 * * *","after":"yesterday"})"), HasSubstr("after: "));
  EXPECT_THAT(answer_to(R"({"cron":"0 2 * * *","daylightSaving":{"skippedTime":"Skp"})" + rest),
              HasSubstr("daylightSaving.skippedTime: "));
  EXPECT_THAT(answer_to(R"({"cron":"0 2 * * *","daylightSaving":{"x":"Skip"})" + rest),
              HasSubstr("daylightSaving.x: is no field"));
  EXPECT_THAT(answers_to("\n[]\n{\nnull\n{}{}\n" + (R"({"cron":"0 2 * * *")" + rest) + "\n"), SizeIs(6));
  EXPECT_EQ(answers_to("x\n" + (R"({"cron":"0 2 * * *")" + rest)).back(),
            R"({"next":["2026-01-01T02:00:00Z"]})");
}

TEST(Batch, AnswersALineThatIsTooLongWithoutKeepingIt) {
  const std::string question = R"({"cron":"0 2 * * *","after":"2026-01-01T00:00:00Z"})";
  const auto answers =
      answers_to(std::string(300'000, 'x') + "\n" + question + "\n" + std::string(200'000, ' '));
  EXPECT_THAT(answers,
              ElementsAre(HasSubstr("longer than 65536 bytes"), R"({"next":["2026-01-01T02:00:00Z"]})",
                          HasSubstr("longer than 65536 bytes")));
}

TEST(Batch, TakesALineOfTheGreatestLength) {
  const std::string question = R"({"cron":"0 2 * * *","after":"2026-01-01T00:00:00Z"})";
  const std::string filled = question + std::string(kLongestLine - question.size(), ' ');
  EXPECT_THAT(answers_to(filled + "\n" + filled + " \n"),
              ElementsAre(R"({"next":["2026-01-01T02:00:00Z"]})", HasSubstr("longer than")));
}

// A stream that gives a piece at a time, and looks at what has been answered before each.
class TalkingStream final : public std::streambuf {
 public:
  TalkingStream(std::vector<std::string> pieces, const std::ostringstream& out)
      : pieces_(std::move(pieces)), out_(out) {}

  std::vector<std::size_t> answered;  // how many lines, as each piece was asked for

 protected:
  int_type underflow() override {
    const std::string so_far = out_.str();
    answered.push_back(static_cast<std::size_t>(std::count(so_far.begin(), so_far.end(), '\n')));
    if (next_ == pieces_.size()) return traits_type::eof();
    std::string& piece = pieces_[next_++];
    setg(piece.data(), piece.data(), piece.data() + piece.size());
    return traits_type::to_int_type(*gptr());
  }

 private:
  std::vector<std::string> pieces_;
  const std::ostringstream& out_;
  std::size_t next_ = 0;
};

TEST(Batch, AnswersBeforeItWaitsForMore) {
  const std::string question = R"({"cron":"0 2 * * *","after":"2026-01-01T00:00:00Z"})";
  std::ostringstream out;
  TalkingStream talk({question + "\n", question.substr(0, 10), question.substr(10) + "\n" + question + "\n"},
                     out);
  std::istream in(&talk);
  run_batch(in, out);
  EXPECT_THAT(talk.answered, ElementsAre(0, 1, 1, 3));
}

}  // namespace
}  // namespace scheduledjob::cli
