#include "ledger/ledger.hpp"

#include <limits>
#include <vector>

#include <catch2/catch.hpp>

namespace shubbak::ledger {
namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
const AccountId wallet_id{AccountKind::wallet, "7f3a", Currency::SYP};
const AccountId payable_id{AccountKind::company_payable, "damascus", Currency::SYP};
const AccountId drawer_id{AccountKind::agent_drawer, "amal", Currency::SYP};

WallTime at(std::int64_t seconds) {
  return WallTime(std::chrono::seconds(1'790'000'000 + seconds));
}
// A wallet that holds so much.
Account wallet(std::int64_t amount) {
  return {wallet_id, {.credits_posted = amount}};
}
Account payable() {
  return {payable_id, {}};
}
Order payment(std::int64_t amount) {
  return {.key = "P-1",
          .request = {1},
          .debit = wallet_id,
          .credit = payable_id,
          .amount = {amount, Currency::SYP},
          .at = at(0)};
}
constexpr std::int64_t lives = 600;
Terms terms(bool sent = false) {
  return {at(lives), sent};
}
Resolution resolution(const std::string& evidence = "") {
  return {evidence, {}, at(10)};
}
std::vector<std::pair<Step, std::int64_t>> steps(const Decision& decision) {
  std::vector<std::pair<Step, std::int64_t>> all;
  for (const Movement& one : decision.movements) all.emplace_back(one.step, one.amount);
  return all;
}
using Steps = std::vector<std::pair<Step, std::int64_t>>;

// A reservation of 100 out of 250, and the accounts as it leaves them.
struct Reserved {
  explicit Reserved(bool sent = false) {
    const auto decision = reserve({}, payment(100), terms(sent), debit, credit);
    REQUIRE(decision.ok());
    take(*decision);
  }
  void take(const Decision& decision) {
    transfer = decision.transfer;
    debit.balance = decision.debit;
    credit.balance = decision.credit;
  }
  Account debit = wallet(250);
  Account credit = payable();
  Transfer transfer;
};

TEST_CASE("what is reserved is not available, and does not come before it is posted") {
  Reserved one;
  CHECK(held(one.debit) == 250);
  CHECK(available(one.debit) == 150);
  CHECK(held(one.credit) == 0);
  CHECK(expected(one.credit) == 100);
  SECTION("nor may another reservation take it") {
    Order next = payment(151);
    next.key = "P-2";
    CHECK(reserve({}, next, terms(), one.debit, one.credit).error().code == Errc::insufficient);
    next.amount.minor = 150;
    CHECK(reserve({}, next, terms(), one.debit, one.credit).ok());
  }
  SECTION("posted whole") {
    const auto posted = post(one.transfer, {}, resolution(), one.debit, one.credit);
    CHECK(steps(*posted) == Steps{{Step::post, 100}});
    one.take(*posted);
    CHECK(one.debit.balance == Balance{0, 0, 100, 250});
    CHECK(one.credit.balance == Balance{0, 0, 0, 100});
    CHECK(one.transfer.state == State::posted);
  }
  SECTION("posted in part, the rest is available again") {
    const auto posted = post(one.transfer, 40, resolution(), one.debit, one.credit);
    CHECK(steps(*posted) == Steps{{Step::post, 40}, {Step::release, 60}});
    one.take(*posted);
    CHECK(available(one.debit) == 210);
    CHECK(held(one.credit) == 40);
    CHECK(one.transfer.posted == 40);
  }
  SECTION("voided") {
    const auto voided = void_reservation(one.transfer, resolution(), one.debit, one.credit);
    CHECK(steps(*voided) == Steps{{Step::release, 100}});
    one.take(*voided);
    CHECK(one.debit.balance == wallet(250).balance);
    CHECK(one.credit.balance == payable().balance);
  }
}

TEST_CASE("a reservation resolves once: the same again changes nothing, another resolution is a conflict") {
  Reserved one;
  const auto again = [&](const Result<Decision>& decision) {
    REQUIRE(decision.ok());
    CHECK(decision->movements.empty());
    CHECK(decision->debit == one.debit.balance);
    CHECK(decision->credit == one.credit.balance);
  };
  const auto conflicts = [](const Result<Decision>& decision) { CHECK(decision.error().code == Errc::conflict); };
  SECTION("posted") {
    one.take(*post(one.transfer, 40, resolution(), one.debit, one.credit));
    again(post(one.transfer, 40, resolution(), one.debit, one.credit));
    conflicts(post(one.transfer, {}, resolution(), one.debit, one.credit));
    conflicts(void_reservation(one.transfer, resolution(), one.debit, one.credit));
    conflicts(expire(one.transfer, one.debit, one.credit, at(lives)));
  }
  SECTION("voided") {
    one.take(*void_reservation(one.transfer, resolution(), one.debit, one.credit));
    again(void_reservation(one.transfer, resolution(), one.debit, one.credit));
    conflicts(post(one.transfer, {}, resolution(), one.debit, one.credit));
  }
  SECTION("expired") {
    one.take(*expire(one.transfer, one.debit, one.credit, at(lives)));
    conflicts(post(one.transfer, {}, resolution(), one.debit, one.credit));
    conflicts(void_reservation(one.transfer, resolution(), one.debit, one.credit));
    conflicts(expire(one.transfer, one.debit, one.credit, at(lives)));
  }
  CHECK(mark_sent(one.transfer, one.debit, one.credit, at(11)).ok() == (one.transfer.state == State::reserved));
}

TEST_CASE("time ends only what was never sent") {
  Reserved one;
  CHECK(expire(one.transfer, one.debit, one.credit, at(lives - 1)).error().code == Errc::conflict);
  CHECK(expire(one.transfer, one.debit, one.credit, at(lives))->transfer.state == State::expired);
  const auto marked = mark_sent(one.transfer, one.debit, one.credit, at(lives - 1));
  REQUIRE(marked.ok());
  CHECK(marked->transfer.sent == at(lives - 1));
  CHECK(steps(*marked) == Steps{{Step::send, 100}});
  CHECK(marked->debit == one.debit.balance);
  CHECK(expire(marked->transfer, one.debit, one.credit, at(1'000'000)).error().code == Errc::conflict);
  CHECK(mark_sent(marked->transfer, one.debit, one.credit, at(lives + 1))->movements.empty());
  // What has not been sent in time is not sent any more: it may have expired at any moment.
  CHECK(mark_sent(one.transfer, one.debit, one.credit, at(lives)).error().code == Errc::conflict);
}

TEST_CASE("what was sent resolves with evidence only") {
  Reserved one(true);
  CHECK(post(one.transfer, {}, resolution(), one.debit, one.credit).error().code == Errc::invalid);
  CHECK(void_reservation(one.transfer, resolution(), one.debit, one.credit).error().code == Errc::invalid);
  const auto posted = post(one.transfer, {}, resolution("receipt 4711"), one.debit, one.credit);
  CHECK(posted->transfer.evidence == "receipt 4711");
  CHECK(void_reservation(one.transfer, resolution("refused: closed"), one.debit, one.credit).ok());
  for (const std::string& evidence : {std::string(129, 'x'), std::string("a\nb"), std::string("\xd8\xa3")}) {
    CHECK(post(one.transfer, {}, resolution(evidence), one.debit, one.credit).error().code == Errc::invalid);
  }
}

TEST_CASE("the same request under a key is answered as first, another one is a conflict") {
  Reserved one;
  const std::optional known(one.transfer);
  const auto again = reserve(known, payment(100), {at(lives + 5)}, one.debit, one.credit);
  REQUIRE(again.ok());
  CHECK(again->movements.empty());
  CHECK(again->transfer.expires == at(lives));
  // It could expire while the company has what this one is about to send.
  CHECK(reserve(known, payment(100), {at(lives), true}, one.debit, one.credit).error().code == Errc::conflict);
  struct Other {
    const char* what;
    void (*change)(Order&);
  };
  for (const Other& other : {Other{"hash", [](Order& order) { order.request = {2}; }},
                             Other{"amount", [](Order& order) { order.amount.minor = 99; }},
                             Other{"debit", [](Order& order) { order.debit.owner = "other"; }},
                             Other{"credit", [](Order& order) { order.credit.owner = "other"; }}}) {
    INFO(other.what);
    Order order = payment(100);
    other.change(order);
    CHECK(reserve(known, order, terms(), one.debit, one.credit).error().code == Errc::conflict);
  }
  CHECK(move(known, payment(100), one.debit, one.credit).error().code == Errc::conflict);
}

TEST_CASE("an order that is none is refused before anything is looked at") {
  const Account debit = wallet(250);
  const Account credit = payable();
  struct Wrong {
    const char* what;
    void (*change)(Order&);
  };
  for (const Wrong& wrong :
       {Wrong{"nothing", [](Order& order) { order.amount.minor = 0; }},
        Wrong{"less than nothing", [](Order& order) { order.amount.minor = -1; }},
        Wrong{"the least there is",
              [](Order& order) { order.amount.minor = std::numeric_limits<std::int64_t>::min(); }},
        Wrong{"another currency", [](Order& order) { order.amount.currency = Currency::KWD; }},
        Wrong{"between currencies", [](Order& order) { order.credit.currency = Currency::KWD; }},
        Wrong{"to itself", [](Order& order) { order.credit = order.debit; }},
        Wrong{"no key", [](Order& order) { order.key.clear(); }},
        Wrong{"a long key", [](Order& order) { order.key.assign(65, 'k'); }},
        Wrong{"a key with blanks", [](Order& order) { order.key = "a b"; }},
        Wrong{"no owner", [](Order& order) { order.debit.owner.clear(); }},
        Wrong{"a long owner", [](Order& order) { order.credit.owner.assign(65, 'o'); }}}) {
    INFO(wrong.what);
    Order order = payment(100);
    wrong.change(order);
    CHECK(check(order).error().code == Errc::invalid);
    CHECK(move({}, order, debit, credit).error().code == Errc::invalid);
    CHECK(reserve({}, order, terms(), debit, credit).error().code == Errc::invalid);
  }
  CHECK(reserve({}, payment(100), {at(0)}, debit, credit).error().code == Errc::invalid);
  for (const std::int64_t amount : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{101}, most}) {
    const Reserved one;
    CHECK(post(one.transfer, amount, resolution(), one.debit, one.credit).error().code == Errc::invalid);
  }
}

TEST_CASE("what cannot be counted any more is an error and changes nothing") {
  const Account full{{AccountKind::suspense, "main", Currency::SYP},
                     {.debits_pending = 10, .debits_posted = most - 20}};
  Order order = payment(10);
  order.debit = full.id;
  CHECK(move({}, order, full, payable())->debit.debits_posted == most - 10);
  order.amount.minor = 11;
  CHECK(move({}, order, full, payable()).error().code == Errc::limit);
  CHECK(reserve({}, order, terms(), full, payable()).error().code == Errc::limit);
  order.amount.minor = most;
  CHECK(reserve({}, order, terms(), full, payable()).error().code == Errc::limit);
  CHECK_FALSE(is_sound({.debits_pending = 21, .debits_posted = most - 20}));
  CHECK_FALSE(is_sound({.credits_pending = -1}));
}

TEST_CASE("which accounts may be overdrawn, and by which side they are filled") {
  struct Kind {
    AccountKind kind;
    Side filled_by;
    bool overdrawn;
  };
  for (const Kind& one :
       {Kind{AccountKind::wallet, Side::credit, false}, Kind{AccountKind::card_liability, Side::credit, false},
        Kind{AccountKind::pending, Side::credit, false}, Kind{AccountKind::company_payable, Side::credit, true},
        Kind{AccountKind::fees, Side::credit, true}, Kind{AccountKind::agent_drawer, Side::debit, false},
        Kind{AccountKind::suspense, Side::credit, true}, Kind{AccountKind::refunds, Side::credit, false}}) {
    INFO(to_string(one.kind));
    const AccountId id{one.kind, "x", Currency::SYP};
    const AccountId other{AccountKind::suspense, "main", Currency::SYP};
    const bool by_credit = one.filled_by == Side::credit;
    Order out = payment(1);
    out.debit = by_credit ? id : other;
    out.credit = by_credit ? other : id;
    const auto taken = move({}, out, {out.debit, {}}, {out.credit, {}});
    CHECK(taken.ok() == one.overdrawn);
    if (!taken.ok()) CHECK(taken.error().code == Errc::insufficient);
    Order in = out;
    std::swap(in.debit, in.credit);
    CHECK(move({}, in, {in.debit, {}}, {in.credit, {}}).ok());
  }
}

TEST_CASE("a drawer holds no more than its ceiling, with what is on its way counted") {
  Account drawer{drawer_id, {}, 100};
  Order receipt = payment(60);
  receipt.debit = drawer_id;
  const auto reserved = reserve({}, receipt, terms(), drawer, payable());
  REQUIRE(reserved.ok());
  drawer.balance = reserved->debit;
  CHECK(move({}, receipt, drawer, payable()).error().code == Errc::limit);
  receipt.amount.minor = 40;
  CHECK(move({}, receipt, drawer, payable()).ok());
  SECTION("a ceiling that was lowered lets nothing in, and what is there out") {
    drawer.ceiling = 10;
    receipt.amount.minor = 1;
    CHECK(move({}, receipt, drawer, payable()).error().code == Errc::limit);
    const auto posted = post(reserved->transfer, {}, resolution(), drawer, payable());
    CHECK(posted.error().code == Errc::conflict);  // the other account is not the one that it was reserved on
    const Account credited{payable_id, reserved->credit};
    CHECK(post(reserved->transfer, {}, resolution(), drawer, credited).ok());
  }
}

TEST_CASE("a correction moves back what was posted, and no more") {
  Reserved one;
  Order back = payment(30);
  back.key = "C-1";
  std::swap(back.debit, back.credit);
  const auto correct_it = [&](std::int64_t before) {
    return correct({}, back, {7, one.transfer, before}, one.credit, one.debit);
  };
  CHECK(correct_it(0).error().code == Errc::conflict);  // it is only reserved
  one.take(*post(one.transfer, 50, resolution(), one.debit, one.credit));
  const auto corrected = correct_it(20);
  REQUIRE(corrected.ok());
  CHECK(steps(*corrected) == Steps{{Step::move, 30}});
  CHECK(corrected->transfer.corrects == 7);
  CHECK(correct_it(21).error().code == Errc::conflict);
  CHECK(correct(corrected->transfer, back, {7, one.transfer, 50}, one.credit, one.debit)->movements.empty());
  CHECK(correct({}, payment(30), {7, one.transfer, 0}, one.debit, one.credit).error().code == Errc::invalid);
}

TEST_CASE("a correction takes nothing out of a wallet that it has not any more") {
  const AccountId outside{AccountKind::suspense, "main", Currency::SYP};
  Order top_up = payment(100);
  top_up.debit = outside;
  top_up.credit = wallet_id;
  const auto topped_up = move({}, top_up, {outside, {}}, {wallet_id, {}});
  REQUIRE(topped_up.ok());
  // Of the 100 it has paid 35 and reserved 25.
  const Account spent{wallet_id, {.debits_pending = 25, .debits_posted = 35, .credits_posted = 100}};
  Order back = top_up;
  back.key = "C-1";
  std::swap(back.debit, back.credit);
  for (const std::int64_t amount : {40, 41}) {
    back.amount.minor = amount;
    const auto corrected = correct({}, back, {1, topped_up->transfer, 0}, spent, {outside, topped_up->debit});
    CHECK(corrected.ok() == (amount == 40));
    if (!corrected.ok()) CHECK(corrected.error().code == Errc::insufficient);
  }
}

TEST_CASE("accounts are written as KIND:OWNER:CURRENCY") {
  CHECK(to_string(wallet_id) == "wallet:7f3a:SYP");
  for (std::size_t i = 0; i < account_kind_names.size(); ++i) {
    const AccountId id{static_cast<AccountKind>(i), "a.b-c_9", Currency::IQD};
    CHECK(parse_account(to_string(id)).value() == id);
  }
  for (const char* text : {"", "wallet", "wallet:a", "wallet::SYP", "wallets:a:SYP", "wallet:a:USD", "wallet:a b:SYP",
                           "wallet:a:b:SYP", ":a:SYP"}) {
    INFO(text);
    CHECK_FALSE(parse_account(text).ok());
  }
}

}  // namespace
}  // namespace shubbak::ledger
