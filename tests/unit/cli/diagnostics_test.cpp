#include "cli/diagnostics.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace shubbak;
using namespace shubbak::cli;

namespace {

const std::vector<flows::Diagnostic> two_faults{{.file = "flows/debt.yaml",
                                                 .line = 12,
                                                 .column = 7,
                                                 .message = "unknown state 'shwo'",
                                                 .hint = "did you mean 'show'?",
                                                 .rule = flows::Rule::unknown_name}};

}  // namespace

TEST_CASE("faults as people read them, with and without colour") {
  CHECK(to_text(two_faults, false) ==
        "flows/debt.yaml:12:7: fault: unknown state 'shwo' [unknown-name]\n    did you mean 'show'?\n");
  CHECK(to_text(two_faults, true).find("\x1b[31mfault:\x1b[0m") != std::string::npos);
  CHECK(to_text({}, true).empty());
}

TEST_CASE("faults as one JSON document") {
  CHECK(
      to_json(two_faults) ==
      R"({"faults":[{"file":"flows/debt.yaml","line":12,"column":7,"rule":"unknown-name","message":"unknown state 'shwo'","hint":"did you mean 'show'?"}]})"
      "\n");
  CHECK(to_json({}) == "{\"faults\":[]}\n");
}

TEST_CASE("faults as SARIF, with the rules and where they are explained") {
  const auto document = boost::json::parse(to_sarif(two_faults)).as_object();
  CHECK(document.at("version") == "2.1.0");
  const auto& run = document.at("runs").as_array().at(0).as_object();
  const auto& rules = run.at("tool").as_object().at("driver").as_object().at("rules").as_array();
  CHECK(rules.size() == flows::rule_names.size());
  const auto& result = run.at("results").as_array().at(0).as_object();
  const auto& rule = rules.at(static_cast<std::size_t>(result.at("ruleIndex").as_int64())).as_object();
  CHECK(rule.at("id") == result.at("ruleId"));
  CHECK(rule.at("helpUri") == "docs/rules.md#unknown-name");
  const auto& place = result.at("locations").as_array().at(0).as_object().at("physicalLocation").as_object();
  CHECK(place.at("artifactLocation").as_object().at("uri") == "flows/debt.yaml");
  CHECK(place.at("region").as_object().at("startLine") == 12);
}
