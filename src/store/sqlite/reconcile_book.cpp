#include "store/reconcile_book.hpp"

#include <algorithm>
#include <array>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/read_transaction.hpp"
#include "store/sqlite/reconcile_rows.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

using reconcile::Sum;
using reconcile::Totals;

Totals& totals_of(DayReport& report, Currency currency) {
  const auto known = std::ranges::find(report.totals, currency, &Totals::currency);
  return known != report.totals.end() ? *known : report.totals.emplace_back(Totals{.currency = currency});
}

Sum sum_in(const Use& row, int column) {
  return {row.integer(column), row.integer(column + 1)};
}

}  // namespace

struct ReconcileBook::Parts {
  explicit Parts(SQLite::Database opened)
      : database(std::move(opened)),
        published(prepare(database, statement("published_import"))),
        staged(prepare(database, statement("staged_import"))),
        unlisted(prepare(database, statement("unlisted_payments"))),
        listed_by_replaced_only(prepare(database, statement("listed_by_replaced_only"))),
        total_here(prepare(database, statement("total_here"))),
        parts_here(prepare(database, statement("parts_here"))),
        total_there(prepare(database, statement("total_there"))),
        listed_there(prepare(database, statement("listed_there"))),
        cases_there(prepare(database, statement("cases_there"))),
        count_open_cases(prepare(database, statement("count_open_cases_of_import"))),
        settled(prepare(database, statement("settled_payments"))),
        refunds(prepare(database, statement("paid_refunds"))),
        total_refunded(prepare(database, statement("total_refunded"))) {}

  SQLite::Database database;
  SQLite::Statement published;
  SQLite::Statement staged;
  SQLite::Statement unlisted;
  SQLite::Statement listed_by_replaced_only;
  SQLite::Statement total_here;
  SQLite::Statement parts_here;
  SQLite::Statement total_there;
  SQLite::Statement listed_there;
  SQLite::Statement cases_there;
  SQLite::Statement count_open_cases;
  SQLite::Statement settled;
  SQLite::Statement refunds;
  SQLite::Statement total_refunded;
};

