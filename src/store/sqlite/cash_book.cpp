#include "store/cash_book.hpp"

#include <limits>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/sqlite/cash_rows.hpp"
#include "store/sqlite/read_transaction.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

constexpr WallTime end_of_time{std::chrono::milliseconds(std::numeric_limits<std::int64_t>::max())};

}  // namespace

struct CashBook::Parts {
  explicit Parts(SQLite::Database opened)
      : database(std::move(opened)),
        before(prepare(database, statement("cash_before"))),
        sums(prepare(database, statement("cash_sums"))),
        counts(prepare(database, statement("cash_counts"))),
        report(prepare(database, statement("cash_report"))),
        account(prepare(database, statement("ledger_account_of"))) {}

  std::int64_t sum_before(std::int64_t drawer, WallTime moment) {
    Use use(before, drawer, moment);
    return use.next() ? use.integer(0) : 0;
  }
  std::int64_t in_ledger(const StoredDrawer& drawer) {
    const std::string currency(to_string(drawer.currency));
    Use use(account, ledger::AccountKind::agent_drawer, drawer.name, currency);
    return use.next() ? ledger::held(ledger_account_in(use).account) : 0;
  }

  SQLite::Database database;
  SQLite::Statement before;
  SQLite::Statement sums;
  SQLite::Statement counts;
  SQLite::Statement report;
  SQLite::Statement account;
};

CashBook::CashBook(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
CashBook::~CashBook() = default;

Result<std::unique_ptr<CashBook>> CashBook::open(const std::string& path) {
  try {
    return std::unique_ptr<CashBook>(new CashBook(std::make_unique<Parts>(open_for_reading(path))));
  } catch (const SQLite::Exception& exception) {
    const Error error = describe(exception, "opening it");
    return Error{error.code, path + ": " + error.message};
  }
}

Result<DrawerStatement> CashBook::drawer_statement(const StoredDrawer& drawer, WallTime from, WallTime before) {
  return guarded("adding up a drawer", [&]() -> Result<DrawerStatement> {
    const ReadTransaction of_one_moment(parts_->database);
    DrawerStatement told;
    told.opening = parts_->sum_before(drawer.number, from);
    told.all_movements = parts_->sum_before(drawer.number, end_of_time);
    told.in_ledger = parts_->in_ledger(drawer);
    {
      Use use(parts_->sums, drawer.number, from, before);
      while (use.next()) add_cash_sum(use, 0, told.sums);
    }
    Use use(parts_->counts, drawer.number, from, before);
    while (use.next()) told.counts.push_back({use.time(0), use.integer(1), use.integer(2)});
    return told;
  });
}

Result<std::vector<CashReportRow>> CashBook::cash_report(const CashReportWanted& wanted) {
  return guarded("adding up cash", [&]() -> Result<std::vector<CashReportRow>> {
    std::vector<CashReportRow> rows;
    Use use(parts_->report, wanted.by, wanted.from, wanted.before, wanted.company, wanted.directorate, wanted.office);
    while (use.next()) {
      std::string name = use.text(0);
      if (rows.empty() || rows.back().name != name) rows.push_back({std::move(name), {}});
      add_cash_sum(use, 1, rows.back().sums);
    }
    return rows;
  });
}

}  // namespace shubbak::store
