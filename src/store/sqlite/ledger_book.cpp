#include "store/ledger_book.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <sqlite3.h>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include "ledger/verifier.hpp"
#include "store/sha256.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/ledger_reader.hpp"
#include "store/sqlite/ledger_rows.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {
namespace {

constexpr std::int64_t verified_page_rows = 10'000;
constexpr std::int64_t first_row = std::numeric_limits<std::int64_t>::min();  // also what somebody put there
constexpr std::int64_t all_rows = std::numeric_limits<std::int64_t>::max();

// Where the look goes on behind that row.
std::int64_t behind(std::int64_t number) {
  return number == all_rows ? all_rows : number + 1;
}

ledger::AccountRow account_row_in(const Use& use) {
  StoredAccount kept = ledger_account_as_kept(use);
  return {kept.number, std::move(kept.account.id), kept.account.balance, kept.last_entry};
}

ledger::TransferRow transfer_row_in(const Use& use) {
  TransferInRow row = ledger_transfer_in(use);
  return {row.stored.number, row.debit, row.credit, std::move(row.stored.transfer)};
}

}  // namespace

struct LedgerBook::Parts {
  Parts(SQLite::Database opened, ledger::HashFunction hash)
      : database(std::move(opened)),
        sha256(std::move(hash)),
        reader(database),
        entries(prepare(database, statement("ledger_entries_to_verify"))),
        transfers(prepare(database, statement("ledger_transfers_to_verify"))),
        accounts(prepare(database, statement("ledger_accounts_to_verify"))),
        seals(prepare(database, statement("ledger_seals_to_verify"))),
        anchors(prepare(database, statement("ledger_anchors"))) {}

  // Those of a record that somebody changed may be none: that is for shubbak audit verify.
  std::vector<ledger::Anchor> read_anchors() {
    std::vector<ledger::Anchor> found;
    Use use(anchors);
    while (use.next()) {
      const std::string thing = use.text(1);
      ledger::Anchor anchor{0, use.text(2), use.integer(0)};
      std::from_chars(thing.data(), thing.data() + thing.size(), anchor.entry, 16);
      constexpr std::string_view before = R"({"seal":")";  // the detail of such a record
      if (anchor.hash.starts_with(before)) anchor.hash = anchor.hash.substr(before.size(), 2 * ledger::Hash{}.size());
      found.push_back(std::move(anchor));
    }
    return found;
  }

  // One look at the database: a page of entries with what they name. At the end of the ledger also what is kept now
  // is compared, in the same look; false: that was done.
  bool look(ledger::Verifier& verifier) {
    const SQLite::Transaction look_together(database);
    read_entries();
    read_accounts(verifier);
    for (const ledger::Entry& entry : page) {
      if (entry.transfer < next_transfer && verifier.may_have_changed(entry.transfer))
        renew(verifier, entry.transfer);
    }
    const bool is_last = page.size() < static_cast<std::size_t>(verified_page_rows);
    std::int64_t newest = first_row;
    for (const ledger::Entry& entry : page) newest = std::max(newest, entry.transfer);
    read_transfers(verifier, is_last ? all_rows : newest);
    read_seals(verifier, is_last ? all_rows : page.back().number);
    for (const ledger::Entry& entry : page) verifier.add(entry);
    if (is_last) compare(verifier);
    return !is_last && !verifier.is_done();
  }

  void read_entries() {
    page.clear();
    Use use(entries, next_entry, verified_page_rows);
    while (use.next()) {
      page.push_back({use.integer(0), use.integer(1), code_in<ledger::Step>(use, 2), use.integer(3), use.integer(4),
                      use.integer(5), use.time(6), use.integer(7), use.integer(8)});
    }
    if (!page.empty()) next_entry = behind(page.back().number);
  }
  void read_accounts(ledger::Verifier& verifier) {
    Use use(accounts, next_account);
    while (use.next()) {
      const ledger::AccountRow account = account_row_in(use);
      verifier.add(account);
      next_account = behind(account.number);
    }
  }
  void read_transfers(ledger::Verifier& verifier, std::int64_t newest) {
    Use use(transfers, next_transfer, newest);
    while (use.next()) {
      ledger::TransferRow transfer = transfer_row_in(use);
      next_transfer = behind(transfer.number);
      verifier.add(std::move(transfer));
    }
  }
  void read_seals(ledger::Verifier& verifier, std::int64_t up_to) {
    Use use(seals, next_seal, up_to);
    while (use.next()) {
      ledger::SealRow seal{use.integer(0), {}};
      const auto octets = use.octets(1);
      std::copy_n(octets.begin(), std::min(octets.size(), seal.hash.size()), seal.hash.begin());
      verifier.add(seal);
      next_seal = behind(seal.entry);
    }
  }
  void renew(ledger::Verifier& verifier, std::int64_t transfer) {
    Use use(transfers, transfer, transfer);
    if (use.next()) verifier.renew(transfer_row_in(use));
  }
  void compare(ledger::Verifier& verifier) {
    for (const std::int64_t number : verifier.unsettled()) renew(verifier, number);
    {
      Use use(accounts, first_row);
      while (use.next()) verifier.compare(account_row_in(use));
    }
    verifier.finish();
  }

  SQLite::Database database;
  ledger::HashFunction sha256;
  LedgerReader reader;
  SQLite::Statement entries;
  SQLite::Statement transfers;
  SQLite::Statement accounts;
  SQLite::Statement seals;
  SQLite::Statement anchors;
  std::vector<ledger::Entry> page;
  std::int64_t next_entry = first_row;
  std::int64_t next_transfer = first_row;
  std::int64_t next_account = first_row;
  std::int64_t next_seal = first_row;
};

LedgerBook::LedgerBook(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
LedgerBook::~LedgerBook() = default;

Result<std::unique_ptr<LedgerBook>> LedgerBook::open(const std::string& path) {
  Result<audit::HashFunction> hash = sha256();
  if (!hash.ok()) return hash.error();
  try {
    SQLite::Database database = open_for_reading(path);
    if (!database.tableExists("ledger_entry")) {
      return Error{Errc::not_found, path + ": the database has no ledger yet; start this version's shubbakd on it"};
    }
    return std::unique_ptr<LedgerBook>(
        new LedgerBook(std::make_unique<Parts>(std::move(database), *std::move(hash))));
  } catch (const SQLite::Exception& exception) {
    const Error error = describe(exception, "opening it");
    return Error{error.code, path + ": " + error.message};
  }
}

Result<LedgerBook::Verdict> LedgerBook::verify() {
  return guarded("verifying the ledger", [&]() -> Result<Verdict> {
    parts_->next_entry = parts_->next_transfer = parts_->next_account = parts_->next_seal = first_row;
    ledger::Verifier verifier(parts_->sha256, parts_->read_anchors());
    while (parts_->look(verifier)) {
    }
    return Verdict{verifier.faults(),   verifier.entries(),  verifier.transfers(),
                   verifier.accounts(), verifier.reserved(), verifier.anchors_met()};
  });
}

LedgerReads& LedgerBook::reads() {
  return parts_->reader;
}

}  // namespace shubbak::store
