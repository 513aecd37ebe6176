// Orders by bank card on the whole store, against a reference that only adds up what gateways have taken: whatever
// the sequence of orders, callbacks (right, twice, late, wrong, of nobody), closings, companies' answers, steps of
// the clock, placements of what is in dispute and kills between any two transactions, each charge is in the books
// once, and what was taken is with the company, on the card, in dispute or back outside; `pending` of the gateway is
// the sum of what is in dispute.
#include <algorithm>
#include <iostream>
#include <map>
#include <rapidcheck.h>
#include <set>
#include <sstream>

#include "bank_card_fixture.hpp"
#include "store/sha256.hpp"
#include "store/sqlite/change_writer.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/migrate.hpp"
#include "store/sqlite/reader.hpp"

namespace shubbak::store {
namespace {

constexpr int orders_in_play = 16;

struct CardOperation {
  enum class Kind : std::uint8_t { order, open, close, charge, settle, release, place, decide, pass, restart };
  static constexpr std::array names{"order",   "open",  "close",  "charge", "settle",
                                    "release", "place", "decide", "pass",   "restart"};
  Kind kind;
  int order;
  int transaction;
  std::int64_t amount;
  bool is_ordered;  // before it is charged
  bool is_of_nobody;
  bool dies_halfway;  // the daemon dies before it would try otherwise than to pay
  std::int64_t seconds;

  // Every gene is an operation.
  static CardOperation of(std::uint64_t gene) {
    constexpr std::array<Kind, 32> kinds{
        Kind::order,   Kind::order,  Kind::order,  Kind::order,  Kind::order,  Kind::open,   Kind::open,
        Kind::open,    Kind::close,  Kind::close,  Kind::charge, Kind::charge, Kind::charge, Kind::charge,
        Kind::charge,  Kind::charge, Kind::charge, Kind::settle, Kind::settle, Kind::settle, Kind::settle,
        Kind::release, Kind::place,  Kind::place,  Kind::place,  Kind::place,  Kind::decide, Kind::decide,
        Kind::decide,  Kind::decide, Kind::pass,   Kind::restart};
    constexpr std::array<std::int64_t, 8> times{1, 30, 300, 899, 900, 901, 1'500, -90};
    const auto bits = [&gene](std::uint32_t count) {
      const auto value = static_cast<std::uint32_t>(gene & ((1ULL << count) - 1));
      gene >>= count;
      return value;
    };
    CardOperation one{};
    one.kind = kinds[bits(5)];
    one.order = static_cast<int>(bits(4));
    // Of one order the charge has its name, mostly; now and then it has another's, or comes once more.
    one.transaction = bits(3) == 7 ? static_cast<int>(bits(3)) : one.order;
    one.amount = amount_of(one.order) + (bits(3) == 7 ? 1 : 0);
    one.is_ordered = bits(2) != 0;
    one.is_of_nobody = bits(5) == 31;
    one.dies_halfway = bits(3) == 7;
    one.seconds = times[bits(3)];
    return one;
  }
  static std::int64_t amount_of(int order) { return 100 * (order + 1); }
  static bool has_payee(int order) { return order % 3 != 0; }
};

std::string show(const CardOperation& one) {
  std::ostringstream text;
  text << CardOperation::names[static_cast<std::size_t>(one.kind)] << " order " << one.order << " transaction "
       << one.transaction << " amount " << one.amount << (one.is_of_nobody ? " of nobody" : "")
       << (one.dies_halfway ? " dies" : "") << " seconds " << one.seconds;
  return text.str();
}

std::string name_of(int order) {
  return "order." + std::to_string(order);
}

class CardStore {
 public:
  explicit CardStore(std::string path) : path_(std::move(path)) {
    restart();
    done({link(number(), syrian()), PaymentChange(open_card())});
  }

