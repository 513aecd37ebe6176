#include "store/sqlite/reconcile_rows.hpp"

#include <algorithm>
#include <sqlite3.h>

namespace shubbak::store {

Currency currency_in(const Use& row, int column) {
  const auto currency = parse_currency(row.text(column));
  if (!currency.ok()) throw SQLite::Exception("an amount has no currency", SQLITE_CORRUPT);
  return *currency;
}

Money money_in(const Use& row, int column) {
  return {row.integer(column), currency_in(row, column + 1)};
}

std::int64_t number_of(std::chrono::sys_days day) {
  return day.time_since_epoch().count();
}

std::chrono::sys_days day_in(const Use& row, int column) {
  return std::chrono::sys_days(std::chrono::days(row.integer(column)));
}

FileContent content_in(const Use& row, int column) {
  FileContent content{};
  const auto octets = row.octets(column);
  if (octets.size() != content.size()) throw SQLite::Exception("a file's hash is damaged", SQLITE_CORRUPT);
  std::ranges::copy(octets, content.begin());
  return content;
}

StoredImport import_in(const Use& row) {
  return {.number = row.integer(0),
          .content = content_in(row, 1),
          .lines = row.integer(2),
          .by = {static_cast<Actor::Kind>(row.integer(3)), row.text(4)},
          .at = row.time(5)};
}

std::optional<CaseSide> case_side_in(const Use& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return CaseSide{row.text(column), money_in(row, column + 1)};
}

StoredCase case_in(const Use& row, Sealer& sealer) {
  StoredCase found{
      .number = row.integer(0), .company = row.text(1), .reference = row.text(4), .opened = row.time(15)};
  if (!row.is_null(2)) found.day = day_in(row, 2);
  found.outcome = static_cast<reconcile::Outcome>(row.integer(3));
  if (!row.is_null(5)) found.line = row.integer(5);
  if (!row.is_null(6)) found.payment = row.integer(6);
  found.theirs = case_side_in(row, 7);
  found.company_reference = row.text(10);
  found.ours = case_side_in(row, 11);
  found.evidence = row.text(14);
  found.resolution = static_cast<reconcile::Resolution>(row.integer(16));
  if (!row.is_null(17)) {
    found.resolved = row.time(17);
    found.by = {static_cast<Actor::Kind>(row.integer(18)), row.text(19)};
  }
  if (!row.is_null(20)) {
    const RowIdentity identity{SealedField::case_note, static_cast<std::uint64_t>(found.number)};
    if (auto note = sealer.open(identity, row.octets(20)); note.ok()) found.note = *std::move(note);
  }
  return found;
}

}  // namespace shubbak::store
