// Payments, cards, vouchers, fees and one-time codes together, on the whole store, against a reference that is told
// once more: a list of what was accepted, added up anew for each question. No sequence of presses, repeats, answers
// of companies, restarts and steps of the clock spends what is not there, pays without a code for it, ends a payment
// twice or lets the books differ.
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
  enum class Kind : std::uint8_t { prove, pay, settle, release, hold, pass, restart };
  static constexpr std::array names{"prove", "pay", "settle", "release", "hold", "pass", "restart"};
  Kind kind;
  int person;
  int key;
  std::int64_t amount;
  std::int64_t fee;
  int voucher;  // 0: from the card alone
  bool proves;  // before it pays
  bool has_evidence;
  std::int64_t seconds;

  // Every gene is an operation.
  static PayingOperation of(std::uint64_t gene) {
    constexpr std::array<Kind, 16> kinds{
        Kind::prove, Kind::prove, Kind::prove, Kind::prove,  Kind::pay,    Kind::pay,     Kind::pay,  Kind::pay,
        Kind::pay,   Kind::pay,   Kind::pay,   Kind::settle, Kind::settle, Kind::release, Kind::pass, Kind::restart};
    constexpr std::array<std::int64_t, 8> amounts{100, 3'000, 30'000, 50'000, 70'000, 100'001, 0, -5};
    constexpr std::array<std::int64_t, 8> times{1, 2, 60, 299, 300, 301, 3'600, -90};
    const auto bits = [&gene](std::uint32_t count) {
      const auto value = static_cast<std::uint32_t>(gene & ((1ULL << count) - 1));
      gene >>= count;
      return value;
    };
    PayingOperation one{};
    one.kind = kinds[bits(4)];
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
    if (one.kind == Kind::pass && bits(6) == 63) one.kind = Kind::hold;
    return one;
  }
};

std::string show(const PayingOperation& one) {
  std::ostringstream text;
  text << PayingOperation::names[static_cast<std::size_t>(one.kind)] << " person " << one.person << " key " << one.key
       << " amount " << one.amount << " fee " << one.fee << " voucher " << one.voucher
       << (one.proves ? " proves" : "") << " seconds " << one.seconds;
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
    End end = End::open;
  };
  std::map<int, Paid> payments{};
  std::map<int, int> vouchers{};                                  // who has each
  std::map<std::pair<int, std::string>, std::int64_t> granted{};  // until when
  std::set<int> held{};

  [[nodiscard]] std::int64_t on_card(int person) const {
    std::int64_t sum = 100'000;
    for (const auto& [voucher, owner] : vouchers) sum += owner == person ? face : 0;
    for (const auto& [key, paid] : payments) {
      if (paid.person == person && paid.end != End::released) sum -= paid.amount + paid.fee;
    }
    return sum;
  }
  [[nodiscard]] std::int64_t settled(bool fees) const {
    std::int64_t sum = 0;
    for (const auto& [key, paid] : payments) {
      if (paid.end == End::settled) sum += fees ? paid.fee : paid.amount;
    }
    return sum;
  }
};

class PayingStore {
 public:
  explicit PayingStore(std::string path) : path_(std::move(path)) {
    policy_.sends_min_gap = std::chrono::seconds(1);
    policy_.sends_per_number_hour = 1'000'000;
    policy_.sends_per_number_day = 1'000'000;
    policy_.sends_per_prefix_hour = 1'000'000;
    policy_.sends_per_deployment_hour = 1'000'000;
    restart();
    for (int person = 0; person < persons; ++person) {
      const std::string name = "opening." + std::to_string(person);
      done({link(number_of(person), person_of(person)),
            PaymentChange(OpenWallet{person_of(person), wallet_of(person), at(0)}),
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
        prove(op);
        return {};
      case PayingOperation::Kind::pay:
        if (op.proves) prove(op);
        return pay(op);
      case PayingOperation::Kind::settle:
        return end(op, Reference::End::settled);
      case PayingOperation::Kind::release:
        return end(op, Reference::End::released);
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

 private:
  void prove(const PayingOperation& op) {
    SendCode send = send_code(now_, sample_code, number_of(op.person), binding_of(op));
    send.person = person_of(op.person);
    TryCode typed = try_code(now_, sample_code, otp::Channel::ussd, binding_of(op));
    typed.msisdn = number_of(op.person);
    typed.person = person_of(op.person);
    const auto committed = commit({send, typed});
    if (committed.ok() && committed->tries.size() == 1 && committed->tries.front() == otp::TryVerdict::right)
      reference_.granted[{op.person, binding_of(op)}] = now_ + 300;
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
    const bool is_new = committed.ok() && before == reference_.payments.end() && payment_is_there(op.key);
    if (!is_new) return {};  // the balances tell whether anything has moved
    ++accepted;
    const auto grant = reference_.granted.find({op.person, binding_of(op)});
    if (grant == reference_.granted.end() || grant->second < now_) return "it was paid without a code for it";
    if (reference_.held.contains(op.person)) return "a number that is held has paid";
    reference_.granted.erase(grant);
    if (op.voucher != 0 && !reference_.vouchers.emplace(op.voucher, op.person).second)
      return "a voucher was used twice";
    if (op.amount <= 0 || reference_.on_card(op.person) < op.amount + op.fee) return "more was paid than was there";
    reference_.payments[op.key] = {op.person, op.amount, op.fee};
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

  bool payment_is_there(int key) { return book_->reads().find_transfer(key_of(key)).value().has_value(); }
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
  ::setenv("RC_PARAMS", "max_success=60 max_size=250", 0);
  std::size_t operations = 0;
  std::size_t round = 0;
  int accepted = 0;
  int ended = 0;
  const bool held = rc::check("the store", [&] {
    const auto genes = *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::arbitrary<std::uint64_t>());
    operations += genes.size();
    const std::string path = folder.file("db" + std::to_string(round++));
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
    }
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  });
  std::cerr << operations << " operations, " << accepted << " payments, of which " << ended << " came to an end\n";
  CHECK(held);
  CHECK(accepted > 60);
  CHECK(ended > 25);
}

}  // namespace
}  // namespace shubbak::store
