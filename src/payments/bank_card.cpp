#include "payments/bank_card.hpp"

#include <cstdlib>

#include "payments/payment.hpp"

namespace shubbak::payments {

ChargeJudgement judge(const std::optional<BankCardOrder>& order, Money charged, WallTime now) {
  if (!order) return {ChargeUse::disputed, Dispute::unknown_order};
  if (order->state == OrderState::charged) return {ChargeUse::disputed, Dispute::charged_before};
  if (charged != order->total) return {ChargeUse::disputed, Dispute::other_amount};
  if (order->is_erased) return {ChargeUse::disputed, Dispute::erased};
  // Also what pays goes through the card, and stays there if the company declines it.
  if (charged.minor > order->card_room) return {ChargeUse::disputed, Dispute::over_ceiling};
  const bool is_late = order->state == OrderState::over || now > order->expires + charge_margin;
  return {order->has_payee && !is_late ? ChargeUse::pays : ChargeUse::credits, Dispute::none};
}

OrderStep next_step(OrderState state, AtGateway known, WallTime expires, WallTime now) {
  const OrderStep if_open = state == OrderState::asked && now < expires ? OrderStep::open : OrderStep::wait;
  switch (known) {
    case AtGateway::charged:
      return OrderStep::take_charge;
    case AtGateway::closed:
      return OrderStep::close;
    case AtGateway::absent:
      return now > expires + late_margin ? OrderStep::close : if_open;
    case AtGateway::open:
    case AtGateway::nothing:
      return if_open;
  }
  std::abort();
}

}  // namespace shubbak::payments
