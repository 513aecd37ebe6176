// No sequence of issues, activations, blocks, redemptions, time and steps of the clock breaks the rules of
// voucher_model.hpp.
#include "voucher_model.hpp"

#include <iostream>
#include <map>
#include <rapidcheck.h>

#include <catch2/catch.hpp>

namespace shubbak::vouchers {
namespace {

// The decisions with their records in memory.
class PlainVouchers {
 public:
  explicit PlainVouchers(const Policy& policy) : policy_(policy) {}

  bool act(const VoucherOperation& op, WallTime now) {
    using Kind = VoucherOperation::Kind;
    const Actor by{Actor::Kind::staff, "clerk" + std::to_string(op.by)};
    if (op.kind == Kind::issue) return issue(op, by, now);
    if (op.kind == Kind::expire) return expire_all(op.batch, now);
    if (op.batch > static_cast<std::int64_t>(batches_.size())) return false;
    Batch& batch = batches_[static_cast<std::size_t>(op.batch - 1)];
    switch (op.kind) {
      case Kind::activate:
        return put(batch, activate(batch, by, now));
      case Kind::block_batch:
        return put(batch, set_blocked(batch, true, by));
      case Kind::unblock_batch:
        return put(batch, set_blocked(batch, false, by));
      case Kind::void_batch:
        return put(batch, void_batch(batch, by));
      case Kind::block:
        return pass(batch, op, RangeAct::block, by);
      case Kind::unblock:
        return pass(batch, op, RangeAct::unblock, by);
      default:
        return pass(batch, op, RangeAct::void_them, by);
    }
  }
  Decision redeem(const VoucherOperation& op, WallTime now) {
    const auto then = redeemed_.find(op.request);  // told by its transfer, in the store
    if (then != redeemed_.end() && is_answered_again(then->second, now)) return {Verdict::redeemed};
    std::optional<Found> found;
    if (op.is_known_pin() && op.batch <= static_cast<std::int64_t>(batches_.size())) {
      found = Found{batches_[static_cast<std::size_t>(op.batch - 1)], states_[op.pin()]};
    }
    Counters counters{numbers_[op.number], persons_[op.person()], pins_[op.pin()], everybody_};
    RequestHash request{};
    for (std::size_t i = 0; i < sizeof op.request; ++i) request[i] = static_cast<std::uint8_t>(op.request >> (8 * i));
    const Decision decision = vouchers::redeem(policy_, found, {request, Currency::SYP, now}, counters);
    numbers_[op.number] = counters[0];
    persons_[op.person()] = counters[1];
    pins_[op.pin()] = counters[2];
    everybody_ = counters[3];
    if (decision.verdict == Verdict::redeemed) {
      states_[op.pin()] = VoucherState::redeemed;
      redeemed_.emplace(op.request, now);
    }
    return decision;
  }
  void restart() {}  // plain records; the store's test of the same model has something to forget
  [[nodiscard]] std::string check(const VoucherModel&) const {
    for (const Batch& batch : batches_) {
      const Stock stock = stock_of(batch, kept(batch.number), batch.expires);
      if (stock.unused + stock.redeemed + stock.voided + stock.expired != batch.count) return "the batch equation";
    }
    return {};
  }

