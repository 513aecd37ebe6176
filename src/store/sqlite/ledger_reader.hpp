// Reads accounts, transfers and statements of the ledger, for the store and for overseers. Private to store/sqlite.
// Thread: that of its connection.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/ledger.hpp"
#include "store/sqlite/connection.hpp"

namespace shubbak::store {

class LedgerReader final : public LedgerReads {
 public:
  // Throws SQLite::Exception when the schema is not what the statements need.
  explicit LedgerReader(const SQLite::Database& database);

  Result<std::optional<StoredAccount>> find_ledger_account(const ledger::AccountId& id) override;
  Result<std::optional<StoredTransfer>> find_transfer(const std::string& key) override;
  Result<std::vector<StatementLine>> ledger_statement(std::int64_t account, std::int64_t entry,
                                                      std::size_t rows_max) override;
  Result<std::vector<std::string>> due_reservations(WallTime now, std::size_t rows_max) override;
  Result<std::vector<StoredAccount>> ledger_accounts(std::int64_t after, std::size_t rows_max) override;

 private:
  ledger::AccountId account_of(std::int64_t number);

  SQLite::Statement account_of_;
  SQLite::Statement account_;
  SQLite::Statement accounts_;
  SQLite::Statement transfer_of_key_;
  SQLite::Statement due_;
  SQLite::Statement statement_line_;
};

}  // namespace shubbak::store
