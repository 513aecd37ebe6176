// Wallets and payments in the database: has the ledger reserve, post and release, and writes what stands beside it.
// Private to store/sqlite. Thread: the writer's only. Throws SQLite::Exception; of a broken rule only where nothing
// is written yet, or where its set needs a savepoint.
#pragma once

#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/seal.hpp"
#include "store/sqlite/citizen_case_writer.hpp"
#include "store/sqlite/ending_writer.hpp"
#include "store/sqlite/fill_writer.hpp"
#include "store/sqlite/ledger_writer.hpp"
#include "store/sqlite/limit_writer.hpp"
#include "store/sqlite/reconcile_writer.hpp"
#include "store/sqlite/refund_writer.hpp"
#include "store/store.hpp"

namespace shubbak::store {

// Under which its fee is reserved and posted, or paid back.
std::string key_of_fee(const std::string& key);
ledger::AccountId fees_account(Currency currency);

class PaymentWriter {
 public:
  // All but the limits must outlive it.
  PaymentWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit, LedgerWriter& ledger,
                ReconcileWriter& reconciliation, CitizenCaseWriter& cases, FillWriter& fills,
                payments::Limits limits);

  void begin_set() { contradiction_.reset(); }
  // Whether what stands behind it in the set is left out, since it was done with the first.
  Result<bool> apply(const PaymentChange& change, Committed& committed);
  // Of a set that was refused, and taken back: if that was because the payment has ended otherwise, a case is opened,
  // and named in the error.
  Error with_case(Error refused);
  // Of someone who is to be erased. conflict: a card of theirs holds money, or a payment is not over.
  Status may_erase(const NationalId& person);
  // What may_erase() let go on: the books do not say any more whose cards and payments these were. False: none were.
  bool erase_person(const NationalId& person);

 private:
  struct Contradiction {
    std::int64_t payment = 0;
    bool company_has_it = false;
    std::string evidence;
    WallTime at;
  };

  Result<bool> apply_one(const OpenWallet& change, Committed& committed);
  Result<bool> apply_one(const BeginPayment& change, Committed& committed);
  Result<bool> apply_one(const SettlePayment& change, Committed& committed);
  Result<bool> apply_one(const ReleasePayment& change, Committed& committed);
  Result<bool> apply_one(const ProposeRefund& change, Committed& committed);
  Result<bool> apply_one(const DecideRefund& change, Committed& committed);
  Result<bool> apply_one(const ProposeEnding& change, Committed& committed);
  Result<bool> apply_one(const DecideEnding& change, Committed& committed);

  Result<TransferOutcome> reserve(const BeginPayment& change, const std::string& key, const ledger::AccountId& to,
                                  std::int64_t amount, const std::string& asked);
  struct Ending {
    bool settles;
    const ledger::Resolution& resolution;
  };
  // `resolve` makes the change of the ledger's of a key.
  template <class Resolve>
  Result<bool> end(const std::string& key, const Resolve& resolve, const Ending& ending, Committed& committed);
  bool is_wallet_of(const Wallet& wallet, const BlindIndex& person);
  std::vector<Wallet> wallets_of(const BlindIndex& person);

  Sealer& sealer_;
  LedgerWriter& ledger_;
  ReconcileWriter& reconciliation_;
  CitizenCaseWriter& cases_;
  FillWriter& fills_;
  LimitWriter limits_;
  RefundWriter refunds_;
  EndingWriter endings_;
  std::optional<Contradiction> contradiction_{};  // of the set that is being carried out
  SealedBytes sealed_;                            // kept for its memory

  SQLite::Statement wallet_;
  SQLite::Statement wallets_;
  SQLite::Statement erase_wallet_;
  SQLite::Statement erase_payer_;
  SQLite::Statement add_wallet_;
  SQLite::Statement add_payment_;
  SQLite::Statement payment_to_end_;
  SQLite::Statement end_payment_;
  SQLite::Statement open_payment_to_;
  SQLite::Statement open_refunds_of_person_;
  SQLite::Statement open_payments_of_person_;
  SQLite::Statement owe_cash_;
};

}  // namespace shubbak::store
