// Wallets and payments in the database: has the ledger reserve, post and release, and writes what stands beside it.
// Private to store/sqlite. Thread: the writer's only. Throws SQLite::Exception; of a broken rule only where nothing
// is written yet, or where its set needs a savepoint.
#pragma once

#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/seal.hpp"
#include "store/sqlite/ledger_writer.hpp"
#include "store/store.hpp"

namespace shubbak::store {

class PaymentWriter {
 public:
  // All must outlive it.
  PaymentWriter(const SQLite::Database& database, Sealer& sealer, LedgerWriter& ledger);

  // Whether what stands behind it in the set is left out, since it was done with the first.
  Result<bool> apply(const PaymentChange& change, Committed& committed);
  // Of someone who is to be erased. conflict: a card of theirs holds money, or a payment is not over.
  Status may_erase(const NationalId& person);

 private:
  Result<bool> apply_one(const OpenWallet& change, Committed& committed);
  Result<bool> apply_one(const BeginPayment& change, Committed& committed);
  Result<bool> apply_one(const SettlePayment& change, Committed& committed);
  Result<bool> apply_one(const ReleasePayment& change, Committed& committed);

  Result<bool> end(const std::string& key, const LedgerChange& resolution, Committed& committed);
  bool is_wallet_of(const Wallet& wallet, const BlindIndex& person);

  Sealer& sealer_;
  LedgerWriter& ledger_;
  SealedBytes sealed_;  // kept for its memory

  SQLite::Statement wallet_;
  SQLite::Statement wallets_;
  SQLite::Statement add_wallet_;
  SQLite::Statement add_payment_;
  SQLite::Statement payment_of_key_;
  SQLite::Statement end_payment_;
  SQLite::Statement open_payments_of_person_;
};

}  // namespace shubbak::store
