// The look-ups of drawers. Private to store/sqlite. Thread: that of the connection.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/seal.hpp"
#include "store/sqlite/connection.hpp"
#include "store/store.hpp"

namespace shubbak::store {

// A row of the statements cash_proposal, cash_proposals and cash_proposals_open.
StoredCashProposal cash_proposal_in(const Use& row);

class CashReader final : public CashReads {
 public:
  // Both must outlive it. Throws SQLite::Exception when the schema is not what the statements need.
  CashReader(const SQLite::Database& database, Sealer& sealer);

  Result<std::optional<StoredDrawer>> find_drawer(const std::string& name) override;
  Result<std::vector<StoredDrawer>> drawers(const std::string& after, std::size_t rows_max) override;
  Result<std::vector<CashPayment>> cash_payments(std::int64_t drawer, bool open_only, std::int64_t before,
                                                 std::size_t rows_max) override;
  Result<std::vector<CashTopUp>> cash_top_ups(const StoredDrawer& drawer, std::int64_t before,
                                              std::size_t rows_max) override;
  Result<std::optional<StoredCashProposal>> find_cash_proposal(std::int64_t number) override;
  Result<std::vector<StoredCashProposal>> cash_proposals(const CashProposalsWanted& wanted,
                                                         std::size_t rows_max) override;

 private:
  void add_balance(StoredDrawer& drawer);

  Sealer& sealer_;
  SQLite::Statement drawer_;
  SQLite::Statement drawers_;
  SQLite::Statement ledger_account_;
  SQLite::Statement payments_;
  SQLite::Statement payments_open_;
  SQLite::Statement top_ups_;
  SQLite::Statement proposal_;
  SQLite::Statement proposals_;
  SQLite::Statement proposals_open_;
};

}  // namespace shubbak::store
