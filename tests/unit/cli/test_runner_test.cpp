// Conversations that hold must pass, those that do not must fail, and goldens are rewritten only where they stand.
#include "cli/test_runner.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "cli/golden.hpp"
#include "flows/loader.hpp"

using namespace shubbak;
using namespace shubbak::cli;

namespace {

std::shared_ptr<const flows::Revision> small() {
  static const std::vector<flows::ServiceSignature> services{{.name = "bills.due", .results = {"amount"}}};
  std::string strings;
  for (const std::string_view name : flows::system_string_names) strings.append(name).append(": system\n");
  const std::vector<flows::SourceFile> files{
      {"flows/home.yaml", R"(
flow: home
schema: 1
entry: {sms: {keywords: [due]}}
slots: {due: {money: SYP, max: 100000}}
states:
  first: {menu: {text: title, items: [{key: "1", text: due, to: ask}]}}
  ask: {call: {service: bills.due, timeout: 2s}, save: {due: $.amount}, then: {ok: shown, timeout|error: later}}
  shown: {end: {text: shown, sms: shown}}
  later: {end: {text: later}}
)"},
      {"strings/en.yaml", strings + "title: Title\ndue: Due\nshown: \"You owe {due}\"\nlater: Later\n"}};
  auto revision = flows::load(files, {.locales = {"en"}, .home_flow = "home", .services = services});
  REQUIRE(revision);
  return *revision;
}

const std::vector<rehearsal::Profile> operators{{.name = "one"}, {.name = "two", .ussd_octets_max = 120}};

std::vector<TestResult> run(const std::string& yaml) {
  auto conversations = load_conversations("t.yaml", yaml);
  if (!conversations) FAIL(to_string(conversations.error().front()));
  TestRunner runner(small(), operators);
  return runner.run(conversations->front());
}
std::string failure(const std::string& steps, const std::string& head = {}) {
  const auto results = run("conversation: c\n" + head + "operator: [one]\nsteps:\n" + steps);
  REQUIRE(results.size() == 1);
  return results[0].failure ? to_string(results[0].failure->at) + ": " + results[0].failure->message : "";
}
const std::string given = "given: {services: {bills.due: {amount: 1500}}}\n";

}  // namespace

TEST_CASE("claim: a conversation runs on the matrix of operators and languages") {
  const auto results =
      run("conversation: c\n" + given +
          "steps:\n  - dial: \"*123#\"\n  - expect: {contains: Title, ended: false}\n  - send: \"1\"\n"
          "  - expect: {equals: \"You owe 15\", ended: true}\n  - expect_sms: {contains: \"15\"}\n"
          "assert: {services_called: {bills.due: 1}, ledger_balanced: true}\n");
  REQUIRE(results.size() == 2);
  for (const TestResult& result : results) CHECK_FALSE(result.failure);
  CHECK(results[1].operator_name == "two");
}

TEST_CASE("what does not hold fails, with its place") {
  const std::string dialled = "  - dial: \"*123#\"\n";
  CHECK_THAT(failure(dialled + "  - expect: {contains: Other}\n"),
             Catch::StartsWith("t.yaml:5:5: expected the screen to contain «Other»\ngot:\n  Title"));
  CHECK_THAT(failure(dialled + "  - expect: {not_contains: Title}\n"), Catch::Contains("not to contain"));
  CHECK_THAT(failure(dialled + "  - expect: {contains: Title, ended: true}\n"), Catch::Contains("should have ended"));
  CHECK_THAT(failure(dialled + "  - expect: {max_octets: 3}\n"), Catch::Contains("at most 3 expected"));
  CHECK_THAT(failure(dialled + "  - expect_sms: {contains: x}\n"), Catch::Contains("no SMS came"));
  CHECK_THAT(failure("  - expect: {contains: x}\n"), Catch::Contains("there is no screen"));
  // A service without a mock answers with an error.
  CHECK_THAT(failure(dialled + "  - send: \"1\"\n  - expect: {contains: owe}\n"), Catch::Contains("Later"));
  CHECK_THAT(failure(dialled + "  - send: \"1\"\n  - send: \"1\"\n  - expect: {contains: x}\n"),
             Catch::Contains("there is no dialogue to send into"));
  CHECK_THAT(failure(dialled + "  - send: \"1\"\n  - expect: {contains: owe}\n", given),
             Catch::Contains("a message came that no expect_sms asks for"));
}