  // Nothing: as the reference says.
  std::string play(const CardOperation& op) {
    now_ += std::max<std::int64_t>(op.kind == CardOperation::Kind::pass ? op.seconds : 1, 100 - now_);
    const std::string key = name_of(op.order);
    switch (op.kind) {
      case CardOperation::Kind::order:
        confirm(op.order);
        return {};
      case CardOperation::Kind::open:
        static_cast<void>(commit({BankCardChange(NoteOrderOpen{key})}));
        return {};
      case CardOperation::Kind::close:
        static_cast<void>(commit({BankCardChange(CloseOrder{key, "sample expired"})}));
        return {};
      case CardOperation::Kind::charge:
        if (op.is_ordered) confirm(op.order);
        return charge(op);
      case CardOperation::Kind::settle:
        if (commit({PaymentChange(SettlePayment{key, {"damascus posted D", {}, at(now_)}, true})}).ok() &&
            ended_.insert(op.order).second)
          settled_[account_of(op.order)].push_back(now_);
        return {};
      case CardOperation::Kind::release:
        if (commit({PaymentChange(ReleasePayment{key, {"damascus declined other", {}, at(now_)}, true})}).ok())
          ended_.insert(op.order);
        return {};
      case CardOperation::Kind::place:
        return place(op);
      case CardOperation::Kind::decide:
        return decide(op);
      case CardOperation::Kind::pass:
        return {};
      case CardOperation::Kind::restart:
        restart();
        return {};
    }
    return "no such operation";
  }

  // All that was told is somewhere, once.
  std::string balances() {
    std::int64_t told = 0;
    for (const auto& [name, amount] : told_) told += amount;
    const ledger::Account wallet = account(card_account);
    const std::int64_t with_company = held(sample_payable);
    const std::int64_t reserved = wallet.balance.debits_pending;
    const std::int64_t on_card = ledger::available(wallet);
    if (-held(at_gateway) != told - paid_back_) return "the gateway has taken something else than is in the books";
    if (on_card + reserved + with_company + held(in_dispute) != told - paid_back_)
      return "what was taken is not all there";
    if (on_card < 0) return "the card is below zero";
    std::int64_t open = 0;
    for (const StoredCharge& one : disputes()) open += one.amount.minor;
    if (open != held(in_dispute)) return "what is in dispute is not what is listed";
    if (open != disputed_ - placed_) return "what was placed is in dispute, or the other way round";
    return {};
  }
  std::string books() {
    const auto faults = ledger_faults(path_);
    return faults.empty() ? std::string() : faults.front();
  }
  [[nodiscard]] std::size_t charges_taken() const { return told_.size(); }
  int paid = 0;
  int credited = 0;
  int disputed = 0;
  int placed_on_cards = 0;
  int placed_outside = 0;
  [[nodiscard]] std::size_t payments_ended() const { return ended_.size(); }

