#include "cli/replay_report.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace shubbak::cli;
using shubbak::rehearsal::Comparison;
using Verdict = Comparison::Verdict;

namespace {

Comparison reads_otherwise(const std::string& at, const std::string& before, const std::string& after) {
  Comparison one;
  one.verdict = Verdict::texts;
  one.texts.push_back({at, before, after});
  return one;
}

Comparison leads(const std::string& input, const std::string& after) {
  Comparison one;
  one.verdict = Verdict::way;
  one.at = "debt.pick";
  one.input = input;
  one.before = "debt.show";
  one.after = after;
  return one;
}

}  // namespace

TEST_CASE("a change is told once, with how many recordings meet it") {
  ReplayReport report;
  for (int i = 0; i < 5; ++i) report.add({});
  CHECK_FALSE(report.has_differences());
  CHECK(report.text() == "5 recordings compared: 5 the same, 0 read otherwise, 0 go another way, 0 cannot go on\n");

  for (int i = 0; i < 3; ++i) report.add(reads_otherwise("debt.show", "To pay: 1\nThanks", "Due: 1\nThanks"));
  report.add(leads("7", "debt.none (ends)"));
  report.add(leads("8", "debt.none (ends)"));
  Comparison failed;
  failed.verdict = Verdict::failed;
  failed.input = "*123*9#";
  failed.reason = "asks x.y, which was not asked then";
  report.add(failed);
  Comparison lost;
  lost.verdict = Verdict::not_reproduced;
  report.add(lost);
  report.add_unknown_revision();
  report.add_unknown_operator();
  report.add_damaged();
  CHECK(report.has_differences());
  CHECK(report.compared() == 11);
  CHECK(report.text() ==
        R"(11 recordings compared: 5 the same, 3 read otherwise, 2 go another way, 1 cannot go on
1 recording left out: made with flows that were never published, which nobody has any more
1 recording left out: of an operator that is not in the configuration
1 recording left out: even their own flows lead elsewhere now
1 recording left out: damaged

cannot go on:
  at the beginning, on *123*9#: asks x.y, which was not asked then (1 recording)

go another way:
  debt.pick, on 7: to debt.none (ends) instead of debt.show (2 recordings)

read otherwise:
  debt.show (3 recordings)
    - To pay: 1
      Thanks
    + Due: 1
      Thanks
)");
}

TEST_CASE("of texts that change with their values a few are shown, and all are counted") {
  ReplayReport report;
  for (int i = 0; i < 10; ++i)
    report.add(reads_otherwise("debt.show", "Due " + std::to_string(i), "To pay " + std::to_string(i)));
  Comparison twice = reads_otherwise("debt.show", "Due 0", "To pay 0");
  twice.texts.push_back({"debt.show", "Due 1", "To pay 1"});
  report.add(twice);
  const auto json = boost::json::parse(report.json()).as_object();
  CHECK(json.at("compared") == 11);
  CHECK(json.at("texts") == 11);
  const auto& changed = json.at("changed_texts").as_array();
  REQUIRE(changed.size() == 1);
  CHECK(changed[0].at("recordings") == 11);
  CHECK(changed[0].at("pairs").as_array().size() == ReplayReport::pairs_shown_max);
  CHECK(changed[0].at("pairs").as_array()[0].at("after") == "To pay 0");
}
