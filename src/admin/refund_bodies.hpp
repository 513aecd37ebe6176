// The bodies of the API for refunds (message.hpp). Amounts are minor units of the currency beside them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/cash_correction_bodies.hpp"
#include "admin/refund_service.hpp"

namespace shubbak::admin {

inline constexpr TextRule receipt_rule{.letters_max = 32};
inline constexpr std::array<std::string_view, 3> refund_state_names{"proposed", "paid", "refused"};
inline constexpr TextRule refund_state_rule{.letters_max = 8, .words = refund_state_names};

struct RefundBody {
  std::string receipt;
  std::optional<std::int64_t> amount;
  std::optional<bool> with_fee;
  std::string reason;
};
template <class V>
void describe(V& v, RefundBody& b) {
  v.text("receipt", b.receipt, receipt_rule, "of the payment");
  v.optional_number("amount", b.amount, "how much of it; without, all that was paid");
  v.optional_truth("with_fee", b.with_fee, "the fee as well");
  v.text("reason", b.reason, reason_rule, reason_help);
}
struct RefundsBody {
  std::optional<bool> open;
  std::optional<std::int64_t> after;
};
template <class V>
void describe(V& v, RefundsBody& b) {
  v.optional_truth("open", b.open, "only what nobody has decided");
  v.optional_number("after", b.after, "behind the one of this number: the last one of the page before");
}
struct RefundShown {
  std::int64_t number = 0;
  std::string state;
  std::string receipt;
  std::int64_t amount = 0;
  std::int64_t fee = 0;
  std::string currency;
  std::string reason;
  std::string maker;
  std::string proposed;
  std::optional<std::string> checker;
  std::optional<std::string> decided;
};
RefundShown shown(const RefundTold& told);
template <class V>
void describe(V& v, RefundShown& b) {
  v.number("number", b.number, "from 1");
  v.text("state", b.state, refund_state_rule, "proposed: nothing is paid back yet");
  v.text("receipt", b.receipt, receipt_rule, "of the payment");
  v.number("amount", b.amount, "of the payment's amount");
  v.number("fee", b.fee, "of its fee");
  v.text("currency", b.currency, currency_rule, "of both");
  v.text("reason", b.reason, reason_rule, "a word");
  v.text("maker", b.maker, name_rule, "who proposed it");
  v.text("proposed", b.proposed, time_rule, "when");
  v.optional_text("checker", b.checker, name_rule, "who decided it");
  v.optional_text("decided", b.decided, time_rule, "when");
}
struct RefundList {
  std::vector<RefundShown> refunds;
};
template <class V>
void describe(V& v, RefundList& b) {
  v.list("refunds", b.refunds, listed_max, "by number; a full page: ask again behind its last one");
}

}  // namespace shubbak::admin
