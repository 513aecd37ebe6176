// All that is kept of one person, on a connection that only reads. Private to store/sqlite. Prepared for one look-up:
// it is rare. Throws SQLite::Exception; an Error is a sealed field that does not open. Thread: that of its
// connection.
#pragma once

#include <vector>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/privacy.hpp"
#include "store/seal.hpp"
#include "store/store.hpp"

namespace shubbak::store {

class Use;

std::optional<WalkChannel> reading_channel_in(const Use& row, int column);

class PersonReader {
 public:
  // Both must outlive it.
  PersonReader(const SQLite::Database& database, Sealer& sealer);

  // `links`: all of the person's. Within a read transaction.
  Result<PersonFile> read(const NationalId& person, std::vector<StoredLink> links);

 private:
  Result<KeptLink> read_link(StoredLink link);
  std::vector<LinkHistoryEntry> history_of(const StoredLink& link);
  std::vector<Reading> readings_of(const StoredLink& link);
  std::vector<KeptWalk> walks_of(Msisdn msisdn);
  Result<std::vector<OutboxMessage>> texts_of(Msisdn msisdn);

  Sealer& sealer_;
  SQLite::Statement link_events_;
  SQLite::Statement readings_;
  SQLite::Statement locale_;
  SQLite::Statement walks_;
  SQLite::Statement texts_;
  SQLite::Statement has_sim_;
  SQLite::Statement has_code_;
  SQLite::Statement carrier_;
  SQLite::Statement pin_since_;
  SQLite::Statement tries_;
  SQLite::Statement voucher_tries_;
};

}  // namespace shubbak::store
