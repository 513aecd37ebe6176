// Water that is paid before it is filled, in the database: ordered, bought and over with its payment, and taken at
// stations, which vouchers/fill.hpp decides. Private to store/sqlite. Thread: the writer's only. Throws
// SQLite::Exception.
#pragma once

#include <optional>
#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/fill.hpp"
#include "store/seal.hpp"
#include "store/sqlite/audit_writer.hpp"

namespace shubbak::store {

class FillWriter {
 public:
  // All but the policy must outlive it.
  FillWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit,
             const vouchers::FillPolicy& policy);

  // --- with a payment, of which nearly none is for water
  Status order(std::int64_t payment, const FillOrder& order);
  void settled(std::int64_t payment, WallTime at);
  void released(std::int64_t payment);
  // Of so much that was paid: for what was not taken; of a payment for anything else, all. conflict: all was taken.
  Result<std::int64_t> refundable(std::int64_t payment, std::int64_t paid);
  void refunded(std::int64_t payment);

  Result<FillRedemption> redeem(const RedeemFill& change);
  void forget_expired(WallTime now);  // codes that nobody may use any more
  // Before their payments say no more whose they were. What they bought is for whoever has the code.
  void erase_person(const BlindIndex& person);

 private:
  struct Tried {
    vouchers::Tries tries{};
    std::string refused_key{};
    std::optional<BlindIndex> refused{};
  };
  struct Found {
    std::int64_t payment = 0;
    vouchers::Fill is{};
  };

  // Of a request that came before; nothing: it did not.
  Result<std::optional<FillRedemption>> first_answer(const RedeemFill& change, const BlindIndex& request,
                                                     const Tried& tried);
  Tried tried_by(const std::string& account);
  void put(const std::string& account, const Tried& tried);
  std::optional<Found> find(const BlindIndex& code);
  FillRedemption take(const Found& found, std::int64_t gallons, const RedeemFill& change, const BlindIndex& request);
  void tell_lock(const RedeemFill& change, const vouchers::Tries& tries);

  Sealer& sealer_;
  AuditWriter& audit_;
  vouchers::FillPolicy policy_;
  SealedBytes sealed_;  // kept for its memory
  SQLite::Statement add_;
  SQLite::Statement buy_;
  SQLite::Statement drop_;
  SQLite::Statement left_;
  SQLite::Statement refund_;
  SQLite::Statement of_code_;
  SQLite::Statement take_;
  SQLite::Statement add_redemption_;
  SQLite::Statement redemption_of_key_;
  SQLite::Statement tries_;
  SQLite::Statement put_tries_;
  SQLite::Statement payer_;
  SQLite::Statement forget_;
  SQLite::Statement erase_;
};

}  // namespace shubbak::store
