// The bodies of the API for reports (message.hpp). Amounts are minor units of the currency beside them. What rows are
// not grouped by is left out of them.
#pragma once

#include "admin/cash_bodies.hpp"
#include "admin/report_service.hpp"

namespace shubbak::admin {

inline constexpr TextRule group_rule{.letters_max = 11, .words = store::report_group_names};
inline constexpr TextRule place_rule{.letters_min = 0, .letters_max = 64};
inline constexpr std::size_t report_rows_max = 10'000;  // written on the loop, which serves phones meanwhile

struct ReportAskedBody {
  DaysBody days;
  std::vector<std::string> by;
  std::optional<std::string> company;
  std::optional<std::string> directorate;
  std::optional<std::string> office;
};
ReportAsked asked_of(ReportAskedBody body);
template <class V>
void describe(V& v, ReportAskedBody& b) {
  describe(v, b.days);
  v.texts("by", b.by, store::report_group_names.size(), group_rule, "by what there are rows; none: one of all");
  v.optional_text("company", b.company, name_rule, "only of it");
  v.optional_text("directorate", b.directorate, name_rule, "only of drawers there: of what was paid in cash");
  v.optional_text("office", b.office, name_rule, "likewise");
}

struct ReportKeyShown {
  std::optional<std::string> day;
  std::optional<std::string> company;
  std::optional<std::string> directorate;
  std::optional<std::string> office;
  std::optional<std::string> channel;
};
template <class V>
void describe(V& v, ReportKeyShown& b) {
  v.optional_text("day", b.day, day_rule, "of the deployment's calendar");
  v.optional_text("company", b.company, place_rule, "as the configuration names it");
  v.optional_text("directorate", b.directorate, place_rule, "of the drawer; empty where nothing was paid in cash");
  v.optional_text("office", b.office, place_rule, "likewise");
  v.optional_text("channel", b.channel, place_rule, "ussd, sms, agent (on an agent's phone) or counter (in cash)");
}

struct PaymentSumsShown {
  ReportKeyShown key;
  std::string currency;
  std::int64_t settled = 0;
  std::int64_t settled_minor = 0;
  std::int64_t fees_minor = 0;
  std::int64_t released = 0;
  std::int64_t released_minor = 0;
  std::int64_t refunded = 0;
  std::int64_t refunded_minor = 0;
  std::int64_t fees_refunded_minor = 0;
  std::int64_t waited_ms = 0;
};
template <class V>
void describe(V& v, PaymentSumsShown& b) {
  describe(v, b.key);
  v.text("currency", b.currency, currency_rule, "of the amounts");
  v.number("settled", b.settled, "payments that the company has");
  v.number("settled_minor", b.settled_minor, "what was collected by them");
  v.number("fees_minor", b.fees_minor, "their fees, beside it");
  v.number("released", b.released, "payments that did not come about");
  v.number("released_minor", b.released_minor, "their amounts");
  v.number("refunded", b.refunded, "refunds that were paid");
  v.number("refunded_minor", b.refunded_minor, "how much they were");
  v.number("fees_refunded_minor", b.fees_refunded_minor, "the fees in them, beside it");
  v.number("waited_ms", b.waited_ms, "on average, from the confirmation to the end of a payment");
}
struct PaymentReport {
  std::vector<PaymentSumsShown> rows;
};
PaymentReport shown(const std::vector<store::PaymentReportRow>& rows, const std::vector<std::string>& groups);
template <class V>
void describe(V& v, PaymentReport& b) {
  v.list("rows", b.rows, report_rows_max, "by day, company, directorate, office and channel");
}

struct ReadingSumsShown {
  ReportKeyShown key;
  std::int64_t taken = 0;
  std::int64_t delivered = 0;
  std::int64_t refused = 0;
};
template <class V>
void describe(V& v, ReadingSumsShown& b) {
  describe(v, b.key);
  v.number("taken", b.taken, "readings that were taken here");
  v.number("delivered", b.delivered, "those of them that the company has");
  v.number("refused", b.refused, "those of them that it refused later");
}
struct ReadingReport {
  std::vector<ReadingSumsShown> rows;
};
ReadingReport shown(const std::vector<store::ReadingReportRow>& rows, const std::vector<std::string>& groups);
template <class V>
void describe(V& v, ReadingReport& b) {
  v.list("rows", b.rows, report_rows_max, "by day and company");
}

struct UseShown {
  ReportKeyShown key;
  std::string operator_name;
  std::int64_t sessions = 0;
  std::int64_t messages = 0;
};
template <class V>
void describe(V& v, UseShown& b) {
  describe(v, b.key);
  v.text("operator", b.operator_name, place_rule, "by whose link");
  v.number("sessions", b.sessions, "USSD dialogues and conversations by SMS that ended");
  v.number("messages", b.messages,
           "short messages with texts of flows, each part; codes, receipts and news are not counted");
}
struct UseReport {
  std::vector<UseShown> rows;
};
UseReport shown(const std::vector<store::UseReportRow>& rows, const std::vector<std::string>& groups);
template <class V>
void describe(V& v, UseReport& b) {
  v.list("rows", b.rows, report_rows_max, "by day, channel and operator");
}

}  // namespace shubbak::admin
