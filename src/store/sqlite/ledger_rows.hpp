// Rows of the ledger's tables as the statements of statements.sql name their columns. Private to store/sqlite. Throws
// SQLite::Exception for a row that cannot be one of ours. Thread: that of the connection.
#pragma once

#include <cstdint>
#include <string>

#include "store/ledger.hpp"
#include "store/sqlite/connection.hpp"

namespace shubbak::store {

// Nothing is decided on it.
class DamagedLedgerRow : public SQLite::Exception {
 public:
  DamagedLedgerRow(const std::string& what, std::int64_t number);  // "account", 7
};

// Of "ledger_account", "ledger_account_of" and "ledger_accounts".
StoredAccount ledger_account_in(const Use& row);
// Kind, owner and currency, from that column on.
ledger::AccountId account_id_in(const Use& row, int column);

// Of "ledger_transfer" and "ledger_transfer_of_key": the order without its accounts, and their numbers.
struct TransferInRow {
  StoredTransfer stored;
  std::int64_t debit = 0;
  std::int64_t credit = 0;
};
TransferInRow ledger_transfer_in(const Use& row);

}  // namespace shubbak::store
