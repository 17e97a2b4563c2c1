#include "engine/agenda.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "engine/record.hpp"

namespace scheduledjob::engine {
namespace {

Instant second(int n) {
  return Instant{std::chrono::seconds{n}};
}

TEST(Agenda, GivesRecordsInTheOrderOfTheirTimes) {
  std::mt19937 random(7);
  std::vector<Record> records(200);
  Agenda agenda;
  for (Record& record : records) agenda.set(record, second(static_cast<int>(random() % 1000)));
  for (std::size_t i = 0; i < records.size(); i += 3)
    agenda.set(records[i], second(static_cast<int>(random() % 1000)));

  std::vector<Instant> seen;
  while (Record* record = agenda.pop_due(second(1000))) seen.push_back(record->agenda_time);
  EXPECT_EQ(seen.size(), records.size());
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST(Agenda, KeepsOnlyTheLatestTimeOfARecord) {
  Record record;
  Agenda agenda;
  agenda.set(record, second(10));
  agenda.set(record, second(20));
  EXPECT_EQ(agenda.pop_due(second(10)), nullptr);
  EXPECT_EQ(agenda.pop_due(second(20)), &record);
  EXPECT_FALSE(agenda.next());
}

TEST(Agenda, ForgetsARecordThatIsTakenOff) {
  Record first, middle, last;
  Agenda agenda;
  agenda.set(first, second(1));
  agenda.set(middle, second(2));
  agenda.set(last, second(3));
  agenda.set(middle, std::nullopt);
  EXPECT_EQ(agenda.pop_due(second(9)), &first);
  EXPECT_EQ(agenda.pop_due(second(9)), &last);
  EXPECT_EQ(agenda.pop_due(second(9)), nullptr);
}

}  // namespace
}  // namespace scheduledjob::engine
