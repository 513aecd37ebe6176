// The bodies of the API for what two members of staff correct of cash (message.hpp). Amounts are minor units of the
// currency beside them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/cash_bodies.hpp"
#include "admin/cash_corrections.hpp"

namespace shubbak::admin {

inline constexpr TextRule reason_rule{.letters_max = 32};
inline constexpr TextRule slip_rule{.letters_max = store::deposit_reference_octets_max};
inline constexpr TextRule proposal_kind_rule{.letters_max = 16, .words = store::cash_proposal_kind_names};
inline constexpr TextRule proposal_state_rule{.letters_max = 16, .words = store::cash_proposal_state_names};
inline constexpr std::string_view reason_help = "a word for the audit trail, as `mistyped`: a-z, _ and .";

struct CorrectionBody {
  std::string drawer;
  std::optional<std::int64_t> top_up;
  std::optional<std::string> slip;
  std::int64_t amount = 0;
  std::string currency;
  std::string reason;
};
template <class V>
void describe(V& v, CorrectionBody& b) {
  v.text("drawer", b.drawer, name_rule, "whose top-up or deposit it is");
  v.optional_number("top_up", b.top_up, "the number of a top-up; or");
  v.optional_text("slip", b.slip, slip_rule, "the reference of a deposit's slip");
  v.number("amount", b.amount, "that was noted too much, and is taken back");
  v.text("currency", b.currency, currency_rule, currency_help);
  v.text("reason", b.reason, reason_rule, reason_help);
}
struct WriteOffBody {
  std::string drawer;
  std::string reason;
};
template <class V>
void describe(V& v, WriteOffBody& b) {
  v.text("drawer", b.drawer, name_rule, "whose last count has found the difference");
  v.text("reason", b.reason, reason_rule, reason_help);
}
struct HandOverBody {
  std::string drawer;
  std::optional<std::string> to;
  std::int64_t counted = 0;
  std::string currency;
  std::string reason;
};
template <class V>
void describe(V& v, HandOverBody& b) {
  v.text("drawer", b.drawer, name_rule, "whose keeper is gone");
  v.optional_text("to", b.to, name_rule, "a drawer of the same office that takes over what is in it");
  v.number("counted", b.counted, "what is in it");
  v.text("currency", b.currency, currency_rule, currency_help);
  v.text("reason", b.reason, reason_rule, reason_help);
}
struct CashProposalsBody {
  std::optional<bool> open;
  std::optional<std::int64_t> after;
};
template <class V>
void describe(V& v, CashProposalsBody& b) {
  v.optional_truth("open", b.open, "only what nobody has decided");
  v.optional_number("after", b.after, "behind the one of this number: the last one of the page before");
}
struct CashProposalShown {
  std::int64_t number = 0;
  std::string kind;
  std::string state;
  std::string drawer;
  std::optional<std::int64_t> transfer;
  std::optional<std::string> to;
  std::int64_t amount = 0;
  std::optional<std::int64_t> expected;
  std::string currency;
  std::string reason;
  std::string maker;
  std::string proposed;
  std::optional<std::string> checker;
  std::optional<std::string> decided;
};
CashProposalShown shown(const store::StoredCashProposal& proposal);
template <class V>
void describe(V& v, CashProposalShown& b) {
  v.number("number", b.number, "from 1");
  v.text("kind", b.kind, proposal_kind_rule, "what it is");
  v.text("state", b.state, proposal_state_rule, "proposed: nothing is moved yet");
  v.text("drawer", b.drawer, name_rule, "which it is about");
  v.optional_number("transfer", b.transfer, "of a correction: the number of what is corrected");
  v.optional_text("to", b.to, name_rule, "of a hand-over: the drawer that takes over");
  v.number("amount", b.amount, "that is taken back; of the others: what was counted");
  v.optional_number("expected", b.expected, "what should have been counted");
  v.text("currency", b.currency, currency_rule, "of the amounts");
  v.text("reason", b.reason, reason_rule, "a word");
  v.text("maker", b.maker, name_rule, "who proposed it");
  v.text("proposed", b.proposed, time_rule, "when");
  v.optional_text("checker", b.checker, name_rule, "who decided it");
  v.optional_text("decided", b.decided, time_rule, "when");
}
struct CashProposalList {
  std::vector<CashProposalShown> proposals;
};
template <class V>
void describe(V& v, CashProposalList& b) {
  v.list("proposals", b.proposals, 200, "by number, of offices that the account's roles cover");
}

}  // namespace shubbak::admin
