#include "store/report_book.hpp"

#include <algorithm>
#include <iterator>
#include <sqlite3.h>
#include <tuple>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/ledger_rows.hpp"
#include "store/sqlite/read_transaction.hpp"
#include "store/sqlite/reconcile_rows.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

constexpr std::chrono::minutes quarter{15};

enum class Source : std::uint8_t { sums, books };
enum class PaymentOutcome : std::uint8_t { settled, released, refunded };

std::int64_t quarters_of(WallTime moment) {
  return std::chrono::floor<std::chrono::minutes>(moment.time_since_epoch()) / quarter;
}

std::optional<std::chrono::sys_days> day_in(const Use& row, int column, const ReportGroups& by) {
  if (!by.has(ReportGroup::day)) return std::nullopt;
  return std::chrono::sys_days(std::chrono::days(row.integer(column)));
}

Status has_only(const ReportGroups& by, std::initializer_list<ReportGroup> kept, std::string_view of) {
  for (std::size_t i = 0; i < report_group_names.size(); ++i) {
    const auto group = static_cast<ReportGroup>(i);
    if (!by.has(group) || std::ranges::find(kept, group) != kept.end()) continue;
    std::string message(of);
    message.append(" are not kept by ").append(report_group_names[i]);
    return Error{Errc::invalid, message};
  }
  return {};
}
Status is_of_all_places(const ReportPlace& of, bool may_be_companies, std::string_view what) {
  if (of.directorate.empty() && of.office.empty() && (may_be_companies || of.company.empty())) return {};
  std::string message(what);
  message.append(may_be_companies ? " are kept by company only" : " are of no company");
  return Error{Errc::invalid, message};
}

void add_outcome(const Use& row, PaymentReportRow& to) {
  const PaymentReportRow::Sum sum{row.integer(7), row.integer(8)};
  const std::int64_t fees = row.integer(9);
  switch (code_in<PaymentOutcome>(row, 6)) {
    case PaymentOutcome::settled:
      to.settled = sum;
      to.fees_minor = fees;
      to.waited_ms += row.integer(10);
      return;
    case PaymentOutcome::released:
      to.released = sum;
      to.waited_ms += row.integer(10);
      return;
    case PaymentOutcome::refunded:
      to.refunded = sum;
      to.fees_refunded_minor = fees;
      return;
  }
  throw SQLite::Exception("a sum of payments is of no outcome", SQLITE_CORRUPT);
}

// By what "payment_report" orders its rows; each is there once.
auto place_of(const PaymentReportRow& row) {
  const ReportKey& key = row.key;
  return std::tuple(key.day, std::string_view(key.company), std::string_view(key.directorate),
                    std::string_view(key.office), std::string_view(key.channel), to_string(row.currency));
}

// Those of the one that are not in the other.
void add_missing(const std::vector<PaymentReportRow>& of, const std::vector<PaymentReportRow>& in,
                 std::vector<PaymentReportRow>& to) {
  auto there = in.begin();
  for (const PaymentReportRow& row : of) {
    there = std::find_if(there, in.end(), [&](const auto& one) { return place_of(one) >= place_of(row); });
    if (there == in.end() || *there != row) to.push_back(row);
  }
}

}  // namespace

struct ReportBook::Parts {
  explicit Parts(SQLite::Database opened)
      : database(std::move(opened)),
        payments(prepare(database, statement("payment_report"))),
        readings(prepare(database, statement("reading_report"))),
        use(prepare(database, statement("use_report"))),
        of_one_moment(database) {}

  Result<std::vector<PaymentReportRow>> add_up(const ReportWanted& wanted, Source source) {
    if (wanted.utc_offset % quarter != std::chrono::minutes::zero())
      return Error{Errc::invalid, "payments are added up by quarters of an hour: utc_offset is none of them"};
    return guarded("adding up payments", [&]() -> Result<std::vector<PaymentReportRow>> {
      std::vector<PaymentReportRow> rows;
      const std::int64_t groups = wanted.by.bits();
      const std::int64_t from = quarters_of(wanted.from);
      const std::int64_t before = quarters_of(wanted.before);
      const std::int64_t offset = wanted.utc_offset / quarter;
      Use found(payments, groups, from, before, offset, wanted.of.company, wanted.of.directorate, wanted.of.office,
                source);
      while (found.next()) {
        const ReportKey key{found.text(1), found.text(2), found.text(3), day_in(found, 0, wanted.by), found.text(4)};
        const Currency currency = currency_in(found, 5);
        if (rows.empty() || rows.back().key != key || rows.back().currency != currency)
          rows.push_back({.key = key, .currency = currency});
        add_outcome(found, rows.back());
      }
      return rows;
    });
  }

  SQLite::Database database;
  SQLite::Statement payments;
  SQLite::Statement readings;
  SQLite::Statement use;
  ReadTransaction of_one_moment;
};

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
  return parts_->add_up(wanted, Source::sums);
}

Result<std::vector<PaymentReportRow>> ReportBook::payments_from_books(const ReportWanted& wanted) {
  return parts_->add_up(wanted, Source::books);
}

Result<std::vector<PaymentReportRow>> ReportBook::payments_differing(const ReportWanted& wanted) {
  const auto kept = payments(wanted);
  if (!kept) return kept.error();
  const auto from_books = payments_from_books(wanted);
  if (!from_books) return from_books.error();
  std::vector<PaymentReportRow> differing;
  add_missing(*kept, *from_books, differing);
  add_missing(*from_books, *kept, differing);
  return differing;
}

Result<std::vector<ReadingReportRow>> ReportBook::readings(const ReportWanted& wanted) {
  if (Status kept = has_only(wanted.by, {ReportGroup::company, ReportGroup::day}, "readings"); !kept.ok())
    return kept.error();
  if (Status all = is_of_all_places(wanted.of, true, "readings"); !all.ok()) return all.error();
  return guarded("adding up readings", [&]() -> Result<std::vector<ReadingReportRow>> {
    std::vector<ReadingReportRow> rows;
    const std::int64_t offset_ms = std::chrono::milliseconds(wanted.utc_offset).count();
    const std::int64_t groups = wanted.by.bits();
    Use found(parts_->readings, groups, wanted.from, wanted.before, offset_ms, wanted.of.company);
    while (found.next()) {
      rows.push_back({.key = {.company = found.text(1), .day = day_in(found, 0, wanted.by)},
                      .taken = found.integer(2),
                      .delivered = found.integer(3),
                      .refused = found.integer(4)});
    }
    return rows;
  });
}

Result<std::vector<UseReportRow>> ReportBook::use(const ReportWanted& wanted) {
  if (Status kept = has_only(wanted.by, {ReportGroup::channel, ReportGroup::day}, "sessions and messages");
      !kept.ok())
    return kept.error();
  if (Status all = is_of_all_places(wanted.of, false, "sessions and messages"); !all.ok()) return all.error();
  return guarded("adding up sessions and messages", [&]() -> Result<std::vector<UseReportRow>> {
    std::vector<UseReportRow> rows;
    const auto day_at = [&](WallTime moment) {
      return std::int64_t{
          std::chrono::floor<std::chrono::days>(moment.time_since_epoch() + wanted.utc_offset).count()};
    };
    const std::int64_t groups = wanted.by.bits();
    Use found(parts_->use, groups, day_at(wanted.from), day_at(wanted.before));
    while (found.next()) {
      rows.push_back({.key = {.day = day_in(found, 0, wanted.by), .channel = found.text(1)},
                      .operator_name = found.text(2),
                      .sessions = found.integer(3),
                      .messages = found.integer(4)});
    }
    return rows;
  });
}

}  // namespace shubbak::store
