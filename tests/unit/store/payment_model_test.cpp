// Payments, cards, vouchers, fees, refunds, one-time codes and service PINs together, on the whole store, against a
// reference that is told once more: a list of what was accepted, added up anew for each question. No sequence of
// presses, repeats, answers of companies, what staff ask for and decide, restarts and steps of the clock spends what
// is not there, pays without a code or PIN for it, ends a payment twice, refunds more than was paid or by one member
// of staff alone, or lets the books differ.
#include <iostream>
#include <map>
#include <rapidcheck.h>
#include <set>
#include <sstream>

#include "payment_fixture.hpp"
#include "store/sha256.hpp"
#include "store/sqlite/change_writer.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/migrate.hpp"

namespace shubbak::store {
namespace {

constexpr int persons = 2;
constexpr int keys = 12;
constexpr int vouchers_sold = 6;

struct PayingOperation {
  enum class Kind : std::uint8_t { prove, pay, settle, release, propose, decide, hold, pass, restart };
  static constexpr std::array names{"prove",  "pay",  "settle", "release", "propose",
                                    "decide", "hold", "pass",   "restart"};
  Kind kind;
  int person;
  int key;
  std::int64_t amount;
  std::int64_t fee;
  int voucher;   // 0: from the card alone
  bool proves;   // before it pays
  bool has_pin;  // proves by PIN, not by a code
  bool is_right;
  bool is_amals;  // what staff do: by the one or the other
  bool pays_back;
  std::size_t refund;  // the how manieth
  std::int64_t back;   // of the amount
  std::int64_t fee_back;
  bool has_evidence;
  std::int64_t seconds;

