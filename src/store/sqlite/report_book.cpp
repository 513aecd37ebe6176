#include "store/report_book.hpp"

#include <array>
#include <sqlite3.h>

#include "store/sqlite/ledger_rows.hpp"
#include "store/sqlite/reconcile_rows.hpp"
#include "store/sqlite/report_parts.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

constexpr std::chrono::minutes quarter{15};

enum class PaymentOutcome : std::uint8_t { settled, released, refunded };

// Error invalid: only those of a company, directorate or office are wanted, and `what` is not kept of such.
Status is_of_only(const ReportPlace& of, std::initializer_list<ReportGroup> kept, std::string_view what) {
  ReportGroups named;
  if (!of.company.empty()) named.add(ReportGroup::company);
  if (!of.directorate.empty()) named.add(ReportGroup::directorate);
  if (!of.office.empty()) named.add(ReportGroup::office);
  return has_only(named, kept, what);
}

void add_outcome(const Use& row, PaymentReportRow& to) {
  const PaymentReportRow::Sum sum{row.integer(8), row.integer(9)};
  const std::int64_t fees = row.integer(10);
  switch (code_in<PaymentOutcome>(row, 7)) {
    case PaymentOutcome::settled:
      to.settled = sum;
      to.fees_minor = fees;
      to.waited_ms += row.integer(11);
      return;
    case PaymentOutcome::released:
      to.released = sum;
      to.waited_ms += row.integer(11);
      return;
    case PaymentOutcome::refunded:
      to.refunded = sum;
      to.fees_refunded_minor = fees;
      return;
  }
  throw SQLite::Exception("a sum of payments is of no outcome", SQLITE_CORRUPT);
}

}  // namespace

Status are_of_quarters(const ReportWanted& wanted, std::string_view what) {
  if (wanted.utc_offset % quarter == std::chrono::minutes::zero()) return {};
  std::string message(what);
  message.append(" are added up by quarters of an hour: utc_offset is none of them");
  return Error{Errc::invalid, message};
}

std::int64_t quarters_in(std::chrono::minutes time) {
  return time / quarter;
}

std::int64_t quarters_of(WallTime moment) {
  return quarters_in(std::chrono::floor<std::chrono::minutes>(moment.time_since_epoch()));
}

std::int64_t day_of_quarter(std::int64_t number, std::chrono::minutes utc_offset) {
  return day_at(WallTime(number * quarter), utc_offset);
}

std::int64_t day_at(WallTime moment, std::chrono::minutes utc_offset) {
  return std::int64_t{std::chrono::floor<std::chrono::days>(moment.time_since_epoch() + utc_offset).count()};
}

std::optional<std::chrono::sys_days> day_if(const ReportGroups& by, std::int64_t day) {
  if (!by.has(ReportGroup::day)) return std::nullopt;
  return std::chrono::sys_days(std::chrono::days(day));
}

Status has_only(const ReportGroups& by, std::initializer_list<ReportGroup> kept, std::string_view what) {
  for (std::size_t i = 0; i < report_group_names.size(); ++i) {
    const auto group = static_cast<ReportGroup>(i);
    if (!by.has(group) || std::ranges::find(kept, group) != kept.end()) continue;
    std::string message(what);
    message.append(" are not kept by ").append(report_group_names[i]);
    return Error{Errc::invalid, message};
  }
  return {};
}

ReportBook::Parts::Parts(SQLite::Database opened)
    : database(std::move(opened)),
      payments(prepare(database, statement("payment_report"))),
      readings(prepare(database, statement("reading_report"))),
      use(prepare(database, statement("use_report"))),
      company_use(prepare(database, statement("company_use_report"))),
      open_cases(prepare(database, statement("open_case_report"))),
      case_places(prepare(database, statement("case_places"))),
      case_deeds(prepare(database, statement("case_deeds"))),
      case_deeds_in_history(prepare(database, statement("case_deeds_in_history"))),
      case_acts_told_once(prepare(database, statement("case_acts_told_once"))),
      drawers(prepare(database, statement("reported_drawers"))),
      cash(prepare(database, statement("cash_sums_of_drawers"))),
      cash_in_books(prepare(database, statement("cash_of_drawers"))),
      held_before(prepare(database, statement("cash_held_before"))),
      held_before_by_sums(prepare(database, statement("cash_sums_before"))),
      held_before_in_books(prepare(database, statement("cash_in_ledger_before"))),
      of_one_moment(database) {}

