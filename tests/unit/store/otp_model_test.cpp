// The whole store against the model of one-time codes: no sequence with restarts breaks the rules, grants included.
#include "tests/unit/otp/otp_model.hpp"

#include <iostream>
#include <rapidcheck.h>

#include <SQLiteCpp/Database.h>

#include "store/sha256.hpp"
#include "store/sqlite/change_writer.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/migrate.hpp"
#include "store_fixture.hpp"

namespace shubbak::store {
namespace {

using otp::Operation;

// The writer on a database file, without its thread; a restart is a new one on the same file.
class Stored {
 public:
  Stored(std::string path, const otp::Policy& policy) : path_(std::move(path)), policy_(policy) {
    restart();
    SQLite::Database database = open_quickly();
    for (const char* table : {"otp_challenge", "otp_sends", "otp_window", "otp_tries", "otp_grant", "outbox"}) {
      database.exec(std::string("DELETE FROM ") + table);
    }
  }

  otp::SendVerdict send(const Operation& op, WallTime now) {
    const Msisdn to = number_of(op);
    const OutboxMessage message{0, "mtn", to, "code", now, now};
    return commit(SendCode{to, person_of(op), binding_of(op), code_of(op), op.channel, message, now})->sends.at(0);
  }
  otp::TryVerdict try_code(const Operation& op, WallTime now) {
    return commit(TryCode{number_of(op), person_of(op), binding_of(op), code_of(op), op.channel, now})->tries.at(0);
  }
  otp::TryVerdict try_pin(const Operation& op, WallTime now) {
    return commit(TryPin{person_of(op), number_of(op), binding_of(op), op.matches, now})->tries.at(0);
  }
  std::optional<bool> consume(const Operation& op, WallTime now) {
    return commit(ConsumeGrant{number_of(op), binding_of(op), now}).ok();
  }
  void clear(const Operation& op) {
    RC_ASSERT(commit(ClearTries{person_of(op), {Actor::Kind::staff, "amal"}, {}}).ok());
  }
  void restart() {
    writer_.reset();
    auto sealer = Sealer::create(MasterKey({1, 2, 3}), 1);
    StoreConfig config;
    config.otp = policy_;
    writer_ = std::make_unique<ChangeWriter>(open_quickly(), *std::move(sealer), sha256().value(), config);
  }

 private:
  // What a restart forgets is forgotten without a disk too.
  [[nodiscard]] SQLite::Database open_quickly() const {
    SQLite::Database database = open_for_writing(path_, 100'000);
    database.exec("PRAGMA synchronous = OFF");
    RC_ASSERT(migrate(database, schema_migrations(), at(0)).ok());
    return database;
  }
  Result<Committed> commit(Change change) {
    std::vector<PendingChange> batch(1);
    batch.front().changes.push_back(std::move(change));
    writer_->commit(batch);
    return std::move(batch.front().outcome);
  }
  static Msisdn number_of(const Operation& op) { return number(op.number == 2 ? 500'000 : 100'000 + op.number); }
  static NationalId person_of(const Operation& op) { return syrian(op.person == 0 ? "01020304050" : "09080706050"); }
  static std::string binding_of(const Operation& op) { return "pay|" + std::to_string(op.binding); }
  static std::string code_of(const Operation& op) { return "00000" + std::to_string(op.code); }

  std::string path_;
  otp::Policy policy_;
  std::unique_ptr<ChangeWriter> writer_;
};

TEST_CASE("no sequence breaks the rules of one-time codes in the store, restarts included") {
  const TempFolder folder;
  play_sequences(300, 400);
  std::size_t operations = 0;
  const bool held = rc::check("the store", [&folder, &operations] {
    const auto genes = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::arbitrary<std::uint32_t>());
    operations += genes.size();
    const otp::Policy policy = otp::tight_policy();
    const std::string breach = otp::play(policy, genes, Stored(folder.file("db"), policy));
    if (!breach.empty()) RC_FAIL(breach);
  });
  std::cerr << operations << " operations\n";
  CHECK(held);
}

}  // namespace
}  // namespace shubbak::store
