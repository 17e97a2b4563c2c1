#include "kube/watcher.hpp"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/kube/watcher_fixture.hpp"

namespace scheduledjob::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using testing::event;
using ::testing::HasSubstr;
using testing::list;
using ::testing::Not;
using testing::object;
using testing::refusal;
using testing::Stream;
using testing::WatcherTest;

TEST_F(WatcherTest, ListsPageByPageAndThenWatchesFromTheListsVersion) {
  lists_ = {list(object(1) + "," + object(2), 10, "t/1="), list(object(3), 10)};
  watches_ = {{{event("ADDED", 11) + event("MODIFIED", 12), event("DELETED", 13), event("BOOKMARK", 14)}}};
  run();
  EXPECT_THAT(sink_.seen,
              ElementsAre("list", "seen " + object(1), "seen " + object(2), "seen " + object(3), "listed 10",
                          "seen " + object(11), "seen " + object(12), "deleted " + object(13), "at 14"));
  EXPECT_EQ(lists_asked_[0].target, "/jobs?limit=500");
  EXPECT_EQ(lists_asked_[1].target, "/jobs?limit=500&continue=t%2F1%3D");
  EXPECT_THAT(watches_asked_[0].target, HasSubstr("watch=1&allowWatchBookmarks=true&resourceVersion=10&"));
}

std::string end_of_list(int version) {
  return R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":")" + std::to_string(version) +
         R"(","annotations":{"k8s.io/initial-events-end":"true"}}}})" + "\n";
}

TEST_F(WatcherTest, TakesItsListFromTheBeginningOfAWatchAndGoesOnWithIt) {
  options_.stream_lists = true;
  watches_ = {{{event("ADDED", 3) + event("ADDED", 1), end_of_list(10) + event("MODIFIED", 11)}}};
  run();
  EXPECT_THAT(sink_.seen, ElementsAre("list", "seen " + object(3), "seen " + object(1), "listed 10",
                                      "seen " + object(11)));
  EXPECT_THAT(lists_asked_, ::testing::IsEmpty());
  EXPECT_THAT(watches_asked_[0].target,
              HasSubstr("sendInitialEvents=true&resourceVersionMatch=NotOlderThan"));
  EXPECT_THAT(watches_asked_[0].target, Not(HasSubstr("resourceVersion=")));
  EXPECT_THAT(watches_asked_[1].target, HasSubstr("resourceVersion=11&"));
  EXPECT_THAT(watches_asked_[1].target, Not(HasSubstr("sendInitialEvents")));
}

TEST_F(WatcherTest, BeginsAStreamedListAnewWhenItBreaksOff) {
  options_.stream_lists = true;
  watches_ = {{{event("ADDED", 3), event("BOOKMARK", 4)}}, {{event("ADDED", 3), end_of_list(10)}}};
  run();
  EXPECT_THAT(sink_.seen, ElementsAre("list", "seen " + object(3),
                                      "disturbed the API server ended a list before it was whole", "list",
                                      "seen " + object(3), "listed 10"));
  EXPECT_THAT(watches_asked_[1].target, HasSubstr("sendInitialEvents=true"));
}

TEST_F(WatcherTest, ListsPageByPageOnceAStreamedListHasBrokenOffTwice) {
  options_.stream_lists = true;
  const Stream broken{{event("ADDED", 3)}};
  watches_ = {broken, broken, {{event("ADDED", 11)}}};
  lists_ = {list(object(3), 10)};
  run();
  EXPECT_EQ(lists_asked_.size(), 1u);
  EXPECT_THAT(sink_.seen, ::testing::Contains("listed 10"));
  EXPECT_EQ(sink_.seen.back(), "seen " + object(11));
}

TEST_F(WatcherTest, StreamsTheNextListAgainAfterOneInPages) {
  options_.stream_lists = true;
  const Stream broken{{event("ADDED", 3)}};
  watches_ = {
      broken, broken, {{}, absl::OkStatus(), refusal(410, "Expired", "too old")}, {{end_of_list(20)}}};
  lists_ = {list(object(3), 10)};
  run();
  EXPECT_EQ(lists_asked_.size(), 1u);
  EXPECT_EQ(sink_.seen.back(), "listed 20");
}

