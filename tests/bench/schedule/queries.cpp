#include <array>
#include <chrono>
#include <string>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "bench/schedule/measures.hpp"
#include "bench/schedule/sample.hpp"
#include "schedule/schedule.hpp"

namespace scheduledjob::bench {
namespace {

using schedule::NominalTime;
using schedule::Schedule;

void next_random(benchmark::State& state, const Schedule& schedule) {
  Sample sample;
  for (auto _ : state) benchmark::DoNotOptimize(schedule.next_after(sample.next()));
}

void next_walk(benchmark::State& state, const Schedule& schedule) {
  NominalTime after = kSampleBegin;
  for (auto _ : state) {
    const auto next = schedule.next_after(after);
    after = next && *next < kSampleEnd ? *next : kSampleBegin;
  }
  benchmark::DoNotOptimize(after);
}

void next_five(benchmark::State& state, const Schedule& schedule) {
  Sample sample;
  for (auto _ : state) {
    std::array<NominalTime, 5> times;
    benchmark::DoNotOptimize(schedule.next_times(sample.next(), times));
    benchmark::DoNotOptimize(times);
  }
}

void previous(benchmark::State& state, const Schedule& schedule) {
  Sample sample;
  for (auto _ : state) benchmark::DoNotOptimize(schedule.latest_through(sample.next()));
}

void count_a_year(benchmark::State& state, const Schedule& schedule) {
  Sample sample;
  for (auto _ : state) {
    const NominalTime after = sample.next();
    benchmark::DoNotOptimize(schedule.count_between(after, after + std::chrono::days{365}));
  }
}

}  // namespace

absl::Status register_queries(const Row& row) {
  schedule::Definition definition;
  definition.entries = {{"spec.schedule", schedule::Entry::Cron{row.expression}}};
  definition.time_zone = row.zone;
  const auto schedule = Schedule::compile(definition);
  if (!schedule.ok()) {
    return {schedule.status().code(),
            fmt::format("{}: {}", row.label(), std::string(schedule.status().message()))};
  }
  const auto add = [&](const char* measure, void (*run)(benchmark::State&, const Schedule&)) {
    benchmark::RegisterBenchmark(fmt::format("{}/{}", measure, row.label()).c_str(), run, *schedule);
  };
  add("next-random", next_random);
  add("next-walk", next_walk);
  add("next-five", next_five);
  add("previous", previous);
  add("count-a-year", count_a_year);
  return absl::OkStatus();
}

}  // namespace scheduledjob::bench
