// The program around run(): the machine's streams, clock, terminal and clusters.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <thread>

#include <unistd.h>

#include "cli/cli.hpp"
#include "cli/connection.hpp"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);  // input in pieces, not character by character
  scheduledjob::cli::Surroundings surroundings;
  surroundings.now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const char* no_colour = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): no other thread runs
  const bool colours_wanted = no_colour == nullptr || *no_colour == '\0';
  surroundings.colours = colours_wanted && isatty(STDOUT_FILENO) == 1;
  surroundings.connect = scheduledjob::cli::connect_to_cluster;
  surroundings.pause = [](std::chrono::milliseconds length) { std::this_thread::sleep_for(length); };
  return scheduledjob::cli::run(argc, argv, std::cin, std::cout, std::cerr, surroundings);
}
