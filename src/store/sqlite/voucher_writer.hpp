// Vouchers in the database: reads batches, vouchers and counters as the open transaction sees them, lets src/vouchers
// decide, has the ledger move the money, and writes back what changed. Private to store/sqlite. Thread: the writer's
// only. Throws SQLite::Exception; of a broken rule only where nothing is written yet, or by AddVouchers, whose set
// needs a savepoint.
#pragma once

#include <optional>
#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "audit/action.hpp"
#include "audit/detail.hpp"
#include "store/seal.hpp"
#include "store/sqlite/audit_writer.hpp"
#include "store/sqlite/ledger_writer.hpp"
#include "store/store.hpp"

namespace shubbak::store {

class VoucherWriter {
 public:
  // All must outlive it. `policy` was checked.
  VoucherWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit, LedgerWriter& ledger,
                const vouchers::Policy& policy);

  Status apply(const VoucherChange& change, Committed& committed);
  bool erase_person(const NationalId& person);  // what they failed; whether there was any

 private:
  struct Voucher {
    std::int64_t serial;
    vouchers::Found found;
    std::int64_t transfer;  // that redeemed it; 0: none
  };
  struct KeyedTransfer {
    std::int64_t number;
    WallTime at;
  };
  using Subjects = std::array<BlindIndex, vouchers::scopes_count>;  // in the order of vouchers::Scope
  struct Act {
    audit::Action action;
    const Actor& by;
    WallTime at;
  };

  Status apply_one(const OpenBatch& change, Committed& committed);
  Status apply_one(const AddVouchers& change, Committed& committed);
  Status apply_one(const CloseBatch& change, Committed& committed);
  Status apply_one(const ActivateBatch& change, Committed& committed);
  Status apply_one(const BlockBatch& change, Committed& committed);
  Status apply_one(const VoidBatch& change, Committed& committed);
  Status apply_one(const ChangeVouchers& change, Committed& committed);
  Status apply_one(const ExpireBatch& change, Committed& committed);
  Status apply_one(const DropVoucherTries& change, Committed& committed);
  Status apply_one(const RedeemVoucher& change, Committed& committed);

  // Finds the batch, lets `decide` say what becomes of it, and lets `carry_out` do what else that takes before it is
  // written.
  template <class Decide, class CarryOut>
  Status change_batch(std::int64_t number, const Decide& decide, const CarryOut& carry_out);
  Status end_liability(const vouchers::Batch& batch, const char* how, const Actor& by, WallTime at);
  Status move(const ledger::Order& order, TransferOutcome& outcome);
  std::optional<vouchers::Batch> find_batch(std::int64_t number);
  void put_batch(const vouchers::Batch& batch);
  std::optional<Voucher> find_voucher(const BlindIndex& pin);
  std::optional<KeyedTransfer> transfer_of(const std::string& key);
  BlindIndex hash_of(const vouchers::Pin& pin);
  BlindIndex hash_of(const RedeemVoucher& request, const BlindIndex& pin);
  vouchers::Counters find_counters(const Subjects& subjects);
  // `refused`: all of them, whatever has changed, so that the work does not tell an unknown PIN from a known one.
  void put_counters(const Subjects& subjects, const vouchers::Counters& before, const vouchers::Counters& now,
                    bool refused);
  void tell(const Act& act, const vouchers::Batch& batch, const audit::Detail& detail);
  void tell_lock(const RedeemVoucher& change, const Subjects& subjects, const vouchers::Counters& before,
                 const vouchers::Counters& now);

  Sealer& sealer_;
  AuditWriter& audit_;
  LedgerWriter& ledger_;
  const vouchers::Policy policy_;

  SQLite::Statement next_batch_;
  SQLite::Statement add_batch_;
  SQLite::Statement put_batch_;
  SQLite::Statement batch_;
  SQLite::Statement add_voucher_;
  SQLite::Statement voucher_of_pin_;
  SQLite::Statement voucher_;
  SQLite::Statement redeem_voucher_;
  SQLite::Statement count_to_change_;
  SQLite::Statement change_vouchers_;
  SQLite::Statement tries_;
  SQLite::Statement put_tries_;
  SQLite::Statement drop_tries_;
  SQLite::Statement drop_tries_of_;
  SQLite::Statement transfer_of_key_;
};

}  // namespace shubbak::store
