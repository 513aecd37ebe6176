// One-time codes in the database: reads the rows as the open transaction sees them, lets otp/otp.hpp decide, and
// writes back what changed; locks and PINs are told to the audit trail. So parallel tries over both channels and
// other processes take turns, and what was not committed was not granted. Private to store/sqlite. Thread: the
// writer's only. Throws SQLite::Exception.
#pragma once

#include <optional>
#include <string_view>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "otp/otp.hpp"
#include "store/seal.hpp"
#include "store/sqlite/audit_writer.hpp"
#include "store/store.hpp"

namespace shubbak::store {

class OtpWriter {
 public:
  // All must outlive it. `policy` was checked.
  OtpWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit, const otp::Policy& policy);

  otp::SendVerdict send(const SendCode& change);
  otp::TryVerdict try_code(const TryCode& change);
  Result<otp::TryVerdict> try_pin(const TryPin& change);
  // What a counter was told by the person. It came by SMS and counts as that, so that no counter locks USSD. It
  // leaves no grant: the caller does what was asked, in the same transaction.
  struct CounterTry {
    Msisdn msisdn;
    BlindIndex person;
    std::string_view binding;
    std::string_view code;
    const Actor& by;
    WallTime at;
  };
  otp::TryVerdict try_code(const CounterTry& attempt);
  bool consume_grant(const ConsumeGrant& change);  // false: there is none
  // A counter asks a phone by SMS: counted as a code is, or no counter could be kept from sending without end. False:
  // not now.
  bool count_question(Msisdn msisdn, WallTime at);
  // The phone has told what it was sent last, so the next code need not wait for it. It counts as one that was sent.
  void end_send_gap(Msisdn msisdn);
  bool clear_tries(const ClearTries& change);  // false: there were none
  void forget_number(Msisdn msisdn);           // its code and its grants are not the next owner's
  void drop_expired(WallTime now);
  Status set_pin(const SetPin& change);
  Status drop_pin(const DropPin& change);
  bool erase_person(const NationalId& person);  // PIN and tries; false: there was neither. Is not told

 private:
  // What a change speaks of, as the rows know it.
  struct Subject {
    BlindIndex person;
    otp::Mac binding;
  };
  Subject subject_of(Msisdn msisdn, const BlindIndex& person, std::string_view binding);
  otp::Mac code_mac(const otp::Mac& binding, std::string_view code);
  otp::Mac grant_mac(Msisdn msisdn, std::string_view binding);

  std::optional<otp::Challenge> find_challenge(Msisdn msisdn);
  void put_challenge(Msisdn msisdn, const otp::Challenge& challenge);
  otp::Tries find_tries(const BlindIndex& person);
  void put_tries(const BlindIndex& person, const otp::Tries& before, const otp::Tries& now);
  // A failure: each channel that it locks, or locks for longer, is told.
  struct Failure {
    audit::Action action;
    Actor by;
    BlindIndex person;
    Msisdn msisdn;
    WallTime at;
  };
  void tell_locks(const Failure& failure, const otp::Tries& before, const otp::Tries& now);
  otp::TryVerdict judge(const Subject& subject, std::string_view code, otp::Channel channel, const Failure& failure);
  struct Told {
    audit::Action action;
    const Actor& by;
    const BlindIndex& person;
    WallTime at;
    std::string_view office{};
  };
  void tell(const Told& what);
  otp::SendCounts find_counts(Msisdn msisdn);
  void put_counts(Msisdn msisdn, const otp::SendCounts& before, const otp::SendCounts& now);
  otp::NumberSends find_sends(Msisdn msisdn);
  void put_sends(Msisdn msisdn, const otp::NumberSends& before, const otp::NumberSends& now);
  otp::Window find_window(std::int64_t scope);
  void put_window(std::int64_t scope, const otp::Window& before, const otp::Window& now);
  std::optional<WallTime> pin_since(const BlindIndex& person);  // nothing: they have no PIN
  void put_grant(Msisdn msisdn, std::string_view binding, WallTime at);
  [[nodiscard]] std::int64_t prefix_of(Msisdn msisdn) const;

  Sealer& sealer_;
  AuditWriter& audit_;
  const otp::Policy policy_;
  std::string hashed_;  // kept for its memory
  SealedBytes sealed_;  // likewise

  SQLite::Statement find_challenge_;
  SQLite::Statement put_challenge_;
  SQLite::Statement drop_challenge_;
  SQLite::Statement find_sends_;
  SQLite::Statement put_sends_;
  SQLite::Statement find_window_;
  SQLite::Statement put_window_;
  SQLite::Statement find_tries_;
  SQLite::Statement put_tries_;
  SQLite::Statement drop_tries_;
  SQLite::Statement put_grant_;
  SQLite::Statement consume_grant_;
  SQLite::Statement drop_grants_;
  SQLite::Statement drop_grants_of_person_;
  SQLite::Statement drop_expired_challenges_;
  SQLite::Statement drop_expired_grants_;
  SQLite::Statement drop_old_sends_;
  SQLite::Statement drop_old_windows_;
  SQLite::Statement pin_since_;
  SQLite::Statement put_pin_;
  SQLite::Statement drop_pin_;
};

}  // namespace shubbak::store