TEST_F(WatcherTest, AsksAgainForAPageThatDoesNotArriveAndKeepsThoseBefore) {
  lists_ = {list(object(1), 10, "t"), absl::UnknownError("cut"), absl::UnavailableError("down"),
            list(object(2), 10)};
  run();
  EXPECT_THAT(sink_.seen, ElementsAre("list", "seen " + object(1), "disturbed cut", "disturbed down",
                                      "seen " + object(2), "listed 10"));
  EXPECT_EQ(lists_asked_[2].target, "/jobs?limit=500&continue=t");
}

TEST_F(WatcherTest, BeginsAListAnewWhenAPageDoesNotArriveAgainAndAgain) {
  lists_ = {list(object(1), 10, "t")};
  for (int i = 0; i < 5; ++i) lists_.push_back(absl::UnavailableError("down"));
  lists_.push_back(list(object(1), 20));
  run();
  EXPECT_EQ(lists_asked_.back().target, "/jobs?limit=500");
  EXPECT_EQ(sink_.seen.back(), "listed 20");
}

TEST_F(WatcherTest, ListsPageByPageWhereTheServerDoesNotStreamLists) {
  options_.stream_lists = true;
  lists_ = {list(object(1), 10)};
  watches_ = {{{}, absl::OkStatus(), refusal(422, "Invalid", "sendInitialEvents is forbidden for watch")},
              {{event("ADDED", 11)}}};
  run();
  EXPECT_THAT(sink_.seen,
              ElementsAre("list", "list", "seen " + object(1), "listed 10", "seen " + object(11)));
}

TEST_F(WatcherTest, StreamsTheListAgainAfterItsVersionHasBecomeTooOld) {
  options_.stream_lists = true;
  watches_ = {
      {{end_of_list(10)}},
      {{}, absl::OkStatus(), refusal(410, "Expired", "too old")},
      {{end_of_list(20)}},
      {{R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}})"
        "\n"}},
      {{end_of_list(30)}}};
  run();
  EXPECT_THAT(sink_.seen, ElementsAre("list", "listed 10", "list", "listed 20", "list", "listed 30"));
}

TEST_F(WatcherTest, AHurryDoesNotBreakAStreamedListOff) {
  options_.stream_lists = true;
  Watcher watcher(transport_, "/jobs", options_, sink_, [this] { return random_; });
  transport_.on_stream = [&](const Request&, const Transport::ChunkHandler& on_chunk, Response&,
                             std::stop_token stopped) -> absl::Status {
    on_chunk(event("ADDED", 1));
    watcher.hurry();
    EXPECT_FALSE(stopped.stop_requested());
    EXPECT_TRUE(on_chunk(end_of_list(10)));
    stop_.request_stop();
    return absl::CancelledError("the script is over");
  };
  watcher.run(stop_.get_token());
  EXPECT_THAT(sink_.seen, ElementsAre("list", "seen " + object(1), "listed 10"));
}

TEST_F(WatcherTest, EndsAWatchThatTheServerDoesNotEnd) {
  options_.max_watch = options_.idle_limit = 0s;
  lists_ = {list("", 10)};
  watches_ = {{{event("ADDED", 11)}}};
  run();
  EXPECT_THAT(sink_.seen,
              ElementsAre("list", "listed 10", "disturbed the API server does not end a watch at its time"));
  EXPECT_THAT(watches_asked_[1].target, HasSubstr("resourceVersion=10&")) << "it goes on from where it was";
}

TEST_F(WatcherTest, NeverListsFromACache) {
  lists_ = {list("", 10)};
  watches_ = {{{}, absl::OkStatus(), refusal(410, "Expired", "too old")}};
  run();
  ASSERT_EQ(lists_asked_.size(), 2u);
  for (const Request& request : lists_asked_) EXPECT_THAT(request.target, Not(HasSubstr("resourceVersion")));
}

