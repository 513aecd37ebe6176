// The look-ups of addresses for copies by e-mail, and of the copies. Private to store/sqlite. Thread: that of the
// connection.
#pragma once

#include <vector>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/mail.hpp"
#include "store/privacy.hpp"
#include "store/seal.hpp"

namespace shubbak::store {

class MailReader final : public MailReads {
 public:
  // Both must outlive this. Throws SQLite::Exception when the schema is not what the statements need.
  MailReader(const SQLite::Database& database, Sealer& sealer);

  Result<std::optional<RegisteredMail>> mail_address(Msisdn msisdn) override;
  Result<std::optional<WaitingMail>> next_mail(std::int64_t after_id) override;
  // All that waits for the number's address, oldest first. Throws SQLite::Exception.
  Result<std::vector<KeptMail>> mail_of(Msisdn msisdn);

 private:
  Sealer& sealer_;
  SQLite::Statement address_;
  SQLite::Statement next_;
  SQLite::Statement of_number_;
};

}  // namespace shubbak::store