 private:
  static std::string account_of(int order) {
    return CardOperation::has_payee(order) ? std::to_string(14'000 + order % 4) : "";
  }
  void confirm(int order) {
    // Under its key it is kept as it was at first.
    if (commit({BankCardChange(ordered_at(order))}).ok()) ordered_.emplace(order, now_);
  }
  // A bill that was paid while its order waited is not paid again.
  [[nodiscard]] bool is_settled_since(int order) const {
    const auto settled = settled_.find(account_of(order));
    return settled != settled_.end() &&
           std::ranges::any_of(settled->second, [&](std::int64_t when) { return when >= ordered_.at(order); });
  }
  OrderByBankCard ordered_at(int order) const {
    return ordered(CardOperation::amount_of(order), name_of(order), account_of(order), now_);
  }

  // As the daemon does it: judged on what it reads, and put on the card where it may not pay.
  std::string charge(const CardOperation& op) {
    const std::string reference = op.is_of_nobody ? "nobody" : name_of(op.order);
    const std::string transaction = "G-" + std::to_string(op.transaction);
    const auto before = told_.find(transaction);
    for (const bool may_pay : {true, false}) {
      const auto order = reader_->bank_cards().find_order(reference).value();
      const auto terms = order ? std::optional(terms_of(*order, account(card_account))) : std::nullopt;
      TakeCharge change = charged(ChargeUse::disputed, op.amount, transaction, reference, now_);
      change.use = payments::judge(terms, change.amount, change.at).use;
      if (change.use == ChargeUse::pays && !may_pay) change.use = ChargeUse::credits;
      std::vector<Change> changes{BankCardChange(change)};
      if (change.use == ChargeUse::pays) changes.emplace_back(PaymentChange(payment_for(ordered_at(op.order), now_)));
      const auto committed = commit(std::move(changes));
      if (!committed.ok()) {
        if (op.dies_halfway) return {};  // it was not acknowledged: the gateway tells it again
        continue;
      }
      const ChargeOutcome outcome = committed->charges.at(0);
      if (outcome.repeated != (before != told_.end())) return "a charge is taken for another, or twice";
      if (outcome.repeated) return before->second == op.amount ? "" : "another amount passes for the same charge";
      told_[transaction] = op.amount;
      paid += outcome.use == ChargeUse::pays ? 1 : 0;
      credited += outcome.use == ChargeUse::credits ? 1 : 0;
      disputed += outcome.use == ChargeUse::disputed ? 1 : 0;
      disputed_ += outcome.use == ChargeUse::disputed ? op.amount : 0;
      if (outcome.use == ChargeUse::pays && is_settled_since(op.order)) return "a bill is paid twice";
      const bool is_right = !op.is_of_nobody && order && op.amount == CardOperation::amount_of(op.order);
      if (outcome.use != ChargeUse::disputed && !is_right) return "what nothing explains is given to somebody";
      return {};
    }
    // Only what tells something else under a name that is taken is turned away.
    return before != told_.end() ? "" : "money is turned away";
  }

  std::vector<StoredCharge> disputes() { return reader_->bank_cards().charges(true, 0, 1'000).value(); }
  static Actor staff(bool is_maker) { return {Actor::Kind::staff, is_maker ? "maker" : "checker"}; }

  // One that there may not be, that may not be in dispute, or be placed or proposed already.
  std::string place(const CardOperation& op) {
    const auto charges = reader_->bank_cards().charges(false, 0, 1'000).value();
    if (charges.empty()) return {};
    const StoredCharge& charge = charges[static_cast<std::size_t>(op.order) % charges.size()];
    const bool is_on_card = op.seconds < 899;
    // Now and then one is the evidence of several.
    const std::string refund = "R-" + std::to_string(op.dies_halfway ? 0 : charge.number);
    ProposePlacement proposal{.charge = charge.number,
                              .card = is_on_card ? card.number : "",
                              .refund = is_on_card ? "" : refund,
                              .msisdn = std::nullopt,
                              .link = {},
                              .reason = "found_out",
                              .by = staff(true),
                              .at = at(now_)};
    const bool was_open =
        std::ranges::any_of(disputes(), [&](const StoredCharge& one) { return one.number == charge.number; });
    const auto proposed = commit({BankCardChange(proposal)});
    if (!proposed.ok()) return {};
    if (!was_open) return "what is not in dispute is placed";
    proposed_.push_back({proposed->placement, charge.amount.minor, is_on_card});
    return {};
  }

  // The last one or one before, by whom it may be or not.
  std::string decide(const CardOperation& op) {
    if (proposed_.empty()) return {};
    Proposed& one = proposed_[proposed_.size() - 1 - static_cast<std::size_t>(op.order) / 8 % proposed_.size()];
    const bool approves = !op.is_of_nobody;
    const bool by_maker = op.dies_halfway;
    const auto decided = commit({BankCardChange(DecidePlacement{one.number, approves, staff(by_maker), at(now_)})});
    if (!decided.ok()) return one.is_decided || (approves && by_maker) ? "" : "a placement cannot be decided";
    if (one.is_decided) return "a placement is decided twice";
    if (approves && by_maker) return "one person alone has moved money";
    one.is_decided = true;
    if (!approves) return {};
    placed_ += one.minor;
    paid_back_ += one.is_on_card ? 0 : one.minor;
    ++(one.is_on_card ? placed_on_cards : placed_outside);
    return {};
  }

  ledger::Account account(const ledger::AccountId& id) {
    const auto found = reader_->ledger().find_ledger_account(id).value();
    return found ? found->account : ledger::Account{id, {}};
  }
  std::int64_t held(const ledger::AccountId& id) { return ledger::held(account(id)); }

  void restart() {
    reader_.reset();
    writer_.reset();
    SQLite::Database database = open_for_writing(path_, 100'000);
    database.exec("PRAGMA synchronous = OFF");  // what a restart forgets is forgotten without a disk too
    RC_ASSERT(migrate(database, schema_migrations(), at(0)).ok());
    writer_ = std::make_unique<ChangeWriter>(std::move(database), *Sealer::create(MasterKey({1, 2, 3}), 1),
                                             sha256().value(), StoreConfig{});
    reader_ = std::make_unique<Reader>(open_for_reading(path_), *Sealer::create(MasterKey({1, 2, 3}), 1),
                                       std::vector<rollout::Rule>());
  }
  void done(std::vector<Change> changes) {
    const auto committed = commit(std::move(changes));
    if (!committed.ok()) RC_FAIL(committed.error().message);
  }
  // Each in a transaction with another set that is undone, so that what that one wrote must be gone.
  Result<Committed> commit(std::vector<Change> changes) {
    std::vector<PendingChange> batch(2);
    batch[0].changes = {LedgerChange(top_up("undone", 77, card_account)),
                        LedgerChange(VoidReservation{"not.there", {"", {}, at(0)}})};
    batch[1].changes = std::move(changes);
    writer_->commit(batch);
    RC_ASSERT(!batch[0].outcome.ok());
    return std::move(batch[1].outcome);
  }

  std::string path_;
  std::int64_t now_ = 100;
  struct Proposed {
    std::int64_t number;
    std::int64_t minor;
    bool is_on_card;
    bool is_decided = false;
  };
  std::vector<Proposed> proposed_;
  std::int64_t disputed_ = 0;
  std::int64_t placed_ = 0;
  std::int64_t paid_back_ = 0;                // of that
  std::map<std::string, std::int64_t> told_;  // by transaction
  std::set<int> ended_;
  std::map<int, std::int64_t> ordered_;                       // when
  std::map<std::string, std::vector<std::int64_t>> settled_;  // when, by account
  std::unique_ptr<ChangeWriter> writer_;
  std::unique_ptr<Reader> reader_;
};

TEST_CASE(
    "no sequence of orders, callbacks, closings, answers, placements and restarts loses or doubles what a gateway "
    "has "
    "taken") {
  const TempFolder folder;
  play_sequences(160, 250);
  std::size_t operations = 0;
  std::size_t round = 0;
  std::array<std::size_t, 7> counts{};
  const bool held = rc::check("the store", [&] {
    const auto genes = *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::arbitrary<std::uint64_t>());
    operations += genes.size();
    const std::string path = folder.file("db" + std::to_string(round++));
    {
      CardStore store(path);
      std::string played;
      for (const std::uint64_t gene : genes) {
        const CardOperation op = CardOperation::of(gene);
        played += show(op) + "\n";
        std::string breach = store.play(op);
        if (breach.empty()) breach = store.balances();
        if (!breach.empty()) RC_FAIL(breach + "\n" + played);
      }
      if (const std::string breach = store.books(); !breach.empty()) RC_FAIL(breach + "\n" + played);
      counts[0] += store.charges_taken();
      counts[1] += static_cast<std::size_t>(store.paid);
      counts[2] += static_cast<std::size_t>(store.credited);
      counts[3] += static_cast<std::size_t>(store.disputed);
      counts[4] += store.payments_ended();
      counts[5] += static_cast<std::size_t>(store.placed_on_cards);
      counts[6] += static_cast<std::size_t>(store.placed_outside);
    }
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  });
  std::cerr << operations << " operations, " << counts[0] << " charges: " << counts[1] << " paid, " << counts[2]
            << " on the card, " << counts[3] << " disputed; " << counts[4] << " payments came to an end; "
            << counts[5] << " placed on the card, " << counts[6] << " paid back\n";
  CHECK(held);
  for (const std::size_t count : counts) CHECK(count > 20 / sequences_divisor);
}

}  // namespace
}  // namespace shubbak::store
