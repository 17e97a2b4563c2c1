#include "cli/yaml_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/yaml_writer.hpp"

namespace scheduledjob::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string json_of(std::string_view yaml) {
  const Document document = read_yaml(yaml).front();
  EXPECT_THAT(document.problems, IsEmpty());
  return document.root ? to_json(*document.root) : "nothing";
}

// "line: what" of the first problem.
std::string problem_of(std::string_view yaml) {
  const auto problems = read_yaml(yaml).front().problems;
  return problems.empty() ? "" : std::to_string(problems.front().line) + ": " + problems.front().what;
}

TEST(YamlReader, TypesScalarsAsKubernetesDoes) {
  EXPECT_EQ(json_of("[yes, No, on, OFF, y, n, true, False]"),
            "[true,false,true,false,true,false,true,false]");
  EXPECT_EQ(json_of("[yess, oN, nULL, tRUE]"), R"(["yess","oN","nULL","tRUE"])");
  EXPECT_EQ(json_of("[017, 0o17, 0x1F, 0b101, -0x10, +5, 1_000, 0, -0]"), "[15,15,31,5,-16,5,1000,0,0]");
  EXPECT_EQ(json_of("[089, 1.50, .5, 5., 1e3, 1E-2, -1.5]"), "[89,1.5,0.5,5,1000,0.01,-1.5]");
  EXPECT_EQ(json_of("[~, null, Null, ]"), "[null,null,null]");
  EXPECT_EQ(json_of("[2026-01-01, 2026-01-01T00:00:00Z, 10:30, 1.2.3, -, ., 0x]"),
            R"(["2026-01-01","2026-01-01T00:00:00Z","10:30","1.2.3","-",".","0x"])");
  EXPECT_EQ(json_of("99999999999999999999"), "99999999999999999999");
}

TEST(YamlReader, TakesWhatIsQuotedOrTaggedForAString) {
  EXPECT_EQ(json_of(R"(["yes", '017', !!str 5, "null", ""])"), R"(["yes","017","5","null",""])");
  EXPECT_EQ(json_of("a: |\n  yes\n"), R"({"a":"yes\n"})");
  EXPECT_EQ(json_of(R"([!!int "5", !!bool "yes"])"), "[5,true]");
  EXPECT_THAT(problem_of("a: !!int x"), HasSubstr("\"x\" is not of type !!int"));
  EXPECT_THAT(problem_of("a: !mine x"), HasSubstr("tag"));
  EXPECT_THAT(problem_of("a:\n  - .inf"), HasSubstr("2: .inf is a number that JSON has no form for"));
}

TEST(YamlReader, TurnsKeysIntoStrings) {
  EXPECT_EQ(json_of("{1: a, on: b, 0x10: c}"), R"({"1":"a","true":"b","16":"c"})");
  EXPECT_THAT(problem_of("? [a]\n: b"), HasSubstr("a key must be a text"));
}

TEST(YamlReader, ResolvesAliasesAndMergeKeys) {
  EXPECT_EQ(json_of("a: &x {k: 1}\nb: *x"), R"({"a":{"k":1},"b":{"k":1}})");
  EXPECT_EQ(json_of("a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  k: 3"), R"({"a":{"k":1,"l":2},"b":{"k":3,"l":2}})");
  EXPECT_EQ(json_of("a: &x {k: 1}\nb: &y {k: 2, m: 4}\nc:\n  <<: [*x, *y]"),
            R"({"a":{"k":1},"b":{"k":2,"m":4},"c":{"k":1,"m":4}})");
  EXPECT_EQ(json_of(R"({"<<": 1})"), R"({"<<":1})");
  EXPECT_THAT(problem_of("a: &x [*x]"), HasSubstr("alias of itself"));
  EXPECT_THAT(problem_of("<<: 5"), HasSubstr("<< must be given a map"));
}

TEST(YamlReader, ReadsJson) {
  EXPECT_EQ(json_of(R"({"a": [1, "x", null, true], "b": {"c": "\u00e9\n"}})"),
            "{\"a\":[1,\"x\",null,true],\"b\":{\"c\":\"\u00e9\\n\"}}");
}

TEST(YamlReader, KnowsTheLineOfEveryPart) {
  const Document document = read_yaml("a: 1\nb:\n  c:\n  - x\n  -\n    d: y\n").front();
  const Node& root = document.root.value();
  EXPECT_EQ(nearest(root, "b").line, 2u);
  EXPECT_EQ(nearest(root, "b.c").line, 3u);
  EXPECT_EQ(nearest(root, "b.c[0]").line, 4u);
  EXPECT_EQ(nearest(root, "b.c[1].d").line, 6u);
  EXPECT_EQ(nearest(root, "b.c[7].d").line, 3u) << "the longest prefix that is there";
  EXPECT_EQ(nearest(root, "z").line, 1u);
}