TEST_CASE("claim: a conversation asserts SMS, services called and a balanced ledger") {
  const std::string steps = "  - dial: \"*123#\"\n  - send: \"1\"\n  - expect: {contains: owe}\n";
  CHECK(failure(steps, given + "assert: {sms: [{contains: \"15\"}]}\n").empty());
  CHECK_THAT(failure(steps, given + "assert: {sms: [{contains: \"16\"}]}\n"),
             Catch::Contains("no SMS is as assert.sms"));
  CHECK_THAT(failure(steps, given + "assert: {sms: [{contains: \"15\"}], services_called: {bills.due: 2}}\n"),
             Catch::Contains("bills.due was called 1 times, not 2"));
}

TEST_CASE("an operator or a language that there is not is a failure") {
  CHECK_THAT(run("conversation: c\noperator: [three]\nsteps:\n  - expect: {contains: x}\n")[0].failure->message,
             Catch::Contains("there is no operator 'three'"));
  CHECK_THAT(run("conversation: c\nlocale: [fr]\nsteps:\n  - expect: {contains: x}\n")[0].failure->message,
             Catch::Contains("does not speak 'fr'"));
}

TEST_CASE("coverage tells what was never come to") {
  TestRunner runner(small(), operators);
  const auto conversations =
      load_conversations("t.yaml", "conversation: c\n" + given +
                                       "steps:\n  - dial: \"*123#\"\n  - send: \"1\"\n  - expect: {contains: owe}\n  "
                                       "- expect_sms: {contains: owe}\n");
  REQUIRE(conversations);
  runner.run(conversations->front());
  CHECK(runner.coverage().report(*small()) == "  home: 3 of 4 states, 2 of 3 edges; never: later\n");
}

TEST_CASE("the results as JUnit XML") {
  const std::vector<TestResult> results{
      {"a <b>", "one", "en", "t.yaml", 0.5, {}},
      {"c", "one", "en", "t.yaml", 0.25, TestFailure{{"t.yaml", 3, 5}, "x & y\nz", {}}}};
  CHECK(junit(results) ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"shubbak test\" tests=\"2\" failures=\"1\">\n"
        "  <testcase classname=\"t.yaml\" name=\"a &lt;b&gt; (one, en)\" time=\"0.500000\"/>\n"
        "  <testcase classname=\"t.yaml\" name=\"c (one, en)\" time=\"0.250000\">\n"
        "    <failure message=\"x &amp; y\">t.yaml:3:5: x &amp; y\nz</failure>\n  </testcase>\n</testsuite>\n");
}

TEST_CASE("claim: --update rewrites goldens where they stand, and nothing else") {
  const auto folder = std::filesystem::temp_directory_path() / ("shubbak-golden-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  const std::string file = (folder / "t.yaml").string();
  const std::string before =
      "# a comment\nconversation: c\noperator: [one]\n" + given +
      "steps:\n  - dial: \"*123#\"\n  - expect: {equals: \"old \\\"text\\\"\", ended: false}  # stays\n"
      "  - send: \"1\"\n  - expect: {equals: \"You owe 15\"}\n  - expect_sms: {contains: owe}\n";
  std::ofstream(file) << before;
  const auto conversations = read_conversations({file});
  REQUIRE(conversations);
  TestRunner runner(small(), operators);
  Goldens updates;
  const auto results = run_and_update(runner, *conversations, updates);
  CHECK_FALSE(results.front().failure);
  REQUIRE(updates.size() == 1);
  REQUIRE(update_goldens(updates));
  std::ostringstream after;
  after << std::ifstream(file).rdbuf();
  std::string expected = before;
  const std::string old = "\"old \\\"text\\\"\"";
  expected.replace(expected.find(old), old.size(), "\"Title\\n1 Due\"");
  CHECK(after.str() == expected);
  // One that is not in double quotes is told, and the file stays.
  const std::string plain =
      "conversation: c\noperator: [one]\nsteps:\n  - dial: \"*123#\"\n  - expect: {equals: plain}\n";
  std::ofstream(file, std::ios::trunc) << plain;
  Goldens more;
  run_and_update(runner, *read_conversations({file}), more);
  CHECK_FALSE(update_goldens(more));
  std::filesystem::remove_all(folder);
}
