// What the reports of one book share: its connection, and how rows are grouped, checked and held against each other.
// Private to store/sqlite. Thread: that of the book.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <tuple>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/report_book.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/read_transaction.hpp"

namespace shubbak::store {

enum class ReportSource : std::uint8_t { kept, books };  // what was added up, or all that it was added up of

struct ReportBook::Parts {
  explicit Parts(SQLite::Database opened);

  Result<std::vector<PaymentReportRow>> payments_of(const ReportWanted& wanted, ReportSource source);
  template <class Figures>
  Result<std::vector<std::pair<ReportKey, Figures>>> figures_of(const ReportWanted& wanted, ReportSource source);
  Result<std::vector<CaseReportRow>> outcomes_of(const ReportWanted& wanted, ReportSource source);
  Result<std::vector<StageReportRow>> stages_of(const ReportWanted& wanted, ReportSource source);
  Result<std::int64_t> acts_told_once(const ReportWanted& wanted);
  // From one of each: what moved, and what was held before that.
  Result<std::vector<CollectorReportRow>> collectors_of(const ReportWanted& wanted, SQLite::Statement& cash_moved,
                                                        SQLite::Statement& held);

  SQLite::Database database;
  SQLite::Statement payments;
  SQLite::Statement readings;
  SQLite::Statement use;
  SQLite::Statement company_use;
  SQLite::Statement open_cases;
  SQLite::Statement case_places;
  SQLite::Statement case_deeds;
  SQLite::Statement case_deeds_in_history;
  SQLite::Statement case_acts_told_once;
  SQLite::Statement drawers;
  SQLite::Statement cash;
  SQLite::Statement cash_in_books;
  SQLite::Statement held_before;
  SQLite::Statement held_before_by_sums;
  SQLite::Statement held_before_in_books;
  ReadTransaction of_one_moment;
};

// What is kept by quarters of an hour: of days that begin with one. Error invalid: these do not.
Status are_of_quarters(const ReportWanted& wanted, std::string_view what);
std::int64_t quarters_in(std::chrono::minutes time);
std::int64_t quarters_of(WallTime moment);
std::int64_t day_of_quarter(std::int64_t quarter, std::chrono::minutes utc_offset);
std::int64_t day_at(WallTime moment, std::chrono::minutes utc_offset);  // since 1970-01-01
std::optional<std::chrono::sys_days> day_if(const ReportGroups& by, std::int64_t day);
// Error invalid: the groups are of what is not kept of `what`.
Status has_only(const ReportGroups& by, std::initializer_list<ReportGroup> kept, std::string_view what);

// In the order of this the rows of a report stand, each once.
template <class Row>
auto place_in_report(const Row& row) {
  const ReportKey& key = row.key;
  const auto place =
      std::tuple(key.day, std::string_view(key.company), std::string_view(key.directorate),
                 std::string_view(key.office), std::string_view(key.channel), std::string_view(key.kind),
                 std::string_view(key.stage), std::string_view(key.worker), std::string_view(key.account),
                 std::string_view(key.drawer), std::string_view(key.purpose));
  if constexpr (requires { row.currency; }) {
    return std::tuple_cat(place, std::tuple(to_string(row.currency)));
  } else {
    return place;
  }
}

// Those of the one that are not in the other.
template <class Row>
void add_missing(const std::vector<Row>& of, const std::vector<Row>& in, std::vector<Row>& to) {
  auto there = in.begin();
  for (const Row& row : of) {
    there =
        std::find_if(there, in.end(), [&](const Row& one) { return place_in_report(one) >= place_in_report(row); });
    if (there == in.end() || *there != row) to.push_back(row);
  }
}
// Rows of the two that the other one has not, the first one's first.
template <class Row>
Result<std::vector<Row>> differing(const Result<std::vector<Row>>& kept, const Result<std::vector<Row>>& books) {
  if (!kept) return kept.error();
  if (!books) return books.error();
  std::vector<Row> rows;
  add_missing(*kept, *books, rows);
  add_missing(*books, *kept, rows);
  return rows;
}

}  // namespace shubbak::store
