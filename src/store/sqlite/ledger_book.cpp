#include "store/ledger_book.hpp"

#include <algorithm>
#include <charconv>
#include <future>
#include <limits>
#include <set>
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

  // What one look at the database has found: a page of entries with what they name.
  struct Page {
    std::vector<ledger::AccountRow> accounts;    // that are new
    std::vector<ledger::TransferRow> renewed;    // that were begun before this page
    std::vector<ledger::TransferRow> transfers;  // that are new
    std::vector<ledger::SealRow> seals;
    std::vector<ledger::Entry> entries;
    bool is_last = false;
  };

  // Pages are read while the one before is replayed. The last one is, in the same look, also compared with what is
  // kept now.
  void verify(ledger::Verifier& verifier) {
    std::future<void> replaying;
    const auto wait = [&replaying] {
      if (replaying.valid()) replaying.get();
    };
    for (;;) {
      const SQLite::Transaction look_together(database);
      Page page = read_page();
      wait();
      if (verifier.is_done()) return;
      if (page.is_last) {
        replay(verifier, std::move(page));
        compare(verifier);
        return;
      }
      replaying = std::async(std::launch::async,
                             [&verifier, page = std::move(page)]() mutable { replay(verifier, std::move(page)); });
    }
  }

  static void replay(ledger::Verifier& verifier, Page page) {
    for (const ledger::AccountRow& account : page.accounts) verifier.add(account);
    for (ledger::TransferRow& transfer : page.renewed) verifier.renew(std::move(transfer));
    for (ledger::TransferRow& transfer : page.transfers) verifier.add(std::move(transfer));
    for (const ledger::SealRow& seal : page.seals) verifier.add(seal);
    for (const ledger::Entry& entry : page.entries) verifier.add(entry);
  }

  Page read_page() {
    Page page;
    read_entries(page);
    page.is_last = page.entries.size() < static_cast<std::size_t>(verified_page_rows);
    read_accounts(page);
    std::int64_t newest = first_row;
    std::set<std::int64_t> before;
    for (const ledger::Entry& entry : page.entries) {
      newest = std::max(newest, entry.transfer);
      if (entry.transfer < next_transfer && before.insert(entry.transfer).second)
        read_transfers(entry.transfer, entry.transfer, page.renewed);
    }
    read_transfers(next_transfer, page.is_last ? all_rows : newest, page.transfers);
    if (!page.transfers.empty()) next_transfer = behind(page.transfers.back().number);
    read_seals(page.is_last ? all_rows : page.entries.back().number, page);
    return page;
  }
  void read_entries(Page& page) {
    Use use(entries, next_entry, verified_page_rows);
    while (use.next()) {
      page.entries.push_back({use.integer(0), use.integer(1), code_in<ledger::Step>(use, 2), use.integer(3),
                              use.integer(4), use.integer(5), use.time(6), use.integer(7), use.integer(8)});
    }
    if (!page.entries.empty()) next_entry = behind(page.entries.back().number);
  }
  void read_accounts(Page& page) {
    Use use(accounts, next_account);
    while (use.next()) page.accounts.push_back(account_row_in(use));
    if (!page.accounts.empty()) next_account = behind(page.accounts.back().number);
  }
  void read_transfers(std::int64_t from, std::int64_t to, std::vector<ledger::TransferRow>& found) {
    Use use(transfers, from, to);
    while (use.next()) found.push_back(transfer_row_in(use));
  }
  void read_seals(std::int64_t up_to, Page& page) {
    Use use(seals, next_seal, up_to);
    while (use.next()) {
      ledger::SealRow seal{use.integer(0), {}};
      const auto octets = use.octets(1);
      std::copy_n(octets.begin(), std::min(octets.size(), seal.hash.size()), seal.hash.begin());
      page.seals.push_back(seal);
    }
    if (!page.seals.empty()) next_seal = behind(page.seals.back().entry);
  }
  void compare(ledger::Verifier& verifier) {
    std::vector<ledger::TransferRow> unsettled;
    for (const std::int64_t number : verifier.unsettled()) read_transfers(number, number, unsettled);
    for (ledger::TransferRow& transfer : unsettled) verifier.renew(std::move(transfer));
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
    parts_->verify(verifier);
    return Verdict{verifier.faults(),   verifier.entries(),  verifier.transfers(),
                   verifier.accounts(), verifier.reserved(), verifier.anchors_met()};
  });
}

LedgerReads& LedgerBook::reads() {
  return parts_->reader;
}

}  // namespace shubbak::store
