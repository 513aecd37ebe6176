// The whole store against the model of vouchers: no sequence with restarts breaks its rules, and the batch equation
// and the ledger hold.
#include "tests/unit/vouchers/voucher_model.hpp"

#include <iostream>
#include <rapidcheck.h>

#include "store/sha256.hpp"
#include "store/sqlite/change_writer.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/migrate.hpp"
#include "voucher_fixture.hpp"

namespace shubbak::store {
namespace {

using vouchers::VoucherOperation;

// The writer on a database file, without its thread; a restart is a new one on the same file.
class StoredVouchers {
 public:
  StoredVouchers(std::string path, const vouchers::Policy& policy) : path_(std::move(path)), policy_(policy) {
    restart();
  }
  ~StoredVouchers() = default;
  StoredVouchers(const StoredVouchers&) = delete;
  StoredVouchers& operator=(const StoredVouchers&) = delete;

  bool act(const VoucherOperation& op, WallTime now) {
    using OpKind = VoucherOperation::Kind;
    const Actor by{Actor::Kind::staff, "clerk" + std::to_string(op.by)};
    const vouchers::Range one{op.voucher, op.voucher};
    switch (op.kind) {
      case OpKind::issue:
        return commit({VoucherChange(OpenBatch{
                           {{face, Currency::SYP}, vouchers::model_vouchers, vouchers::model_expiry(now), by, now}}),
                       VoucherChange(AddVouchers{op.batch, 1, pins(op.batch * 6 + 1, vouchers::model_vouchers), by}),
                       VoucherChange(CloseBatch{op.batch, {7}, by, now})})
            .ok();
      case OpKind::activate:
        return commit({VoucherChange(ActivateBatch{op.batch, by, now})}).ok();
      case OpKind::block_batch:
      case OpKind::unblock_batch:
        return commit({VoucherChange(BlockBatch{op.batch, op.kind == OpKind::block_batch, by, now})}).ok();
      case OpKind::void_batch:
        return commit({VoucherChange(VoidBatch{op.batch, by, now})}).ok();
      case OpKind::block:
        return commit({VoucherChange(ChangeVouchers{op.batch, one, vouchers::RangeAct::block, by, now})}).ok();
      case OpKind::unblock:
        return commit({VoucherChange(ChangeVouchers{op.batch, one, vouchers::RangeAct::unblock, by, now})}).ok();
      case OpKind::void_them:
        return commit({VoucherChange(ChangeVouchers{op.batch, one, vouchers::RangeAct::void_them, by, now})}).ok();
      default:
        return expire(op.batch, now);
    }
  }
  vouchers::Decision redeem(const VoucherOperation& op, WallTime now) {
    const auto committed = commit(
        {VoucherChange(redeeming("R" + std::to_string(op.request), static_cast<std::int64_t>(op.pin()), now,
                                 number(op.number), syrian(op.person() == 0 ? "01020304050" : "09080706050")))});
    RC_ASSERT(committed.ok());
    const Redemption& told = committed->redemptions.at(0);
    return {told.verdict, told.until};
  }
  void restart() {
    writer_.reset();
    SQLite::Database database = open_for_writing(path_, 100'000);
    database.exec("PRAGMA synchronous = OFF");  // what a restart forgets is forgotten without a disk too
    RC_ASSERT(migrate(database, schema_migrations(), at(0)).ok());
    StoreConfig config;
    config.vouchers = policy_;
    writer_ = std::make_unique<ChangeWriter>(std::move(database), *Sealer::create(MasterKey({1, 2, 3}), 1),
                                             sha256().value(), config);
  }
  std::string check(const vouchers::VoucherModel& model) {
    auto book = VoucherBook::open(path_).value();
    std::int64_t redeemed = 0;
    for (std::int64_t batch = 1; batch <= vouchers::model_batches; ++batch) {
      const auto report = book->reads().voucher_report(batch).value();
      if (!report) continue;
      redeemed += report->kept.redeemed;
      if (report->liability.credited - report->liability.debited != face * model.open_vouchers(batch))
        return "the ledger owes something else for batch " + std::to_string(batch);
    }
    if (redeemed != model.redeemed_vouchers()) return "not as many are redeemed as were";
    const auto faults = voucher_faults(path_);
    return faults.empty() ? std::string() : faults.front();
  }

 private:
  // Each in a transaction with acts on a batch that are undone, so that what that one wrote must be gone.
  Result<Committed> commit(std::vector<Change> changes) {
    std::vector<PendingChange> batch(2);
    batch[0].changes = {VoucherChange(ChangeVouchers{1, {1, 4}, vouchers::RangeAct::block, by_maker, at(0)}),
                        VoucherChange(VoidBatch{1, by_maker, at(0)}),
                        LedgerChange(VoidReservation{"not.there", {"", {}, at(0)}})};
    batch[1].changes = std::move(changes);
    writer_->commit(batch);
    RC_ASSERT(!batch[0].outcome.ok());
    return std::move(batch[1].outcome);
  }
  bool expire(std::int64_t batch, WallTime now) {
    const auto state = [&]() -> std::optional<vouchers::BatchState> {
      const auto report = VoucherBook::open(path_).value()->reads().voucher_report(batch).value();
      return report ? std::optional(report->batch.state) : std::nullopt;
    };
    const auto before = state();
    const bool was_over = before == vouchers::BatchState::expired || before == vouchers::BatchState::voided;
    const auto over = VoucherBook::open(path_).value()->reads().voucher_batches_over(now, 0, 100).value();
    for (const std::int64_t one : over) RC_ASSERT(commit({VoucherChange(ExpireBatch{one, now})}).ok());
    return !was_over && state() == vouchers::BatchState::expired;
  }

  std::string path_;
  vouchers::Policy policy_;
  std::unique_ptr<ChangeWriter> writer_;
};

TEST_CASE("no sequence breaks the rules of vouchers in the store, restarts included") {
  const TempFolder folder;
  play_sequences(150, 300);
  vouchers::MetVouchers met;
  std::size_t operations = 0;
  std::size_t round = 0;
  const bool held = rc::check("the store", [&] {
    const auto genes = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::arbitrary<std::uint32_t>());
    operations += genes.size();
    const std::string path = folder.file("db" + std::to_string(round++));
    const vouchers::Policy policy = vouchers::tight_vouchers();
    const std::string breach = vouchers::play(policy, genes, StoredVouchers(path, policy), met);
    if (!breach.empty()) RC_FAIL(breach);
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  });
  std::cerr << operations << " operations\n";
  CHECK(held);
  CHECK(met.verdicts[static_cast<std::size_t>(vouchers::Verdict::redeemed)] > 20 / sequences_divisor);
}

}  // namespace
}  // namespace shubbak::store