Result<std::vector<PaymentReportRow>> ReportBook::Parts::payments_of(const ReportWanted& wanted,
                                                                     ReportSource source) {
  using enum ReportGroup;
  if (Status kept = has_only(wanted.by, {company, directorate, office, day, channel, purpose}, "payments");
      !kept.ok())
    return kept.error();
  if (Status whole = are_of_quarters(wanted, "payments"); !whole.ok()) return whole.error();
  return guarded("adding up payments", [&]() -> Result<std::vector<PaymentReportRow>> {
    std::vector<PaymentReportRow> rows;
    const std::int64_t groups = wanted.by.bits();
    const std::int64_t from = quarters_of(wanted.from);
    const std::int64_t before = quarters_of(wanted.before);
    const std::int64_t offset = quarters_in(wanted.utc_offset);
    Use found(payments, groups, from, before, offset, wanted.of.company, wanted.of.directorate, wanted.of.office,
              source);
    while (found.next()) {
      const ReportKey key{.company = found.text(1),
                          .directorate = found.text(2),
                          .office = found.text(3),
                          .day = day_if(wanted.by, found.integer(0)),
                          .channel = found.text(4),
                          .purpose = found.text(5)};
      const Currency currency = currency_in(found, 6);
      if (rows.empty() || rows.back().key != key || rows.back().currency != currency)
        rows.push_back({.key = key, .currency = currency});
      add_outcome(found, rows.back());
    }
    return rows;
  });
}

ReportBook::ReportBook(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ReportBook::~ReportBook() = default;

Result<std::unique_ptr<ReportBook>> ReportBook::open(const std::string& path) {
  try {
    return std::unique_ptr<ReportBook>(new ReportBook(std::make_unique<Parts>(open_for_reading(path))));
  } catch (const SQLite::Exception& exception) {
    const Error error = describe(exception, "opening it");
    return Error{error.code, path + ": " + error.message};
  }
}

Result<std::vector<PaymentReportRow>> ReportBook::payments(const ReportWanted& wanted) {
  return parts_->payments_of(wanted, ReportSource::kept);
}

Result<std::vector<PaymentReportRow>> ReportBook::payments_from_books(const ReportWanted& wanted) {
  return parts_->payments_of(wanted, ReportSource::books);
}

Result<std::vector<PaymentReportRow>> ReportBook::payments_differing(const ReportWanted& wanted) {
  return differing(payments(wanted), payments_from_books(wanted));
}

Result<std::vector<ReadingReportRow>> ReportBook::readings(const ReportWanted& wanted) {
  using enum ReportGroup;
  if (Status kept = has_only(wanted.by, {company, office, day, channel}, "readings"); !kept.ok()) return kept.error();
  if (Status kept = is_of_only(wanted.of, {company, office}, "readings"); !kept.ok()) return kept.error();
  return guarded("adding up readings", [&]() -> Result<std::vector<ReadingReportRow>> {
    std::vector<ReadingReportRow> rows;
    const std::int64_t offset_ms = std::chrono::milliseconds(wanted.utc_offset).count();
    const std::int64_t groups = wanted.by.bits();
    Use found(parts_->readings, groups, wanted.from, wanted.before, offset_ms, wanted.of.company, wanted.of.office);
    while (found.next()) {
      rows.push_back({.key = {.company = found.text(1),
                              .office = found.text(2),
                              .day = day_if(wanted.by, found.integer(0)),
                              .channel = found.text(3)},
                      .taken = found.integer(4),
                      .delivered = found.integer(5),
                      .refused = found.integer(6)});
    }
    return rows;
  });
}

Result<std::vector<UseReportRow>> ReportBook::use(const ReportWanted& wanted) {
  using enum ReportGroup;
  if (Status kept = has_only(wanted.by, {channel, day, company}, "sessions and messages"); !kept.ok())
    return kept.error();
  if (Status kept = is_of_only(wanted.of, {company}, "sessions and messages"); !kept.ok()) return kept.error();
  return guarded("adding up sessions and messages", [&]() -> Result<std::vector<UseReportRow>> {
    std::vector<UseReportRow> rows;
    const std::int64_t groups = wanted.by.bits();
    const std::int64_t from = day_at(wanted.from, wanted.utc_offset);
    const std::int64_t before = day_at(wanted.before, wanted.utc_offset);
    if (wanted.by.has(company) || !wanted.of.company.empty()) {
      Use found(parts_->company_use, groups, from, before, wanted.of.company);
      while (found.next()) {
        rows.push_back(
            {.key = {.company = found.text(1), .day = day_if(wanted.by, found.integer(0)), .channel = found.text(2)},
             .operator_name = found.text(3),
             .sessions = found.integer(4)});
      }
      return rows;
    }
    Use found(parts_->use, groups, from, before);
    while (found.next()) {
      rows.push_back({.key = {.day = day_if(wanted.by, found.integer(0)), .channel = found.text(1)},
                      .operator_name = found.text(2),
                      .sessions = found.integer(3),
                      .messages = found.integer(4)});
    }
    return rows;
  });
}

}  // namespace shubbak::store
