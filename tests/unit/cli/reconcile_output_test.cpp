// Reports, cases and the accountants' file as they are printed.
#include "cli/reconcile_output.hpp"

#include <catch2/catch.hpp>

namespace shubbak::cli {
namespace {

using namespace std::chrono_literals;

const std::chrono::sys_days sample_day = std::chrono::year(2026) / 11 / 26;
const WallTime noon = WallTime(sample_day) + 12h;
const store::StoredCase open_case{.number = 12,
                                  .company = "aleppo",
                                  .day = sample_day,
                                  .outcome = reconcile::Outcome::amount_differs,
                                  .reference = "pay-1",
                                  .line = 7,
                                  .payment = 34,
                                  .theirs = store::CaseSide{"2100345", {50'100, Currency::SYP}},
                                  .company_reference = "P1-1",
                                  .ours = store::CaseSide{"2100345", {50'000, Currency::SYP}},
                                  .opened = noon};

}  // namespace

TEST_CASE("a report is a table of both sides, and says whether it adds up") {
  store::DayReport report{.import = store::StoredImport{3, {1}, 2, {Actor::Kind::staff, "amal"}, noon},
                          .totals = {{.currency = Currency::SYP,
                                      .here = {1, 100'000},
                                      .there = {2, 150'000},
                                      .matched = {1, 100'000},
                                      .missing_here = {1, 50'000}}},
                          .open_cases = 1};
  const std::string text = to_report_text({"aleppo", sample_day, report}, 180min);
  CHECK_THAT(text,
             Catch::StartsWith("aleppo 2026-11-26: import 3 of 2 lines, 2026-11-26 15:00:00.000, by amal\n\nSYP\n"));
  CHECK_THAT(text, Catch::Contains("\nhere                             1                   1,000\n"));
  CHECK_THAT(text, Catch::Contains("\n  missing here                   1                     500\n"));
  CHECK_THAT(text, Catch::EndsWith("adds up\n\n1 cases open\n"));
  const std::string json = to_report_json({"aleppo", sample_day, report});
  CHECK_THAT(json, Catch::StartsWith(
                       R"({"company":"aleppo","day":"2026-11-26","import":{"number":3,"lines":2,"sha256":"0100)"));
  CHECK_THAT(json, Catch::Contains(R"("there":{"count":2,"minor":150000})"));
  CHECK_THAT(json, Catch::Contains(R"("adds_up":true}],"open_cases":1})"));
  report.totals.front().twice = {1, 1};
  CHECK_THAT(to_report_text({"aleppo", sample_day, report}, 0min), Catch::Contains("does not add up"));
  CHECK_THAT(to_report_text({"aleppo", sample_day, {}}, 0min),
             Catch::StartsWith("aleppo 2026-11-26: no file of that day was imported\n"));
}

TEST_CASE("a case tells both sides, and its end") {
  const std::string number = reconcile::case_number(12);
  CHECK(to_case_line(open_case, 180min) == number +
                                               "  open  amount_differs  aleppo 2026-11-26 line 7  pay-1  there 501 "
                                               "SYP on 2100345 as P1-1  here 500 SYP on "
                                               "2100345 as 00000343  opened 2026-11-26 15:00:00.000\n");
  store::StoredCase closed = open_case;
  closed.resolution = reconcile::Resolution::explained;
  closed.resolved = noon + 1h;
  closed.by = {Actor::Kind::staff, "basel"};
  closed.note = "their ticket";
  closed.day.reset();
  closed.line.reset();
  closed.theirs.reset();
  CHECK_THAT(to_case_line(closed, 0min),
             Catch::EndsWith("  resolved 2026-11-26 13:00:00.000 by basel: their ticket\n"));
  const std::string json = to_case_json(closed);
  CHECK_THAT(json, Catch::StartsWith(R"({"case":")" + number +
                                     R"(","company":"aleppo","day":null,"outcome":"amount_differs")"));
  CHECK_THAT(json, Catch::Contains(R"("there":null)"));
  CHECK_THAT(json,
             Catch::Contains(R"("here":{"account":"2100345","amount_minor":50000,"currency":"SYP"},"receipt":")"));
  CHECK_THAT(
      json,
      Catch::Contains(
          R"("resolution":"explained","resolved":"2026-11-26T13:00:00Z","by":{"kind":"staff","name":"basel"})"));
}

TEST_CASE("the accountants' file is read by the mapping that nobody has to write") {
  const admin::ExportedLine payment{.is_refund = false,
                                    .payment = 34,
                                    .reference = "pay-1",
                                    .account = "2100345",
                                    .amount = {50'000, Currency::SYP},
                                    .company_reference = "P1-1",
                                    .at = noon};
  const reconcile::Mapping mapping;
  std::vector<reconcile::Listed> lines;
  reconcile::DailyFile file(mapping, Currency::KWD, reconcile::day_of(sample_day, mapping),
                            [&](reconcile::Listed listed) -> Status {
                              lines.push_back(std::move(listed));
                              return {};
                            });
  REQUIRE(file.feed(export_heading() + to_export_line(payment)).ok());
  REQUIRE(file.finish().ok());
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].reference == "pay-1");
  CHECK(lines[0].account == "2100345");
  CHECK(lines[0].amount == payment.amount);
  CHECK(lines[0].company_reference == "P1-1");
  CHECK(lines[0].at == noon);
  admin::ExportedLine refund = payment;
  refund.is_refund = true;
  refund.company_reference.clear();
  CHECK_THAT(to_export_line(refund), Catch::Contains(",\"-50000\",\"SYP\",\"\",\""));
}

}  // namespace shubbak::cli
