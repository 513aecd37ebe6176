#include "store/sqlite/cash_reader.hpp"

#include <sqlite3.h>

#include "store/sqlite/cash_writer.hpp"
#include "store/sqlite/ledger_rows.hpp"
#include "store/sqlite/payment_reader.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

StoredDrawer drawer_in(const Use& row) {
  const auto currency = parse_currency(row.text(5));
  if (!currency.ok()) throw SQLite::Exception("a drawer has no currency", SQLITE_CORRUPT);
  return {.number = row.integer(0),
          .name = row.text(1),
          .account = row.text(2),
          .directorate = row.text(3),
          .office = row.text(4),
          .currency = *currency,
          .opened = row.time(6),
          .closed = row.is_null(7) ? std::nullopt : std::optional(row.time(7))};
}

}  // namespace

StoredCashProposal cash_proposal_in(const Use& row) {
  const auto currency = parse_currency(row.text(5));
  if (!currency.ok()) throw SQLite::Exception("a drawer has no currency", SQLITE_CORRUPT);
  return {.number = row.integer(0),
          .kind = code_in<CashProposalKind>(row, 1),
          .drawer = row.text(2),
          .directorate = row.text(3),
          .office = row.text(4),
          .currency = *currency,
          .transfer = row.integer(6),
          .to = row.text(7),
          .amount = row.integer(8),
          .expected = row.is_null(9) ? std::nullopt : std::optional(row.integer(9)),
          .reason = row.text(10),
          .maker = row.text(11),
          .proposed = row.time(12),
          .state = code_in<CashProposalState>(row, 13),
          .checker = row.text(14),
          .decided = row.is_null(15) ? std::nullopt : std::optional(row.time(15))};
}

CashReader::CashReader(const SQLite::Database& database, Sealer& sealer)
    : sealer_(sealer),
      drawer_(prepare(database, statement("drawer_of_name"))),
      drawers_(prepare(database, statement("drawers"))),
      ledger_account_(prepare(database, statement("ledger_account_of"))),
      payments_(prepare(database, statement("cash_payments"))),
      payments_open_(prepare(database, statement("cash_payments_open"))),
      top_ups_(prepare(database, statement("cash_top_ups"))),
      proposal_(prepare(database, statement("cash_proposal"))),
      proposals_(prepare(database, statement("cash_proposals"))),
      proposals_open_(prepare(database, statement("cash_proposals_open"))) {}

void CashReader::add_balance(StoredDrawer& drawer) {
  const std::string currency(to_string(drawer.currency));
  Use use(ledger_account_, ledger::AccountKind::agent_drawer, drawer.name, currency);
  if (!use.next()) return;
  const ledger::Account account = ledger_account_in(use).account;
  drawer.holds = ledger::held(account);
  drawer.ceiling = account.ceiling;
}

Result<std::optional<StoredDrawer>> CashReader::find_drawer(const std::string& name) {
  return guarded("looking up a drawer", [&]() -> Result<std::optional<StoredDrawer>> {
    std::optional<StoredDrawer> drawer;
    {
      Use use(drawer_, name);
      if (use.next()) drawer = drawer_in(use);
    }
    if (drawer) add_balance(*drawer);
    return drawer;
  });
}

Result<std::vector<StoredDrawer>> CashReader::drawers(const std::string& after, std::size_t rows_max) {
  return guarded("listing drawers", [&]() -> Result<std::vector<StoredDrawer>> {
    std::vector<StoredDrawer> found;
    const std::int64_t limit = limit_of(rows_max);
    {
      Use use(drawers_, after, limit);
      while (use.next()) found.push_back(drawer_in(use));
    }
    for (StoredDrawer& drawer : found) add_balance(drawer);
    return found;
  });
}

Result<std::vector<CashPayment>> CashReader::cash_payments(std::int64_t drawer, bool open_only, std::int64_t before,
                                                           std::size_t rows_max) {
  return guarded("listing payments in cash", [&]() -> Result<std::vector<CashPayment>> {
    std::vector<CashPayment> found;
    const std::int64_t limit = limit_of(rows_max);
    Use use(open_only ? payments_open_ : payments_, drawer, before, limit);
    while (use.next()) {
      Result<StoredPayment> payment = payment_in(use, sealer_);
      if (!payment.ok()) return payment.error();
      found.push_back({*std::move(payment), use.integer(17)});
    }
    return found;
  });
}

Result<std::vector<CashTopUp>> CashReader::cash_top_ups(const StoredDrawer& drawer, std::int64_t before,
                                                        std::size_t rows_max) {
  return guarded("listing top-ups in cash", [&]() -> Result<std::vector<CashTopUp>> {
    std::vector<CashTopUp> found;
    const std::int64_t limit = limit_of(rows_max);
    Use use(top_ups_, drawer.number, before, limit);
    while (use.next()) {
      found.push_back({use.integer(0), use.text(1), {use.text(2), drawer.currency}, use.integer(3), use.time(4)});
    }
    return found;
  });
}

Result<std::optional<StoredCashProposal>> CashReader::find_cash_proposal(std::int64_t number) {
  return guarded("looking up what is proposed of cash", [&]() -> Result<std::optional<StoredCashProposal>> {
    Use use(proposal_, number);
    if (!use.next()) return std::optional<StoredCashProposal>();
    return std::optional(cash_proposal_in(use));
  });
}

Result<std::vector<StoredCashProposal>> CashReader::cash_proposals(const CashProposalsWanted& wanted,
                                                                   std::size_t rows_max) {
  return guarded("listing what is proposed of cash", [&]() -> Result<std::vector<StoredCashProposal>> {
    std::vector<StoredCashProposal> found;
    const std::int64_t limit = limit_of(rows_max);
    Use use(wanted.open_only ? proposals_open_ : proposals_, wanted.after, wanted.directorate, wanted.office, limit);
    while (use.next()) found.push_back(cash_proposal_in(use));
    return found;
  });
}

}  // namespace shubbak::store