TEST_F(WatcherTest, ResumesWhereTheLastWatchEnded) {
  lists_ = {list("", 10)};
  watches_ = {{{event("ADDED", 11)}}, {{event("BOOKMARK", 20)}}};
  run();
  ASSERT_EQ(watches_asked_.size(), 3u);
  EXPECT_THAT(watches_asked_[1].target, HasSubstr("resourceVersion=11&"));
  EXPECT_THAT(watches_asked_[2].target, HasSubstr("resourceVersion=20&"));
  EXPECT_EQ(lists_asked_.size(), 1u) << "no second list";
  EXPECT_THAT(sink_.seen, Not(::testing::Contains(HasSubstr("disturbed"))))
      << "the end of a watch is no disturbance";
}

TEST_F(WatcherTest, ResumesAfterABrokenConnectionAndTells) {
  lists_ = {list("", 10)};
  watches_ = {{{event("ADDED", 11)}, absl::UnknownError("reset")}};
  run();
  EXPECT_THAT(sink_.seen, ElementsAre("list", "listed 10", "seen " + object(11), "disturbed reset"));
  EXPECT_THAT(watches_asked_[1].target, HasSubstr("resourceVersion=11&"));
}

TEST_F(WatcherTest, DropsALineThatWasCutOff) {
  lists_ = {list("", 10)};
  watches_ = {{{event("ADDED", 11), R"({"type":"ADDED","obj)"}, absl::UnknownError("reset")},
              {{event("ADDED", 12)}}};
  run();
  EXPECT_THAT(sink_.seen, ElementsAre("list", "listed 10", "seen " + object(11), "disturbed reset",
                                      "seen " + object(12)));
}

TEST_F(WatcherTest, ListsAgainWhenTheVersionIsTooOld) {
  lists_ = {list(object(1), 10), list(object(2), 20), list(object(3), 30)};
  watches_ = {
      {{}, absl::OkStatus(), refusal(410, "Expired", "too old")},
      {{event("ADDED", 21) +
        R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}})"
        "\n"}}};
  run();
  EXPECT_THAT(sink_.seen,
              ElementsAre("list", "seen " + object(1), "listed 10", "list", "seen " + object(2), "listed 20",
                          "seen " + object(21), "list", "seen " + object(3), "listed 30"));
}

TEST_F(WatcherTest, StartsTheListOverWhenItsPagesExpire) {
  lists_ = {list(object(1), 10, "t"), refusal(410, "Expired", "too old"), list(object(2), 20)};
  run();
  EXPECT_THAT(sink_.seen, ElementsAre("list", "seen " + object(1), "list", "seen " + object(2), "listed 20"));
  EXPECT_THAT(lists_asked_[2].target, Not(HasSubstr("continue")));
}

TEST_F(WatcherTest, RefusesAnEndlessObjectInAList) {
  lists_ = {list("{\"endless\":\"" + std::string(9 << 20, 'x') + "\"}", 10), list(object(1), 10)};
  run();
  EXPECT_THAT(sink_.seen,
              ElementsAre("list", HasSubstr("longer than 8 MiB"), "list", "seen " + object(1), "listed 10"));
}

TEST_F(WatcherTest, EndsAListThatTheServerDoesNotEnd) {
  options_.longest_page = 0s;
  lists_ = {list(object(1), 10)};
  run();
  EXPECT_THAT(sink_.seen,
              ElementsAre("list", "disturbed the API server does not end a page of a list", "list"));
}

TEST_F(WatcherTest, RefusesAListThatBreaksOffInItsMiddle) {
  Response broken = list(object(1) + "," + object(2), 10);
  broken.body.resize(broken.body.size() / 2);
  lists_ = {broken, list(object(3), 20)};
  run();
  EXPECT_THAT(sink_.seen, ElementsAre("list", "seen " + object(1), HasSubstr("disturbed"), "list",
                                      "seen " + object(3), "listed 20"));
}

