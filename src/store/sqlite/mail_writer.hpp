// Addresses for copies by e-mail, and the copies, written in the writer's transaction. Private to store/sqlite.
// Thread: the writer's only.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/mail.hpp"
#include "store/seal.hpp"
#include "store/sqlite/audit_writer.hpp"
#include "store/sqlite/link_writer.hpp"

namespace shubbak::store {

class MailWriter {
 public:
  // All must outlive it. Throws SQLite::Exception when the schema is not what the statements need.
  MailWriter(const SQLite::Database& database, Sealer& sealer, AuditWriter& audit, LinkWriter& links);

  // Nothing is written where it is refused.
  Status apply(const MailChange& change);

 private:
  Status carry_out(const SetMailAddress& change);
  Status carry_out(const AddMail& change);
  Status carry_out(const SettleMail& change);
  Status carry_out(const DropOldMail& change);

  Sealer& sealer_;
  AuditWriter& audit_;
  LinkWriter& links_;
  SealedBytes sealed_;  // kept for its memory
  SQLite::Statement has_address_;
  SQLite::Statement put_address_;
  SQLite::Statement drop_address_;
  SQLite::Statement drop_mail_of_;
  SQLite::Statement next_id_;
  SQLite::Statement add_;
  SQLite::Statement note_refused_;
  SQLite::Statement drop_;
  SQLite::Statement drop_old_;
};

}  // namespace shubbak::store