TEST(YamlReader, ReadsEveryDocumentAndCountsLinesOn) {
  const auto documents = read_yaml("# only a comment\n---\na: 1\n--- # second\nb: [\n---\nc: 3\n");
  ASSERT_THAT(documents, SizeIs(4));
  EXPECT_EQ(documents[0].root, std::nullopt);
  EXPECT_EQ(documents[1].root->find("a")->line, 3u);
  ASSERT_THAT(documents[2].problems, SizeIs(1)) << "is broken, and harms no other";
  EXPECT_GE(documents[2].problems[0].line, 5u);
  EXPECT_EQ(documents[3].root->find("c")->line, 7u);
}

TEST(YamlReader, NoticesKeysThatAreThereTwice) {
  EXPECT_EQ(problem_of("a: 1\nb: 2\na: 3"), "3: the key \"a\" is there twice");
}

TEST(YamlReader, SaysThatAnExpressionNeedsQuotes) {
  EXPECT_THAT(problem_of("spec:\n  schedule: */5 * * * *\n"), HasSubstr("must be in quotes"));
  EXPECT_THAT(problem_of("schedule: @daily"), HasSubstr("must be in quotes"));
}

TEST(YamlReader, RefusesWhatIsTooLargeOrTooDeep) {
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char name = 'b'; name <= 'k'; ++name) {
    const std::string previous = std::string("*") + static_cast<char>(name - 1);
    bomb += std::string(1, name) + ": &" + name + " [" + previous;
    for (int i = 0; i < 8; ++i) bomb += ", " + previous;
    bomb += "]\n";
  }
  EXPECT_THAT(problem_of(bomb), HasSubstr("too large"));
  EXPECT_THAT(problem_of("a: " + std::string(100'000, '[')), HasSubstr("nests deeper than 100"));
  EXPECT_THAT(problem_of("a: \"" + std::string(4 << 20, 'x') + "\""), HasSubstr("too large"));
  std::string nested = "- &a0 " + std::string(2 << 20, 'x') + "\n";
  EXPECT_THAT(problem_of(nested), HasSubstr("too large")) << "an anchor keeps a copy";
  std::string documents;
  for (int i = 0; i < 20'000; ++i) documents += "---\n";
  EXPECT_THAT(read_yaml(documents), SizeIs(10'000));
}

TEST(YamlReader, RefusesControlCharactersThatWouldCutTheText) {
  EXPECT_THAT(problem_of("a: 1\nb: \x04 2\n"), HasSubstr("2: the control character 0x04"));
  EXPECT_THAT(problem_of(std::string_view("a: \0", 4)), HasSubstr("0x00"));
}

TEST(YamlWriter, WritesWhatReadsBackTheSame) {
  for (
      const char* text :
      {"a: 1\nb: [x, {c: d}, [e, [f]], [], {}]\n",
       R"(["yes", "1", "null", "~", " a", "a ", "a: b", "a #b", "#"])",
       R"({"a": "line\nline\n", "b": "no end\nhere", "c": "\n", "d": " x\ny", "e": "x\n\n", "f": "tab\there"})",
       R"({"a": "-", "b": "- x", "c": "*", "d": "&", "e": "!x", "f": "%", "g": "@", "h": "é ☃ 😀"})",
       R"({"": "", "a b": 1, "1": 2, "yes": 3, "a:": 4})", R"([[[1, 2], [3]], {"x": [{"y": 1, "z": 2}]}])",
       R"({"a": "x\n  y\n\n  z\n", "b": "x \ny", "c": "\u0001\u007f\r\n"})", "plain text", "5", "null",
       "[]"}) {
    const Document document = read_yaml(text).front();
    ASSERT_THAT(document.problems, IsEmpty()) << text;
    const std::string written = to_yaml(*document.root);
    const Document again = read_yaml(written).front();
    ASSERT_THAT(again.problems, IsEmpty()) << written;
    EXPECT_EQ(to_json(*again.root), to_json(*document.root)) << written;
  }
}

TEST(YamlWriter, WritesTextOfSeveralLinesAsABlock) {
  EXPECT_EQ(to_yaml(*read_yaml(R"({"run": ["a\nb\n", "c\nd"]})").front().root),
            "run:\n- |\n  a\n  b\n- |-\n  c\n  d\n");
}

}  // namespace
}  // namespace scheduledjob::cli
