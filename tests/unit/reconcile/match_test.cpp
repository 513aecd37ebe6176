// What a line of a file comes to, numbers of cases, and totals.
#include "reconcile/match.hpp"

#include <catch2/catch.hpp>

namespace shubbak::reconcile {
namespace {

const Listed line{.line = 2, .reference = "P1", .account = "4521007", .amount = {500, Currency::SYP}};

Ours ours(Standing standing, std::int64_t amount = 500, const std::string& account = "4521007",
          Currency currency = Currency::SYP) {
  return {7, standing, account, {amount, currency}};
}

}  // namespace

TEST_CASE("a line comes to one outcome") {
  CHECK(judge(line, ours(Standing::settled), false) == Outcome::matched);
  CHECK(judge(line, ours(Standing::open), false) == Outcome::open);
  CHECK(judge(line, ours(Standing::released), false) == Outcome::missing_here);
  CHECK(judge(line, std::nullopt, false) == Outcome::missing_here);
  CHECK(judge(line, ours(Standing::settled, 501), false) == Outcome::amount_differs);
  CHECK(judge(line, ours(Standing::settled, 500, "4521008"), false) == Outcome::amount_differs);
  CHECK(judge(line, ours(Standing::settled, 500, "4521007", Currency::KWD), false) == Outcome::amount_differs);
  CHECK(judge(line, ours(Standing::open, 501), false) == Outcome::amount_differs);
  CHECK(judge(line, ours(Standing::released, 501), false) == Outcome::missing_here);
  for (const Standing standing : {Standing::open, Standing::settled, Standing::released})
    CHECK(judge(line, ours(standing), true) == Outcome::twice);
  CHECK(judge(line, std::nullopt, true) == Outcome::twice);
}

TEST_CASE("a case's number ends with a check digit") {
  const std::string number = case_number(12);
  CHECK(number.size() == 8);
  CHECK(parse_case_number(number) == 12);
  std::string mistyped = number;
  mistyped.back() = mistyped.back() == '9' ? '0' : static_cast<char>(mistyped.back() + 1);
  for (const std::string& text : {mistyped, number.substr(1), "0" + number, std::string(), std::string("00000000")})
    CHECK_FALSE(parse_case_number(text));
}

TEST_CASE("staff resolve with their own words, not with the system's") {
  CHECK(parse_resolution("explained") == Resolution::explained);
  CHECK(parse_resolution("company_corrects") == Resolution::company_corrects);
  CHECK(parse_resolution("paid_back") == Resolution::paid_back);
  CHECK(parse_resolution("written_off") == Resolution::written_off);
  for (const char* text : {"", "listed_later", "withdrawn", "Explained", "none"}) CHECK_FALSE(parse_resolution(text));
}

TEST_CASE("a day adds up where each side is the sum of its parts") {
  Totals totals{.here = {10, 1'000},
                .there = {11, 1'150},
                .matched = {6, 600},
                .there_of_other_days = {1, 50},
                .there_open = {1, 100},
                .there_differs = {1, 120},
                .missing_here = {1, 180},
                .twice = {1, 100},
                .here_of_other_days = {1, 100},
                .here_differs = {1, 110},
                .missing_there = {1, 90},
                .uncompared = {1, 100}};
  CHECK(adds_up(totals));
  totals.missing_there.minor = 91;
  CHECK_FALSE(adds_up(totals));
  totals.missing_there.minor = 90;
  totals.twice.count = 2;
  CHECK_FALSE(adds_up(totals));
}

}  // namespace shubbak::reconcile
