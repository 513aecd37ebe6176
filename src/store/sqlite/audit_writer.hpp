// Appends to the audit trail inside the transaction of the change that a record tells of. Private to store/sqlite.
// Thread: that of the connection.
#pragma once

#include <optional>
#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "audit/record.hpp"
#include "store/seal.hpp"

namespace shubbak::store {

// As it stands in a record.
inline std::string pseudonym_of(const BlindIndex& index) {
  return {index.begin(), index.end()};
}

// All throw SQLite::Exception; append() never one of a broken rule, by which the change alone would be refused: what
// cannot be told must not be done, so the whole transaction ends.
class AuditWriter {
 public:
  AuditWriter(const SQLite::Database& database, audit::HashFunction sha256);

  // A new transaction: another process may have appended since the last one.
  void begin() { position_.reset(); }
  // Numbers and chains the record, which is otherwise complete and was checked.
  void append(audit::Record record);

  // For a savepoint: how far the trail had got when it was set; nothing: not yet read in this transaction.
  [[nodiscard]] const std::optional<audit::Position>& position() const { return position_; }
  void go_back_to(const std::optional<audit::Position>& position) { position_ = position; }

 private:
  audit::Position read_position();

  std::optional<audit::Position> position_;
  audit::Chain chain_;
  SQLite::Statement last_;
  SQLite::Statement add_;
};

}  // namespace shubbak::store