TEST_F(WatcherTest, GoesOnTryingThroughRefusalsAndTellsOfEach) {
  lists_ = {refusal(403, "Forbidden", "jobs is forbidden"), absl::UnavailableError("down"), list("", 10)};
  watches_ = {{{}, absl::OkStatus(), refusal(500, "InternalError", "oops")}, {{event("ADDED", 11)}}};
  run();
  EXPECT_THAT(sink_.seen, ElementsAre("list", "disturbed jobs is forbidden", "list", "disturbed down", "list",
                                      "listed 10", "disturbed oops", "seen " + object(11)));
}

TEST_F(WatcherTest, ListsAgainWhenAWatchIsRefusedOverAndOver) {
  lists_ = {list("", 10), list("", 20)};
  for (int i = 0; i < 5; ++i)
    watches_.push_back({{}, absl::OkStatus(), refusal(504, "Timeout", "Too large resource version")});
  run();
  EXPECT_EQ(lists_asked_.size(), 2u);
  EXPECT_THAT(watches_asked_.back().target, HasSubstr("resourceVersion=20&"));
}

TEST_F(WatcherTest, ListsAgainAfterAnEventThatCannotBeRead) {
  lists_ = {list("", 10), list("", 20)};
  watches_ = {{{"{\"type\":\"ADDED\"}\n"}}};
  run();
  EXPECT_THAT(sink_.seen, ElementsAre("list", "listed 10", HasSubstr("disturbed"), "list", "listed 20"));
}

TEST_F(WatcherTest, RefusesAnEndlessLine) {
  lists_ = {list("", 10)};
  watches_ = {{std::vector<std::string>(9, std::string(1 << 20, 'x'))}};
  run();
  EXPECT_THAT(sink_.seen, ElementsAre("list", "listed 10", HasSubstr("longer than 8 MiB"), "list"));
}

TEST_F(WatcherTest, GivesTheSameEventsHoweverTheStreamIsCut) {
  const std::string stream = event("ADDED", 11) + event("BOOKMARK", 12) + event("DELETED", 13);
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    stop_ = std::stop_source();
    sink_.seen.clear();
    lists_ = {list("", 10)};
    watches_ = {{{stream.substr(0, cut), stream.substr(cut)}}};
    run();
    EXPECT_THAT(sink_.seen,
                ElementsAre("list", "listed 10", "seen " + object(11), "at 12", "deleted " + object(13)))
        << cut;
  }
}

TEST_F(WatcherTest, SpreadsTheEndsOfWatches) {
  options_.label_selector = "a=b";
  options_.idle_limit = 77s;
  random_ = 0.5;
  lists_ = {list("", 10)};
  watches_ = {};
  run();
  EXPECT_EQ(
      watches_asked_[0].target,
      "/jobs?labelSelector=a%3Db&watch=1&allowWatchBookmarks=true&resourceVersion=10&timeoutSeconds=450");
  EXPECT_EQ(watches_asked_[0].timeout, 77s);
}

TEST_F(WatcherTest, StopsAtOnceWhileItWaits) {
  random_ = 0.99;
  std::atomic<bool> failed{false};
  transport_.on_stream = [&](const Request&, const Transport::ChunkHandler&, Response& head,
                             std::stop_token) {
    head = refusal(503, "ServiceUnavailable", "no");
    failed = true;
    return absl::OkStatus();
  };
  std::jthread watching([this] { run(); });
  while (!failed) std::this_thread::yield();
  const auto begin = std::chrono::steady_clock::now();
  stop_.request_stop();
  watching.join();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 500ms);
}

