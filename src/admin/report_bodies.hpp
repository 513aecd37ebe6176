// The bodies of the API for reports (message.hpp). Amounts are minor units of the currency beside them. What rows are
// not grouped by is left out of them.
#pragma once

#include "admin/cash_bodies.hpp"
#include "admin/report_service.hpp"

namespace shubbak::admin {

inline constexpr TextRule group_rule{.letters_max = 11, .words = store::report_group_names};
inline constexpr TextRule place_rule{.letters_min = 0, .letters_max = 64};
inline constexpr TextRule age_rule{.letters_max = 12, .words = cases::age_names};
inline constexpr std::size_t report_rows_max = 10'000;  // written on the loop, which serves phones meanwhile

// Of what, and by what.
struct ReportOfBody {
  std::vector<std::string> by;
  std::optional<std::string> company;
  std::optional<std::string> directorate;
  std::optional<std::string> office;
};
OpenCasesAsked asked_of(ReportOfBody body);
template <class V>
void describe(V& v, ReportOfBody& b) {
  v.texts("by", b.by, store::report_group_names.size(), group_rule,
          "by what of what is kept there are rows; none: one of all");
  v.optional_text("company", b.company, name_rule, "only of it");
  v.optional_text("directorate", b.directorate, name_rule,
                  "only of drawers there, of what was paid in cash; or of cases there");
  v.optional_text("office", b.office, name_rule, "likewise, or of readings that agents sent there");
}
struct ReportAskedBody {
  DaysBody days;
  ReportOfBody of;
};
ReportAsked asked_of(ReportAskedBody body);
template <class V>
void describe(V& v, ReportAskedBody& b) {
  describe(v, b.days);
  describe(v, b.of);
}

struct ReportKeyShown {
  std::optional<std::string> day;
  std::optional<std::string> company;
  std::optional<std::string> directorate;
  std::optional<std::string> office;
  std::optional<std::string> channel;
  std::optional<std::string> kind;
  std::optional<std::string> stage;
  std::optional<std::string> age;
  std::optional<std::string> worker;
  std::optional<std::string> account;
  std::optional<std::string> drawer;
  std::optional<std::string> purpose;
};
template <class V>
void describe(V& v, ReportKeyShown& b) {
  v.optional_text("day", b.day, day_rule, "of the deployment's calendar");
  v.optional_text("company", b.company, place_rule, "as the configuration names it");
  v.optional_text("directorate", b.directorate, place_rule, "of the drawer, or the case; empty where there is none");
  v.optional_text("office", b.office, place_rule, "likewise, or where an agent sent readings");
  v.optional_text("channel", b.channel, place_rule,
                  "ussd, sms, agent (on an agent's phone) or counter (in cash); empty: it was not kept yet");
  v.optional_text("kind", b.kind, place_rule, "of case, as the configuration names it");
  v.optional_text("stage", b.stage, place_rule, "of its kind");
  v.optional_text("age", b.age, age_rule, "since it was opened");
  v.optional_text("worker", b.worker, place_rule, "account; empty: nobody's");
  v.optional_text("account", b.account, place_rule, "who keeps the drawer");
  v.optional_text("drawer", b.drawer, place_rule, "ACCOUNT.OFFICE");
  v.optional_text("purpose", b.purpose, place_rule,
                  "what the payments are for: bill, case_fee (of a case) or water (filled later)");
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
  v.list("rows", b.rows, report_rows_max, "by day, company, directorate, office, channel and purpose");
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
  v.list("rows", b.rows, report_rows_max, "by day, company, office and channel");
}

struct UseShown {
  ReportKeyShown key;
  std::string operator_name;
  std::int64_t sessions = 0;
  std::optional<std::int64_t> messages;
};
template <class V>
void describe(V& v, UseShown& b) {
  describe(v, b.key);
  v.text("operator", b.operator_name, place_rule, "by whose link");
  v.number("sessions", b.sessions,
           "USSD dialogues and conversations by SMS that ended; of a company: that asked a service of it");
  v.optional_number("messages", b.messages,
                    "short messages with texts of flows, each part, but no codes, receipts and news; not by company");
}
struct UseReport {
  std::vector<UseShown> rows;
};
UseReport shown(const std::vector<store::UseReportRow>& rows, const std::vector<std::string>& groups);
template <class V>
void describe(V& v, UseReport& b) {
  v.list("rows", b.rows, report_rows_max, "by day, company, channel and operator");
}

struct OpenCasesShown {
  ReportKeyShown key;
  std::int64_t open = 0;
  std::int64_t late = 0;
};
template <class V>
void describe(V& v, OpenCasesShown& b) {
  describe(v, b.key);
  v.number("open", b.open, "cases that are not resolved");
  v.number("late", b.late, "those of them whose stage has run out of time");
}
struct OpenCaseReport {
  std::vector<OpenCasesShown> rows;
};
OpenCaseReport shown(const std::vector<store::OpenCaseReportRow>& rows, const std::vector<std::string>& groups);
template <class V>
void describe(V& v, OpenCaseReport& b) {
  v.list("rows", b.rows, report_rows_max, "by company, directorate, office, kind, stage, age and worker");
}

struct CaseOutcomesShown {
  ReportKeyShown key;
  std::int64_t opened = 0;
  std::int64_t resolved = 0;
  std::int64_t late = 0;
  std::int64_t reopened = 0;
  std::int64_t rated = 0;
  std::int64_t mean_stars_hundredths = 0;
  std::array<std::int64_t, cases::stars_most> with_stars{};
};
template <class V>
void describe(V& v, CaseOutcomesShown& b) {
  describe(v, b.key);
  v.number("opened", b.opened, "cases that were opened");
  v.number("resolved", b.resolved, "how often one was resolved");
  v.number("late", b.late, "how often a stage ran out of time, where it was then");
  v.number("reopened", b.reopened, "how often one was reopened: of the worker who had resolved it");
  v.number("rated", b.rated, "how often one was rated, likewise");
  v.number("mean_stars_hundredths", b.mean_stars_hundredths, "375: 3.75 stars on average; 0: nobody has rated");
  v.number("rated_1", b.with_stars[0], "how often with one star");
  v.number("rated_2", b.with_stars[1], "with two");
  v.number("rated_3", b.with_stars[2], "with three");
  v.number("rated_4", b.with_stars[3], "with four");
  v.number("rated_5", b.with_stars[4], "with five");
}
struct CaseReport {
  std::vector<CaseOutcomesShown> rows;
};
CaseReport shown(const std::vector<store::CaseReportRow>& rows, const std::vector<std::string>& groups);
template <class V>
void describe(V& v, CaseReport& b) {
  v.list("rows", b.rows, report_rows_max, "by day, company, directorate, office, kind and worker");
}

struct StageShown {
  ReportKeyShown key;
  std::int64_t ended = 0;
  std::int64_t late = 0;
  std::int64_t mean_s = 0;
  std::int64_t median_s = 0;
  std::int64_t ninety_fifth_s = 0;
};
template <class V>
void describe(V& v, StageShown& b) {
  describe(v, b.key);
  v.number("ended", b.ended, "how often a case left the stage, or was resolved in it");
  v.number("late", b.late, "how often after its time had run out");
  v.number("mean_s", b.mean_s, "seconds in the stage on average");
  v.number("median_s", b.median_s, "that half of them did not exceed");
  v.number("ninety_fifth_s", b.ninety_fifth_s, "that 95 of 100 did not exceed");
}
struct StageReport {
  std::vector<StageShown> rows;
};
StageReport shown(const std::vector<store::StageReportRow>& rows, const std::vector<std::string>& groups);
template <class V>
void describe(V& v, StageReport& b) {
  v.list("rows", b.rows, report_rows_max, "by day, company, directorate, office, kind, stage and worker");
}

struct CollectedShown {
  ReportKeyShown key;
  std::string currency;
  std::optional<std::int64_t> opening_minor;
  SumsShown sums;
  std::optional<std::int64_t> balance_minor;
};
template <class V>
void describe(V& v, CollectedShown& b) {
  describe(v, b.key);
  v.text("currency", b.currency, currency_rule, "of the amounts");
  v.optional_number("opening_minor", b.opening_minor, "in the drawers before; not by day or company, or of one");
  describe(v, b.sums);
  v.optional_number("balance_minor", b.balance_minor, "in the drawers after, likewise");
}
struct CollectorReport {
  std::vector<CollectedShown> rows;
};
CollectorReport shown(const std::vector<store::CollectorReportRow>& rows, const std::vector<std::string>& groups);
template <class V>
void describe(V& v, CollectorReport& b) {
  v.list("rows", b.rows, report_rows_max, "by day, company, directorate, office, account and drawer");
}

}  // namespace shubbak::admin