ReconcileBook::ReconcileBook(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ReconcileBook::~ReconcileBook() = default;

Result<std::unique_ptr<ReconcileBook>> ReconcileBook::open(const std::string& path) {
  try {
    return std::unique_ptr<ReconcileBook>(new ReconcileBook(std::make_unique<Parts>(open_for_reading(path))));
  } catch (const SQLite::Exception& exception) {
    const Error error = describe(exception, "opening it");
    return Error{error.code, path + ": " + error.message};
  }
}

Result<std::vector<std::int64_t>> ReconcileBook::unlisted_payments(std::int64_t import, std::size_t rows_max) {
  return guarded("looking for payments that a file does not list", [&]() -> Result<std::vector<std::int64_t>> {
    const ReadTransaction reading(parts_->database);
    std::vector<std::int64_t> payments;
    std::string company;
    reconcile::Day day;
    {
      Use use(parts_->staged, import);
      if (!use.next()) return Error{Errc::not_found, "no such import is under way"};
      company = use.text(0);
      day = {day_in(use, 1), use.time(2), use.time(3)};
    }
    const std::int64_t number = number_of(day.day);
    const std::int64_t limit = limit_of(rows_max);
    {
      Use use(parts_->unlisted, company, day.begins, day.ends, import, number, on_the_way_ms_max, limit);
      while (use.next()) payments.push_back(use.integer(0));
    }
    if (const auto replaced = find_import(company, day.day)) {
      Use use(parts_->listed_by_replaced_only, replaced->number, import, limit);
      while (use.next() && payments.size() < rows_max) payments.push_back(use.integer(0));
    }
    return payments;
  });
}

Result<DayReport> ReconcileBook::day_report(const std::string& company, const reconcile::Day& day) {
  return guarded("adding up a day", [&]() -> Result<DayReport> {
    const ReadTransaction reading(parts_->database);
    DayReport report;
    report.import = find_import(company, day.day);
    add_up_here(company, day, report);
    if (report.import) add_up_there(day, report);
    std::ranges::sort(report.totals, {}, &Totals::currency);
    return report;
  });
}

void ReconcileBook::add_up_here(const std::string& company, const reconcile::Day& day, DayReport& report) {
  {
    Use use(parts_->total_here, company, day.begins, day.ends, on_the_way_ms_max);
    while (use.next()) totals_of(report, currency_in(use, 0)).here = sum_in(use, 1);
  }
  const std::int64_t import = report.import ? report.import->number : 0;
  {
    Use use(parts_->total_refunded, company, day.begins, day.ends);
    while (use.next()) totals_of(report, currency_in(use, 0)).refunded = sum_in(use, 1);
  }
  constexpr std::array parts{&Totals::matched, &Totals::here_of_other_days, &Totals::here_differs,
                             &Totals::missing_there, &Totals::uncompared};
  Use use(parts_->parts_here, company, day.begins, day.ends, on_the_way_ms_max, import);
  while (use.next())
    totals_of(report, currency_in(use, 0)).*parts.at(static_cast<std::size_t>(use.integer(1))) = sum_in(use, 2);
}

void ReconcileBook::add_up_there(const reconcile::Day& day, DayReport& report) {
  const std::int64_t import = report.import->number;
  {
    Use use(parts_->total_there, import);
    while (use.next()) totals_of(report, currency_in(use, 0)).there = sum_in(use, 1);
  }
  constexpr std::array listed{&Totals::matched, &Totals::there_of_other_days, &Totals::there_open};
  {
    Use use(parts_->listed_there, import, day.begins, day.ends);
    while (use.next())
      totals_of(report, currency_in(use, 0)).*listed.at(static_cast<std::size_t>(use.integer(1))) = sum_in(use, 2);
  }
  {
    Use use(parts_->cases_there, import);
    while (use.next()) {
      Totals& totals = totals_of(report, currency_in(use, 0));
      const auto outcome = static_cast<reconcile::Outcome>(use.integer(1));
      Sum& sum = outcome == reconcile::Outcome::amount_differs ? totals.there_differs
                 : outcome == reconcile::Outcome::missing_here ? totals.missing_here
                                                               : totals.twice;
      sum = sum_in(use, 2);
    }
  }
  Use use(parts_->count_open_cases, import);
  if (use.next()) report.open_cases = use.integer(0);
}

Result<std::vector<SettledPayment>> ReconcileBook::settled_payments(const std::string& company,
                                                                    const reconcile::Day& day,
                                                                    const std::optional<SettledPayment>& after,
                                                                    std::size_t rows_max) {
  return guarded("listing a day's payments", [&]() -> Result<std::vector<SettledPayment>> {
    std::vector<SettledPayment> payments;
    const WallTime after_time = after ? after->not_after : day.begins;
    const std::int64_t after_number = after ? after->number : 0;
    const std::int64_t limit = limit_of(rows_max);
    Use use(parts_->settled, company, day.begins, day.ends, on_the_way_ms_max, after_time, after_number, limit);
    while (use.next()) {
      payments.push_back({.number = use.integer(0),
                          .reference = use.text(1),
                          .account = use.text(2),
                          .amount = money_in(use, 3),
                          .at = use.time(5),
                          .not_after = use.time(6),
                          .evidence = use.text(7)});
    }
    return payments;
  });
}

Result<std::vector<PaidRefund>> ReconcileBook::paid_refunds(const std::string& company, const reconcile::Day& day,
                                                            std::int64_t after, std::size_t rows_max) {
  return guarded("listing a day's refunds", [&]() -> Result<std::vector<PaidRefund>> {
    std::vector<PaidRefund> refunds;
    const std::int64_t limit = limit_of(rows_max);
    Use use(parts_->refunds, company, day.begins, day.ends, after, limit);
    while (use.next()) {
      refunds.push_back({.number = use.integer(0),
                         .payment = use.integer(1),
                         .account = use.text(2),
                         .amount = money_in(use, 3),
                         .at = use.time(5)});
    }
    return refunds;
  });
}

std::optional<StoredImport> ReconcileBook::find_import(const std::string& company, std::chrono::sys_days day) {
  const std::int64_t number = number_of(day);
  Use use(parts_->published, company, number);
  if (!use.next()) return std::nullopt;
  return import_in(use);
}

}  // namespace shubbak::store
