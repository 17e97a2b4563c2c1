// Texts that are packed come back as they were, and cost little where they resemble each other.
#include "engine/packer.hpp"

#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace scheduledjob::engine {
namespace {

std::string manifest(std::size_t number) {
  std::string variables;
  for (const char* name : {"DATABASE_HOST", "DATABASE_NAME", "BUCKET", "REGION", "LOG_LEVEL", "RECIPIENTS"}) {
    variables += fmt::format(R"({{"name":"{}","value":"what-{}-is-for-{}"}},)", name, name, number);
  }
  return fmt::format(
      R"({{"metadata":{{"name":"report-{0}","namespace":"team-{1}","uid":"5b1f7a3e-0000-4000-8000-{0:012}"}},)"
      R"("spec":{{"schedule":"{2} {3} * * *","jobTemplate":{{"spec":{{"backoffLimit":2,"template":{{"spec":{{)"
      R"("restartPolicy":"Never","containers":[{{"name":"report","image":"registry.example.com/billing/report:3",)"
      R"("command":["/usr/local/bin/report","--since=yesterday","--output=s3"],"env":[{4}]}}]}}}}}}}}}}}})",
      number, number % 50, number % 60, number % 24, variables);
}

TEST(Packer, GivesBackEveryText) {
  Packer packer;
  std::vector<std::pair<std::string, Packed>> kept;
  for (std::size_t i = 0; i < 20'000; ++i) {
    std::string text = manifest(i);
    if (i % 97 == 0 || i < 20) kept.emplace_back(text, packer.pack(text));
    if (i % 97 != 0) packer.pack(text);
  }
  for (const auto& [text, packed] : kept) EXPECT_EQ(packer.unpack(packed), text);
}

TEST(Packer, GivesBackTextsOfAnyKind) {
  Packer packer;
  std::mt19937_64 random(1);
  std::vector<std::pair<std::string, Packed>> kept;
  for (const std::size_t size : {0UL, 1UL, 7UL, 300UL, 9'000UL, 1'000'000UL}) {
    std::string text(size, '\0');
    for (int round = 0; round < 3; ++round) {
      for (char& c : text) c = static_cast<char>(random());
      kept.emplace_back(text, packer.pack(text));
    }
  }
  for (const auto& [text, packed] : kept) EXPECT_EQ(packer.unpack(packed), text);
}

TEST(Packer, NeedsAnEighthForManifestsOfOneKind) {
  Packer packer;
  for (std::size_t i = 0; i < 100; ++i) packer.pack(manifest(i));
  const std::string text = manifest(4711);
  EXPECT_LT(packer.pack(text).size() * 8, text.size());
}

TEST(Packer, LearnsAnotherKindWhenTheKindChanges) {
  Packer packer;
  for (std::size_t i = 0; i < 100; ++i) packer.pack(manifest(i));
  std::mt19937_64 random(1);
  std::string other(1'500, '\0');
  for (char& c : other) c = static_cast<char>('a' + random() % 26);
  const std::size_t unknown = packer.pack(other).size();
  for (std::size_t i = 0; i < 20'000; ++i) packer.pack(other);
  EXPECT_LT(packer.pack(other).size() * 10, unknown);
}

TEST(Packer, PacksEqualHistoriesEqually) {
  Packer one, other;
  for (std::size_t i = 0; i < 10'000; ++i) {
    EXPECT_EQ(one.pack(manifest(i)).size(), other.pack(manifest(i)).size());
  }
}

}  // namespace
}  // namespace scheduledjob::engine