  // Every gene is an operation.
  static PayingOperation of(std::uint64_t gene) {
    constexpr std::array<Kind, 32> kinds{
        Kind::prove,   Kind::prove,   Kind::prove,   Kind::prove,   Kind::prove,   Kind::pay,     Kind::pay,
        Kind::pay,     Kind::pay,     Kind::pay,     Kind::pay,     Kind::pay,     Kind::pay,     Kind::pay,
        Kind::pay,     Kind::pay,     Kind::settle,  Kind::settle,  Kind::settle,  Kind::settle,  Kind::settle,
        Kind::release, Kind::release, Kind::propose, Kind::propose, Kind::propose, Kind::propose, Kind::decide,
        Kind::decide,  Kind::decide,  Kind::pass,    Kind::restart};
    constexpr std::array<std::int64_t, 8> parts{1, 50, 100, 3'000, 25'000, 30'000, 0, -5};
    constexpr std::array<std::int64_t, 4> fee_parts{0, 0, 20, 25};
    constexpr std::array<std::int64_t, 8> amounts{100, 3'000, 30'000, 50'000, 70'000, 100'001, 0, -5};
    constexpr std::array<std::int64_t, 8> times{1, 2, 60, 299, 300, 301, 3'600, -90};
    const auto bits = [&gene](std::uint32_t count) {
      const auto value = static_cast<std::uint32_t>(gene & ((1ULL << count) - 1));
      gene >>= count;
      return value;
    };
    PayingOperation one{};
    one.kind = kinds[bits(5)];
    one.key = static_cast<int>(bits(4)) % keys;
    // What is asked for follows from the key, so that it comes again; now and then another thing under the same key.
    one.person = one.key % persons;
    one.amount = amounts[static_cast<std::size_t>(one.key) % 5];
    one.fee = one.key % 3 == 0 ? 25 : 0;
    one.voucher = one.key % 2 == 0 ? 0 : 1 + one.key % vouchers_sold;
    if (bits(3) == 7) one.amount = amounts[bits(3)];
    if (bits(4) == 15) one.fee = 26;
    if (bits(3) == 7) one.voucher = static_cast<int>(bits(3)) % (vouchers_sold + 1);
    if (bits(5) == 31) one.person = 1 - one.person;
    one.proves = bits(2) != 0;
    one.has_evidence = bits(3) != 0;
    one.seconds = times[bits(3)];
    one.has_pin = bits(1) != 0;
    one.is_right = bits(4) != 0;
    one.is_amals = bits(1) != 0;
    one.pays_back = bits(2) != 0;
    one.refund = bits(3);
    one.back = parts[bits(3)];
    one.fee_back = fee_parts[bits(2)];
    if (one.kind == Kind::restart && bits(1) != 0) one.kind = Kind::prove;  // it takes as long as thirty others
    if (one.kind == Kind::pass && bits(6) == 63) one.kind = Kind::hold;
    return one;
  }
};

std::string show(const PayingOperation& one) {
  std::ostringstream text;
  text << PayingOperation::names[static_cast<std::size_t>(one.kind)] << " person " << one.person << " key " << one.key
       << " amount " << one.amount << " fee " << one.fee << " voucher " << one.voucher
       << (one.proves ? " proves" : "") << (one.has_pin ? " PIN" : " code") << (one.is_right ? "" : " wrong")
       << (one.has_evidence ? " with evidence" : "") << " seconds " << one.seconds << " refund " << one.refund
       << (one.is_amals ? " by amal" : " by basel") << (one.pays_back ? " pays " : " refuses ") << one.back << " and "
       << one.fee_back;
  return text.str();
}

std::string key_of(int key) {
  return "payment." + std::to_string(key);
}
NationalId person_of(int person) {
  return syrian(person == 0 ? "01020304050" : "09080706050");
}
Msisdn number_of(int person) {
  return number(123'456 + static_cast<std::uint64_t>(person));
}
Wallet wallet_of(int person) {
  return {person == 0 ? "1234567890" : "1999999999", Currency::SYP};
}
// What a code is for: the payee, the amount and the fee.
std::string binding_of(const PayingOperation& op) {
  return "pay|" + std::to_string(op.key) + "|" + std::to_string(op.amount) + "|" + std::to_string(op.fee);
}

// The rules of money and codes, in another way.
struct Reference {
  enum class End : std::uint8_t { open, settled, released };
  struct Paid {
    int person;
    std::int64_t amount;
    std::int64_t fee;
    std::int64_t number;
    End end = End::open;
  };
  struct Refund {
    int key;
    std::int64_t amount;
    std::int64_t fee;
    bool is_amals;
    RefundState state = RefundState::proposed;
  };
  std::map<int, Paid> payments{};
  std::map<int, int> vouchers{};                                  // who has each
  std::map<std::pair<int, std::string>, std::int64_t> granted{};  // until when
  std::set<int> held{};
  std::map<std::int64_t, Refund> refunds{};

  [[nodiscard]] std::int64_t on_card(int person) const {
    std::int64_t sum = 100'000;
    for (const auto& [voucher, owner] : vouchers) sum += owner == person ? face : 0;
    for (const auto& [key, paid] : payments) {
      if (paid.person == person && paid.end != End::released) sum -= paid.amount + paid.fee;
    }
    for (const auto& [number, refund] : refunds) {
      const bool is_theirs = payments.at(refund.key).person == person;
      if (is_theirs && refund.state == RefundState::paid) sum += refund.amount + refund.fee;
    }
    return sum;
  }
  [[nodiscard]] std::int64_t settled(bool fees) const {
    std::int64_t sum = 0;
    for (const auto& [key, paid] : payments) {
      if (paid.end == End::settled) sum += fees ? paid.fee : paid.amount;
    }
    for (const auto& [number, refund] : refunds) {
      if (refund.state == RefundState::paid) sum -= fees ? refund.fee : refund.amount;
    }
    return sum;
  }
  // Of what was paid under a key: not refunded, and not asked for either.
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> left_to_refund(int key) const {
    const Paid& paid = payments.at(key);
    std::pair left(paid.amount, paid.fee);
    for (const auto& [number, refund] : refunds) {
      if (refund.key != key || refund.state == RefundState::refused) continue;
      left.first -= refund.amount;
      left.second -= refund.fee;
    }
    return left;
  }
};

class PayingStore {
 public:
  // A copy of what another one was founded as; where nothing is, it is founded.
  explicit PayingStore(std::string path) : path_(std::move(path)) {
    policy_.sends_min_gap = std::chrono::seconds(1);
    policy_.sends_per_number_hour = 1'000'000;
    policy_.sends_per_number_day = 1'000'000;
    policy_.sends_per_prefix_hour = 1'000'000;
    policy_.sends_per_deployment_hour = 1'000'000;
    const bool is_founded = std::filesystem::exists(path_);
    restart();
    if (is_founded) return;
    for (int person = 0; person < persons; ++person) {
      const std::string name = "opening." + std::to_string(person);
      done({link(number_of(person), person_of(person)),
            PaymentChange(OpenWallet{person_of(person), wallet_of(person), at(0)}),
            SetPin{person_of(person), "a hash", by_citizen, at(0)},
            LedgerChange(top_up(name, 100'000, account_of(wallet_of(person))))});
    }
    done({VoucherChange(opening(vouchers_sold)), VoucherChange(AddVouchers{1, 1, pins(1, vouchers_sold), by_maker}),
          VoucherChange(CloseBatch{1, {7}, by_maker, at(10)}), VoucherChange(ActivateBatch{1, by_checker, at(20)})});
  }

  // Nothing: as the reference says.
  std::string play(const PayingOperation& op) {
    now_ += std::max<std::int64_t>(op.kind == PayingOperation::Kind::pass ? op.seconds : 1, -now_ + 100);
    switch (op.kind) {
      case PayingOperation::Kind::prove:
        return prove(op);
      case PayingOperation::Kind::pay: {
        const std::string breach = op.proves ? prove(op) : "";
        return breach.empty() ? pay(op) : breach;
      }
      case PayingOperation::Kind::settle:
        return end(op, Reference::End::settled);
      case PayingOperation::Kind::release:
        return end(op, Reference::End::released);
      case PayingOperation::Kind::propose:
        return propose(op);
      case PayingOperation::Kind::decide:
        return decide(op);
      case PayingOperation::Kind::hold:
        done({ChangeLink{number_of(op.person),
                         person_of(op.person),
                         identity::LinkEvent::hold,
                         Actor{Actor::Kind::operator_hook, "mtn"},
                         at(now_),
                         {}}});
        reference_.held.insert(op.person);
        return {};
      case PayingOperation::Kind::pass:
        return {};
      case PayingOperation::Kind::restart:
        restart();
        return {};
    }
    return "no such operation";
  }

  std::string balances() {
    for (int person = 0; person < persons; ++person) {
      if (available(account_of(wallet_of(person))) != reference_.on_card(person))
        return "the card of " + std::to_string(person) + " holds something else";
      if (reference_.on_card(person) < 0) return "the reference is wrong";
    }
    if (held(sample_payable) != reference_.settled(false)) return "something else is owed to the company";
    if (held({ledger::AccountKind::fees, "main", Currency::SYP}) != reference_.settled(true))
      return "something else was earned";
    return {};
  }
  std::string books() {
    for (const auto& faults : {ledger_faults(path_), voucher_faults(path_)}) {
      if (!faults.empty()) return faults.front();
    }
    return {};
  }
  int accepted = 0;
  int ended = 0;
  int refunded = 0;

 private:
  std::string prove(const PayingOperation& op) {
    const auto committed = commit(op.has_pin ? pin_of(op) : code_of(op));
    const bool is_right =
        committed.ok() && committed->tries.size() == 1 && committed->tries.front() == otp::TryVerdict::right;
    if (is_right && !op.is_right) return "what is wrong proves something";
    if (is_right) reference_.granted[{op.person, binding_of(op)}] = now_ + 300;
    return {};
  }
  std::vector<Change> pin_of(const PayingOperation& op) {
    return {TryPin{person_of(op.person), number_of(op.person), binding_of(op), op.is_right, at(now_), at(0)}};
  }
  std::vector<Change> code_of(const PayingOperation& op) {
    SendCode send = send_code(now_, sample_code, number_of(op.person), binding_of(op));
    send.person = person_of(op.person);
    TryCode typed = try_code(now_, op.is_right ? sample_code : "111111", otp::Channel::ussd, binding_of(op));
    typed.msisdn = number_of(op.person);
    typed.person = person_of(op.person);
    return {send, typed};
  }

  // What must be so for it to be taken; what the store refuses beside that costs nobody anything.
  std::string pay(const PayingOperation& op) {
    BeginPayment beginning = begin(op.amount, key_of(op.key), now_);
    beginning.person = person_of(op.person);
    beginning.msisdn = number_of(op.person);
    beginning.wallet = wallet_of(op.person);
    beginning.account = std::to_string(14'000 + op.key);
    beginning.fee = op.fee;
    std::vector<Change> changes;
    if (op.voucher != 0) {
      RedeemVoucher redeems =
          redeeming(key_of(op.key) + ".v", op.voucher, at(now_), number_of(op.person), person_of(op.person));
      redeems.wallet = account_of(wallet_of(op.person));
      changes.emplace_back(VoucherChange(redeems));
    }
    changes.emplace_back(PaymentChange(beginning));
    changes.emplace_back(ConsumeGrant{number_of(op.person), binding_of(op), at(now_)});
    const auto committed = commit(std::move(changes));
    const auto before = reference_.payments.find(op.key);
    const bool is_new = committed.ok() && before == reference_.payments.end();
    const auto transfer = book_->reads().find_transfer(key_of(op.key)).value();
    if (!is_new || !transfer) return {};  // the balances tell whether anything has moved
    ++accepted;
    const auto grant = reference_.granted.find({op.person, binding_of(op)});
    if (grant == reference_.granted.end() || grant->second < now_) return "it was paid without a code for it";
    if (reference_.held.contains(op.person)) return "a number that is held has paid";
    reference_.granted.erase(grant);
    if (op.voucher != 0 && !reference_.vouchers.emplace(op.voucher, op.person).second)
      return "a voucher was used twice";
    if (op.amount <= 0 || reference_.on_card(op.person) < op.amount + op.fee) return "more was paid than was there";
    reference_.payments[op.key] = {op.person, op.amount, op.fee, transfer->number};
    return {};
  }

  std::string end(const PayingOperation& op, Reference::End how) {
    const ledger::Resolution resolution{op.has_evidence ? "damascus says so" : "", {}, at(now_)};
    const auto committed =
        commit({how == Reference::End::settled ? PaymentChange(SettlePayment{key_of(op.key), resolution})
                                               : PaymentChange(ReleasePayment{key_of(op.key), resolution})});
    const auto found = reference_.payments.find(op.key);
    if (found == reference_.payments.end())
      return !committed.ok() && committed.error().code == Errc::not_found ? "" : "what was never begun has ended";
    Reference::Paid& paid = found->second;
    if (paid.end == how) return committed.ok() || !op.has_evidence ? "" : "what is told twice is refused";
    const bool may_end = paid.end == Reference::End::open && op.has_evidence;
    if (committed.ok() != may_end)
      return may_end ? "evidence does not end it" : "it has ended without evidence, or twice";
    if (may_end) {
      paid.end = how;
      ++ended;
    }
    return {};
  }

  std::string propose(const PayingOperation& op) {
    const auto found = reference_.payments.find(op.key);
    bool may = found != reference_.payments.end() && found->second.end == Reference::End::settled;
    if (may) {
      const auto [amount, fee] = reference_.left_to_refund(op.key);
      may = op.back > 0 && op.back <= amount && op.fee_back <= fee;
    }
    const std::int64_t payment = found == reference_.payments.end() ? 4'711 : found->second.number;
    const auto committed = commit({PaymentChange(
        ProposeRefund{payment, op.back, op.fee_back, "paid_twice", op.is_amals ? by_maker : by_checker, at(now_)})});
    if (committed.ok() != may) return may ? "a refund is not taken" : "a refund is taken of what was not paid";
    if (!may) return {};
    const Reference::Refund refund{op.key, op.back, op.fee_back, op.is_amals};
    return reference_.refunds.emplace(committed->refund, refund).second ? "" : "two refunds have one number";
  }

  std::string decide(const PayingOperation& op) {
    auto found = reference_.refunds.begin();
    if (!reference_.refunds.empty())
      std::advance(found, static_cast<std::ptrdiff_t>(op.refund % reference_.refunds.size()));
    const bool is_there = found != reference_.refunds.end();
    const bool may = is_there && found->second.state == RefundState::proposed &&
                     !(op.pays_back && found->second.is_amals == op.is_amals);
    const std::int64_t number = is_there ? found->first : 4'711;
    const auto committed =
        commit({PaymentChange(DecideRefund{number, op.pays_back, op.is_amals ? by_maker : by_checker, at(now_)})});
    if (committed.ok() != may)
      return may ? "a refund cannot be decided" : "a refund is decided twice, or by one alone";
    if (!may) return {};
    found->second.state = op.pays_back ? RefundState::paid : RefundState::refused;
    if (op.pays_back) ++refunded;
    return {};
  }

  std::int64_t available(const ledger::AccountId& id) {
    const auto found = book_->reads().find_ledger_account(id).value();
    return found ? ledger::available(found->account) : 0;
  }
  std::int64_t held(const ledger::AccountId& id) {
    const auto found = book_->reads().find_ledger_account(id).value();
    return found ? ledger::held(found->account) : 0;
  }

  void restart() {
    book_.reset();
    writer_.reset();
    SQLite::Database database = open_for_writing(path_, 100'000);
    database.exec("PRAGMA synchronous = OFF");  // what a restart forgets is forgotten without a disk too
    RC_ASSERT(migrate(database, schema_migrations(), at(0)).ok());
    StoreConfig config;
    config.otp = policy_;
    writer_ = std::make_unique<ChangeWriter>(std::move(database), *Sealer::create(MasterKey({1, 2, 3}), 1),
                                             sha256().value(), config);
    book_ = LedgerBook::open(path_).value();
  }
  void done(std::vector<Change> changes) {
    const auto committed = commit(std::move(changes));
    if (!committed.ok()) RC_FAIL(committed.error().message);
  }
  // Each in a transaction with another set that is undone, so that what that one wrote must be gone.
  Result<Committed> commit(std::vector<Change> changes) {
    std::vector<PendingChange> batch(2);
    batch[0].changes = {LedgerChange(top_up("undone", 77, account_of(wallet_of(0)))),
                        LedgerChange(VoidReservation{"not.there", {"", {}, at(0)}})};
    batch[1].changes = std::move(changes);
    writer_->commit(batch);
    RC_ASSERT(!batch[0].outcome.ok());
    return std::move(batch[1].outcome);
  }

  std::string path_;
  otp::Policy policy_;
  std::int64_t now_ = 100;
  Reference reference_;
  std::unique_ptr<ChangeWriter> writer_;
  std::unique_ptr<LedgerBook> book_;
};

TEST_CASE("no sequence of codes, presses, answers and restarts breaks the rules of payments in the store") {
  const TempFolder folder;
  ::setenv("RC_PARAMS", "max_success=80 max_size=250", 0);
  std::size_t operations = 0;
  std::size_t round = 0;
  int accepted = 0;
  int ended = 0;
  int refunded = 0;
  const std::string founded = folder.file("founded");
  PayingStore{founded};
  const bool held = rc::check("the store", [&] {
    const auto genes = *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::arbitrary<std::uint64_t>());
    operations += genes.size();
    const std::string path = folder.file("db" + std::to_string(round++));
    std::filesystem::copy_file(founded, path);
    {
      PayingStore store(path);
      std::string played;
      for (const std::uint64_t gene : genes) {
        const PayingOperation op = PayingOperation::of(gene);
        played += show(op) + "\n";
        std::string breach = store.play(op);
        if (breach.empty()) breach = store.balances();
        if (!breach.empty()) RC_FAIL(breach + "\n" + played);
      }
      if (const std::string breach = store.books(); !breach.empty()) RC_FAIL(breach + "\n" + played);
      accepted += store.accepted;
      ended += store.ended;
      refunded += store.refunded;
    }
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  });
  std::cerr << operations << " operations, " << accepted << " payments, of which " << ended << " came to an end; "
            << refunded << " refunds\n";
  CHECK(held);
  CHECK(accepted > 60);
  CHECK(ended > 25);
  CHECK(refunded > 0);
}

}  // namespace
}  // namespace shubbak::store
