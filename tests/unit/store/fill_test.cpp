// Water that is paid before it is filled, through the store: one usable code if its payment is settled, none
// otherwise, whatever repeats, restarts or races; never more taken than bought; and what is kept of a code.
#include "store/fill.hpp"

#include <random>

#include "domain/check_digit.hpp"
#include "payment_fixture.hpp"
#include "store/audit_trail.hpp"
#include "store/privacy.hpp"

namespace shubbak::store {
namespace {

using vouchers::FillState;
using vouchers::FillVerdict;

constexpr std::chrono::milliseconds fill_lives = std::chrono::seconds(1'000);
const Actor at_station{Actor::Kind::staff, "station"};

vouchers::FillCode code_numbered(std::int64_t number) {
  const std::string digits = std::to_string(40'000'000'000 + number);
  return vouchers::FillCode::parse(digits + check_digit(digits)).value();
}
std::string digits_of(std::int64_t number) {
  return std::string(code_numbered(number).reveal());
}
BeginPayment buying(std::int64_t gallons, std::int64_t code = 1, const std::string& under = payment_key) {
  BeginPayment begun = begin(10, under);
  begun.fill = FillOrder{gallons, code_numbered(code), fill_lives};
  return begun;
}
RedeemFill taking(const std::string& key, std::int64_t code = 1, std::int64_t when = 100,
                  std::optional<std::int64_t> gallons = {}) {
  return {.code = code_numbered(code),
          .gallons = gallons,
          .key = key,
          .office = "sabhan",
          .by = at_station,
          .at = at(when)};
}

class FillFixture : public PaymentFixture {
 public:
  FillRedemption taken(const RedeemFill& one) {
    const Committed committed = carried_out(std::vector<Change>{one});
    REQUIRE(committed.fill_redemptions.size() == 1);
    return committed.fill_redemptions.front();
  }
  FillVerdict verdict(const RedeemFill& one) { return taken(one).verdict; }
  StoredFill fill(const std::string& under = payment_key) {
    const auto found = store->fills().find_fill(payment(under).number);
    if (!found.ok()) FAIL(found.error().message);
    REQUIRE(*found);
    return **found;
  }
  std::vector<StoredFill> usable(std::int64_t when) {
    return store->fills().usable_fills_of(syrian(), at(when), 10).value();
  }
  FillTotals check_equation(std::int64_t when) {
    const FillTotals totals = store->fills().fill_totals(at(when)).value();
    CHECK(totals.bought == totals.unused + totals.redeemed + totals.expired + totals.refunded);
    return totals;
  }
  std::vector<std::string> told() {
    std::vector<std::string> records;
    auto trail = AuditTrail::open(config.path);
    REQUIRE(trail.ok());
    const Status read = (*trail)->each({.action = "fill."}, [&](const audit::Record& record) {
      records.push_back(record.action + " " + record.by.name + " " + record.detail);
      return true;
    });
    CHECK(read.ok());
    return records;
  }
  void take_parts() {
    config.fills.partial = true;
    reopen();
  }
};

}  // namespace

TEST_CASE_METHOD(FillFixture, "a code is good from the settlement of its payment on, once") {
  done(buying(3'000));
  CHECK(fill().is.state == FillState::ordered);
  CHECK(usable(70).empty());
  CHECK(verdict(taking("early", 1, 65)) == FillVerdict::refused);
  CHECK(check_equation(65).bought == 0);
  done(settle());
  CHECK(fill().is.state == FillState::unused);
  CHECK(fill().bought == at(70));
  CHECK(fill().is.expires == at(1'070));
  CHECK(fill().msisdn == number());
  CHECK(fill().code == digits_of(1));
  REQUIRE(usable(80).size() == 1);
  CHECK(usable(80)[0].code == digits_of(1));
  CHECK(store->fills().usable_fills_of(syrian("09080706050"), at(80), 10).value().empty());

  const FillRedemption first = taken(taking("first"));
  CHECK(first.verdict == FillVerdict::redeemed);
  CHECK(first.payment == payment().number);
  CHECK(first.gallons == 3'000);
  CHECK(first.left == 0);
  CHECK(verdict(taking("second", 1, 101)) == FillVerdict::refused);
  CHECK(fill().is.state == FillState::redeemed);
  CHECK(fill().code.empty());
  CHECK(usable(102).empty());
  const auto kept = store->fills().fill_redemptions(payment().number, 10).value();
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].account == "station");
  CHECK(kept[0].office == "sabhan");
  CHECK(kept[0].gallons == 3'000);
  CHECK(check_equation(102).redeemed == 3'000);
  check_whole();
}

TEST_CASE_METHOD(FillFixture, "what is released was never water") {
  done(buying(3'000));
  done(release());
  CHECK(fill().is.state == FillState::over);
  CHECK(fill().code.empty());
  CHECK(verdict(taking("first")) == FillVerdict::refused);
  CHECK(refused_payment(settle()) == Errc::conflict);
  CHECK(verdict(taking("second")) == FillVerdict::refused);
  CHECK(check_equation(100).bought == 0);
  CHECK(store->fills().fills(0, 10).value().empty());
  check_whole();
}

TEST_CASE_METHOD(FillFixture, "a payment that is pressed twice or settled twice is one fill, with its first code") {
  done(buying(3'000, 1));
  done(buying(3'000, 2));  // each press draws a code
  done(settle());
  done(settle());
  CHECK(fill().code == digits_of(1));
  CHECK(verdict(taking("another", 2)) == FillVerdict::refused);
  CHECK(verdict(taking("first", 1)) == FillVerdict::redeemed);
  done(settle());
  CHECK(verdict(taking("again", 1, 110)) == FillVerdict::refused);
  // Another volume under the same key is another request.
  CHECK(refused_payment(buying(2'000, 3)) == Errc::conflict);
  CHECK(check_equation(110).bought == 3'000);
}

TEST_CASE_METHOD(FillFixture, "a code that is drawn twice takes no money") {
  done(buying(3'000, 1));
  CHECK(refused_payment(buying(1'000, 1, "other")) == Errc::conflict);
  CHECK(available(card_account) == 990);
  CHECK_FALSE(store->payments().find_payment("other").value());
  check_whole();
}

TEST_CASE_METHOD(FillFixture, "a restart between the reservation and its end changes nothing") {
  done(buying(3'000));
  reopen();
  CHECK(verdict(taking("early", 1, 65)) == FillVerdict::refused);
  done(settle());
  reopen();
  CHECK(fill().code == digits_of(1));
  CHECK(verdict(taking("first")) == FillVerdict::redeemed);
  reopen();
  CHECK(verdict(taking("second")) == FillVerdict::refused);
  // Who has lost the answer asks again, also after a restart.
  const FillRedemption again = taken(taking("first", 1, 5'000));
  CHECK(again.verdict == FillVerdict::redeemed);
  CHECK(again.repeated);
  CHECK(again.gallons == 3'000);
  CHECK(again.at == at(100));
  CHECK(check_equation(5'000).redeemed == 3'000);
}

TEST_CASE_METHOD(FillFixture, "of many stations at once, in two processes, one takes it") {
  done(buying(3'000));
  done(settle());
  StoreConfig beside = config;
  beside.is_daemons = false;
  auto opened = open_sqlite(beside, loop.post());
  REQUIRE(opened.ok());
  const std::unique_ptr<Store> other = *std::move(opened);
  constexpr int stations = 20;
  int answered = 0;
  int redeemed = 0;
  for (int i = 0; i < stations; ++i) {
    RedeemFill one = taking("press-" + std::to_string(i));
    one.by.name = "station_" + std::to_string(i);
    Store& at_one = i % 2 == 0 ? *store : *other;
    at_one.change({one}, [&](const Result<Committed>& done) {
      ++answered;
      if (done.ok() && done->fill_redemptions.at(0).verdict == FillVerdict::redeemed) ++redeemed;
    });
  }
  REQUIRE(loop.run_until([&] { return answered == stations; }));
  CHECK(redeemed == 1);
  CHECK(check_equation(200).redeemed == 3'000);
}

TEST_CASE_METHOD(FillFixture,
                 "the same key with the same request is answered as first, with another it is an error") {
  done(buying(3'000));
  done(settle());
  CHECK(verdict(taking("wrong", 7)) == FillVerdict::refused);
  const FillRedemption again = taken(taking("wrong", 7, 5'000));
  CHECK(again.verdict == FillVerdict::refused);
  CHECK(again.repeated);
  CHECK(refused({taking("wrong", 1)}) == Errc::conflict);
  CHECK(refused({taking("wrong", 7, 100, 1'000)}) == Errc::conflict);
  CHECK(verdict(taking("right")) == FillVerdict::redeemed);
  CHECK(refused({taking("right", 7)}) == Errc::conflict);
  CHECK(refused({taking("right", 1, 100, 3'000)}) == Errc::conflict);
  // Keys are the account's own.
  RedeemFill elsewhere = taking("right");
  elsewhere.by.name = "another";
  CHECK(verdict(elsewhere) == FillVerdict::refused);
  for (const char* key : {"", "a b", "ع"}) CHECK(refused({taking(key)}) == Errc::invalid);
  CHECK(refused({taking("none", 1, 100, 0)}) == Errc::invalid);
  RedeemFill by_nobody = taking("nobody");
  by_nobody.by = by_citizen;
  CHECK(refused({by_nobody}) == Errc::invalid);
}

TEST_CASE_METHOD(FillFixture, "all is taken or nothing, unless parts are allowed, and never more than was bought") {
  done(buying(3'000));
  done(settle());
  CHECK(verdict(taking("part", 1, 100, 1'000)) == FillVerdict::only_whole);
  CHECK(verdict(taking("more", 1, 100, 3'001)) == FillVerdict::too_much);
  take_parts();
  const FillRedemption part = taken(taking("part", 1, 100, 1'000));
  CHECK(part.verdict == FillVerdict::redeemed);
  CHECK(part.left == 2'000);
  CHECK(fill().is.state == FillState::unused);
  CHECK(fill().code == digits_of(1));
  CHECK(usable(101)[0].is.left() == 2'000);
  CHECK(verdict(taking("more", 1, 101, 2'001)) == FillVerdict::too_much);
  const FillTotals between = check_equation(101);
  CHECK(between.unused == 2'000);
  CHECK(between.redeemed == 1'000);
  const FillRedemption rest = taken(taking("rest", 1, 102));
  CHECK(rest.gallons == 2'000);
  CHECK(rest.left == 0);
  CHECK(fill().is.state == FillState::redeemed);
  CHECK(verdict(taking("again", 1, 103)) == FillVerdict::refused);
  CHECK(taken(taking("part", 1, 104, 1'000)).left == 2'000);  // as answered first
  CHECK(store->fills().fill_redemptions(payment().number, 1).value().size() == 1);
  CHECK(check_equation(104).redeemed == 3'000);
}

TEST_CASE_METHOD(FillFixture, "a code whose time is over is refused, and not kept to be told again") {
  done(buying(3'000));
  done(settle());
  CHECK(usable(1'069).size() == 1);
  CHECK(usable(1'070).empty());
  CHECK(verdict(taking("late", 1, 1'070)) == FillVerdict::refused);
  carried_out(std::vector<Change>{DropExpiredCodes{at(1'069)}});
  CHECK(fill().code == digits_of(1));
  carried_out(std::vector<Change>{DropExpiredCodes{at(1'070)}});
  CHECK(fill().code.empty());
  CHECK(check_equation(1'070).expired == 3'000);
  CHECK(held(sample_payable) == 10);  // the money stays where it was paid
  const std::int64_t refund = done(ProposeRefund{payment().number, 10, 0, "expired", by_maker, at(1'100)}).refund;
  done(DecideRefund{refund, true, by_checker, at(1'101)});
  CHECK(check_equation(1'102).refunded == 3'000);
}

TEST_CASE_METHOD(FillFixture,
                 "once money is given back nothing more is taken, and what was all taken is not given back") {
  take_parts();
  done(buying(3'000));
  done(settle());
  CHECK(verdict(taking("part", 1, 100, 1'000)) == FillVerdict::redeemed);
  const std::int64_t refund = done(ProposeRefund{payment().number, 6, 0, "no_water", by_maker, at(110)}).refund;
  CHECK(refused_payment(ProposeRefund{payment().number, 1, 0, "no_water", by_maker, at(110)}) == Errc::conflict);
  CHECK(verdict(taking("meanwhile", 1, 120, 500)) == FillVerdict::redeemed);
  // Of 10 for 3,000 gallons half was taken by now.
  CHECK(refused_payment(DecideRefund{refund, true, by_checker, at(130)}) == Errc::conflict);
  CHECK(fill().is.state == FillState::unused);
  done(DecideRefund{refund, false, by_checker, at(130)});
  CHECK(refused_payment(ProposeRefund{payment().number, 6, 0, "no_water", by_maker, at(131)}) == Errc::conflict);
  const std::int64_t of_half = done(ProposeRefund{payment().number, 5, 0, "no_water", by_maker, at(131)}).refund;
  done(DecideRefund{of_half, true, by_checker, at(132)});
  CHECK(refused_payment(ProposeRefund{payment().number, 1, 0, "no_water", by_maker, at(133)}) == Errc::conflict);
  CHECK(verdict(taking("late", 1, 140)) == FillVerdict::refused);
  CHECK(fill().code.empty());
  const FillTotals totals = check_equation(140);
  CHECK(totals.redeemed == 1'500);
  CHECK(totals.refunded == 1'500);

  done(buying(1'000, 2, "other"));
  done(settle("other"));
  const std::int64_t proposed =
      done(ProposeRefund{payment("other").number, 10, 0, "no_water", by_maker, at(150)}).refund;
  CHECK(verdict(taking("other", 2, 160)) == FillVerdict::redeemed);
  CHECK(refused_payment(DecideRefund{proposed, true, by_checker, at(170)}) == Errc::conflict);
  done(DecideRefund{proposed, false, by_checker, at(171)});
  CHECK(refused_payment(ProposeRefund{payment("other").number, 10, 0, "no_water", by_maker, at(180)}) ==
        Errc::conflict);
  check_equation(180);
  check_whole();
}

TEST_CASE_METHOD(FillFixture, "wrong codes lock the account that types them, over a restart, and no other") {
  done(buying(3'000));
  done(settle());
  for (int i = 0; i < 4; ++i) CHECK(verdict(taking("wrong-" + std::to_string(i), 7)) == FillVerdict::refused);
  const FillRedemption locked = taken(taking("right"));
  CHECK(locked.verdict == FillVerdict::locked);
  CHECK(locked.until == at(160));
  reopen();
  CHECK(verdict(taking("right", 1, 159)) == FillVerdict::locked);
  RedeemFill elsewhere = taking("right", 1, 159);
  elsewhere.by.name = "another";
  CHECK(verdict(elsewhere) == FillVerdict::redeemed);
  CHECK(verdict(taking("right", 1, 160)) == FillVerdict::refused);  // taken by then
  CHECK(told() == std::vector<std::string>{R"(fill.locked station {"tries":4,"seconds":60,"office":"sabhan"})",
                                           R"(fill.redeemed another {"payment":)" + std::to_string(payment().number) +
                                               R"(,"gallons":3000,"office":"sabhan"})",
                                           R"(fill.locked station {"tries":5,"seconds":120,"office":"sabhan"})"});
}

TEST_CASE_METHOD(FillFixture,
                 "a lock of a clock that was ahead ends as late as a lock can, however often it is asked") {
  constexpr std::int64_t ahead = 10'000'000;
  constexpr std::int64_t day = 86'400;
  for (int i = 0; i < 4; ++i) CHECK(verdict(taking("wrong-" + std::to_string(i), 7, ahead)) == FillVerdict::refused);
  CHECK(taken(taking("back", 7, 100)).until == at(100 + day));
  CHECK(taken(taking("back", 7, 50'000)).until == at(100 + day));
  CHECK(verdict(taking("back", 7, 99 + day)) == FillVerdict::locked);
  CHECK(verdict(taking("back", 7, 100 + day)) == FillVerdict::refused);
}

TEST_CASE_METHOD(FillFixture, "no code stands in the database as it is, and who is erased is sent none") {
  done(buying(3'000));
  done(settle());
  CHECK(verdict(taking("wrong", 7)) == FillVerdict::refused);
  const auto told = store->person_file(syrian());
  REQUIRE(told.ok());
  REQUIRE(told->fills.size() == 1);
  CHECK(told->fills[0].is.gallons == 3'000);
  CHECK(told->fills[0].code.empty());
  for (const char* file : {"", "-wal"}) {
    const std::string octets = read_file(config.path + file);
    for (const std::int64_t code : {1, 7}) CHECK(octets.find(digits_of(code)) == std::string::npos);
  }
  carried_out(
      std::vector<Change>{LedgerChange(MoveMoney{order("out", card_account, sample_suspense, 990, by_staff)})});
  carried_out(released(number(), syrian(), at(100)));
  carried_out(std::vector<Change>{ErasePerson{syrian(), by_staff, at(200)}});
  CHECK(fill().code.empty());
  CHECK_FALSE(fill().msisdn);
  CHECK(verdict(taking("first", 1, 300)) == FillVerdict::redeemed);  // to whoever has the code
}

TEST_CASE_METHOD(FillFixture, "whatever is bought, taken, given back and left over adds up") {
  take_parts();
  std::mt19937 random(4'711);
  const auto below = [&random](std::int64_t bound) { return static_cast<std::int64_t>(random()) % bound; };
  std::vector<std::string> keys;
  const auto some_key = [&]() -> const std::string& {
    return keys[static_cast<std::size_t>(below(static_cast<std::int64_t>(keys.size())))];
  };
  for (std::int64_t step = 0; step < 200; ++step) {
    const std::int64_t when = 100 + step * 20;
    const std::int64_t code = below(static_cast<std::int64_t>(keys.size()) + 1);
    switch (below(5)) {
      case 0: {
        BeginPayment begun = buying(1'000 * (1 + below(3)), static_cast<std::int64_t>(keys.size()),
                                    "key" + std::to_string(keys.size()));
        begun.at = at(when);
        begun.not_after = at(when + 13);
        begun.amount.minor = 1;
        keys.push_back(begun.key);
        done(begun);
        break;
      }
      case 1:
        if (!keys.empty()) {
          const std::string& key = some_key();
          const ledger::Resolution said{"damascus said so", {}, at(when)};
          const bool settles = below(4) != 0;
          static_cast<void>(
              change({settles ? PaymentChange(SettlePayment{key, said}) : PaymentChange(ReleasePayment{key, said})}));
        }
        break;
      case 2:
      case 3: {
        RedeemFill one = taking("take" + std::to_string(step), code, when, 1 + below(2'000));
        one.by.name = "station_" + std::to_string(step);
        static_cast<void>(change({one}));
        break;
      }
      case 4:
        if (!keys.empty()) {
          const auto found = store->payments().find_payment(some_key()).value();
          const auto proposed =
              change({PaymentChange(ProposeRefund{found->number, 1, 0, "no_water", by_maker, at(when)})});
          if (proposed.ok())
            static_cast<void>(
                change({PaymentChange(DecideRefund{proposed->refund, below(2) == 0, by_checker, at(when)})}));
        }
        break;
    }
    check_equation(when);
  }
  const FillTotals totals = check_equation(5'000);
  CHECK(totals.bought > 0);
  CHECK(totals.redeemed > 0);
  CHECK(totals.expired > 0);
  CHECK(totals.refunded > 0);
  const std::vector<StoredFill> all = store->fills().fills(0, 1'000).value();
  REQUIRE_FALSE(all.empty());
  for (const StoredFill& one : all) {
    const std::vector<StoredFillRedemption> parts = store->fills().fill_redemptions(one.payment, 100).value();
    std::int64_t sum = 0;
    for (const StoredFillRedemption& part : parts) sum += part.gallons;
    CHECK(sum == one.is.redeemed);
    CHECK(sum <= one.is.gallons);
  }
  check_whole();
}

}  // namespace shubbak::store
