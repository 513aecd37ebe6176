// The whole store against the model of money: no sequence with restarts breaks its rules, and what it leaves is
// whole.
#include "tests/unit/ledger/ledger_model.hpp"

#include <algorithm>
#include <iostream>
#include <rapidcheck.h>

#include <SQLiteCpp/Database.h>

#include "ledger_fixture.hpp"
#include "store/sha256.hpp"
#include "store/sqlite/change_writer.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/ledger_reader.hpp"
#include "store/sqlite/migrate.hpp"

namespace shubbak::store {
namespace {

using ledger::Answer;
using ledger::MoneyOperation;

// The writer on a database file, without its thread; a restart is a new one on the same file.
class StoredLedger {
 public:
  explicit StoredLedger(std::string path) : path_(std::move(path)) { restart(); }
  ~StoredLedger() = default;
  StoredLedger(const StoredLedger&) = delete;
  StoredLedger& operator=(const StoredLedger&) = delete;

  Answer answer(const MoneyOperation& op, WallTime now) {
    const Result<Committed> committed = commit(change_of(op, now));
    if (!committed.ok()) return {committed.error().code};
    const TransferOutcome& outcome = committed->transfers.at(0);
    return {{}, outcome.repeated, outcome.state};
  }
  std::vector<std::uint8_t> expire(WallTime now) {
    const auto due = reader_->due_reservations(now, 100);
    RC_ASSERT(due.ok());
    std::vector<std::uint8_t> keys;
    for (const std::string& key : *due) {
      const Result<Committed> committed = commit(ExpireReservation{key, now});
      RC_ASSERT(committed.ok());
      RC_ASSERT(committed->transfers.at(0).state == ledger::State::expired);
      keys.push_back(static_cast<std::uint8_t>(std::stoi(key.substr(1))));
    }
    std::ranges::sort(keys);
    return keys;
  }
  void set_ceiling(std::uint8_t account, std::optional<std::int64_t> ceiling, WallTime now) {
    RC_ASSERT(commit(SetCeiling{ledger::model_accounts()[account], ceiling, by_staff, now}).ok());
  }
  ledger::Balance balance(std::uint8_t account) {
    const auto found = reader_->find_ledger_account(ledger::model_accounts()[account]);
    RC_ASSERT(found.ok());
    return *found ? (*found)->account.balance : ledger::Balance{};
  }
  void restart() {
    reader_.reset();
    reading_.reset();
    writer_.reset();
    SQLite::Database database = open_for_writing(path_, 100'000);
    database.exec("PRAGMA synchronous = OFF");  // what a restart forgets is forgotten without a disk too
    RC_ASSERT(migrate(database, schema_migrations(), at(0)).ok());
    writer_ = std::make_unique<ChangeWriter>(std::move(database), *Sealer::create(MasterKey({1, 2, 3}), 1),
                                             sha256().value(), StoreConfig{});
    reading_ = std::make_unique<SQLite::Database>(open_for_reading(path_));
    reader_ = std::make_unique<LedgerReader>(*reading_);
  }

 private:
  // Each in a transaction with one that is refused and undone, so that what that one wrote must be gone.
  Result<Committed> commit(const LedgerChange& change) {
    std::vector<PendingChange> batch(2);
    const ledger::AccountId nobody{ledger::AccountKind::wallet, "nobody", Currency::SYP};
    batch[0].changes = {top_up("undone", 50), top_up("undone.too", 7, nobody),
                        VoidReservation{"not.there", {"", {}, at(0)}}};
    batch[1].changes = {change};
    writer_->commit(batch);
    RC_ASSERT(!batch[0].outcome.ok());
    return std::move(batch[1].outcome);
  }
  static LedgerChange change_of(const MoneyOperation& op, WallTime now) {
    const std::string key = "K" + std::to_string(op.key);
    const ledger::Order order{.key = key,
                              .request = {op.request},
                              .debit = ledger::model_accounts()[op.debit],
                              .credit = ledger::model_accounts()[op.credit],
                              .amount = {op.amount, op.currency},
                              .at = now};
    const ledger::Resolution resolution{op.has_evidence ? "seen" : "", {}, now};
    switch (op.kind) {
      case MoneyOperation::Kind::move:
        return MoveMoney{order};
      case MoneyOperation::Kind::reserve:
        return ReserveMoney{order, {now + std::chrono::seconds(op.seconds), op.sent}};
      case MoneyOperation::Kind::correct:
        return CorrectTransfer{key,      {op.request}, "K" + std::to_string(op.other_key), op.amount, "again",
                               by_staff, now};
      case MoneyOperation::Kind::mark_sent:
        return MarkReservationSent{key, now};
      case MoneyOperation::Kind::void_it:
        return VoidReservation{key, resolution};
      default:
        return PostReservation{key, op.has_amount ? std::optional(op.amount) : std::nullopt, resolution};
    }
  }

  std::string path_;
  std::unique_ptr<ChangeWriter> writer_;
  std::unique_ptr<SQLite::Database> reading_;
  std::unique_ptr<LedgerReader> reader_;
};

TEST_CASE("no sequence breaks the rules of money in the store, restarts included, and its ledger is whole") {
  const TempFolder folder;
  play_sequences(150, 300);
  ledger::MetAnswers met;  // that all are met is for the test of the plain decisions, with a hundred times as many
  std::size_t operations = 0;
  std::size_t round = 0;
  const bool held = rc::check("the store", [&] {
    const auto genes = *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::arbitrary<std::uint64_t>());
    operations += genes.size();
    const std::string path = folder.file("db" + std::to_string(round++));
    const std::string breach = ledger::play(genes, StoredLedger(path), met);
    if (!breach.empty()) RC_FAIL(breach);
    RC_ASSERT(ledger_faults(path).empty());
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  });
  std::cerr << operations << " operations\n";
  CHECK(held);
}

}  // namespace
}  // namespace shubbak::store
