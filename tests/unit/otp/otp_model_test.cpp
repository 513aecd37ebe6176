// No sequence of sends, tries, PIN tries, time and steps of the clock breaks the rules of otp_model.hpp.
#include "otp_model.hpp"

#include <iostream>
#include <rapidcheck.h>

#include <catch2/catch.hpp>

namespace shubbak::otp {
namespace {

// How often each answer came: a rule that was never met was not tested.
struct Met {
  std::array<std::size_t, 1 + static_cast<std::size_t>(SendVerdict::stands)> sends{};
  std::array<std::size_t, 1 + static_cast<std::size_t>(TryVerdict::locked)> tries{};
};

// The decisions with their records in memory. A keyed hash is stood for by what it would be made of.
class Plain {
 public:
  Plain(const Policy& policy, Met& met) : policy_(policy), met_(met) {}

  SendVerdict send(const Operation& op, WallTime now) {
    SendCounts counts{numbers_[op.number], prefixes_[op.number / 2], deployment_};
    const SendVerdict verdict = otp::send(policy_, challenges_[op.number], tries_[op.person], counts,
                                          SendRequest{code(op), binding(op), op.channel, now});
    numbers_[op.number] = counts.number;
    prefixes_[op.number / 2] = counts.prefix;
    deployment_ = counts.deployment;
    ++met_.sends[static_cast<std::size_t>(verdict)];
    return verdict;
  }
  TryVerdict try_code(const Operation& op, WallTime now) {
    return met(otp::try_code(policy_, challenges_[op.number], tries_[op.person],
                             TryRequest{code(op), binding(op), op.channel, now}));
  }
  TryVerdict try_pin(const Operation& op, WallTime now) {
    return met(otp::try_pin(policy_, tries_[op.person], op.matches, now));
  }
  static std::optional<bool> consume(const Operation& /*op*/, WallTime /*now*/) { return std::nullopt; }
  void clear(const Operation& op) { tries_[op.person] = Tries{}; }
  void restart() {}  // plain records; the store's test of the same model has something to forget

 private:
  TryVerdict met(TryVerdict verdict) {
    ++met_.tries[static_cast<std::size_t>(verdict)];
    return verdict;
  }
  static Mac code(const Operation& op) { return Mac{op.code}; }
  static Mac binding(const Operation& op) { return Mac{op.number, op.person, op.binding}; }

  Policy policy_;
  Met& met_;
  std::array<std::optional<Challenge>, Model::numbers> challenges_;
  std::array<Tries, Model::persons> tries_;
  std::array<NumberSends, Model::numbers> numbers_;
  std::array<Window, 2> prefixes_;
  Window deployment_;
};

// The default but for the limits that three phones would never meet.
Policy near_default_policy() {
  Policy policy;
  policy.sends_per_prefix_hour = 6;
  policy.sends_per_deployment_hour = 7;
  return policy;
}

// A property over sequences of operations; RapidCheck prints its seed and shrinks what breaks it.
// RC_PARAMS="seed=..." plays a seed again.
bool holds(const char* name, const Policy& policy) {
  ::setenv("RC_PARAMS", "max_success=20000 max_size=400", 0);
  Met met;
  std::size_t operations = 0;
  const bool held = rc::check(name, [&policy, &met, &operations] {
    const auto genes = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::arbitrary<std::uint32_t>());
    operations += genes.size();
    const std::string breach = play(policy, genes, Plain(policy, met));
    if (!breach.empty()) RC_FAIL(breach);
  });
  std::cerr << operations << " operations; sends";
  for (const std::size_t count : met.sends) std::cerr << " " << count;
  std::cerr << "; tries";
  for (const std::size_t count : met.tries) std::cerr << " " << count;
  std::cerr << "\n";
  constexpr std::size_t often = 500;
  const auto was_met = [](std::size_t count) { return count >= often; };
  return held && std::ranges::all_of(met.sends, was_met) && std::ranges::all_of(met.tries, was_met);
}

TEST_CASE("no sequence breaks the rules under the default policy") {
  CHECK(holds("default policy", near_default_policy()));
}
TEST_CASE("no sequence breaks the rules under a tight policy") {
  CHECK(holds("tight policy", tight_policy()));
}

TEST_CASE("the header tells how much guessing the default policy leaves") {
  CHECK(guesses_per_day(Policy{}) == 14);
}

}  // namespace
}  // namespace shubbak::otp
