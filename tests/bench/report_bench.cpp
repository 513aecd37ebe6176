// Reports over a year of many payments, from the sums that the store keeps: three of ten were paid in cash, at 400
// drawers of 80 offices, so that nearly each of those has a row of its own. Beside it one table with a row for each
// payment, which is added up by company and day: what a report would cost if nothing were kept.
//
//   report_bench [payments]     default 10,000,000
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>

#include "store/report_book.hpp"
#include "tests/bench/store_bench.hpp"

namespace {

using namespace shubbak;
using bench::die;
using store::ReportGroup;

constexpr std::int64_t first_quarter = 1'987'968;  // begins a day
constexpr std::int64_t days = 365;

// Payment i of so many: the products are of primes, and spread what i tells over the year and the deployment.
std::string payments_sql(std::int64_t count) {
  return "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(count) +
         "), paid (quarter, company, channel, drawer, outcome, amount) AS (SELECT " + std::to_string(first_quarter) +
         " + i * 7919 % " + std::to_string(days * 96) +
         ", 'company' || (i * 104729 / 10 % 8),"
         " CASE WHEN i % 10 < 3 THEN 'counter' WHEN i % 10 = 3 THEN 'agent' WHEN i % 10 < 6 THEN 'sms' ELSE 'ussd' "
         "END,"
         " CASE WHEN i % 10 < 3 THEN 1 + i * 15485863 / 10 % 400 ELSE 0 END,"
         " CASE WHEN i % 10 > 2 AND i * 611953 / 10 % 50 = 0 THEN 1 ELSE 0 END, 1000 + i % 90000 FROM n) ";
}

void fill(const std::string& path, std::int64_t count) {
  bench::Bare bare(path);
  bare.exec("BEGIN IMMEDIATE");
  bare.exec(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) INSERT INTO drawer (number, "
      "name, account, directorate, office, currency, opened) "
      "SELECT i, 'drawer' || i, 'staff' || i, 'directorate' || (i % 4), 'office' || (i % 80), 'SYP', 0 FROM n");
  bare.exec((payments_sql(count) +
             "INSERT INTO payment_sum (quarter, company, currency, channel, drawer, purpose, outcome, payments, "
             "amount, fees, "
             "waited_ms) SELECT quarter, company, 'SYP', channel, drawer, 0, outcome, count(*), sum(amount), "
             "10 * count(*), 900 * count(*) FROM paid GROUP BY 1, 2, 4, 5, 7")
                .c_str());
  bare.exec(
      "INSERT INTO cash_sum (drawer, quarter, company, kind, movements, amount, fees, net) SELECT drawer, quarter, "
      "company, 0, payments, amount + fees, fees, amount + fees "
      "FROM payment_sum WHERE drawer <> 0");
  bare.exec(
      "INSERT INTO ledger_account (number, kind, owner, currency, opened, debits_posted) SELECT "
      "(SELECT coalesce(max(number), 0) FROM ledger_account) + number, 5, name, currency, 0, "
      "coalesce((SELECT sum(net) FROM cash_sum WHERE cash_sum.drawer = drawer.number), 0) FROM drawer ORDER BY "
      "number");
  bare.exec("COMMIT");
}

store::ReportWanted over_a_year(std::initializer_list<ReportGroup> by) {
  store::ReportGroups groups;
  for (const ReportGroup group : by) groups.add(group);
  constexpr std::chrono::minutes quarter(15);
  return {.by = groups,
          .from = WallTime(first_quarter * quarter),
          .before = WallTime((first_quarter + days * 96) * quarter)};
}

// A book is of one moment, and so each report has its own.
template <class Read>
bench::Cost told(const char* what, const std::string& path, const Read& read) {
  std::size_t rows = 0;
  const bench::Cost cost = bench::cost_of([&] {
    const auto book = store::ReportBook::open(path);
    if (!book.ok()) die(book.error().message);
    const auto report = read(**book);
    if (!report.ok()) die(report.error().message);
    rows = report->size();
  });
  if (rows == 0) die(std::string(what) + ": no row");
  std::printf("%s: %.2f s, %.2f s of CPU, %zu rows\n", what, cost.seconds, cost.cpu_seconds, rows);
  return cost;
}

bench::Cost by_hand(const std::string& path, std::int64_t count) {
  bench::Bare bare(path);
  bare.exec(("CREATE TABLE paid AS " + payments_sql(count) + "SELECT * FROM paid").c_str());
  return bench::cost_of(
      [&] { bare.exec("SELECT quarter / 96, company, outcome, count(*), sum(amount) FROM paid GROUP BY 1, 2, 3"); });
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t count = argc > 1 ? std::strtoll(argv[1], nullptr, 10) : 10'000'000;
  if (count < 1'000) die("1,000 payments at least");
  const bench::TempFolder folder;
  const std::string path = folder.file("store.db");
  bench::Loop loop;
  bench::open_store({.path = path, .key_file = folder.file("key")}, loop).reset();
  fill(path, count);

  const auto payments = [&path](const char* what, std::initializer_list<ReportGroup> by) {
    return told(what, path, [&](store::ReportBook& book) { return book.payments(over_a_year(by)); });
  };
  const auto collectors = [&path](const char* what, std::initializer_list<ReportGroup> by) {
    return told(what, path, [&](store::ReportBook& book) { return book.collectors(over_a_year(by)); });
  };
  payments("payments, of all as one", {});
  const bench::Cost daily = payments("payments, by company and day", {ReportGroup::company, ReportGroup::day});
  payments("payments, by office, day and channel", {ReportGroup::office, ReportGroup::day, ReportGroup::channel});
  collectors("collectors, by account", {ReportGroup::account});
  collectors("collectors, by drawer and day", {ReportGroup::drawer, ReportGroup::day});
  const bench::Cost bare = by_hand(folder.file("bare.db"), count);
  std::printf("by hand, by company and day: %.2f s, %.2f s of CPU; ratio %.2f\n", bare.seconds, bare.cpu_seconds,
              daily.cpu_seconds / bare.cpu_seconds);
  return 0;
}
