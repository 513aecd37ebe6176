#include "store/sqlite/fill_reader.hpp"

#include <sqlite3.h>

#include "store/sqlite/statements.hpp"

namespace shubbak::store {

vouchers::FillState fill_state_in(const Use& row, int column) {
  const std::int64_t number = row.integer(column);
  if (number < 0 || number > static_cast<std::int64_t>(vouchers::FillState::refunded))
    throw SQLite::Exception("a fill has a state that there is not", SQLITE_CORRUPT);
  return static_cast<vouchers::FillState>(number);
}

FillReader::FillReader(const SQLite::Database& database, Sealer& sealer)
    : sealer_(sealer),
      fill_(prepare(database, statement("fill"))),
      usable_(prepare(database, statement("usable_fills_of_person"))),
      fills_(prepare(database, statement("fills"))),
      of_person_(prepare(database, statement("fills_of_person"))),
      redemptions_(prepare(database, statement("fill_redemptions"))),
      totals_(prepare(database, statement("fill_totals"))) {}

Result<std::optional<StoredFill>> FillReader::find_fill(std::int64_t payment) {
  return guarded("looking up a fill", [&]() -> Result<std::optional<StoredFill>> {
    Use use(fill_, payment);
    if (!use.next()) return std::optional<StoredFill>();
    return std::optional(fill_in(use));
  });
}

Result<std::vector<StoredFill>> FillReader::usable_fills_of(const NationalId& person, WallTime now,
                                                            std::size_t rows_max) {
  return guarded("listing a person's fills", [&]() -> Result<std::vector<StoredFill>> {
    const BlindIndex index = sealer_.index_of(person);
    const std::span<const unsigned char> octets(index);
    const std::int64_t limit = limit_of(rows_max);
    Use use(usable_, octets, now, limit);
    return all_of(use);
  });
}

Result<std::vector<StoredFill>> FillReader::fills(std::int64_t after, std::size_t rows_max) {
  return guarded("listing fills", [&]() -> Result<std::vector<StoredFill>> {
    const std::int64_t limit = limit_of(rows_max);
    Use use(fills_, after, limit);
    return all_of(use);
  });
}

Result<std::vector<StoredFillRedemption>> FillReader::fill_redemptions(std::int64_t payment, std::size_t rows_max) {
  return guarded("listing what was taken of a fill", [&]() -> Result<std::vector<StoredFillRedemption>> {
    std::vector<StoredFillRedemption> taken;
    const std::int64_t limit = limit_of(rows_max);
    Use use(redemptions_, payment, limit);
    while (use.next()) taken.push_back({use.text(0), use.text(1), use.integer(2), use.time(3)});
    return taken;
  });
}

Result<FillTotals> FillReader::fill_totals(WallTime now) {
  return guarded("adding up fills", [&]() -> Result<FillTotals> {
    Use use(totals_, now);
    use.next();
    return FillTotals{use.integer(0), use.integer(1), use.integer(2), use.integer(3), use.integer(4)};
  });
}

std::vector<StoredFill> FillReader::fills_of(const NationalId& person, std::size_t rows_max) {
  const BlindIndex index = sealer_.index_of(person);
  const std::span<const unsigned char> octets(index);
  const std::int64_t limit = limit_of(rows_max);
  Use use(of_person_, octets, limit);
  return all_of(use);
}

std::vector<StoredFill> FillReader::all_of(Use& use) {
  std::vector<StoredFill> found;
  while (use.next()) found.push_back(fill_in(use));
  return found;
}

StoredFill FillReader::fill_in(const Use& row) {
  StoredFill fill{.payment = row.integer(0),
                  .is = {.state = fill_state_in(row, 3), .gallons = row.integer(1), .redeemed = row.integer(2)}};
  if (!row.is_null(4)) fill.bought = row.time(4);
  if (!row.is_null(5)) fill.is.expires = row.time(5);
  if (const auto msisdn = Msisdn::from_value(static_cast<std::uint64_t>(row.integer(6)))) fill.msisdn = *msisdn;
  if (row.is_null(7)) return fill;
  const RowIdentity identity{SealedField::fill_code, static_cast<std::uint64_t>(fill.payment)};
  if (auto code = sealer_.open(identity, row.octets(7)); code.ok()) fill.code = *std::move(code);
  return fill;
}

}  // namespace shubbak::store
