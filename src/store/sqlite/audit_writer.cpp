#include "store/sqlite/audit_writer.hpp"

#include <algorithm>
#include <sqlite3.h>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

std::optional<std::span<const unsigned char>> pseudonym(const std::string& octets) {
  if (octets.empty()) return std::nullopt;
  return std::span(reinterpret_cast<const unsigned char*>(octets.data()), octets.size());
}

SQLite::Exception broken(const std::string& why) {
  return {"the audit trail takes no record, so nothing is changed: " + why, SQLITE_CORRUPT};
}

}  // namespace

AuditWriter::AuditWriter(const SQLite::Database& database, audit::HashFunction sha256)
    : chain_(std::move(sha256)),
      last_(prepare(database, statement("last_audit_record"))),
      add_(prepare(database, statement("add_audit_record"))) {}

audit::Position AuditWriter::read_position() {
  audit::Position position;
  Use use(last_);
  if (!use.next()) return position;
  position.number = use.integer(0);
  const auto hash = use.octets(1);
  if (hash.size() != position.hash.size()) throw broken("its last record is damaged");
  std::ranges::copy(hash, position.hash.begin());
  return position;
}

void AuditWriter::append(audit::Record record) {
  if (!position_) position_ = read_position();
  record.number = position_->number + 1;
  const auto hash = chain_.hash_of(position_->hash, record);
  if (!hash) throw broken("a text of it is too long");
  try {
    run(add_, record.number, record.at, record.by.kind, record.by.name, record.action, pseudonym(record.person),
        pseudonym(record.msisdn), record.thing, record.detail, std::span<const unsigned char>(*hash));
  } catch (const SQLite::Exception& exception) {
    if (exception.getErrorCode() != SQLITE_CONSTRAINT) throw;
    throw broken(exception.what());
  }
  position_ = {record.number, *hash};
}

}  // namespace shubbak::store