TEST_F(WatcherTest, WatchesOnceForAMomentWhenHurriedAndThenAsEver) {
  options_.short_list = 0;
  lists_ = {list(object(1), 10)};
  Watcher watcher(transport_, "/jobs", options_, sink_, [] { return 0; });
  on_watch_ = [&](const Transport::ChunkHandler& on_chunk, std::stop_token stop) -> absl::Status {
    switch (watches_asked_.size()) {
      case 1: {
        std::jthread hurrying([&watcher] { watcher.hurry(); });
        while (!stop.stop_requested()) std::this_thread::yield();
        return absl::CancelledError("stopped");
      }
      case 2:
        on_chunk(event("BOOKMARK", 20));
        return absl::OkStatus();
      default:
        stop_.request_stop();
        EXPECT_TRUE(stop.stop_requested());
        return absl::CancelledError("stopped");
    }
  };
  watcher.run(stop_.get_token());
  ASSERT_EQ(watches_asked_.size(), 3u);
  EXPECT_THAT(watches_asked_[0].target, HasSubstr("timeoutSeconds=300"));
  EXPECT_THAT(watches_asked_[1].target, EndsWith("resourceVersion=10&timeoutSeconds=3"));
  EXPECT_THAT(watches_asked_[2].target, EndsWith("resourceVersion=20&timeoutSeconds=300"));
  EXPECT_THAT(sink_.seen, ElementsAre("list", "seen " + object(1), "listed 10", "at 20"))
      << "hurrying is no disturbance";
}

TEST_F(WatcherTest, ListsAnewWhenHurriedWhereFewObjectsAre) {
  options_.stream_lists = true;
  options_.short_list = 2;
  Watcher watcher(transport_, "/jobs", options_, sink_, [] { return 0; });
  int asked = 0;
  transport_.on_stream = [&](const Request& request, const Transport::ChunkHandler& on_chunk, Response&,
                             std::stop_token stop) -> absl::Status {
    switch (++asked) {
      case 1:
        on_chunk(event("ADDED", 1) + event("ADDED", 2) + end_of_list(10));
        on_chunk(event("ADDED", 11) + event("DELETED", 12));
        watcher.hurry();
        EXPECT_TRUE(stop.stop_requested());
        return absl::CancelledError("stopped");
      case 2:
        EXPECT_THAT(request.target, HasSubstr("sendInitialEvents=true"));
        EXPECT_THAT(request.target, EndsWith("timeoutSeconds=300")) << "a list is not to be cut short";
        on_chunk(event("ADDED", 1) + event("ADDED", 2) + end_of_list(20));
        on_chunk(event("ADDED", 21));
        watcher.hurry();
        return absl::CancelledError("stopped");
      default:
        EXPECT_THAT(request.target, EndsWith("resourceVersion=21&timeoutSeconds=3")) << "there are three now";
        stop_.request_stop();
        return absl::CancelledError("stopped");
    }
  };
  watcher.run(stop_.get_token());
  EXPECT_EQ(asked, 3);
}

TEST_F(WatcherTest, IsStillInAHurryWhenTheShortWatchBreaksOff) {
  options_.short_list = 0;
  lists_ = {list(object(1), 10)};
  Watcher watcher(transport_, "/jobs", options_, sink_, [] { return 0; });
  on_watch_ = [&](const Transport::ChunkHandler& on_chunk, std::stop_token) -> absl::Status {
    switch (watches_asked_.size()) {
      case 1:
        watcher.hurry();
        return absl::CancelledError("stopped");
      case 2:
        return absl::UnknownError("cut");
      case 3:
        on_chunk(event("BOOKMARK", 20));
        return absl::OkStatus();
      default:
        stop_.request_stop();
        return absl::CancelledError("stopped");
    }
  };
  watcher.run(stop_.get_token());
  ASSERT_EQ(watches_asked_.size(), 4u);
  EXPECT_THAT(watches_asked_[2].target, EndsWith("timeoutSeconds=3"));
  EXPECT_THAT(watches_asked_[3].target, EndsWith("timeoutSeconds=300"));
}

// Nothing is left to be ended by it, and nothing else would end the watch for minutes.
TEST_F(WatcherTest, AHurryBeforeTheFirstListIsMetByIt) {
  lists_ = {list("", 10)};
  Watcher watcher(transport_, "/jobs", options_, sink_, [] { return 0; });
  watcher.hurry();
  watcher.run(stop_.get_token());
  ASSERT_EQ(watches_asked_.size(), 1u);
  EXPECT_THAT(watches_asked_[0].target, EndsWith("resourceVersion=10&timeoutSeconds=300"));
}

}  // namespace
}  // namespace scheduledjob::kube
