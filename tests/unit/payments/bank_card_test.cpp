// What becomes of money that a gateway has taken, and what an order waits for.
#include "payments/bank_card.hpp"

#include <catch2/catch.hpp>

#include "payments/payment.hpp"

namespace shubbak::payments {
namespace {

using namespace std::chrono_literals;

const WallTime over{1'795'000'000s};
const Money asked_for{30'000, Currency::SYP};

BankCardOrder order(OrderState state = OrderState::open, bool has_payee = true) {
  return {.state = state,
          .total = asked_for,
          .has_payee = has_payee,
          .expires = over,
          .is_erased = false,
          .card_room = asked_for.minor};
}

}  // namespace

TEST_CASE("a charge pays what its order is for, and tops up where it is for that") {
  for (const OrderState state : {OrderState::asked, OrderState::open}) {
    CHECK(judge(order(state), asked_for, over - 1min) == ChargeJudgement{ChargeUse::pays, Dispute::none});
    CHECK(judge(order(state, false), asked_for, over - 1min) == ChargeJudgement{ChargeUse::credits, Dispute::none});
  }
}

TEST_CASE("a charge that comes late, or behind the end of its order, is put on the card") {
  CHECK(judge(order(), asked_for, over + charge_margin).use == ChargeUse::pays);
  CHECK(judge(order(), asked_for, over + charge_margin + 1ms).use == ChargeUse::credits);
  CHECK(judge(order(OrderState::over), asked_for, over - 1min).use == ChargeUse::credits);
  CHECK(judge(order(), asked_for, over + 24h * 365).use == ChargeUse::credits);
}

TEST_CASE("a charge that no order explains is disputed, whatever the time") {
  for (const WallTime now : {over - 1min, over + 24h}) {
    CHECK(judge(std::nullopt, asked_for, now) == ChargeJudgement{ChargeUse::disputed, Dispute::unknown_order});
    CHECK(judge(order(OrderState::charged), asked_for, now) ==
          ChargeJudgement{ChargeUse::disputed, Dispute::charged_before});
    for (const Money other :
         {Money{29'999, Currency::SYP}, Money{30'001, Currency::SYP}, Money{30'000, Currency::KWD}})
      CHECK(judge(order(), other, now) == ChargeJudgement{ChargeUse::disputed, Dispute::other_amount});
  }
}

TEST_CASE(
    "a charge of which nobody is left, or that the card may not hold, is disputed, whether it pays or tops up") {
  for (const bool has_payee : {true, false}) {
    BankCardOrder erased = order(OrderState::open, has_payee);
    erased.is_erased = true;
    CHECK(judge(erased, asked_for, over) == ChargeJudgement{ChargeUse::disputed, Dispute::erased});
    BankCardOrder full = order(OrderState::over, has_payee);
    full.card_room = asked_for.minor - 1;
    CHECK(judge(full, asked_for, over) == ChargeJudgement{ChargeUse::disputed, Dispute::over_ceiling});
  }
}

TEST_CASE("an order ends by the gateway's word, and that it is absent counts when its link is over on every clock") {
  for (const OrderState state : {OrderState::asked, OrderState::open}) {
    for (const WallTime now : {over - 1min, over + 24h}) {
      CHECK(next_step(state, AtGateway::charged, over, now) == OrderStep::take_charge);
      CHECK(next_step(state, AtGateway::closed, over, now) == OrderStep::close);
    }
    CHECK(next_step(state, AtGateway::absent, over, over + late_margin) == OrderStep::wait);
    CHECK(next_step(state, AtGateway::absent, over, over + late_margin + 1ms) == OrderStep::close);
    CHECK(next_step(state, AtGateway::open, over, over + 24h * 365) == OrderStep::wait);
    CHECK(next_step(state, AtGateway::nothing, over, over + 24h * 365) == OrderStep::wait);
  }
}

TEST_CASE("a link that did not come is asked for again as long as it would be good") {
  for (const AtGateway known : {AtGateway::absent, AtGateway::open, AtGateway::nothing}) {
    CHECK(next_step(OrderState::asked, known, over, over - 1ms) == OrderStep::open);
    CHECK(next_step(OrderState::asked, known, over, over) == OrderStep::wait);
    CHECK(next_step(OrderState::open, known, over, over - 1ms) == OrderStep::wait);
  }
}

}  // namespace shubbak::payments
