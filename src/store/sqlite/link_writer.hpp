// What happens to links, carried out in the writer's transaction: reads the number's record, lets identity::decide()
// say what comes of it, and writes that with its history and a record of the audit trail. Private to store/sqlite.
// Thread: the writer's only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "domain/result.hpp"
#include "identity/link.hpp"
#include "store/seal.hpp"
#include "store/sqlite/audit_writer.hpp"
#include "store/sqlite/otp_writer.hpp"
#include "store/store.hpp"

namespace shubbak::store {

class LinkWriter {
 public:
  // All must outlive it. Throws SQLite::Exception when the schema is not what the statements need.
  LinkWriter(const SQLite::Database& database, Sealer& sealer, OtpWriter& otp, AuditWriter& audit,
             const identity::LinkRules& rules);

  // What became of its phone_code, if that was judged: only where it is right was anything done.
  Result<std::optional<otp::TryVerdict>> apply(const ChangeLink& change);
  Status apply(const RequireLink& change);
  Status apply(const CountLinkTry& change);
  Status apply(const NoteImsi& change);
  // Whose links they were; none where the person has none.
  Result<std::vector<Msisdn>> apply(const ErasePerson& change);
  // Neither suspended nor held. A number without a link has nothing to be debited.
  bool may_debit(Msisdn msisdn);
  bool is_active(Msisdn msisdn, const NationalId& person);
  bool is_active(Msisdn msisdn);  // whosever it is
  // By which operator's link the phone of the number's link is known to answer.
  void note_carrier(Msisdn msisdn, const std::string& carrier, WallTime at);
  // Whose links have expired.
  Result<std::vector<Msisdn>> apply(const ExpireLinks& change);

 private:
  struct Found {
    std::int64_t id = 0;
    BlindIndex person{};
    identity::LinkRecord record;
    std::optional<BlindIndex> imsi;
  };
  // What happens to which link.
  struct Event {
    std::int64_t id = 0;
    Msisdn msisdn;
    BlindIndex person{};
    std::optional<LinkState> was{};
    identity::LinkEvent event;
    const Actor& by;
    std::string office{};
    WallTime at;
  };
  std::optional<Found> find(SQLite::Statement& statement, Msisdn msisdn);
  std::optional<Found> find_last(Msisdn msisdn);
  static Event happens_to(const Found& link, Msisdn msisdn, identity::LinkEvent event, WallTime at);
  Status check_code(const Found& link, const ChangeLink& change);
  Result<otp::TryVerdict> try_phone_code(const Found& link, const ChangeLink& change, const std::string& binding);
  Status carry_out(const ChangeLink& change, const std::optional<Found>& found,
                   const identity::LinkDecision& decided);
  Result<std::optional<otp::TryVerdict>> relink(const ChangeLink& change, const std::optional<Found>& found,
                                                bool same_person);
  std::int64_t add(const ChangeLink& change, const identity::LinkRecord& record);
  bool end_overdue(const Found& link, Msisdn msisdn, WallTime at);
  void forget_number(Msisdn msisdn);
  void write(std::int64_t id, const identity::LinkRecord& record);
  void finish(const Event& what, const identity::LinkDecision& decision);
  void tell(const Event& what);

  const identity::LinkRules rules_;
  SealedBytes sealed_;  // kept for its memory
  const SQLite::Database& database_;
  Sealer& sealer_;
  OtpWriter& otp_;
  AuditWriter& audit_;
  SQLite::Statement find_current_link_;
  SQLite::Statement forget_imsi_;
  SQLite::Statement drop_outbox_of_;
  SQLite::Statement untell_notices_;
  SQLite::Statement find_released_link_;
  SQLite::Statement add_link_;
  SQLite::Statement change_link_;
  SQLite::Statement note_imsi_;
  SQLite::Statement unanswered_links_;
  SQLite::Statement add_link_event_;
  SQLite::Statement put_link_code_;
  SQLite::Statement find_link_code_;
  SQLite::Statement count_link_try_;
  SQLite::Statement drop_link_code_;
  SQLite::Statement drop_walks_;
  SQLite::Statement drop_locale_;
  SQLite::Statement drop_subscriptions_of_;
  SQLite::Statement drop_mail_address_;
  SQLite::Statement drop_mail_of_;
  SQLite::Statement links_of_person_;
  SQLite::Statement erase_link_;
  SQLite::Statement forget_told_in_cash_;
  SQLite::Statement note_carrier_;
  SQLite::Statement allow_broadcasts_;
  SQLite::Statement drop_broadcasts_to_;
};

}  // namespace shubbak::store
