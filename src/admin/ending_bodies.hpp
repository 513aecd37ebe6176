// The bodies of the API for payments that are not over, and how staff ends one (message.hpp). Amounts are minor units
// of the currency beside them.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/cash_bodies.hpp"
#include "admin/ending_service.hpp"

namespace shubbak::admin {

inline constexpr std::array<std::string_view, 2> ending_act_names{"release", "settle"};
inline constexpr TextRule ending_act_rule{.letters_max = 8, .words = ending_act_names};
inline constexpr std::array<std::string_view, 4> ending_state_names{"proposed", "done", "rejected", "overtaken"};
inline constexpr TextRule ending_state_rule{.letters_max = 12, .words = ending_state_names};
inline constexpr std::array<std::string_view, 3> payment_state_names{"open", "settled", "released"};
inline constexpr TextRule payment_state_rule{.letters_max = 8, .words = payment_state_names};
inline constexpr TextRule evidence_rule{.letters_max = store::ProposeEnding::evidence_octets_max};
inline constexpr TextRule masked_account_rule{.letters_max = 8};
inline constexpr std::size_t endings_listed_max = 200;

struct OpenPaymentsBody {
  std::optional<std::string> company;
  std::optional<std::int64_t> older_than_s;
  std::optional<std::int64_t> after;
};
template <class V>
void describe(V& v, OpenPaymentsBody& b) {
  v.optional_text("company", b.company, name_rule, "of that one only, also if it is configured no more");
  v.optional_number("older_than_s", b.older_than_s, "begun that many seconds ago");
  v.optional_number("after", b.after, "behind the one of this number: the last one of the page before");
}
struct OpenPaymentShown {
  std::int64_t number = 0;
  std::string company;
  std::string account;
  std::int64_t amount = 0;
  std::int64_t fee = 0;
  std::string currency;
  std::string begun;
  std::string endable;
};
OpenPaymentShown shown(const store::StoredPayment& payment);
template <class V>
void describe(V& v, OpenPaymentShown& b) {
  v.number("number", b.number, "of the payment");
  v.text("company", b.company, name_rule, "whose account it is to");
  v.text("account", b.account, masked_account_rule, "its end");
  v.number("amount", b.amount, "that is reserved");
  v.number("fee", b.fee, "that is reserved beside it");
  v.text("currency", b.currency, currency_rule, "of both");
  v.text("begun", b.begun, time_rule, "when");
  v.text("endable", b.endable, time_rule, "the company may take it until then, and staff ends it only afterwards");
}
struct OpenPaymentList {
  std::vector<OpenPaymentShown> payments;
};
template <class V>
void describe(V& v, OpenPaymentList& b) {
  v.list("payments", b.payments, endings_listed_max, "by number; a full page: ask again behind its last one");
}

struct EndingBody {
  std::int64_t payment = 0;
  std::string act;
  std::string evidence;
};
template <class V>
void describe(V& v, EndingBody& b) {
  v.number("payment", b.payment, "its number");
  v.text("act", b.act, ending_act_rule, "settle: the company has it; release: it never will");
  v.text("evidence", b.evidence, evidence_rule, "what the company said in writing, nothing of who paid; ASCII");
}
struct EndingsBody {
  std::optional<bool> open;
  std::optional<std::int64_t> after;
};
template <class V>
void describe(V& v, EndingsBody& b) {
  v.optional_truth("open", b.open, "only what nobody has decided");
  v.optional_number("after", b.after, "behind the one of this number: the last one of the page before");
}
struct EndingShown {
  std::int64_t number = 0;
  std::string state;
  std::string act;
  OpenPaymentShown payment;
  std::string evidence;
  std::string maker;
  std::string proposed;
  std::optional<std::string> checker;
  std::optional<std::string> decided;
  std::string payment_state;
  std::optional<std::string> payment_ended;
};
EndingShown shown(const EndingTold& told);
template <class V>
void describe(V& v, EndingShown& b) {
  v.number("number", b.number, "from 1");
  v.text("state", b.state, ending_state_rule, "overtaken: approved when it had ended already");
  v.text("act", b.act, ending_act_rule, "how the payment is to end");
  v.number("payment", b.payment.number, "its number");
  v.text("company", b.payment.company, name_rule, "whose account it is to");
  v.text("account", b.payment.account, masked_account_rule, "its end");
  v.number("amount", b.payment.amount, "of the payment");
  v.number("fee", b.payment.fee, "of the payment");
  v.text("currency", b.payment.currency, currency_rule, "of both");
  v.text("evidence", b.evidence, evidence_rule, "what the company said");
  v.text("maker", b.maker, name_rule, "who proposed it");
  v.text("proposed", b.proposed, time_rule, "when");
  v.optional_text("checker", b.checker, name_rule, "who decided it");
  v.optional_text("decided", b.decided, time_rule, "when");
  v.text("payment_state", b.payment_state, payment_state_rule,
         "of the payment by now, by whatever has ended it: its company, or staff");
  v.optional_text("payment_ended", b.payment_ended, time_rule, "when it was");
}
struct EndingList {
  std::vector<EndingShown> endings;
};
template <class V>
void describe(V& v, EndingList& b) {
  v.list("endings", b.endings, endings_listed_max, "by number; a full page: ask again behind its last one");
}

}  // namespace shubbak::admin