 private:
  bool issue(const VoucherOperation& op, const Actor& by, WallTime now) {
    auto batch = open_batch(op.batch, {{500, Currency::SYP}, model_vouchers, model_expiry(now), by, now});
    if (batch) batch = add_page(*batch, 1, model_vouchers, by);
    if (batch) batch = close_batch(*batch, {}, by);
    if (batch) batches_.push_back(*batch);
    return batch.ok();
  }
  bool expire_all(std::int64_t asked, WallTime now) {
    bool is_among = false;
    for (Batch& batch : batches_) is_among = (put(batch, expire(batch, now)) && batch.number == asked) || is_among;
    return is_among;
  }
  static bool put(Batch& batch, Result<Batch> decided) {
    if (!decided) return false;
    batch = *std::move(decided);
    return true;
  }
  bool pass(const Batch& batch, const VoucherOperation& op, RangeAct act, const Actor& by) {
    if (!check_range(batch, {op.voucher, op.voucher}, act, by)) return false;
    const Passage passage = passage_of(act);
    VoucherState& state = states_[op.pin()];
    if (state == passage.from || state == passage.also_from) state = passage.to;
    return true;
  }
  [[nodiscard]] Kept kept(std::int64_t batch) const {
    Kept kept;
    for (std::int64_t i = 1; i <= model_vouchers; ++i) {
      const auto found = states_.find(static_cast<std::size_t>(batch * 6 + i));
      const VoucherState state = found == states_.end() ? VoucherState::unused : found->second;
      ++*std::array{&kept.unused, &kept.redeemed, &kept.blocked, &kept.voided}[static_cast<std::size_t>(state)];
    }
    return kept;
  }

  Policy policy_;
  std::vector<Batch> batches_;
  std::map<std::size_t, VoucherState> states_;  // by PIN
  std::map<std::int64_t, WallTime> redeemed_;   // requests, and when
  std::array<Tries, 3> numbers_;
  std::array<Tries, 2> persons_;
  std::map<std::size_t, Tries> pins_;
  Tries everybody_;
};

// RapidCheck prints its seed and shrinks what breaks it. RC_PARAMS="seed=..." plays a seed again.
bool holds(const char* name, const Policy& policy) {
  ::setenv("RC_PARAMS", "max_success=10000 max_size=400", 0);
  MetVouchers met;
  std::size_t operations = 0;
  const bool held = rc::check(name, [&] {
    const auto genes = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::arbitrary<std::uint32_t>());
    operations += genes.size();
    const std::string breach = play(policy, genes, PlainVouchers(policy), met);
    if (!breach.empty()) RC_FAIL(breach);
  });
  std::cerr << operations << " operations; verdicts";
  for (const std::size_t count : met.verdicts) std::cerr << " " << count;
  std::cerr << "; again";
  for (const std::size_t count : met.again) std::cerr << " " << count;
  std::cerr << "; done";
  for (const std::size_t count : met.done) std::cerr << " " << count;
  std::cerr << "; refused";
  for (const std::size_t count : met.refused) std::cerr << " " << count;
  std::cerr << "\n";
  constexpr std::size_t often = 300;
  const auto is_often = [](std::size_t count) { return count >= often; };
  bool all_met = std::ranges::all_of(met.verdicts, is_often) && std::ranges::all_of(met.again, is_often);
  for (const auto kind :
       {VoucherOperation::Kind::activate, VoucherOperation::Kind::block_batch, VoucherOperation::Kind::unblock_batch,
        VoucherOperation::Kind::void_batch, VoucherOperation::Kind::block, VoucherOperation::Kind::unblock,
        VoucherOperation::Kind::void_them, VoucherOperation::Kind::expire}) {
    const auto at = static_cast<std::size_t>(kind);
    all_met =
        all_met && met.refused[at] >= often && met.done[at] >= (kind == VoucherOperation::Kind::expire ? 20 : often);
  }
  return held && all_met;
}

TEST_CASE("no sequence breaks the rules of vouchers under the default policy") {
  CHECK(holds("default policy", Policy{}));
}
TEST_CASE("no sequence breaks the rules of vouchers under a tight policy") {
  CHECK(holds("tight policy", tight_vouchers()));
}

TEST_CASE("the header tells how much guessing the default policy leaves") {
  const Policy policy;
  for (const Scope scope : {Scope::number, Scope::person, Scope::pin}) {
    CHECK(failures_per_window(policy.limits[static_cast<std::size_t>(scope)]) == 14);
  }
  CHECK(failures_per_window(policy.limits[static_cast<std::size_t>(Scope::everybody)]) == 1'006);
}

}  // namespace
}  // namespace shubbak::vouchers
