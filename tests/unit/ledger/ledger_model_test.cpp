// No sequence of transfers, reservations, resolutions, corrections, ceilings and time breaks the rules of
// ledger_model.hpp.
#include "ledger_model.hpp"

#include <algorithm>
#include <iostream>
#include <rapidcheck.h>

#include <catch2/catch.hpp>

namespace shubbak::ledger {
namespace {

// The decisions with their records in memory.
class PlainLedger {
 public:
  Answer answer(const MoneyOperation& op, WallTime now) {
    switch (op.kind) {
      case MoneyOperation::Kind::move:
        return begin(op, move(find(op.key), order(op, now), account(op.debit), account(op.credit)));
      case MoneyOperation::Kind::reserve:
        return begin(op, reserve(find(op.key), order(op, now), {now + std::chrono::seconds(op.seconds), op.sent},
                                 account(op.debit), account(op.credit)));
      case MoneyOperation::Kind::correct:
        return corrected(op, now);
      case MoneyOperation::Kind::mark_sent:
        return marked(op, now);
      default:
        return resolved(op, now);
    }
  }
  std::vector<std::uint8_t> expire(WallTime now) {
    std::vector<std::uint8_t> keys;
    for (auto& [key, transfer] : transfers_) {
      const auto decision = ledger::expire(transfer, of(transfer.order.debit), of(transfer.order.credit), now);
      if (!decision.ok()) continue;
      write(key, *decision);
      keys.push_back(key);
    }
    return keys;
  }
  void set_ceiling(std::uint8_t number, std::optional<std::int64_t> ceiling, WallTime /*now*/) {
    account(number).ceiling = ceiling;
  }
  void restart() {}  // plain records; the store's test of the same model has something to forget
  Balance balance(std::uint8_t number) { return account(number).balance; }

 private:
  Account& account(std::uint8_t number) { return of(model_accounts()[number]); }
  Account& of(const AccountId& id) { return accounts_.try_emplace(to_string(id), Account{id, {}}).first->second; }
  std::optional<Transfer> find(std::uint8_t key) {
    const auto found = transfers_.find(key);
    return found == transfers_.end() ? std::nullopt : std::optional(found->second);
  }
  static Order order(const MoneyOperation& op, WallTime now) {
    return {.key = "K" + std::to_string(op.key),
            .request = {op.request},
            .debit = model_accounts()[op.debit],
            .credit = model_accounts()[op.credit],
            .amount = {op.amount, op.currency},
            .at = now};
  }
  void write(std::uint8_t key, const Decision& decision) {
    transfers_.insert_or_assign(key, decision.transfer);
    of(decision.transfer.order.debit).balance = decision.debit;
    of(decision.transfer.order.credit).balance = decision.credit;
    if (!decision.movements.empty() && decision.transfer.corrects) {
      corrected_[*decision.transfer.corrects] += decision.movements.front().amount;
    }
  }
  Answer begin(const MoneyOperation& op, const Result<Decision>& decision) {
    if (!decision.ok()) return {decision.error().code};
    write(op.key, *decision);
    return {{}, decision->movements.empty(), decision->transfer.state};
  }
  Answer corrected(const MoneyOperation& op, WallTime now) {
    const auto other = find(op.other_key);
    if (!other) return {Errc::not_found};
    Order swapped = order(op, now);
    swapped.debit = other->order.credit;
    swapped.credit = other->order.debit;
    swapped.amount.currency = other->order.amount.currency;
    return begin(op, correct(find(op.key), swapped, {op.other_key, *other, corrected_[op.other_key]},
                             of(swapped.debit), of(swapped.credit)));
  }
  Answer resolved(const MoneyOperation& op, WallTime now) {
    const auto known = find(op.key);
    if (!known) return {Errc::not_found};
    const Resolution resolution{op.has_evidence ? "seen" : "", {}, now};
    const Account& debit = of(known->order.debit);
    const Account& credit = of(known->order.credit);
    if (op.kind == MoneyOperation::Kind::void_it) {
      return begin(op, void_reservation(*known, resolution, debit, credit));
    }
    const auto amount = op.has_amount ? std::optional(op.amount) : std::nullopt;
    return begin(op, post(*known, amount, resolution, debit, credit));
  }
  Answer marked(const MoneyOperation& op, WallTime now) {
    const auto known = find(op.key);
    if (!known) return {Errc::not_found};
    const auto decided = mark_sent(*known, of(known->order.debit), of(known->order.credit), now);
    if (!decided.ok()) return {decided.error().code};
    const bool repeated = decided->movements.empty();
    if (!repeated) write(op.key, *decided);
    return {{}, repeated, State::reserved};
  }

  std::map<std::string, Account> accounts_;
  std::map<std::uint8_t, Transfer> transfers_;
  std::map<std::int64_t, std::int64_t> corrected_;
};

// RapidCheck prints its seed and shrinks what breaks a rule. RC_PARAMS="seed=..." plays a seed again.
TEST_CASE("no sequence of operations breaks the rules of money") {
  ::setenv("RC_PARAMS", "max_success=20000 max_size=300", 0);
  MetAnswers met;
  std::size_t operations = 0;
  const bool held = rc::check("plain decisions", [&met, &operations] {
    const auto genes = *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::arbitrary<std::uint64_t>());
    operations += genes.size();
    const std::string breach = play(genes, PlainLedger(), met);
    if (!breach.empty()) RC_FAIL(breach);
  });
  std::cerr << operations << " operations\n";
  CHECK(held);
  CHECK(met.missing(20) == "");
}

}  // namespace
}  // namespace shubbak::ledger
