#include "store/sqlite/ledger_reader.hpp"

#include <sqlite3.h>

#include "store/sqlite/ledger_rows.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {

LedgerReader::LedgerReader(const SQLite::Database& database)
    : account_of_(prepare(database, statement("ledger_account_of"))),
      account_(prepare(database, statement("ledger_account"))),
      accounts_(prepare(database, statement("ledger_accounts"))),
      transfer_of_key_(prepare(database, statement("ledger_transfer_of_key"))),
      due_(prepare(database, statement("due_ledger_reservations"))),
      statement_line_(prepare(database, statement("ledger_statement_line"))) {}

Result<std::optional<StoredAccount>> LedgerReader::find_ledger_account(const ledger::AccountId& id) {
  return guarded("looking up an account of the ledger", [&]() -> Result<std::optional<StoredAccount>> {
    const std::string currency(to_string(id.currency));
    Use use(account_of_, id.kind, id.owner, currency);
    if (!use.next()) return std::optional<StoredAccount>();
    return std::optional(ledger_account_in(use));
  });
}

Result<std::optional<StoredTransfer>> LedgerReader::find_transfer(const std::string& key) {
  return guarded("looking up a transfer", [&]() -> Result<std::optional<StoredTransfer>> {
    Use use(transfer_of_key_, key);
    if (!use.next()) return std::optional<StoredTransfer>();
    TransferInRow found = ledger_transfer_in(use);
    ledger::Order& order = found.stored.transfer.order;
    order.debit = account_of(found.debit);
    order.credit = account_of(found.credit);
    order.amount.currency = order.debit.currency;
    return std::optional(std::move(found.stored));
  });
}

Result<std::vector<StatementLine>> LedgerReader::ledger_statement(std::int64_t account, std::int64_t entry,
                                                                  std::size_t rows_max) {
  return guarded("reading a statement", [&]() -> Result<std::vector<StatementLine>> {
    std::vector<StatementLine> lines;
    while (entry != 0 && lines.size() < rows_max) {
      Use use(statement_line_, account, entry);
      if (!use.next() || use.integer(10) >= entry) throw DamagedLedgerRow("entry", entry);
      lines.push_back({use.integer(0), use.time(1), static_cast<ledger::Step>(use.integer(2)),
                       static_cast<ledger::Side>(use.integer(3)), use.integer(4), use.integer(5), use.text(6),
                       account_id_in(use, 7), use.integer(10)});
      entry = lines.back().before;
    }
    return lines;
  });
}

Result<std::vector<std::string>> LedgerReader::due_reservations(WallTime now, std::size_t rows_max) {
  return guarded("looking for reservations that are due", [&]() -> Result<std::vector<std::string>> {
    std::vector<std::string> keys;
    const std::int64_t limit = limit_of(rows_max);
    Use use(due_, now, limit);
    while (use.next()) keys.push_back(use.text(0));
    return keys;
  });
}

Result<std::vector<StoredAccount>> LedgerReader::ledger_accounts(std::int64_t after, std::size_t rows_max) {
  return guarded("listing the accounts of the ledger", [&]() -> Result<std::vector<StoredAccount>> {
    std::vector<StoredAccount> accounts;
    const std::int64_t limit = limit_of(rows_max);
    Use use(accounts_, after, limit);
    while (use.next()) accounts.push_back(ledger_account_in(use));
    return accounts;
  });
}

ledger::AccountId LedgerReader::account_of(std::int64_t number) {
  Use use(account_, number);
  if (!use.next()) throw SQLite::Exception("a transfer names an account that there is not", SQLITE_CORRUPT);
  return ledger_account_in(use).account.id;
}

}  // namespace shubbak::store
