// Subscriptions to notices of bills, decided and written in the writer's transaction. Private to store/sqlite.
// Thread: the writer's only.
#pragma once

#include <cstdint>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/sqlite/link_writer.hpp"
#include "store/subscription.hpp"

namespace shubbak::store {

class SubscriptionWriter {
 public:
  // All must outlive it; `next_outbox_id`: of the text that is put there next. Throws SQLite::Exception when the
  // schema is not what the statements need.
  SubscriptionWriter(const SQLite::Database& database, LinkWriter& links, const std::int64_t& next_outbox_id);

  // Nothing is written where it is refused.
  Status apply(const SubscriptionChange& change);
  // A text that goes from the outbox unsent, or those that were over by then: what they told was told to nobody. The
  // company is asked when it would have been, so that a number that no SMSC takes costs no more than any other.
  void untell(std::int64_t outbox_id);
  void untell_expired(WallTime before);

 private:
  Status carry_out(const Subscribe& change);
  Status carry_out(const Unsubscribe& change);
  Status carry_out(const NoteNotice& change);

  LinkWriter& links_;
  const std::int64_t& next_outbox_id_;
  SQLite::Statement count_others_;
  SQLite::Statement add_;
  SQLite::Statement drop_;
  SQLite::Statement note_;
  SQLite::Statement untell_;
  SQLite::Statement untell_expired_;
};

}  // namespace shubbak::store
