// A company's daily file by its mapping, and the faults that are told of it.
#include "reconcile/daily_file.hpp"

#include <catch2/catch.hpp>

namespace shubbak::reconcile {
namespace {

using namespace std::chrono_literals;

const std::chrono::sys_days day = std::chrono::year(2026) / 11 / 26;
const std::string head = "reference,account,amount_minor,currency,company_reference,time\n";

Result<std::vector<Listed>> read(const std::string& text, const Mapping& mapping = {}) {
  std::vector<Listed> lines;
  DailyFile file(mapping, Currency::SYP, day_of(day, mapping), [&](Listed line) -> Status {
    lines.push_back(std::move(line));
    return {};
  });
  if (Status fed = file.feed(text); !fed.ok()) return fed.error();
  if (Status finished = file.finish(); !finished.ok()) return finished.error();
  return lines;
}

Listed only_line(const std::string& text, const Mapping& mapping) {
  const auto lines = read(text, mapping);
  if (!lines.ok()) FAIL(lines.error().message);
  REQUIRE(lines->size() == 1);
  return lines->front();
}

}  // namespace

TEST_CASE("the file of the sample company is read as it is, by the mapping that nobody has to write") {
  const auto lines = read(head + "pay-1,4521007,5000000,SYP,P0-00000001,2026-11-26T12:34:50Z\n");
  REQUIRE(lines.ok());
  REQUIRE(lines->size() == 1);
  const Listed& line = lines->front();
  CHECK(line.line == 2);
  CHECK(line.reference == "pay-1");
  CHECK(line.account == "4521007");
  CHECK(line.amount == Money{5'000'000, Currency::SYP});
  CHECK(line.company_reference == "P0-00000001");
  CHECK(line.at == WallTime(day) + 12h + 34min + 50s);
  CHECK(read(head).value().empty());
}

TEST_CASE("columns are found by name in any order, or by number where there is no head line") {
  Mapping named{.separator = Separator::semicolon,
                .reference = "المرجع",
                .account = "Konto",
                .amount = "Betrag",
                .currency = "",
                .company_reference = "",
                .time = "am",
                .amount_form = AmountForm::decimal_comma,
                .time_form = TimeForm::day_month_year,
                .utc_offset = 180min};
  CHECK(check(named).ok());
  const Listed line =
      only_line("am;more;Betrag;المرجع;Konto\r\n26/11/2026 15:34;x;50000,5; pay-1 ;\"4521007\"\r\n", named);
  CHECK(line.reference == "pay-1");
  CHECK(line.account == "4521007");
  CHECK(line.amount == Money{5'000'050, Currency::SYP});
  CHECK(line.company_reference.empty());
  CHECK(line.at == WallTime(day) + 12h + 34min);

  const Mapping numbered{.head_line = false,
                         .reference = "3",
                         .account = "1",
                         .amount = "2",
                         .currency = "4",
                         .company_reference = "",
                         .time = ""};
  CHECK(check(numbered).ok());
  const Listed second = only_line("4521007,500,pay-2,KWD\n", numbered);
  CHECK(second.line == 1);
  CHECK(second.reference == "pay-2");
  CHECK(second.amount == Money{500, Currency::KWD});
  CHECK_FALSE(second.at);
  CHECK(read("", numbered).value().empty());
}

TEST_CASE("a mapping that can find nothing is refused") {
  CHECK_FALSE(check(Mapping{.reference = ""}).ok());
  CHECK_FALSE(check(Mapping{.account = ""}).ok());
  CHECK_FALSE(check(Mapping{.amount = ""}).ok());
  CHECK_FALSE(check(Mapping{.head_line = false}).ok());
  for (const char* wrong : {"0", "101", "-1", "1x", "reference"}) {
    const Mapping mapping{.head_line = false,
                          .reference = wrong,
                          .account = "2",
                          .amount = "3",
                          .currency = "",
                          .company_reference = "",
                          .time = ""};
    CHECK_FALSE(check(mapping).ok());
  }
}

TEST_CASE("a fault of a line is told with line, column and what is expected there") {
  const std::string line = "pay-1,4521007,5000000,SYP,P0-1,2026-11-26T12:34:50Z\n";
  const auto with = [&](std::string_view what, std::string_view instead) {
    std::string changed = line;
    changed.replace(changed.find(what), what.size(), instead);
    return head + line + changed;
  };
  struct Row {
    std::string text;
    std::string told;
    Errc code = Errc::malformed;
  };
  const std::vector<Row> rows{
      {"", "the file is empty"},
      {"reference,account,amount_minor,currency,time\n",
       "line 1, column 1: no column of the head line is 'company_reference'"},
      {"reference,account,amount_minor,currency,company_reference,time,account\n",
       "line 1, column 2: the head line has 'account' twice"},
      {with("pay-1", ""), "line 3, column 1: reference must be 1 to 64"},
      {with("pay-1", std::string(65, 'x')), "line 3, column 1: reference must be 1 to 64"},
      {with("pay-1", "\"pay\n1\""), "line 3, column 1: reference must be 1 to 64"},
      {with("4521007", " "), "line 3, column 2: account must be 1 to 64"},
      {with("5000000", "0"), "line 3, column 3: amount_minor must be a whole number of minor units above 0"},
      {with("5000000", "-5"), "line 3, column 3: amount_minor must be a whole number"},
      {with("5000000", "5.00"), "line 3, column 3: amount_minor must be a whole number"},
      {with("5000000", "99999999999999999999"), "line 3, column 3: amount_minor must be a whole number"},
      {with("SYP", "EUR"), "line 3, column 4: the currency must be one of"},
      {with("12:34", "25:34"), "line 3, column 6: time must be a time like 2026-11-26T12:34:50Z"},
      {with("2026-11-26", "2026-11-28"), "line 3, column 6: time is 2026-11-28T12:34:50Z, which is not of 2026-11-26",
       Errc::invalid},
      {with("2026-11-26", "2026-11-24"), "line 3, column 6: time is 2026-11-24T12:34:50Z", Errc::invalid},
      {with("P0-1", "\xFF"), "line 3, column 5: octets that are not UTF-8"},
  };
  for (const Row& row : rows) {
    const auto lines = read(row.text);
    REQUIRE_FALSE(lines.ok());
    CHECK_THAT(lines.error().message, Catch::StartsWith(row.told));
    CHECK(lines.error().code == row.code);
  }
  CHECK(read(with("2026-11-26", "2026-11-27")).ok());
  CHECK(read(with("P0-1", "")).ok());
  Mapping decimal{.amount_form = AmountForm::decimal_point};
  CHECK_THAT(read(with("5000000", "5.001"), decimal).error().message,
             Catch::StartsWith("line 3, column 3: amount_minor: an amount is written like 500 or 500.50"));
  CHECK_THAT(read(with("5000000", "0.00"), decimal).error().message,
             Catch::StartsWith("line 3, column 3: amount_minor must be above 0"));
  const Mapping numbered{.head_line = false,
                         .reference = "1",
                         .account = "2",
                         .amount = "9",
                         .currency = "",
                         .company_reference = "",
                         .time = ""};
  CHECK_THAT(read("a,b,3\n", numbered).error().message, Catch::StartsWith("line 1, column 3: there is no column 9"));
}

TEST_CASE("a day is the company's") {
  const Day there = day_of(day, {.utc_offset = 180min});
  CHECK(there.begins == WallTime(day) - 3h);
  CHECK(there.ends == WallTime(day) + 21h);
}

}  // namespace shubbak::reconcile
