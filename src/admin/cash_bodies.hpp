// The bodies of the API for cash at agents (message.hpp). Amounts are minor units of the currency beside them.
#pragma once

#include "admin/bodies.hpp"
#include "admin/cash_service.hpp"

namespace shubbak::admin {

inline constexpr TextRule key_rule{.letters_max = store::cash_key_octets_max};
inline constexpr TextRule currency_rule{.letters_min = 3, .letters_max = 3};
inline constexpr TextRule day_rule{.letters_min = 10, .letters_max = 10};
inline constexpr std::string_view key_help =
    "letters, digits and _ - , made anew for each act: the same again tells what came of it and does nothing twice";
inline constexpr std::string_view currency_help = "the deployment's, as SYP";
inline constexpr std::string_view again_help =
    "take it although the same was taken in the last ten minutes, which is refused without";
inline constexpr std::array<std::string_view, 3> cash_state_names{"held", "settled", "released"};
inline constexpr TextRule cash_state_rule{.letters_max = 8, .words = cash_state_names};

struct DrawerBody {
  std::string account;
  std::string directorate;
  std::string office;
  std::int64_t ceiling = 0;
  std::string currency;
};
template <class V>
void describe(V& v, DrawerBody& b) {
  v.text("account", b.account, name_rule, "who keeps it; may take cash there");
  v.text("directorate", b.directorate, name_rule, "where it is");
  v.text("office", b.office, name_rule, "where it is");
  v.number("ceiling", b.ceiling, "the most that it may hold");
  v.text("currency", b.currency, currency_rule, currency_help);
}
struct CeilingBody {
  std::string drawer;
  std::int64_t ceiling = 0;
};
template <class V>
void describe(V& v, CeilingBody& b) {
  v.text("drawer", b.drawer, name_rule, "its name");
  v.number("ceiling", b.ceiling, "the most that it may hold from now on");
}
struct DrawerShown {
  std::string name;
  std::string account;
  std::string directorate;
  std::string office;
  std::int64_t number = 0;
  std::string currency;
  std::string opened;
  std::int64_t holds = 0;
  std::optional<std::int64_t> ceiling;
  std::optional<std::string> closed;
};
DrawerShown shown(const store::StoredDrawer& drawer);
template <class V>
void describe(V& v, DrawerShown& b) {
  v.text("name", b.name, name_rule, "ACCOUNT.OFFICE");
  v.text("account", b.account, name_rule, "who keeps it");
  v.text("directorate", b.directorate, name_rule, "where it is");
  v.text("office", b.office, name_rule, "where it is");
  v.number("number", b.number, "the audit trail has it as drawer.NUMBER");
  v.text("currency", b.currency, currency_rule, "what it holds");
  v.text("opened", b.opened, time_rule, "when it was opened");
  v.number("holds", b.holds, "what is in it");
  v.optional_number("ceiling", b.ceiling, "the most that it may hold");
  v.optional_text("closed", b.closed, time_rule,
                  "when it was handed over: it takes nothing until it is opened again");
}
struct DrawerList {
  std::vector<DrawerShown> drawers;
};
template <class V>
void describe(V& v, DrawerList& b) {
  v.list("drawers", b.drawers, 100'000, "by name; those that the account's roles cover");
}

struct BillBody {
  std::string company;
  std::string account;
  std::int64_t amount = 0;
  std::string currency;
};
template <class V>
void describe(V& v, BillBody& b) {
  v.text("company", b.company, name_rule, "as the configuration names it");
  v.text("account", b.account, number_rule, "at the company: digits");
  v.number("amount", b.amount, "that is to be paid");
  v.text("currency", b.currency, currency_rule, currency_help);
}
struct QuoteBody {
  std::string drawer;
  BillBody bill;
};
template <class V>
void describe(V& v, QuoteBody& b) {
  v.text("drawer", b.drawer, name_rule, "one's own, which the cash would come into");
  describe(v, b.bill);
}
struct QuoteShown {
  std::int64_t due = 0;
  std::int64_t amount = 0;
  std::int64_t fee = 0;
  std::int64_t total = 0;
  std::string currency;
};
QuoteShown shown(const BillQuote& quote);
template <class V>
void describe(V& v, QuoteShown& b) {
  v.number("due", b.due, "of the account");
  v.number("amount", b.amount, "that would be paid");
  v.number("fee", b.fee, "beside it");
  v.number("total", b.total, "that whoever pays hands over");
  v.text("currency", b.currency, currency_rule, "of all of them");
}

// What cash is taken with.
struct TakingHow {
  std::string key;
  std::string drawer;
  std::optional<std::string> msisdn;
  std::optional<std::string> operator_name;
  std::optional<bool> again;
};
template <class V>
void describe(V& v, TakingHow& b) {
  v.text("key", b.key, key_rule, key_help);
  v.text("drawer", b.drawer, name_rule, "one's own, which the cash comes into");
  v.optional_text("msisdn", b.msisdn, number_rule, "that the receipt goes to by SMS, if it is linked");
  v.optional_text("operator", b.operator_name, name_rule, "by whose link it goes, where there are several");
  v.optional_truth("again", b.again, again_help);
}
struct TakeBody {
  TakingHow how;
  BillBody bill;
  std::optional<std::int64_t> fee;
};
template <class V>
void describe(V& v, TakeBody& b) {
  describe(v, b.how);
  describe(v, b.bill);
  v.optional_number("fee", b.fee, "beside the amount, as it was quoted; without it: none");
}
struct CashPaymentShown {
  std::string receipt;
  std::string state;
  std::optional<std::string> check;
  std::string company;
  std::string account;
  std::int64_t amount = 0;
  std::int64_t fee = 0;
  std::string currency;
  std::int64_t owed = 0;
  std::string at;
  std::string key;
};
CashPaymentShown shown(const store::CashPayment& paid);
template <class V>
void describe(V& v, CashPaymentShown& b) {
  v.text("receipt", b.receipt, number_rule, "its number");
  v.text("state", b.state, cash_state_rule,
         "held: the company has not told yet, ask again with the same key; released: it was not paid");
  v.optional_text("check", b.check, number_rule, "the receipt's check code, once it is settled");
  v.text("company", b.company, name_rule, "that is paid");
  v.text("account", b.account, number_rule, "at the company");
  v.number("amount", b.amount, "paid to the company");
  v.number("fee", b.fee, "beside it");
  v.text("currency", b.currency, currency_rule, "of all of them");
  v.number("owed", b.owed, "that is to be given back to whoever paid");
  v.text("at", b.at, time_rule, "when it was taken");
  v.text("key", b.key, key_rule, "that it was taken with");
}
struct CashPaymentList {
  std::vector<CashPaymentShown> payments;
};
template <class V>
void describe(V& v, CashPaymentList& b) {
  v.list("payments", b.payments, listed_max, "newest first");
}

struct TopUpBody {
  TakingHow how;
  std::string card;
  std::int64_t amount = 0;
  std::string currency;
};
template <class V>
void describe(V& v, TopUpBody& b) {
  describe(v, b.how);
  v.text("card", b.card, number_rule, "its number: 10 digits");
  v.number("amount", b.amount, "that comes onto it");
  v.text("currency", b.currency, currency_rule, currency_help);
}
struct ToppedUpShown {
  std::string card;
  std::int64_t amount = 0;
  std::string currency;
};
ToppedUpShown shown(const ToppedUp& done);
template <class V>
void describe(V& v, ToppedUpShown& b) {
  v.text("card", b.card, number_rule, "its number");
  v.number("amount", b.amount, "that came onto it");
  v.text("currency", b.currency, currency_rule, "of the amount");
}

struct TopUpsBody {
  std::string drawer;
  std::optional<std::int64_t> before;
};
template <class V>
void describe(V& v, TopUpsBody& b) {
  v.text("drawer", b.drawer, name_rule, "its name");
  v.optional_number("before", b.before, "older than the one of this number: the last one of the page before");
}
struct CashTopUpShown {
  std::int64_t number = 0;
  std::string card;
  std::int64_t amount = 0;
  std::string currency;
  std::string at;
  std::string key;
};
CashTopUpShown shown(const store::CashTopUp& top_up);
template <class V>
void describe(V& v, CashTopUpShown& b) {
  v.number("number", b.number, "of its transfer in the ledger");
  v.text("card", b.card, number_rule, "the last digits of its number");
  v.number("amount", b.amount, "that came onto it");
  v.text("currency", b.currency, currency_rule, "of the amount");
  v.text("at", b.at, time_rule, "when it was taken");
  v.text("key", b.key, key_rule, "that it was taken with");
}
struct CashTopUpList {
  std::vector<CashTopUpShown> top_ups;
};
template <class V>
void describe(V& v, CashTopUpList& b) {
  v.list("top_ups", b.top_ups, listed_max, "newest first");
}

struct GiveBackBody {
  std::string key;
  std::string drawer;
  std::string receipt;
  std::int64_t amount = 0;
  std::string currency;
};
template <class V>
void describe(V& v, GiveBackBody& b) {
  v.text("key", b.key, key_rule, key_help);
  v.text("drawer", b.drawer, name_rule, "one's own, which it was paid into");
  v.text("receipt", b.receipt, number_rule, "of the payment");
  v.number("amount", b.amount, "that was handed out: all that is owed");
  v.text("currency", b.currency, currency_rule, currency_help);
}
struct DepositBody {
  std::string key;
  std::string drawer;
  std::int64_t amount = 0;
  std::string currency;
  std::string reference;
};
template <class V>
void describe(V& v, DepositBody& b) {
  v.text("key", b.key, key_rule, key_help);
  v.text("drawer", b.drawer, name_rule, "another account's, which the cash comes out of");
  v.number("amount", b.amount, "that was brought in");
  v.text("currency", b.currency, currency_rule, currency_help);
  v.text("reference", b.reference, {.letters_max = store::deposit_reference_octets_max}, "of the bank's slip");
}
struct CountBody {
  std::string drawer;
  std::int64_t counted = 0;
  std::string currency;
};
template <class V>
void describe(V& v, CountBody& b) {
  v.text("drawer", b.drawer, name_rule, "one's own");
  v.number("counted", b.counted, "what is in it");
  v.text("currency", b.currency, currency_rule, currency_help);
}
struct CountShown {
  std::string at;
  std::int64_t counted = 0;
  std::int64_t expected = 0;
  std::int64_t missing = 0;
  std::int64_t surplus = 0;
};
CountShown shown(const store::CashCount& count);
template <class V>
void describe(V& v, CountShown& b) {
  v.text("at", b.at, time_rule, "when it was counted");
  v.number("counted", b.counted, "what was in it");
  v.number("expected", b.expected, "what should have been");
  v.number("missing", b.missing, "the difference, which is kept and moves nothing");
  v.number("surplus", b.surplus, "likewise");
}

struct CashPaymentsBody {
  std::string drawer;
  std::optional<bool> open;
  std::optional<std::string> before;
};
template <class V>
void describe(V& v, CashPaymentsBody& b) {
  v.text("drawer", b.drawer, name_rule, "its name");
  v.optional_truth("open", b.open, "only those that the company has not answered, or of which something is owed");
  v.optional_text("before", b.before, number_rule,
                  "older than the one of this receipt: the last one of the page before");
}
struct DaysBody {
  std::string from;
  std::string to;
};
template <class V>
void describe(V& v, DaysBody& b) {
  v.text("from", b.from, day_rule, "the first day, as 2026-11-26");
  v.text("to", b.to, day_rule, "the last day");
}
struct StatementBody {
  std::string drawer;
  DaysBody days;
};
template <class V>
void describe(V& v, StatementBody& b) {
  v.text("drawer", b.drawer, name_rule, "its name");
  describe(v, b.days);
}
struct SumsShown {
  std::int64_t payments = 0;
  std::int64_t payments_minor = 0;
  std::int64_t fees_minor = 0;
  std::int64_t top_ups = 0;
  std::int64_t top_ups_minor = 0;
  std::int64_t given_back = 0;
  std::int64_t given_back_minor = 0;
  std::int64_t deposits = 0;
  std::int64_t deposits_minor = 0;
  std::int64_t top_ups_corrected_minor = 0;
  std::int64_t deposits_corrected_minor = 0;
  std::int64_t handed_over_minor = 0;
  std::int64_t taken_over_minor = 0;
  std::int64_t missing_minor = 0;
  std::int64_t surplus_minor = 0;
};
SumsShown shown(const store::CashSums& sums);
template <class V>
void describe(V& v, SumsShown& b) {
  v.number("payments", b.payments, "how many were taken for bills");
  v.number("payments_minor", b.payments_minor, "what was taken for them, with their fees");
  v.number("fees_minor", b.fees_minor, "the fees in it");
  v.number("top_ups", b.top_ups, "how many were taken for cards");
  v.number("top_ups_minor", b.top_ups_minor, "what was taken for them");
  v.number("given_back", b.given_back, "how often cash was given back");
  v.number("given_back_minor", b.given_back_minor, "how much was");
  v.number("deposits", b.deposits, "how often cash was brought in");
  v.number("deposits_minor", b.deposits_minor, "how much was");
  v.number("top_ups_corrected_minor", b.top_ups_corrected_minor, "what corrections took back of top-ups");
  v.number("deposits_corrected_minor", b.deposits_corrected_minor, "what corrections took back of deposits");
  v.number("handed_over_minor", b.handed_over_minor, "what went into other drawers when they took over");
  v.number("taken_over_minor", b.taken_over_minor, "what came out of other drawers likewise");
  v.number("missing_minor", b.missing_minor, "what counts found missing, and was written off");
  v.number("surplus_minor", b.surplus_minor, "what they found too much, likewise");
}
struct StatementShown {
  DrawerShown drawer;
  std::int64_t opening = 0;
  SumsShown sums;
  std::int64_t closing = 0;
  bool adds_up = false;
  std::vector<CountShown> counts;
};
StatementShown shown(const DrawerDays& days);
template <class V>
void describe(V& v, StatementShown& b) {
  describe(v, b.drawer);
  v.number("opening", b.opening, "what was in it before the first day");
  describe(v, b.sums);
  v.number("closing", b.closing, "opening and all that came in, less all that went out");
  v.truth("adds_up", b.adds_up, "whether all that ever came and went is what the ledger has in the drawer");
  v.list("counts", b.counts, 100'000, "of these days, oldest first");
}

struct ReportBody {
  std::string by;
  DaysBody days;
  std::optional<std::string> company;
  std::optional<std::string> directorate;
  std::optional<std::string> office;
};
template <class V>
void describe(V& v, ReportBody& b) {
  v.text("by", b.by, name_rule, "account, office, company or directorate");
  describe(v, b.days);
  v.optional_text("company", b.company, name_rule, "only its payments, and what was given back of them");
  v.optional_text("directorate", b.directorate, name_rule, "only drawers there");
  v.optional_text("office", b.office, name_rule, "only drawers there");
}
struct ReportRowShown {
  std::string name;
  SumsShown sums;
};
template <class V>
void describe(V& v, ReportRowShown& b) {
  v.text("name", b.name, {.letters_min = 0, .letters_max = 64},
         "of the account, office, company or directorate; empty where it is no company's");
  describe(v, b.sums);
}
struct ReportShown {
  std::vector<ReportRowShown> rows;
};
ReportShown shown(const std::vector<store::CashReportRow>& rows);
template <class V>
void describe(V& v, ReportShown& b) {
  v.list("rows", b.rows, 100'000, "by name");
}

}  // namespace shubbak::admin
