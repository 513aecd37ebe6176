// Vouchers in the store: issued in pages, activated by a second person, redeemed once, and told.
#include <algorithm>
#include <set>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "store/audit_trail.hpp"
#include "store/privacy.hpp"
#include "voucher_fixture.hpp"

namespace shubbak::store {
namespace {

using vouchers::BatchState;
using vouchers::RangeAct;
using vouchers::Verdict;
using vouchers::VoucherState;

std::vector<audit::Record> told_of(std::string_view area, const std::string& path) {
  const auto trail = AuditTrail::open(path);
  REQUIRE(trail.ok());
  std::vector<audit::Record> records;
  const Status read = (*trail)->each({}, [&](const audit::Record& record) {
    if (audit::area(record.action) == area) records.push_back(record);
    return true;
  });
  CHECK(read.ok());
  return records;
}

TEST_CASE_METHOD(VoucherFixture, "a batch is issued page by page and sold by a second person only") {
  open();
  const std::int64_t batch = carried_out(opening(5)).voucher_batch;
  CHECK(batch == 1);
  carried_out(AddVouchers{batch, 1, pins(1, 3), by_maker});
  CHECK(refused_voucher(AddVouchers{batch, 1, pins(4, 2), by_maker}) == Errc::conflict);
  CHECK(refused_voucher(AddVouchers{batch, 4, pins(4, 2), by_checker}) == Errc::denied);
  CHECK(refused_voucher(CloseBatch{batch, {7}, by_maker, at(10)}) == Errc::conflict);
  // One of the PINs is another voucher's: the whole page is refused and nothing of it stays.
  std::vector<vouchers::Pin> clash = pins(4, 1);
  clash.push_back(pin(2));
  CHECK(refused_voucher(AddVouchers{batch, 4, clash, by_maker}) == Errc::conflict);
  CHECK(report(batch).kept.unused == 3);
  carried_out(AddVouchers{batch, 4, pins(4, 2), by_maker});
  CHECK(refused_voucher(ActivateBatch{batch, by_checker, at(10)}) == Errc::conflict);
  carried_out(CloseBatch{batch, {7}, by_maker, at(10)});
  CHECK(verdict(redeeming("R1", 1)) == Verdict::refused);
  CHECK(refused_voucher(ActivateBatch{batch, by_maker, at(20)}) == Errc::denied);
  CHECK(refused_voucher(ActivateBatch{batch, {Actor::Kind::command_line, "root"}, at(20)}) == Errc::denied);
  CHECK(refused_voucher(ActivateBatch{9, by_checker, at(20)}) == Errc::not_found);
  CHECK(held(liability(batch)) == 0);
  carried_out(ActivateBatch{batch, by_checker, at(20)});
  CHECK(held(liability(batch)) == 5 * face);
  const vouchers::Batch stored = report(batch).batch;
  CHECK(stored.maker == "amal");
  CHECK(stored.checker == "basel");
  CHECK(stored.print_file == vouchers::FileHash{7});
  CHECK(stored.state == BatchState::activated);
  CHECK(voucher_faults(config.path).empty());
}

TEST_CASE_METHOD(VoucherFixture, "a voucher credits once, and the same request is answered as first") {
  open();
  const std::int64_t batch = sell(3);
  const Redemption first = redeem(redeeming("R1", 2));
  CHECK(first.verdict == Verdict::redeemed);
  CHECK(first.amount == Money{face, Currency::SYP});
  CHECK(first.serial == vouchers::Serial{batch, 2});
  CHECK_FALSE(first.transfer.repeated);
  CHECK(available(sample_wallet) == face);
  CHECK(held(liability(batch)) == 2 * face);
  const Redemption again = redeem(redeeming("R1", 2));
  CHECK(again.verdict == Verdict::redeemed);
  CHECK(again.transfer.repeated);
  CHECK(again.transfer.number == first.transfer.number);
  CHECK(verdict(redeeming("R2", 2)) == Verdict::refused);
  CHECK(verdict(redeeming("R3", 2, at(60), number(7), syrian("09080706050"))) == Verdict::refused);
  CHECK(refused_voucher(redeeming("R1", 3)) == Errc::conflict);
  RedeemVoucher other_wallet = redeeming("R1", 2);
  other_wallet.wallet.owner = "8888";
  CHECK(refused_voucher(other_wallet) == Errc::conflict);
  CHECK(available(sample_wallet) == face);
  reopen();
  CHECK(redeem(redeeming("R1", 2)).transfer.repeated);
  const auto found = store->vouchers().find_voucher({batch, 2}).value();
  CHECK(found->state == VoucherState::redeemed);
  CHECK(found->redeemed_by == "R1");
  CHECK_FALSE(store->vouchers().find_voucher({batch, 4}).value().has_value());
  CHECK(voucher_faults(config.path).empty());
  CHECK(ledger_faults(config.path).empty());
}

TEST_CASE_METHOD(VoucherFixture, "blocked, void, over and of another currency are refused as an unknown PIN is") {
  config.vouchers.limits.fill({std::chrono::hours(1), 1'000, std::chrono::minutes(1), std::chrono::hours(1)});
  open();
  const std::int64_t batch = sell(8);
  int requests = 0;
  const auto refused_at = [&](std::int64_t which, WallTime when = at(60)) {
    return verdict(redeeming("T" + std::to_string(++requests), which, when)) == Verdict::refused;
  };
  CHECK(refused_at(900'000));
  CHECK(carried_out(ChangeVouchers{batch, {1, 2}, RangeAct::block, by_maker, at(30)}).vouchers_changed == 2);
  CHECK(refused_at(1));
  CHECK(carried_out(ChangeVouchers{batch, {1, 1}, RangeAct::unblock, by_maker, at(30)}).vouchers_changed == 1);
  CHECK_FALSE(refused_at(1));
  CHECK(carried_out(ChangeVouchers{batch, {1, 3}, RangeAct::void_them, by_maker, at(30)}).vouchers_changed == 2);
  CHECK(carried_out(ChangeVouchers{batch, {1, 3}, RangeAct::void_them, by_maker, at(30)}).vouchers_changed == 0);
  CHECK(refused_at(2));
  CHECK(refused_at(3));
  CHECK(held(liability(batch)) == 5 * face);
  carried_out(BlockBatch{batch, true, by_checker, at(30)});
  CHECK(refused_at(4));
  carried_out(BlockBatch{batch, false, by_checker, at(30)});
  CHECK_FALSE(refused_at(4));
  RedeemVoucher elsewhere = redeeming("R5", 5);
  elsewhere.wallet.currency = Currency::EGP;
  CHECK(verdict(elsewhere) == Verdict::refused);
  CHECK(refused_at(5, at(batch_seconds)));
  CHECK(voucher_faults(config.path).empty());
  CHECK(refused_voucher(ExpireBatch{batch, closing - std::chrono::seconds(1)}) == Errc::conflict);
  CHECK(held(liability(batch)) == 4 * face);
  carried_out(ExpireBatch{batch, closing});
  CHECK(held(liability(batch)) == 0);
  CHECK(report(batch).batch.state == BatchState::expired);
  CHECK(refused_at(5));  // also after the clock stepped back
  const BatchReport told = report(batch);
  const vouchers::Stock stock = vouchers::stock_of(told.batch, told.kept, at(60));
  CHECK((stock.unused == 0 && stock.redeemed == 2 && stock.voided == 2 && stock.expired == 4));
  const std::int64_t other = sell(2, 101);
  CHECK(verdict(redeeming("R6", 101)) == Verdict::redeemed);
  carried_out(VoidBatch{other, by_maker, at(70)});
  CHECK(refused_at(102));
  CHECK(held(liability(other)) == 0);
  CHECK(refused_voucher(ActivateBatch{other, by_checker, at(70)}) == Errc::conflict);
  CHECK(voucher_faults(config.path).empty());
  CHECK(ledger_faults(config.path).empty());
}

TEST_CASE_METHOD(VoucherFixture, "a clock that was once read too far ahead ends nothing for good") {
  open();
  const std::int64_t batch = sell(1);
  const WallTime ahead = closing - std::chrono::seconds(1);
  CHECK(store->vouchers().voucher_batches_over(ahead, 0, 10).value().empty());
  CHECK(verdict(redeeming("R1", 1, ahead)) == Verdict::refused);
  CHECK(report(batch).batch.state == BatchState::activated);
  // The lock and window of that failure are cut when they are looked at under the right time.
  CHECK(verdict(redeeming("R2", 1, at(60))) == Verdict::redeemed);
}

TEST_CASE_METHOD(VoucherFixture, "batches that are over are closed one by one: a damaged one stops only itself") {
  open();
  for (const std::int64_t first : {1, 11, 21}) sell(2, first);
  issue(2, 31);
  carried_out(VoidBatch{3, by_maker, at(30)});
  const auto over = [this](std::int64_t after, std::size_t rows_max) {
    return store->vouchers().voucher_batches_over(closing, after, rows_max).value();
  };
  CHECK(over(0, 10) == std::vector<std::int64_t>{1, 2, 4});
  CHECK(over(0, 2) == std::vector<std::int64_t>{1, 2});
  CHECK(over(2, 2) == std::vector<std::int64_t>{4});
  store.reset();
  SQLite::Database(config.path, SQLite::OPEN_READWRITE)
      .exec(
          "PRAGMA ignore_check_constraints = ON; UPDATE ledger_account SET debits_posted = credits_posted + 1 "
          "WHERE owner = 'batch.1'");
  open();
  int closed = 0;
  int refused = 0;
  for (const std::int64_t batch : over(0, 10)) {
    store->change({VoucherChange(ExpireBatch{batch, closing})},
                  [&](const Result<Committed>& result) { ++(result.ok() ? closed : refused); });
  }
  REQUIRE(loop.run_until([&] { return closed + refused == 3; }));
  CHECK(closed == 2);
  CHECK(report(1).batch.state == BatchState::activated);
  CHECK(report(2).batch.state == BatchState::expired);
  CHECK(report(4).batch.state == BatchState::expired);
  CHECK(over(0, 10) == std::vector<std::int64_t>{1});
  CHECK(held(liability(2)) == 0);
}

TEST_CASE_METHOD(VoucherFixture, "in one transaction: redeemed, then the batch is void") {
  open();
  const std::int64_t batch = sell(3);
  int answers = 0;
  store->change({VoucherChange(redeeming("R1", 1))}, [&](const Result<Committed>& result) {
    CHECK(result.ok());
    ++answers;
  });
  store->change({VoucherChange(VoidBatch{batch, by_maker, at(70)})}, [&](const Result<Committed>& result) {
    CHECK(result.ok());
    ++answers;
  });
  REQUIRE(loop.run_until([&] { return answers == 2; }));
  CHECK(available(sample_wallet) == face);
  CHECK(held(liability(batch)) == 0);
  CHECK(voucher_faults(config.path).empty());
}

TEST_CASE_METHOD(VoucherFixture,
                 "wrong PINs lock the number, the person and the PIN, and a lock is told once it begins") {
  open();
  sell(3);
  const NationalId other = syrian("09080706050");
  for (int i = 0; i < 4; ++i) CHECK(verdict(redeeming("R" + std::to_string(i), 900'000 + i)) == Verdict::refused);
  const Redemption locked = redeem(redeeming("R9", 1));
  CHECK(locked.verdict == Verdict::locked);
  CHECK(locked.until == at(120));
  CHECK(verdict(redeeming("R9", 1, at(60), number(7))) == Verdict::locked);           // the person
  CHECK(verdict(redeeming("R9", 1, at(60), number(), other)) == Verdict::locked);     // the number
  CHECK(verdict(redeeming("R9", 1, at(60), number(7), other)) == Verdict::redeemed);  // neither
  reopen();
  CHECK(verdict(redeeming("R8", 2)) == Verdict::locked);
  CHECK(verdict(redeeming("R8", 2, at(120))) == Verdict::redeemed);
  // One PIN from many phones of many persons, whether a voucher has it or not.
  for (const std::int64_t which : {std::int64_t{1}, std::int64_t{900'100}}) {
    for (std::uint64_t i = 0; i < 4; ++i) {
      const NationalId person =
          syrian("0102030" + std::to_string(1'000 + i + static_cast<std::uint64_t>(which) % 7 * 10));
      CHECK(verdict(redeeming("S" + std::to_string(i), which, at(200),
                              number(50 + i + static_cast<std::uint64_t>(which) % 7 * 10), person)) ==
            Verdict::refused);
    }
    CHECK(verdict(redeeming("S9", which, at(200), number(99), syrian("01020309999"))) == Verdict::locked);
  }
  std::size_t locks = 0;
  for (const audit::Record& record : told_of("voucher", config.path)) {
    if (record.action != "voucher.locked") continue;
    ++locks;
    CHECK(record.person.size() == 16);
    CHECK(record.msisdn.size() == 16);
  }
  CHECK(locks == 3);
}

TEST_CASE_METHOD(VoucherFixture, "the request that was refused is refused again, and counts once") {
  open();
  const std::int64_t batch = issue(1);
  const auto failures = [this] { return store->person_file(syrian())->voucher_tries->failures; };
  for (int i = 0; i < 6; ++i) CHECK(verdict(redeeming("R1", 1, at(60 + i))) == Verdict::refused);
  CHECK(failures() == 1);
  carried_out(ActivateBatch{batch, by_checker, at(70)});
  reopen();
  CHECK(verdict(redeeming("R1", 1, at(80))) == Verdict::refused);
  CHECK(failures() == 1);
  // Neither the same key nor the same PIN makes it the same request; another one is the last one from then on.
  CHECK(verdict(redeeming("R1", 900'000, at(80))) == Verdict::refused);
  CHECK(verdict(redeeming("R2", 900'000, at(80))) == Verdict::refused);
  CHECK(failures() == 3);
  CHECK(verdict(redeeming("R3", 900'000, at(80))) == Verdict::refused);
  CHECK(verdict(redeeming("R3", 900'000, at(81))) == Verdict::refused);
  CHECK(verdict(redeeming("R4", 1, at(81))) == Verdict::locked);
  CHECK(failures() == 4);
  CHECK(verdict(redeeming("R4", 1, at(140))) == Verdict::redeemed);
  const auto told = told_of("voucher", config.path);
  CHECK(std::ranges::count(told, "voucher.locked", &audit::Record::action) == 1);
}

TEST_CASE_METHOD(VoucherFixture,
                 "ten minutes later the same request names a used voucher, and is refused and counts as such") {
  open();
  const std::int64_t batch = sell(2);
  REQUIRE(verdict(redeeming("R1", 1)) == Verdict::redeemed);
  const auto failures = [this] {
    const auto tries = store->person_file(syrian())->voucher_tries;
    return tries ? tries->failures : 0;
  };
  const auto again = [](std::int64_t seconds) { return redeeming("R1", 1, at(60 + seconds)); };
  for (const std::int64_t seconds : {0, 599, 600, -30}) {
    INFO(seconds);
    CHECK(redeem(again(seconds)).transfer.repeated);
    CHECK(failures() == 0);
  }
  reopen();
  // What stands behind it is left out: nothing is paid, nothing is used up.
  const Committed late = carried_out({VoucherChange(again(601)), LedgerChange(reserve("R1.pay", 10))});
  CHECK(late.redemptions.at(0).verdict == Verdict::refused);
  CHECK(late.redemptions.at(0).amount.minor == 0);
  CHECK(late.transfers.empty());
  CHECK(failures() == 1);
  CHECK(verdict(again(700)) == Verdict::refused);  // that request again: it was refused before, and counts once
  CHECK(failures() == 1);
  // As any other that names it, up to the lock.
  for (const char* key : {"R2", "R3", "R4"}) CHECK(verdict(redeeming(key, 1, at(760))) == Verdict::refused);
  CHECK(failures() == 4);
  CHECK(verdict(again(701)) == Verdict::locked);
  CHECK(refused_voucher(redeeming("R1", 2, at(5'000))) == Errc::conflict);
  CHECK(available(sample_wallet) == face);
  CHECK(report(batch).kept.redeemed == 1);
  CHECK(voucher_faults(config.path).empty());
  CHECK(ledger_faults(config.path).empty());
}

TEST_CASE_METHOD(VoucherFixture, "what some voucher has locks nobody else, what none has locks everybody") {
  config.vouchers.limits.fill({std::chrono::hours(1), 1'000, std::chrono::minutes(1), std::chrono::hours(1)});
  config.vouchers.limits.back().free_failures = 2;
  open();
  const std::int64_t sold = sell(3);
  const std::int64_t too_early = issue(3, 101);
  carried_out(ChangeVouchers{sold, {2, 2}, RangeAct::block, by_maker, at(30)});
  CHECK(verdict(redeeming("R1", 1)) == Verdict::redeemed);
  const auto by_another = [this](std::uint64_t who, std::int64_t which) {
    return verdict(redeeming("S" + std::to_string(who), which, at(60), number(20 + who),
                             syrian("0102030" + std::to_string(1'000 + who))));
  };
  std::uint64_t who = 0;
  // Used, blocked, and not activated.
  for (const std::int64_t which : {1, 2, 101, 1, 2, 101}) CHECK(by_another(++who, which) == Verdict::refused);
  for (const std::int64_t which : {900'000, 900'001, 900'002}) CHECK(by_another(++who, which) == Verdict::refused);
  CHECK(by_another(++who, 3) == Verdict::locked);
  CHECK(report(too_early).kept.unused == 3);
}

TEST_CASE_METHOD(VoucherFixture, "what stands behind a redemption is done only if it is one") {
  open();
  const std::int64_t batch = sell(2);
  const auto pay = [](const std::string& key, std::int64_t which, std::int64_t amount) {
    return std::vector<Change>{VoucherChange(redeeming(key, which)), LedgerChange(reserve(key + ".pay", amount))};
  };
  const Committed wrong = carried_out(pay("R0", 900'000, 10));
  CHECK(wrong.redemptions.at(0).verdict == Verdict::refused);
  CHECK(wrong.transfers.empty());
  // Pay straight with a voucher: the rest is in the wallet.
  const Committed paid = carried_out(pay("R1", 1, face - 300));
  CHECK(paid.redemptions.at(0).verdict == Verdict::redeemed);
  CHECK(paid.transfers.size() == 1);
  CHECK(available(sample_wallet) == 300);
  // More than the voucher and the wallet have: nothing is done, and the voucher is unused still.
  CHECK(refused(pay("R2", 2, face + 301)) == Errc::insufficient);
  CHECK(report(batch).kept.redeemed == 1);
  CHECK(verdict(redeeming("R2", 2)) == Verdict::redeemed);
  CHECK(voucher_faults(config.path).empty());
}

TEST_CASE_METHOD(VoucherFixture, "a wallet that may not hold more leaves the voucher unused") {
  open();
  sell(1);
  carried_out({LedgerChange(SetCeiling{sample_wallet, face - 1, by_staff, at(0)})});
  CHECK(refused_voucher(redeeming("R1", 1)) == Errc::limit);
  carried_out({LedgerChange(SetCeiling{sample_wallet, face, by_staff, at(0)})});
  CHECK(verdict(redeeming("R1", 1)) == Verdict::redeemed);
}

TEST_CASE_METHOD(VoucherFixture, "no PIN is in the file, and what was written cannot be undone by hand") {
  open();
  sell(2);
  CHECK(verdict(redeeming("R1", 1)) == Verdict::redeemed);
  CHECK(verdict(redeeming("R2", 900'000)) == Verdict::refused);
  store.reset();
  for (const char* suffix : {"", "-wal"}) {
    const std::string octets = read_file(config.path + suffix);
    for (const std::int64_t which : {1, 2, 900'000}) {
      const std::string text(pin(which).reveal());
      CHECK(octets.find(text) == std::string::npos);
      CHECK(octets.find(text.substr(0, 15)) == std::string::npos);
    }
  }
  SQLite::Database database(config.path, SQLite::OPEN_READWRITE);
  for (const char* sql : {"UPDATE voucher SET state = 0, \"transfer\" = NULL WHERE serial = 1000001",
                          "UPDATE voucher SET pin = zeroblob(16)", "DELETE FROM voucher WHERE serial = 1000002",
                          "INSERT OR REPLACE INTO voucher (serial, pin, state) VALUES (1000001, zeroblob(16), 0)",
                          "UPDATE voucher_batch SET face = 1", "DELETE FROM voucher_batch",
                          "UPDATE voucher_batch SET checker = maker"}) {
    INFO(sql);
    CHECK_THROWS_AS(database.exec(sql), SQLite::Exception);
  }
}

TEST_CASE_METHOD(VoucherFixture, "counters that say nothing any more are dropped, and a person's with the person") {
  open();
  sell(1);
  const auto rows = [this] {
    SQLite::Database database(config.path);
    return database.execAndGet("SELECT count(*) FROM voucher_tries").getInt();
  };
  CHECK(verdict(redeeming("R1", 900'000)) == Verdict::refused);
  CHECK(rows() == 4);
  CHECK(store->person_file(syrian())->voucher_tries->failures == 1);
  carried_out(DropVoucherTries{at(60 + 3'600)});
  CHECK(rows() == 3);  // everybody's window is over
  carried_out({link(number(), syrian())});
  carried_out(released(number(), syrian(), at(65)));
  carried_out({ErasePerson{syrian(), by_staff, at(70)}});
  CHECK(rows() == 2);
  carried_out(DropVoucherTries{at(60 + 86'400)});
  CHECK(rows() == 0);
}

TEST_CASE_METHOD(VoucherFixture, "a person of whom nothing but failed vouchers is kept is erased, and told") {
  open();
  CHECK(verdict(redeeming("R1", 900'000)) == Verdict::refused);
  carried_out({ErasePerson{syrian(), by_staff, at(70)}});
  CHECK_FALSE(store->person_file(syrian())->voucher_tries.has_value());
  CHECK(refused({ErasePerson{syrian(), by_staff, at(80)}}) == Errc::not_found);
  CHECK(told_of("privacy", config.path).size() == 1);
}

TEST_CASE_METHOD(VoucherFixture, "each change of a batch by hand is told") {
  open();
  const std::int64_t batch = sell(4);
  carried_out(ChangeVouchers{batch, {2, 3}, RangeAct::block, by_maker, at(30)});
  carried_out(ChangeVouchers{batch, {2, 2}, RangeAct::unblock, by_maker, at(31)});
  carried_out(ChangeVouchers{batch, {3, 4}, RangeAct::void_them, by_checker, at(32)});
  carried_out(ChangeVouchers{batch, {3, 4}, RangeAct::block, by_checker, at(32)});  // nothing to block
  carried_out(BlockBatch{batch, true, by_maker, at(33)});
  carried_out(VoidBatch{batch, by_maker, at(34)});
  std::vector<std::string> told;
  for (const audit::Record& record : told_of("voucher", config.path)) {
    told.push_back(record.by.name + " " + record.action + " " + record.thing + " " + record.detail);
  }
  const std::string hash = "07" + std::string(62, '0');
  CHECK(told == std::vector<std::string>{
                    R"(amal voucher.opened batch.1 {"vouchers":4,"amount":50000})",
                    R"(amal voucher.issued batch.1 {"vouchers":4,"print_file":")" + hash + R"("})",
                    R"(basel voucher.activated batch.1 {"vouchers":4,"amount":200000})",
                    R"(amal voucher.blocked batch.1 {"first":2,"last":3,"vouchers":2})",
                    R"(amal voucher.unblocked batch.1 {"first":2,"last":2,"vouchers":1})",
                    R"(basel voucher.voided batch.1 {"first":3,"last":4,"vouchers":2})",
                    R"(amal voucher.blocked batch.1 {"vouchers":4})", R"(amal voucher.voided batch.1 {})"});
}

}  // namespace
}  // namespace shubbak::store
