// Reads accounts, sessions and failures, for look-ups and for the writer's own decisions. Private to store/sqlite.
// Throws SQLite::Exception; an Error is a sealed field that does not open. Thread: that of its connection.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "otp/otp.hpp"
#include "store/seal.hpp"
#include "store/sqlite/connection.hpp"
#include "store/staff.hpp"

namespace shubbak::store {

class StaffReader {
 public:
  // Without a sealer (null) names and addresses of people stay empty.
  StaffReader(const SQLite::Database& database, Sealer* sealer);

  Result<std::optional<Credentials>> find_account(const std::string& name);
  Result<std::optional<PhoneAccount>> find_account_of(Msisdn msisdn);
  otp::ChannelTries pin_tries(std::int64_t account);  // of wrong service PINs
  Result<std::optional<FoundSession>> find_session(const TokenHash& session);
  Result<std::vector<staff::Account>> accounts(const std::string& after, std::size_t rows_max);
  staff::Failures failures(const std::string& subject);
  // denied: the session has ended, or its account may not do this.
  Status judge(const RequireStaff& required);

 private:
  Result<Credentials> credentials_of(const Use& row);
  Result<std::string> open(SealedField field, std::int64_t id, std::span<const unsigned char> sealed);

  Sealer* sealer_;
  SQLite::Statement find_account_;
  SQLite::Statement find_account_by_id_;
  SQLite::Statement find_account_by_number_;
  SQLite::Statement find_pin_;
  SQLite::Statement list_accounts_;
  SQLite::Statement grants_of_;
  SQLite::Statement find_session_;
  SQLite::Statement find_failures_;
};

}  // namespace shubbak::store
