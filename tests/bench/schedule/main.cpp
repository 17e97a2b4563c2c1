// Measures the schedule room: bench_schedule [--benchmark_…] EXPRESSIONS
#include <cstdio>
#include <string>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "bench/schedule/measures.hpp"
#include "bench/schedule/sample.hpp"
#include "bench/schedule/table.hpp"

namespace {

absl::Status register_table(const std::string& path) {
  const auto rows = scheduledjob::bench::read_table(path);
  if (!rows.ok()) return rows.status();
  for (const scheduledjob::bench::Row& row : *rows) {
    scheduledjob::bench::register_readings(row);
    if (row.refused) continue;
    if (absl::Status status = scheduledjob::bench::register_queries(row); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc != 2) {
    fmt::print(stderr, "usage: bench_schedule [--benchmark_…] EXPRESSIONS; --help lists the flags\n");
    return 2;
  }
  if (const absl::Status status = register_table(argv[1]); !status.ok()) {
    fmt::print(stderr, "bench_schedule: {}\n", std::string(status.message()));
    return 1;
  }
  benchmark::AddCustomContext("sample_sum", std::to_string(scheduledjob::bench::Sample().sum()));
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
