// The bodies of the API for citizens' cases (message.hpp).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "admin/case_service.hpp"
#include "admin/cash_bodies.hpp"

namespace shubbak::admin {

inline constexpr TextRule tracking_rule{.letters_max = 10};
inline constexpr TextRule case_state_rule{.letters_max = 8, .words = cases::state_names};
inline constexpr TextRule visit_code_rule{.letters_max = cases::visitor_code_digits};
inline constexpr TextRule fee_state_rule{.letters_max = 6, .words = cases::fee_state_names};
inline constexpr TextRule case_act_rule{.letters_max = 15, .words = cases::act_names};
inline constexpr TextRule case_text_rule{.letters_min = 0, .letters_max = 1'000};
inline constexpr TextRule maybe_name_rule{.letters_min = 0, .letters_max = 64};

struct CitizenCasesBody {
  std::optional<std::string> company;
  std::optional<bool> open;
  std::optional<bool> late;
  std::optional<bool> answered;
  std::optional<std::int64_t> after;
};
template <class V>
void describe(V& v, CitizenCasesBody& b) {
  v.optional_text("company", b.company, name_rule, "only of this company");
  v.optional_truth("open", b.open, "only those that are not resolved");
  v.optional_truth("late", b.late, "only open ones whose time limit is over");
  v.optional_truth("answered", b.answered, "only open ones whose persons have answered, and were told nothing since");
  v.optional_number("after", b.after, "behind this place: more of the page before");
}

struct CitizenCaseBody {
  std::string tracking;
};
template <class V>
void describe(V& v, CitizenCaseBody& b) {
  v.text("tracking", b.tracking, tracking_rule, "the case's tracking number");
}
struct TakeCaseBody {
  CitizenCaseBody of;
  std::int64_t version = 0;
};
template <class V>
void describe(V& v, TakeCaseBody& b) {
  describe(v, b.of);
  v.number("version", b.version, "of the case, as it was shown: a conflict if somebody else has changed it since");
}
struct ReplyToCaseBody {
  TakeCaseBody of;
  std::string text;
};
template <class V>
void describe(V& v, ReplyToCaseBody& b) {
  describe(v, b.of);
  v.text("text", b.text, case_text_rule, "for its person, who gets it by SMS: 150 letters at most");
}
struct MoveCaseBody {
  TakeCaseBody of;
  std::string stage;
  std::optional<std::string> text;
};
template <class V>
void describe(V& v, MoveCaseBody& b) {
  describe(v, b.of);
  v.text("stage", b.stage, name_rule, "that may follow the case's");
  v.optional_text("text", b.text, case_text_rule, "for its person, beside the stage's name");
}
struct QuoteFeeBody {
  TakeCaseBody of;
  std::int64_t amount = 0;
  std::string currency;
  std::string account;
  std::optional<std::string> text;
};
template <class V>
void describe(V& v, QuoteFeeBody& b) {
  describe(v, b.of);
  v.number("amount", b.amount, "minor units; as the company has put it on the account, and exactly what is paid");
  v.text("currency", b.currency, currency_rule, "of the amount: the deployment's");
  v.text("account", b.account, number_rule, "at the case's company: digits");
  v.optional_text("text", b.text, case_text_rule, "for its person, beside the amount");
}
struct JoinCaseBody {
  TakeCaseBody of;
  std::string to;
};
template <class V>
void describe(V& v, JoinCaseBody& b) {
  describe(v, b.of);
  v.text("to", b.to, tracking_rule, "the main case's tracking number: of the same kind, company and area, and open");
}
struct UnjoinCaseBody {
  TakeCaseBody of;
  std::string reason;
};
template <class V>
void describe(V& v, UnjoinCaseBody& b) {
  describe(v, b.of);
  v.text("reason", b.reason, case_text_rule,
         "why, for the case's history: 150 letters at most; its person is not sent it");
}
inline constexpr TextRule slot_rule{.letters_max = 22};
inline constexpr TextRule visit_outcome_rule{.letters_max = 14, .words = cases::visit_outcomes};
struct OfferVisitBody {
  TakeCaseBody of;
  std::string team;
  std::vector<std::string> slots;
  std::optional<std::string> text;
};
template <class V>
void describe(V& v, OfferVisitBody& b) {
  describe(v, b.of);
  v.text("team", b.team, name_rule, "who would come, of the case's company: lower-case letters, digits and _");
  v.texts("slots", b.slots, cases::VisitLimits::slots_most, slot_rule,
          "2 to 4, on the deployment's clock: 2026-12-01 09:00-12:00");
  v.optional_text("text", b.text, case_text_rule, "for its person, who chooses one on the phone");
}
struct CancelVisitBody {
  TakeCaseBody of;
  std::optional<std::string> text;
};
template <class V>
void describe(V& v, CancelVisitBody& b) {
  describe(v, b.of);
  v.optional_text("text", b.text, case_text_rule, "for its person: why, and what follows");
}
struct NoteVisitBody {
  TakeCaseBody of;
  std::string outcome;
  std::optional<std::string> text;
};
template <class V>
void describe(V& v, NoteVisitBody& b) {
  describe(v, b.of);
  v.text("outcome", b.outcome, visit_outcome_rule, "what has come of it: documents_seen, absent or other");
  v.optional_text("text", b.text, case_text_rule, "a note for the case's history, which its person is not sent");
}
struct ResolveCitizenCaseBody {
  TakeCaseBody of;
  std::optional<std::string> text;
  std::optional<bool> waive_fee;
};
template <class V>
void describe(V& v, ResolveCitizenCaseBody& b) {
  describe(v, b.of);
  v.optional_text("text", b.text, case_text_rule, "for its person, who may rate the case now, or reopen it");
  v.optional_truth("waive_fee", b.waive_fee, "its fee is due, and is not asked for any more");
}

struct CitizenCaseShown {
  std::string tracking;
  std::string kind;
  std::string stage;
  std::string state;
  std::int64_t version = 0;
  bool late = false;
  std::string company;
  std::string directorate;
  std::string area;
  std::string office;
  std::string accused_office;
  std::string worker;
  std::string opened;
  std::optional<std::string> due;
  std::optional<std::string> receipt;
  std::optional<std::int64_t> stars;
  std::optional<std::int64_t> fee;
  std::optional<std::string> fee_account;
  std::optional<std::string> fee_state;
  std::optional<std::string> joined_to;
  std::int64_t joined = 0;
  std::int64_t answers = 0;
};
CitizenCaseShown shown(const store::StoredCitizenCase& one);
template <class V>
void describe(V& v, CitizenCaseShown& b) {
  v.text("tracking", b.tracking, tracking_rule, "its number, as its person has it");
  v.text("kind", b.kind, name_rule, "of the configuration");
  v.text("stage", b.stage, name_rule, "of its kind");
  v.text("state", b.state, case_state_rule, "open, or resolved");
  v.number("version", b.version, "grows with whatever is done to it");
  v.truth("late", b.late, "the time limit of its stage is over, and it was escalated");
  v.text("company", b.company, maybe_name_rule, "that it is about; empty: none in particular");
  v.text("directorate", b.directorate, maybe_name_rule, "likewise");
  v.text("area", b.area, maybe_name_rule, "as its person's flow names it; may be empty");
  v.text("office", b.office, maybe_name_rule, "where it is worked; empty: at any office of the company");
  v.text("accused_office", b.accused_office, maybe_name_rule, "of a complaint about staff; may be empty");
  v.text("worker", b.worker, maybe_name_rule, "the account that has taken it; empty: nobody has");
  v.text("opened", b.opened, time_rule, "when");
  v.optional_text("due", b.due, time_rule, "when its stage is late");
  v.optional_text("receipt", b.receipt, number_rule, "of the payment that it is about");
  v.optional_number("stars", b.stars, "how its person rates it, 1 to 5");
  v.optional_number("fee", b.fee, "as it was quoted last: minor units");
  v.optional_text("fee_account", b.fee_account, maybe_name_rule, "at the company; empty: its person was erased");
  v.optional_text("fee_state", b.fee_state, fee_state_rule, "due, paid, or waived");
  v.optional_text("joined_to", b.joined_to, tracking_rule,
                  "the main case of the outage, which is worked in its place");
  v.number("joined", b.joined, "how many others are joined to it: what is done to it is done to them");
  v.number("answers", b.answers, "of its person, since staff have last told them something about it");
}
struct CitizenCaseList {
  std::vector<CitizenCaseShown> cases;
  std::optional<std::int64_t> more;
};
template <class V>
void describe(V& v, CitizenCaseList& b) {
  v.list("cases", b.cases, listed_max, "as they were opened");
  v.optional_number("more", b.more, "there may be more: ask again with this as after, also where the page has none");
}

struct CaseEventShown {
  std::string what;
  std::string at;
  std::string by;
  std::string name;
  std::string stage;
  std::string text;
};
template <class V>
void describe(V& v, CaseEventShown& b) {
  v.text("what", b.what, case_act_rule, "was done");
  v.text("at", b.at, time_rule, "when");
  v.text("by", b.by, word_rule, "citizen, staff, agent, command_line or system");
  v.text("name", b.name, maybe_name_rule, "the account's; of a citizen the channel");
  v.text("stage", b.stage, name_rule, "of the case then");
  v.text("text", b.text, case_text_rule,
         "what was written: by its person where it was answered; empty: nothing, or erased");
}
struct CitizenCaseFile {
  CitizenCaseShown of;
  std::string address;
  std::vector<std::string> next;
  std::vector<CaseEventShown> history;
  std::vector<std::string> offers;
  std::optional<std::string> visit;
  std::optional<std::string> visit_team;
  std::optional<std::string> visit_code;
};
CitizenCaseFile shown(const CitizenCaseTold& told);
template <class V>
void describe(V& v, CitizenCaseFile& b) {
  describe(v, b.of);
  v.text("address", b.address, case_text_rule, "that is to be visited; empty: none, or its person was erased");
  v.texts("next", b.next, cases::Limits::stages_max, name_rule, "what may follow: stages, or resolved");
  v.list("history", b.history, 100'000, "what was done to it, oldest first");
  v.texts("offers", b.offers, cases::VisitLimits::slots_most, slot_rule, "slots that its person may choose from");
  v.optional_text("visit", b.visit, slot_rule, "the appointment");
  v.optional_text("visit_team", b.visit_team, name_rule, "who comes");
  v.optional_text("visit_code", b.visit_code, visit_code_rule,
                  "that the visitor tells at the door; only for who has taken the case");
}

}  // namespace shubbak::admin
