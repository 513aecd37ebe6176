// Vouchers under crashes and other processes: what was told is kept, and each credits once.
#include <algorithm>
#include <csignal>

#include "process.hpp"
#include "voucher_fixture.hpp"
#include "watched_log.hpp"

namespace shubbak::store {
namespace {

using vouchers::Verdict;

constexpr std::int64_t vouchers_in_batch = 900;

void tell_verdict(int pipe, const Result<Committed>& result) {
  if (!result.ok()) ::_exit(3);
  const auto octet = static_cast<unsigned char>(result->redemptions.at(0).verdict);
  if (::write(pipe, &octet, 1) != 1) ::_exit(2);
}
std::ptrdiff_t told_redeemed(const std::vector<unsigned char>& told) {
  return std::ranges::count(told, static_cast<unsigned char>(Verdict::redeemed));
}

// Redeems one voucher after the other, one octet through the pipe for each that was acknowledged, until it is killed
// at that write to the log.
void redeem_and_tell(const StoreConfig& config, std::int64_t first, int writes_until_killed, int pipe) {
  const WatchedLog log;
  Loop loop;
  auto opened = open_sqlite(config, loop.post());
  if (!opened.ok()) ::_exit(1);
  WatchedLog::kill_at_write = WatchedLog::writes + writes_until_killed;
  for (std::int64_t i = first; i <= vouchers_in_batch; ++i) {
    bool answered = false;
    (*opened)->change({VoucherChange(redeeming("R" + std::to_string(i), i)), message("topped up")},
                      [&](const Result<Committed>& result) {
                        tell_verdict(pipe, result);
                        answered = true;
                      });
    if (!loop.run_until([&answered] { return answered; })) ::_exit(5);
  }
}

TEST_CASE_METHOD(VoucherFixture, "killed at any write: what was redeemed stays so, a retry credits once") {
  open();
  const std::int64_t batch = sell(vouchers_in_batch);
  store.reset();
  std::int64_t redeemed = 0;
  for (int writes = 1; writes <= 40; ++writes) {
    const auto told = Process([&](int pipe) { redeem_and_tell(config, redeemed + 1, writes, pipe); }).told();
    REQUIRE(told_redeemed(told) == static_cast<std::ptrdiff_t>(told.size()));
    redeemed += told_redeemed(told);
    CHECK(voucher_faults(config.path).empty());
    CHECK(ledger_faults(config.path).empty());
    open();
    CHECK(report(batch).kept.redeemed >= redeemed);
    // Whoever was not told does the same again.
    ++redeemed;
    const RedeemVoucher again = redeeming("R" + std::to_string(redeemed), redeemed);
    CHECK(verdict(again) == Verdict::redeemed);
    CHECK(redeem(again).transfer.repeated);
    CHECK(report(batch).kept.redeemed == redeemed);
    CHECK(available(sample_wallet) == face * redeemed);
    store.reset();
  }
  CHECK(redeemed > 40);  // some were told before the process was killed
  CHECK(redeemed < vouchers_in_batch);
}

TEST_CASE_METHOD(VoucherFixture,
                 "issuing is killed at any write: the pages that are there are whole, and none is sold") {
  open();
  store.reset();
  for (int writes = 1; writes <= 30; ++writes) {
    std::int64_t known = 0;
    {
      open();
      known = static_cast<std::int64_t>(store->vouchers().voucher_batches(0, 1'000)->size());
      store.reset();
    }
    Process([&](int) {
      const WatchedLog log;
      Loop loop_of_child;
      auto opened = open_sqlite(config, loop_of_child.post());
      if (!opened.ok()) ::_exit(1);
      WatchedLog::kill_at_write = WatchedLog::writes + writes;
      (*opened)->change({VoucherChange(opening(300))}, [](const Result<Committed>&) {});
      for (std::int64_t page = 0; page < 3; ++page) {
        (*opened)->change(
            {VoucherChange(AddVouchers{known + 1, 1 + page * 100, pins(known * 1'000 + page * 100, 100), by_maker})},
            [](const Result<Committed>&) {});
        (*opened)->flush();
      }
      (*opened)->change({VoucherChange(CloseBatch{known + 1, {7}, by_maker, at(10)})},
                        [](const Result<Committed>&) {});
      (*opened)->flush();
    }).told();
    CHECK(voucher_faults(config.path).empty());
    open();
    const auto batches = store->vouchers().voucher_batches(known, 1'000).value();
    for (const vouchers::Batch& batch : batches) {
      CHECK(batch.added % 100 == 0);
      CHECK((batch.state == vouchers::BatchState::issued) == (batch.added == 300 && batch.print_file.has_value()));
      if (batch.state == vouchers::BatchState::issuing)
        CHECK(refused_voucher(ActivateBatch{batch.number, by_checker, at(20)}) == Errc::conflict);
    }
    store.reset();
  }
}

TEST_CASE_METHOD(VoucherFixture, "two processes that use the same vouchers at once: each credits one wallet, once") {
  config.vouchers.limits.fill({std::chrono::hours(1), 1'000, std::chrono::minutes(1), std::chrono::hours(1)});
  open();
  constexpr std::int64_t count = 150;
  const std::int64_t batch = sell(count);
  store.reset();
  const auto phone = [this](int direction) {
    return [this, direction](int pipe) {
      Loop loop_of_child;
      auto opened = open_sqlite(config, loop_of_child.post());
      if (!opened.ok()) ::_exit(1);
      std::int64_t reported = 0;
      for (std::int64_t i = 1; i <= count; ++i) {
        // Each goes through the same vouchers from its own end, under keys of its own.
        const std::int64_t which = direction > 0 ? i : count + 1 - i;
        RedeemVoucher one =
            redeeming((direction > 0 ? "U" : "D") + std::to_string(which), which, at(60),
                      number(direction > 0 ? 1 : 2), syrian(direction > 0 ? "01020304050" : "09080706050"));
        one.wallet.owner = direction > 0 ? "upward" : "downward";
        (*opened)->change({VoucherChange(one)}, [&reported, pipe](const Result<Committed>& result) {
          tell_verdict(pipe, result);
          ++reported;
        });
        if (!loop_of_child.run_until([&reported, i] { return reported == i; })) ::_exit(4);
      }
      opened = Error{Errc::unavailable, ""};  // closes it
    };
  };
  Process upward(phone(1));
  Process downward(phone(-1));
  const auto one = upward.told();
  const auto other = downward.told();
  CHECK(one.size() == count);
  CHECK(other.size() == count);
  CHECK(told_redeemed(one) + told_redeemed(other) == count);
  open();
  const ledger::AccountId up{ledger::AccountKind::wallet, "upward", Currency::SYP};
  const ledger::AccountId down{ledger::AccountKind::wallet, "downward", Currency::SYP};
  CHECK(held(up) == face * told_redeemed(one));
  CHECK(held(down) == face * told_redeemed(other));
  CHECK(held(liability(batch)) == 0);
  CHECK(report(batch).kept.redeemed == count);
  CHECK(voucher_faults(config.path).empty());
  CHECK(ledger_faults(config.path).empty());
}

TEST_CASE_METHOD(VoucherFixture,
                 "a disk that takes no more credits nothing, counts nothing, and it goes on afterwards") {
  const WatchedLog log;
  open();
  const std::int64_t batch = sell(2);
  for (int i = 0; i < 20; ++i) {
    WatchedLog::write_result = SQLITE_FULL;
    CHECK(refused_voucher(redeeming("R1", i % 2 == 0 ? 1 : 900'000)) == Errc::io);
    WatchedLog::write_result = SQLITE_OK;
  }
  CHECK(held(liability(batch)) == 2 * face);
  CHECK(verdict(redeeming("R1", 1)) == Verdict::redeemed);
  CHECK(voucher_faults(config.path).empty());
  store.reset();
}

}  // namespace
}  // namespace shubbak::store
