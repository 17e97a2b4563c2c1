#include "flags.hpp"

#include <cstdlib>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scheduledjob::program {
namespace {

using runtime::ExitCode;
using runtime::LogFormat;
using runtime::LogLevel;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;

ParsedFlags parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "scheduledjob-operator");
  return parse_flags(static_cast<int>(arguments.size()), arguments.data());
}

// A variable of the environment, for the length of a test.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

void expect_refused(const ParsedFlags& parsed, const char* part) {
  EXPECT_FALSE(parsed.settings);
  EXPECT_EQ(parsed.exit_code, ExitCode::kBadFlags);
  EXPECT_THAT(parsed.output, AllOf(HasSubstr(part), HasSubstr("See --help.")));
}

TEST(Flags, AreAllOptional) {
  const ParsedFlags parsed = parse({});
  ASSERT_TRUE(parsed.settings) << parsed.output;
  const runtime::Settings defaults;
  EXPECT_TRUE(parsed.settings->leader_elect);
  EXPECT_EQ(parsed.settings->max_in_flight, defaults.max_in_flight);
  EXPECT_EQ(parsed.settings->listen_host, "127.0.0.1");
  EXPECT_EQ(parsed.settings->lease_duration, seconds(15));
}

TEST(Flags, ReachEverySetting) {
  const ParsedFlags parsed =
      parse({"--kubeconfig=/etc/k", "--context=kind", "--namespaces=team,shop", "--leader-elect=false",
             "--lease-name=lease.a", "--lease-namespace=system", "--identity=me", "--lease-duration=30s",
             "--lease-renew-deadline=20s", "--lease-retry-period=500ms", "--max-in-flight=8",
             "--create-timeout=5s", "--ttl-margin=1d", "--http-client-threads=2", "--zoneinfo-dir=/zones",
             "--listen=[::1]:9", "--log-format=json", "--log-level=debug", "--shutdown-grace=1m"});
  ASSERT_TRUE(parsed.settings) << parsed.output;
  const runtime::Settings& settings = *parsed.settings;
  EXPECT_EQ(settings.kubeconfig, "/etc/k");
  EXPECT_EQ(settings.context, "kind");
  EXPECT_THAT(settings.namespaces, ElementsAre("team", "shop"));
  EXPECT_FALSE(settings.leader_elect);
  EXPECT_EQ(settings.lease_name, "lease.a");
  EXPECT_EQ(settings.lease_namespace, "system");
  EXPECT_EQ(settings.identity, "me");
  EXPECT_EQ(settings.lease_duration, seconds(30));
  EXPECT_EQ(settings.lease_renew_deadline, seconds(20));
  EXPECT_EQ(settings.lease_retry_period, milliseconds(500));
  EXPECT_EQ(settings.max_in_flight, 8u);
  EXPECT_EQ(settings.create_timeout, seconds(5));
  EXPECT_EQ(settings.ttl_margin, seconds(86400));
  EXPECT_EQ(settings.http_client_threads, 2u);
  EXPECT_EQ(settings.zoneinfo_dir, "/zones");
  EXPECT_EQ(settings.listen_host, "::1");
  EXPECT_EQ(settings.listen_port, 9);
  EXPECT_EQ(settings.log_format, LogFormat::kJson);
  EXPECT_EQ(settings.log_level, LogLevel::kDebug);
  EXPECT_EQ(settings.shutdown_grace, seconds(60));
}

TEST(Flags, MayComeFromTheEnvironment) {
  const Variable grace("SCHEDULEDJOB_SHUTDOWN_GRACE", "5s");
  const Variable elect("SCHEDULEDJOB_LEADER_ELECT", "false");
  const ParsedFlags parsed = parse({});
  ASSERT_TRUE(parsed.settings) << parsed.output;
  EXPECT_EQ(parsed.settings->shutdown_grace, seconds(5));
  EXPECT_FALSE(parsed.settings->leader_elect);
}

TEST(Flags, WinOverTheEnvironment) {
  const Variable variable("SCHEDULEDJOB_MAX_IN_FLIGHT", "4");
  EXPECT_EQ(parse({"--max-in-flight", "5"}).settings->max_in_flight, 5u);
}

TEST(Flags, TakeAnEmptyVariableForNone) {
  const Variable variable("SCHEDULEDJOB_MAX_IN_FLIGHT", "");
  EXPECT_EQ(parse({}).settings->max_in_flight, runtime::Settings().max_in_flight);
}

TEST(Flags, RefuseAWrongVariableByItsName) {
  const Variable variable("SCHEDULEDJOB_MAX_IN_FLIGHT", "many");
  const ParsedFlags parsed = parse({});
  expect_refused(parsed, "$SCHEDULEDJOB_MAX_IN_FLIGHT");
  expect_refused(parsed, "\"many\" is not allowed: must be a whole number from 1 to 512");
}

TEST(Flags, RefuseWhatIsOutsideTheRange) {
  expect_refused(parse({"--max-in-flight=0"}), "from 1 to 512");
  expect_refused(parse({"--create-timeout=1h"}), "from 1s to 30s");
  expect_refused(parse({"--listen=8080"}), "HOST:PORT");
  expect_refused(parse({"--log-level=loud"}), "must be one of debug|info|warning|error");
  expect_refused(parse({"--leader-elect=maybe"}), "true|false");
  expect_refused(parse({"--namespaces=A_b"}), "lower-case");
  expect_refused(parse({"--identity="}), "--identity");
  expect_refused(parse({"--create-timeout=1500ms"}), "whole seconds");
}

TEST(Flags, RefuseLeasePeriodsThatContradictEachOther) {
  expect_refused(parse({"--lease-duration=10s"}),
                 "--lease-renew-deadline must be shorter than --lease-duration");
  expect_refused(parse({"--lease-retry-period=9s"}), "--lease-retry-period");
  expect_refused(parse({"--lease-duration=15500ms"}), "whole seconds");
}

TEST(Flags, RefuseWhatTheyDoNotKnow) {
  expect_refused(parse({"--frobnicate"}), "--frobnicate");
  expect_refused(parse({"run"}), "run");
  expect_refused(parse({"--max-in-flight"}), "--max-in-flight");
  expect_refused(parse({"--namespace=a", "--namespace=b"}), "--namespace");
}

TEST(Flags, CutALongWrongValueShort) {
  expect_refused(parse({"--listen", std::string(5000, 'x').c_str()}), "HOST:PORT");
  EXPECT_LT(parse({"--listen", std::string(5000, 'x').c_str()}).output.size(), 1000u);
}

TEST(Flags, PrintTheVersion) {
  const ParsedFlags parsed = parse({"--version"});
  EXPECT_EQ(parsed.exit_code, ExitCode::kStopped);
  EXPECT_THAT(parsed.output, MatchesRegex("scheduledjob-operator [0-9]+\\.[0-9]+\\.[0-9]+ \\(.+\\)\n"));
}

TEST(Flags, ExplainThemselves) {
  const ParsedFlags parsed = parse({"--help"});
  EXPECT_EQ(parsed.exit_code, ExitCode::kStopped);
  for (const char* part :
       {"Leadership:", "--lease-duration PERIOD", "(default 15s)", "$SCHEDULEDJOB_LEASE_DURATION",
        "Exit codes: 0", "--listen HOST:PORT", "(default 127.0.0.1:8080)", "--version"}) {
    EXPECT_THAT(parsed.output, HasSubstr(part));
  }
}

}  // namespace
}  // namespace scheduledjob::program
