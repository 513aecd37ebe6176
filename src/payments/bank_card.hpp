// Paying by bank card through a link (PRODUCT.md, Money): a person confirms an order, its gateway takes the money on
// a page of its own, and tells of what it has taken: a charge. Plain decisions over what is known;
// store/bank_card.hpp keeps it.
//
//   asked ─▶ open ─┬─ a charge ─▶ charged
//                  └─ failed, cancelled or expired at the gateway, or absent there for good ─▶ over
//
// A charge is money: whatever stands against it, also after `over`, it is never turned away. It pays what the order
// is for; or is put on the person's service card, where the order is for that, or may pay no more; or is disputed:
// kept apart, until people have looked into it. Pure. Thread: any.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/clock.hpp"
#include "domain/money.hpp"

namespace shubbak::payments {

enum class OrderState : std::uint8_t {
  asked,    // the gateway has not confirmed that it has the order
  open,     // the link may be used
  charged,  // the gateway has taken money for it
  over,     // it has not, and says that it will not
};
constexpr std::array<std::string_view, 4> order_state_names{"asked", "open", "charged", "over"};
constexpr std::string_view to_string(OrderState state) {
  const auto index = static_cast<std::size_t>(state);
  return index < order_state_names.size() ? order_state_names[index] : "unknown";
}

struct BankCardOrder {
  OrderState state = OrderState::asked;
  Money total;  // with the fee
  bool has_payee = false;
  WallTime expires;        // of the link
  bool is_erased = false;  // its person has had everything about them removed since
  std::int64_t card_room;  // what may still come on their service card; ledger::room()
};

enum class ChargeUse : std::uint8_t {
  pays,      // what the order is for
  credits,   // the person's service card
  disputed,  // nobody, as yet
};
enum class Dispute : std::uint8_t {
  none,
  unknown_order,
  charged_before,
  other_amount,
  erased,        // nobody is there any more whose card it could be put on
  over_ceiling,  // somebody has set what their card may hold: who may lift that decides, not a gateway's callback
};
constexpr std::array<std::string_view, 6> dispute_names{"none",         "unknown_order", "charged_before",
                                                        "other_amount", "erased",        "over_ceiling"};
constexpr std::string_view to_string(Dispute why) {
  const auto index = static_cast<std::size_t>(why);
  return index < dispute_names.size() ? dispute_names[index] : "unknown";
}
struct ChargeJudgement {
  ChargeUse use = ChargeUse::disputed;
  Dispute why = Dispute::none;
  bool operator==(const ChargeJudgement&) const = default;
};
// Told that much later than the link was good for, it pays nothing any more: the person may have paid otherwise.
constexpr std::chrono::minutes charge_margin{10};
// `order`: the one that the gateway names; nothing: there is none.
ChargeJudgement judge(const std::optional<BankCardOrder>& order, Money charged, WallTime now);

// What the gateway says of an order that is asked for.
enum class AtGateway : std::uint8_t {
  charged,
  closed,   // failed, cancelled or expired: it will not be charged
  open,     // it has the order, and waits for the person
  absent,   // it has none of that reference, as yet
  nothing,  // no answer that can be trusted
};
enum class OrderStep : std::uint8_t {
  wait,
  open,  // ask the gateway for the link, once more: under one reference there is one link
  take_charge,
  close,
};
// Of an order that is asked or open. Nothing but the gateway's word closes one; that it is absent is one when the
// link would be over on every clock.
OrderStep next_step(OrderState state, AtGateway known, WallTime expires, WallTime now);

}  // namespace shubbak::payments
