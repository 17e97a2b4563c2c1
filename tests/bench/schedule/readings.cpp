#include <string>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "bench/schedule/measures.hpp"
#include "schedule/cron.hpp"
#include "schedule/schedule.hpp"

namespace scheduledjob::bench {
namespace {

void parse(benchmark::State& state, const Row& row) {
  for (auto _ : state) {
    const auto cron = schedule::Cron::parse(row.expression);
    if (!cron.ok()) return state.SkipWithError(std::string(cron.status().message()).c_str());
    benchmark::DoNotOptimize(cron);
  }
}

void compile(benchmark::State& state, const Row& row) {
  schedule::Definition definition;
  definition.entries = {{"spec.schedule", schedule::Entry::Cron{row.expression}}};
  definition.time_zone = row.zone;
  for (auto _ : state) {
    const auto schedule = schedule::Schedule::compile(definition);
    if (!schedule.ok()) return state.SkipWithError(std::string(schedule.status().message()).c_str());
    benchmark::DoNotOptimize(schedule);
  }
}

void refuse(benchmark::State& state, const Row& row) {
  for (auto _ : state) {
    const auto cron = schedule::Cron::parse(row.expression);
    if (cron.ok()) return state.SkipWithError("was not refused");
    benchmark::DoNotOptimize(cron);
  }
}

}  // namespace

void register_readings(const Row& row) {
  const auto add = [&](const char* measure, void (*run)(benchmark::State&, const Row&)) {
    benchmark::RegisterBenchmark(fmt::format("{}/{}", measure, row.label()).c_str(), run, row);
  };
  if (row.refused) return add("refuse", refuse);
  add("parse", parse);
  add("compile", compile);
}

}  // namespace scheduledjob::bench
