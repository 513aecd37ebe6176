#include "store/sqlite/ledger_rows.hpp"

#include <algorithm>
#include <sqlite3.h>

namespace shubbak::store {
namespace {

std::optional<std::int64_t> optional_in(const Use& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.integer(column);
}
std::optional<WallTime> optional_time_in(const Use& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.time(column);
}

}  // namespace

DamagedLedgerRow::DamagedLedgerRow(const std::string& what, std::int64_t number)
    : SQLite::Exception("the ledger's " + what + " " + std::to_string(number) +
                            " is damaged or gone; look at it with shubbak ledger verify",
                        SQLITE_CORRUPT) {}

ledger::AccountId account_id_in(const Use& row, int column) {
  const auto currency = parse_currency(row.text(column + 2));
  if (!currency.ok()) throw SQLite::Exception("an account of the ledger has no currency", SQLITE_CORRUPT);
  return {code_in<ledger::AccountKind>(row, column), row.text(column + 1), *currency};
}

StoredAccount ledger_account_as_kept(const Use& row) {
  return {
      row.integer(0),
      {account_id_in(row, 1), {row.integer(5), row.integer(6), row.integer(7), row.integer(8)}, optional_in(row, 4)},
      row.integer(9)};
}

StoredAccount ledger_account_in(const Use& row) {
  StoredAccount found = ledger_account_as_kept(row);
  const bool sound = ledger::is_sound(found.account.balance) &&
                     (ledger::may_be_overdrawn(found.account.id.kind) || ledger::available(found.account) >= 0);
  if (!sound) throw DamagedLedgerRow("account", found.number);
  return found;
}

TransferInRow ledger_transfer_in(const Use& row) {
  TransferInRow found;
  found.stored.number = row.integer(0);
  found.debit = row.integer(3);
  found.credit = row.integer(4);
  ledger::Transfer& transfer = found.stored.transfer;
  ledger::Order& order = transfer.order;
  order.key = row.text(1);
  const auto request = row.octets(2);
  if (request.size() != order.request.size()) throw DamagedLedgerRow("transfer", found.stored.number);
  std::ranges::copy(request, order.request.begin());
  order.amount.minor = row.integer(5);
  order.by = {code_in<Actor::Kind>(row, 6), row.text(7)};
  order.at = row.time(8);
  transfer.expires = optional_time_in(row, 9);
  transfer.corrects = optional_in(row, 10);
  transfer.state = code_in<ledger::State>(row, 11);
  transfer.sent = optional_time_in(row, 12);
  transfer.posted = row.integer(13);
  transfer.resolved = optional_time_in(row, 14);
  if (transfer.resolved) transfer.resolved_by = {code_in<Actor::Kind>(row, 15), row.text(16)};
  transfer.evidence = row.text(17);
  return found;
}

}  // namespace shubbak::store
