// Rows of the ledger's tables as the statements of statements.sql name their columns. Private to store/sqlite. Throws
// SQLite::Exception for a row that cannot be one of ours. Thread: that of the connection.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

#include "store/ledger.hpp"
#include "store/sqlite/connection.hpp"

namespace shubbak::store {

// Nothing is decided on it.
class DamagedLedgerRow : public SQLite::Exception {
 public:
  DamagedLedgerRow(const std::string& what, std::int64_t number);  // "account", 7
};

// A number that is none of them stays none.
template <class Code>
Code code_in(const Use& row, int column) {
  constexpr std::int64_t most = std::numeric_limits<std::underlying_type_t<Code>>::max();
  const std::int64_t number = row.integer(column);
  return static_cast<Code>(number >= 0 && number < most ? number : most);
}

// Of "ledger_account", "ledger_account_of", "ledger_accounts" and "ledger_accounts_to_verify". As it is kept:
// whatever its sums are.
StoredAccount ledger_account_in(const Use& row);
StoredAccount ledger_account_as_kept(const Use& row);
// Kind, owner and currency, from that column on.
ledger::AccountId account_id_in(const Use& row, int column);

// Of "ledger_transfer_of_key" and "ledger_transfers_to_verify": the order without its accounts,
// and their numbers.
struct TransferInRow {
  StoredTransfer stored;
  std::int64_t debit = 0;
  std::int64_t credit = 0;
};
TransferInRow ledger_transfer_in(const Use& row);

}  // namespace shubbak::store
