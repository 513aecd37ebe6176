// Drawers on the whole store, against sums that are told once more: no sequence of cash taken, answers of companies,
// cash given back, deposits, counts, corrections, write-offs, hand-overs and presses that come again breaks
// "receipts = deposits + balance", lets a drawer hold more than it may, a card less than nothing, or gives anything
// back twice.
#include <algorithm>
#include <iostream>
#include <map>
#include <rapidcheck.h>
#include <utility>
#include <vector>

#include "cash_fixture.hpp"
#include "store/sha256.hpp"
#include "store/sqlite/cash_reader.hpp"
#include "store/sqlite/change_writer.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/migrate.hpp"

namespace shubbak::store {
namespace {

constexpr std::int64_t drawer_ceiling = 5'000;
const ledger::AccountId suspense_of_differences{ledger::AccountKind::suspense, "cash_difference", Currency::SYP};

struct CashOperation {
  enum class Kind : std::uint8_t {
    take,
    settle,
    release,
    give_back,
    deposit,
    top_up,
    count,
    spend,
    correct_top_up,
    correct_deposit,
    write_off,
    hand_over
  };
  static constexpr std::array names{"take",  "settle", "release",        "give_back",       "deposit",   "top_up",
                                    "count", "spend",  "correct_top_up", "correct_deposit", "write_off", "hand_over"};
  Kind kind;
  int key;
  std::int64_t amount;
  std::int64_t fee;

