#include "store/sqlite/reconcile_reader.hpp"

#include <algorithm>
#include <array>

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

ReconcileReader::ReconcileReader(SQLite::Database& database, Sealer& sealer)
    : database_(database),
      sealer_(sealer),
      published_(prepare(database, statement("published_import"))),
      staged_(prepare(database, statement("staged_import"))),
      unlisted_(prepare(database, statement("unlisted_payments"))),
      listed_by_replaced_only_(prepare(database, statement("listed_by_replaced_only"))),
      total_here_(prepare(database, statement("total_here"))),
      parts_here_(prepare(database, statement("parts_here"))),
      total_there_(prepare(database, statement("total_there"))),
      listed_there_(prepare(database, statement("listed_there"))),
      cases_there_(prepare(database, statement("cases_there"))),
      count_open_cases_(prepare(database, statement("count_open_cases_of_import"))),
      case_(prepare(database, statement("reconciliation_case"))),
      cases_(prepare(database, statement("reconciliation_cases"))),
      settled_(prepare(database, statement("settled_payments"))),
      refunds_(prepare(database, statement("paid_refunds"))),
      total_refunded_(prepare(database, statement("total_refunded"))) {}

Result<std::vector<std::int64_t>> ReconcileReader::unlisted_payments(std::int64_t import, std::size_t rows_max) {
  return guarded("looking for payments that a file does not list", [&]() -> Result<std::vector<std::int64_t>> {
    const ReadTransaction reading(database_);
    std::vector<std::int64_t> payments;
    std::string company;
    reconcile::Day day;
    {
      Use use(staged_, import);
      if (!use.next()) return Error{Errc::not_found, "no such import is under way"};
      company = use.text(0);
      day = {day_in(use, 1), use.time(2), use.time(3)};
    }
    const std::int64_t number = number_of(day.day);
    const std::int64_t limit = limit_of(rows_max);
    {
      Use use(unlisted_, company, day.begins, day.ends, import, number, on_the_way_ms_max, limit);
      while (use.next()) payments.push_back(use.integer(0));
    }
    if (const auto replaced = find_import(company, day.day)) {
      Use use(listed_by_replaced_only_, replaced->number, import, limit);
      while (use.next() && payments.size() < rows_max) payments.push_back(use.integer(0));
    }
    return payments;
  });
}

Result<DayReport> ReconcileReader::reconciliation_report(const std::string& company, const reconcile::Day& day) {
  return guarded("adding up a day", [&]() -> Result<DayReport> {
    const ReadTransaction reading(database_);
    DayReport report;
    report.import = find_import(company, day.day);
    add_up_here(company, day, report);
    if (report.import) add_up_there(day, report);
    std::ranges::sort(report.totals, {}, &Totals::currency);
    return report;
  });
}

void ReconcileReader::add_up_here(const std::string& company, const reconcile::Day& day, DayReport& report) {
  {
    Use use(total_here_, company, day.begins, day.ends, on_the_way_ms_max);
    while (use.next()) totals_of(report, currency_in(use, 0)).here = sum_in(use, 1);
  }
  const std::int64_t import = report.import ? report.import->number : 0;
  {
    Use use(total_refunded_, company, day.begins, day.ends);
    while (use.next()) totals_of(report, currency_in(use, 0)).refunded = sum_in(use, 1);
  }
  constexpr std::array parts{&Totals::matched, &Totals::here_of_other_days, &Totals::here_differs,
                             &Totals::missing_there, &Totals::uncompared};
  Use use(parts_here_, company, day.begins, day.ends, on_the_way_ms_max, import);
  while (use.next())
    totals_of(report, currency_in(use, 0)).*parts.at(static_cast<std::size_t>(use.integer(1))) = sum_in(use, 2);
}

void ReconcileReader::add_up_there(const reconcile::Day& day, DayReport& report) {
  const std::int64_t import = report.import->number;
  {
    Use use(total_there_, import);
    while (use.next()) totals_of(report, currency_in(use, 0)).there = sum_in(use, 1);
  }
  constexpr std::array listed{&Totals::matched, &Totals::there_of_other_days, &Totals::there_open};
  {
    Use use(listed_there_, import, day.begins, day.ends);
    while (use.next())
      totals_of(report, currency_in(use, 0)).*listed.at(static_cast<std::size_t>(use.integer(1))) = sum_in(use, 2);
  }
  {
    Use use(cases_there_, import);
    while (use.next()) {
      Totals& totals = totals_of(report, currency_in(use, 0));
      const auto outcome = static_cast<reconcile::Outcome>(use.integer(1));
      Sum& sum = outcome == reconcile::Outcome::amount_differs ? totals.there_differs
                 : outcome == reconcile::Outcome::missing_here ? totals.missing_here
                                                               : totals.twice;
      sum = sum_in(use, 2);
    }
  }
  Use use(count_open_cases_, import);
  if (use.next()) report.open_cases = use.integer(0);
}

Result<std::vector<StoredCase>> ReconcileReader::reconciliation_cases(const CaseFilter& filter, std::int64_t after,
                                                                      std::size_t rows_max) {
  return guarded("listing cases", [&]() -> Result<std::vector<StoredCase>> {
    std::vector<StoredCase> cases;
    const std::int64_t open_only = filter.open_only ? 1 : 0;
    const std::int64_t limit = limit_of(rows_max);
    Use use(cases_, after, filter.company, open_only, limit);
    while (use.next()) cases.push_back(case_in(use, sealer_));
    return cases;
  });
}

Result<std::optional<StoredCase>> ReconcileReader::find_case(std::int64_t number) {
  return guarded("looking up a case", [&]() -> Result<std::optional<StoredCase>> {
    Use use(case_, number);
    if (!use.next()) return std::optional<StoredCase>();
    return std::optional(case_in(use, sealer_));
  });
}

Result<std::vector<SettledPayment>> ReconcileReader::settled_payments(const std::string& company,
                                                                      const reconcile::Day& day,
                                                                      const std::optional<SettledPayment>& after,
                                                                      std::size_t rows_max) {
  return guarded("listing a day's payments", [&]() -> Result<std::vector<SettledPayment>> {
    std::vector<SettledPayment> payments;
    const WallTime after_time = after ? after->not_after : day.begins;
    const std::int64_t after_number = after ? after->number : 0;
    const std::int64_t limit = limit_of(rows_max);
    Use use(settled_, company, day.begins, day.ends, on_the_way_ms_max, after_time, after_number, limit);
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

Result<std::vector<PaidRefund>> ReconcileReader::paid_refunds(const std::string& company, const reconcile::Day& day,
                                                              std::int64_t after, std::size_t rows_max) {
  return guarded("listing a day's refunds", [&]() -> Result<std::vector<PaidRefund>> {
    std::vector<PaidRefund> refunds;
    const std::int64_t limit = limit_of(rows_max);
    Use use(refunds_, company, day.begins, day.ends, after, limit);
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

std::optional<StoredImport> ReconcileReader::find_import(const std::string& company, std::chrono::sys_days day) {
  const std::int64_t number = number_of(day);
  Use use(published_, company, number);
  if (!use.next()) return std::nullopt;
  return import_in(use);
}

}  // namespace shubbak::store
