// Carries out changes of staff inside the writer's transaction, each with its records of the audit trail. Private to
// store/sqlite. Throws SQLite::Exception. Thread: the writer's only.
#pragma once

#include "store/sqlite/audit_writer.hpp"
#include "store/sqlite/staff_reader.hpp"
#include "store/store.hpp"

namespace shubbak::store {

class StaffWriter {
 public:
  // All must outlive it.
  StaffWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit, const otp::Policy& policy);

  Status apply(const StaffChange& change, Committed& committed);

 private:
  Status apply(const RequireStaff& change);
  Status apply(const AddAccount& change);
  Status apply(const SetGrants& change);
  Status apply(const SetDisabled& change);
  Status apply(const SetPassword& change);
  Status apply(const SetPhone& change);
  Status apply(const SetStaffPin& change);
  Status apply(const TouchSession& change);
  Status apply(const EndSession& change);
  Status apply(const DropStaleStaff& change);
  Result<staff::LoginDecision> login(const Login& change);
  Result<otp::TryVerdict> sign_in(const SignIn& change);
  void begin_session(const TokenHash& session, const staff::Account& account, WallTime at);
  Status must_be_free(Msisdn msisdn, std::int64_t account);
  Result<staff::Account> account_to_change(const std::string& name, std::int64_t generation);
  void add_grants(std::int64_t account, const std::vector<staff::Grant>& grants);
  struct Act {
    const std::string& account;  // its name
    const Actor& by;
    WallTime at;
  };
  void tell(audit::Action action, const Act& act, const audit::Detail& detail = {},
            const std::optional<Msisdn>& number = std::nullopt);
  // What `grants` has and `others` has not.
  void tell_grants(audit::Action action, const Act& act, const std::vector<staff::Grant>& grants,
                   const std::vector<staff::Grant>& others);
  void tell_lock(const Login& change, const staff::Failures& before, const staff::Failures& now);
  void tell_lock(const SignIn& change, const otp::ChannelTries& before, const otp::ChannelTries& now);
  void put_failures(const std::string& subject, const staff::Failures& failures);

  Sealer& sealer_;
  AuditWriter& audit_;
  const otp::Policy policy_;
  StaffReader reader_;
  SQLite::Statement next_id_;
  SQLite::Statement add_account_;
  SQLite::Statement set_disabled_;
  SQLite::Statement set_password_;
  SQLite::Statement set_phone_;
  SQLite::Statement put_pin_;
  SQLite::Statement set_pin_tries_;
  SQLite::Statement drop_phone_session_of_;
  SQLite::Statement note_phone_session_;
  SQLite::Statement renew_;
  SQLite::Statement add_grant_;
  SQLite::Statement drop_grants_;
  SQLite::Statement add_session_;
  SQLite::Statement touch_session_;
  SQLite::Statement drop_session_;
  SQLite::Statement drop_sessions_of_;
  SQLite::Statement drop_oldest_sessions_of_;
  SQLite::Statement drop_idle_sessions_;
  SQLite::Statement put_failures_;
  SQLite::Statement drop_failures_;
  SQLite::Statement drop_old_failures_;
};

}  // namespace shubbak::store