  // Every gene is an operation. What is asked for follows from the key, so that it comes again; now and then another
  // thing under the same key.
  static CashOperation of(std::uint64_t gene) {
    gene = (gene ^ (gene >> 31U)) * 0x9e3779b97f4a7c15ULL;  // small ones are as various as large ones
    gene ^= gene >> 29U;
    constexpr std::array<Kind, 32> kinds{
        Kind::take,      Kind::take,     Kind::take,           Kind::take,           Kind::take,
        Kind::take,      Kind::take,     Kind::take,           Kind::take,           Kind::settle,
        Kind::settle,    Kind::settle,   Kind::settle,         Kind::release,        Kind::release,
        Kind::release,   Kind::release,  Kind::release,        Kind::give_back,      Kind::give_back,
        Kind::give_back, Kind::deposit,  Kind::deposit,        Kind::top_up,         Kind::top_up,
        Kind::count,     Kind::spend,    Kind::correct_top_up, Kind::correct_top_up, Kind::correct_deposit,
        Kind::write_off, Kind::hand_over};
    constexpr std::array<std::int64_t, 8> amounts{1, 100, 700, 1'500, 2'500, 4'999, 0, -3};
    const auto bits = [&gene](std::uint32_t count) {
      const auto value = static_cast<std::size_t>(gene & ((1ULL << count) - 1));
      gene >>= count;
      return value;
    };
    CashOperation one{};
    one.kind = kinds[bits(5)];
    one.key = static_cast<int>(bits(4));
    one.amount = amounts[static_cast<std::size_t>(one.key) % 6];
    one.fee = one.key % 3 == 0 ? 25 : 0;
    if (bits(3) == 7) one.amount = amounts[bits(3)];
    return one;
  }
};

std::string show(const CashOperation& one) {
  return std::string(CashOperation::names[static_cast<std::size_t>(one.kind)]) + " " + std::to_string(one.key) +
         ": " + std::to_string(one.amount) + " + " + std::to_string(one.fee);
}

class DrawerStore {
 public:
  explicit DrawerStore(const std::string& path) : path_(path) {
    SQLite::Database database = open_for_writing(path, 100'000);
    database.exec("PRAGMA synchronous = OFF");  // there is no crash here
    RC_ASSERT(migrate(database, schema_migrations(), at(0)).ok());
    writer_ = std::make_unique<ChangeWriter>(std::move(database), *Sealer::create(MasterKey({1, 2, 3}), 1),
                                             sha256().value(), StoreConfig{});
    book_ = LedgerBook::open(path).value();
    RC_ASSERT(commit(CashChange(opening_drawer("sami", drawer_ceiling))).ok());
    RC_ASSERT(commit(CashChange(opening_drawer("badr", 1'000'000))).ok());
    RC_ASSERT(commit(PaymentChange(open_card())).ok());
  }

  // Nothing: it kept the rules.
  std::string play(const CashOperation& op) {
    ++now_;
    switch (op.kind) {
      case CashOperation::Kind::take:
        return play_take(op);
      case CashOperation::Kind::settle:
        return play_end(op, Paid::State::settled);
      case CashOperation::Kind::release:
        return play_end(op, Paid::State::released);
      case CashOperation::Kind::give_back:
        return play_give_back(op);
      case CashOperation::Kind::deposit:
        return play_deposit(op);
      case CashOperation::Kind::top_up:
        return play_top_up(op);
      case CashOperation::Kind::count:
        return play_count(op);
      case CashOperation::Kind::spend:
        return play_spend(op);
      case CashOperation::Kind::correct_top_up:
        return play_correct_top_up(op);
      case CashOperation::Kind::correct_deposit:
        return play_correct_deposit(op);
      case CashOperation::Kind::write_off:
        return play_write_off();
      case CashOperation::Kind::hand_over:
        return play_hand_over(op);
    }
    std::abort();
  }

  // Nothing: they are what was taken, given back and brought in.
  std::string sums() {
    std::int64_t taken = topped_up_;
    std::int64_t returned = 0;
    std::int64_t held_back = 0;
    std::int64_t free_again = 0;
    std::int64_t to_company = 0;
    std::int64_t earned = 0;
    for (const auto& [key, paid] : paid_) {
      taken += paid.amount + paid.fee;
      if (paid.state == Paid::State::given_back) returned += paid.amount + paid.fee;
      if (paid.state == Paid::State::open || paid.state == Paid::State::released) held_back += paid.amount + paid.fee;
      if (paid.state == Paid::State::released) free_again += paid.amount + paid.fee;
      if (paid.state == Paid::State::settled) {
        to_company += paid.amount;
        earned += paid.fee;
      }
    }
    const ledger::Account in = account(in_drawer);
    const ledger::Account owed = account(owed_by_drawer);
    if (taken - returned != deposited_ + handed_over_ + written_off_ + ledger::held(in))
      return "receipts are not deposits and balance";
    if (ledger::held(in) < 0 || ledger::expected(in) > drawer_ceiling) return "the drawer holds what it may not";
    if (ledger::held(owed) != held_back) return "what waits is not what was taken for it";
    if (ledger::available(owed) != free_again) return "what is to be given back is not what was released";
    if (ledger::held(account(sample_payable)) != to_company) return "the company's is not what was settled";
    if (ledger::held(account(fees_of_all)) != earned + spent_) return "fees do not stay with their payments";
    if (ledger::held(account(card_account)) != topped_up_ - spent_) return "the card holds another sum";
    if (ledger::available(account(card_account)) < 0) return "the card holds less than nothing";
    if (ledger::held(account(drawer_account(other_drawer, Currency::SYP))) != handed_over_)
      return "what was handed over is not with who took over";
    if (ledger::held(account(suspense_of_differences)) != -written_off_) return "differences are not in suspense";
    return {};
  }
  std::string books() {
    auto verdict = book_->verify();
    if (!verdict.ok()) return verdict.error().message;
    if (!verdict->faults.empty()) return verdict->faults.front();
    SQLite::Database reading = open_for_reading(path_);
    Sealer sealer = *Sealer::create(MasterKey({1, 2, 3}), 1);
    CashReader reader(reading, sealer);
    const auto book = CashBook::open(path_).value();
    const auto kept = reader.find_drawer(drawer).value();
    const auto all = book->drawer_statement(*kept, at(0), at(now_ + 1)).value();
    if (!all.adds_up() || all.closing() != kept->holds) return "the statement does not add up";
    std::int64_t owed = 0;
    const auto owing = reader.cash_payments(kept->number, true, 1'000'000, 1'000).value();
    for (const CashPayment& one : owing) owed += one.owed;
    return owed == ledger::available(account(owed_by_drawer)) ? "" : "what is listed as owed is not what is owed";
  }

  int accepted = 0;
  int given_back = 0;
  int corrected = 0;
  int handed_over = 0;

 private:
  struct Paid {
    enum class State : std::uint8_t { open, settled, released, given_back };
    std::int64_t amount;
    std::int64_t fee;
    std::int64_t number;
    State state = State::open;
  };

  std::string play_take(const CashOperation& op) {
    TakeCash one = take(op.amount, key_of(op.key), now_);
    one.account = account_of_key(op.key);
    one.fee = op.fee;
    one.again = op.key % 2 == 0;
    const std::int64_t before = ledger::held(account(in_drawer));
    const auto committed = commit(CashChange(one));
    const auto known = paid_.find(op.key);
    if (known != paid_.end()) {
      const bool is_same = known->second.amount == op.amount && known->second.fee == op.fee;
      if (committed.ok() != is_same) return "a key stands for one request";
      return committed.ok() && !committed->transfers.front().repeated ? "the same request moved money twice" : "";
    }
    if (!committed.ok()) return {};
    if (op.amount <= 0 || before + op.amount + op.fee > drawer_ceiling) return "it should not have been taken";
    for (const auto& [key, paid] : paid_) {
      if (paid.state == Paid::State::open && account_of_key(key) == one.account) return "two are open to one account";
    }
    paid_[op.key] = {op.amount, op.fee, committed->transfers.front().number};
    ++accepted;
    return {};
  }
  std::string play_end(const CashOperation& op, Paid::State how) {
    const bool settles = how == Paid::State::settled;
    const ledger::Resolution said{settles ? "damascus posted 7" : "damascus declined other", {}, at(now_)};
    const auto committed = commit(settles ? PaymentChange(SettlePayment{cash_key_in_ledger(key_of(op.key)), said})
                                          : PaymentChange(ReleasePayment{cash_key_in_ledger(key_of(op.key)), said}));
    const auto known = paid_.find(op.key);
    if (known == paid_.end()) return committed.ok() ? "it ended without having begun" : "";
    if (known->second.state != Paid::State::open) {
      const bool is_same = settles == (known->second.state == Paid::State::settled);
      return committed.ok() == is_same ? "" : "it ended in two ways";
    }
    if (!committed.ok()) return "it cannot end";
    known->second.state = how;
    return {};
  }
  std::string play_give_back(const CashOperation& op) {
    const auto known = paid_.find(op.key);
    if (known == paid_.end()) return {};
    Paid& paid = known->second;
    const std::int64_t before = ledger::held(account(in_drawer));
    const auto committed =
        commit(CashChange(giving_back(paid.number, op.amount + op.fee, "b" + key_of(op.key), now_)));
    const bool is_all = op.amount + op.fee == paid.amount + paid.fee;
    if (paid.state == Paid::State::given_back) {
      if (committed.ok() != is_all) return "a key stands for one request";
      return committed.ok() && !committed->transfers.front().repeated ? "given back twice" : "";
    }
    const bool may = paid.state == Paid::State::released && before >= paid.amount + paid.fee && is_all;
    if (committed.ok() != may) return "what is owed, and there, is given back, and nothing else";
    if (may) {
      paid.state = Paid::State::given_back;
      ++given_back;
    }
    return {};
  }
  std::string play_deposit(const CashOperation& op) {
    const std::int64_t before = ledger::held(account(in_drawer));
    DepositCash one = deposit(op.amount, "d" + std::to_string(now_), now_);
    one.reference = "slip-" + std::to_string(op.key);
    const bool may = op.amount > 0 && op.amount <= before && !slips_.contains(op.key);
    if (commit(CashChange(one)).ok() != may)
      return "a slip that was not there is brought in, as far as there is cash";
    if (!may) return {};
    deposited_ += op.amount;
    slips_[op.key] = op.amount;
    explained_since_ = true;
    return {};
  }
  std::string play_top_up(const CashOperation& op) {
    const std::int64_t before = ledger::held(account(in_drawer));
    TopUpByCash one = cash_for_card(op.amount, "t" + std::to_string(now_), now_);
    one.again = true;
    const auto committed = commit(CashChange(one));
    const bool may = op.amount > 0 && before + op.amount <= drawer_ceiling;
    if (committed.ok() != may) return "a card is topped up as far as the drawer may hold";
    if (!may) return {};
    topped_up_ += op.amount;
    top_ups_.emplace_back(committed->transfers.front().number, op.amount);
    return {};
  }
  std::string play_count(const CashOperation& op) {
    const std::int64_t expected = ledger::held(account(in_drawer));
    const std::int64_t counted = op.key % 4 == 0 ? expected : std::max<std::int64_t>(expected + 5 - op.key, 0);
    difference_ = expected - counted;
    explained_since_ = false;
    return commit(CashChange(CountCash{drawer, {counted, Currency::SYP}, sami, at(now_)})).ok() ? "" : "no count";
  }
  std::string play_spend(const CashOperation& op) {
    const bool may = op.amount > 0 && op.amount <= topped_up_ - spent_;
    const ledger::Order order{.key = "spent" + std::to_string(now_),
                              .debit = card_account,
                              .credit = fees_of_all,
                              .amount = {op.amount, Currency::SYP},
                              .by = sami,
                              .at = at(now_)};
    if (op.amount <= 0) return {};
    if (commit(LedgerChange(MoveMoney{order})).ok() != may) return "a card is spent as far as it goes";
    if (may) spent_ += op.amount;
    return {};
  }
  // Proposed by one, and carried out by another.
  bool carry_out(decltype(ProposeCash::what) what) {
    const Actor maker{Actor::Kind::staff, "rima"};
    const auto proposed = commit(CashChange(ProposeCash{drawer, std::move(what), "mistyped", maker, at(now_)}));
    if (!proposed.ok()) return false;
    RC_ASSERT(!commit(CashChange(DecideCash{proposed->cash_proposal, true, maker, at(now_)})).ok());
    const auto done = commit(CashChange(DecideCash{proposed->cash_proposal, true, treasury, at(now_)}));
    RC_ASSERT(commit(CashChange(DecideCash{proposed->cash_proposal, false, treasury, at(now_)})).ok() != done.ok());
    if (done.ok()) ++corrected;
    return done.ok();
  }
  std::string play_correct_top_up(const CashOperation& op) {
    if (top_ups_.empty() || op.amount <= 0) return {};
    auto& [number, left] = top_ups_[static_cast<std::size_t>(op.key) % top_ups_.size()];
    const bool may =
        op.amount <= left && op.amount <= topped_up_ - spent_ && op.amount <= ledger::held(account(in_drawer));
    if (carry_out(CorrectCash{number, "", op.amount}) != may)
      return "of a top-up is taken back what is left, on the card, and in the drawer";
    if (may) {
      left -= op.amount;
      topped_up_ -= op.amount;
      explained_since_ = true;
    }
    return {};
  }
  std::string play_correct_deposit(const CashOperation& op) {
    if (op.amount <= 0) return {};
    const auto slip = slips_.find(op.key);
    const bool may = slip != slips_.end() && op.amount <= slip->second &&
                     ledger::held(account(in_drawer)) + op.amount <= drawer_ceiling;
    if (carry_out(CorrectCash{0, "slip-" + std::to_string(op.key), op.amount}) != may)
      return "of a deposit is taken back what is left, as far as the drawer may hold it";
    if (may) {
      slip->second -= op.amount;
      deposited_ -= op.amount;
      explained_since_ = true;
    }
    return {};
  }
  std::string play_write_off() {
    const std::int64_t in = ledger::held(account(in_drawer));
    const bool may = difference_ != 0 && !explained_since_ && difference_ <= in && in - difference_ <= drawer_ceiling;
    if (carry_out(WriteOffCash{}) != may)
      return "the difference of the last count is written off, once, while nothing else may explain it";
    if (may) written_off_ += std::exchange(difference_, 0);
    return {};
  }
  std::string play_hand_over(const CashOperation& op) {
    const std::int64_t in = ledger::held(account(in_drawer));
    const std::int64_t counted = std::max<std::int64_t>(in - op.key % 3, 0);
    if (!carry_out(HandOverCash{other_drawer, counted})) return "a drawer is not handed over";
    ++handed_over;
    handed_over_ += counted;
    written_off_ += in - counted;
    difference_ = 0;
    if (commit(CashChange(take(1, "closed", now_))).ok()) return "a drawer that is closed takes cash";
    return commit(CashChange(opening_drawer("sami", drawer_ceiling))).ok() ? "" : "it is not opened again";
  }

  static std::string key_of(int key) { return "key" + std::to_string(key); }
  static std::string account_of_key(int key) { return std::to_string(14'000 + key % 5); }
  ledger::Account account(const ledger::AccountId& id) {
    const auto found = book_->reads().find_ledger_account(id).value();
    return found ? found->account : ledger::Account{id, {}};
  }
  // As queue and thread would have it: what the port refuses before it queues is refused here by the caller.
  Result<Committed> commit(const Change& change) {
    if (const auto* cash = std::get_if<CashChange>(&change)) {
      const bool moves_nothing = std::visit(
          []<class One>(const One& one) {
            if constexpr (std::is_same_v<One, TopUpByCash>)
              return one.amount <= 0;
            else if constexpr (requires { one.amount.minor; })
              return one.amount.minor <= 0;
            else
              return false;
          },
          *cash);
      if (moves_nothing) return Error{Errc::invalid, "an amount that moves is above 0"};
    }
    std::vector<PendingChange> batch(2);
    // Beside a set that is undone, so that what that one wrote must be gone.
    batch[0].changes = {CashChange(cash_for_card(7, "undone", now_)),
                        LedgerChange(VoidReservation{"not.there", {"", {}, at(0)}})};
    batch[1].changes = {change};
    writer_->commit(batch);
    RC_ASSERT(!batch[0].outcome.ok());
    return std::move(batch[1].outcome);
  }

  std::string path_;
  std::int64_t now_ = 100;
  std::map<int, Paid> paid_;
  std::int64_t topped_up_ = 0;
  std::int64_t deposited_ = 0;
  std::map<int, std::int64_t> slips_;                             // that are noted, with what is left of each
  std::vector<std::pair<std::int64_t, std::int64_t>> top_ups_{};  // with what is left of each
  std::int64_t spent_ = 0;                                        // of the card, on fees
  std::int64_t difference_ = 0;   // of the last count: what is missing, and not written off
  bool explained_since_ = false;  // the last count may have found what was noted behind it
  std::int64_t written_off_ = 0;
  std::int64_t handed_over_ = 0;
  std::unique_ptr<ChangeWriter> writer_;
  std::unique_ptr<LedgerBook> book_;
};

}  // namespace

TEST_CASE(
    "no sequence of cash taken, answered, given back, deposited, counted and corrected breaks a drawer's equation") {
  const TempFolder folder;
  ::setenv("RC_PARAMS", "max_success=60 max_size=250", 0);
  std::size_t operations = 0;
  std::size_t round = 0;
  int accepted = 0;
  int given_back = 0;
  int corrected = 0;
  int handed_over = 0;
  const bool held = rc::check("a drawer", [&] {
    const auto genes = *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::arbitrary<std::uint64_t>());
    operations += genes.size();
    const std::string path = folder.file("db" + std::to_string(round++));
    {
      DrawerStore store(path);
      std::string played;
      for (const std::uint64_t gene : genes) {
        const CashOperation op = CashOperation::of(gene);
        played += show(op) + "\n";
        std::string breach = store.play(op);
        if (breach.empty()) breach = store.sums();
        if (!breach.empty()) RC_FAIL(breach + "\n" + played);
      }
      if (const std::string breach = store.books(); !breach.empty()) RC_FAIL(breach + "\n" + played);
      accepted += store.accepted;
      given_back += store.given_back;
      corrected += store.corrected;
      handed_over += store.handed_over;
    }
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  });
  std::cerr << operations << " operations, " << accepted << " payments in cash, of which " << given_back
            << " were given back; " << corrected << " corrections, of which " << handed_over << " hand-overs\n";
  CHECK(held);
  CHECK(accepted > 60);
  CHECK(given_back > 3);
  CHECK(corrected > 30);
  CHECK(handed_over > 10);
}

}  // namespace shubbak::store
