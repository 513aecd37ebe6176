// The bodies of the API for reconciliation (message.hpp). Amounts are minor units of the currency beside them.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/reconcile_service.hpp"
#include "admin/refund_bodies.hpp"
#include "reconcile/match.hpp"

namespace shubbak::admin {

inline constexpr std::array<std::string_view, 4> case_outcome_names{"amount_differs", "missing_here", "missing_there",
                                                                    "twice"};
inline constexpr TextRule case_outcome_rule{.letters_max = 16, .words = case_outcome_names};
inline constexpr TextRule resolution_rule{.letters_max = 32};
inline constexpr TextRule case_note_rule{.letters_max = store::ResolveCase::note_octets_max};
inline constexpr TextRule free_text_rule{.letters_min = 0, .letters_max = 1'000};
inline constexpr std::string_view company_help = "as the configuration names it";
inline constexpr std::string_view company_day_help = "of the company's calendar: 2026-11-26";

struct CompanyDayBody {
  std::string company;
  std::string day;
};
template <class V>
void describe(V& v, CompanyDayBody& b) {
  v.text("company", b.company, name_rule, company_help);
  v.text("day", b.day, day_rule, company_day_help);
}
struct TotalsShown {
  reconcile::Totals totals;
  std::string currency;
  bool adds_up = false;
};
struct TotalsPart {
  reconcile::Sum reconcile::Totals::*sum;
  std::string_view count_key;
  std::string_view minor_key;
  std::string_view meaning;
};
inline constexpr std::array totals_parts{
    TotalsPart{&reconcile::Totals::here, "here", "here_minor", "settled here, of that day"},
    TotalsPart{&reconcile::Totals::there, "there", "there_minor", "listed in the day's file"},
    TotalsPart{&reconcile::Totals::matched, "matched", "matched_minor", "of both"},
    TotalsPart{&reconcile::Totals::here_of_other_days, "here_of_other_days", "here_of_other_days_minor",
               "of here: in another day's file"},
    TotalsPart{&reconcile::Totals::here_differs, "here_differs", "here_differs_minor",
               "of here: the file has another amount or account"},
    TotalsPart{&reconcile::Totals::missing_there, "missing_there", "missing_there_minor", "of here: in no file"},
    TotalsPart{&reconcile::Totals::uncompared, "uncompared", "uncompared_minor",
               "of here: settled since the file was imported"},
    TotalsPart{&reconcile::Totals::there_of_other_days, "there_of_other_days", "there_of_other_days_minor",
               "of there: paid on another day"},
    TotalsPart{&reconcile::Totals::there_open, "there_open", "there_open_minor", "of there: open here as yet"},
    TotalsPart{&reconcile::Totals::there_differs, "there_differs", "there_differs_minor",
               "of there: another amount or account here"},
    TotalsPart{&reconcile::Totals::missing_here, "missing_here", "missing_here_minor",
               "of there: released here, or never begun"},
    TotalsPart{&reconcile::Totals::twice, "twice", "twice_minor", "of there: listed before"},
    TotalsPart{&reconcile::Totals::refunded, "refunded", "refunded_minor", "refunded here on that day; of neither"}};
template <class V>
void describe(V& v, TotalsShown& b) {
  v.text("currency", b.currency, currency_rule, "of the sums");
  for (const TotalsPart& part : totals_parts) {
    reconcile::Sum& sum = b.totals.*part.sum;
    v.number(part.count_key, sum.count, part.meaning);
    v.number(part.minor_key, sum.minor, part.meaning);
  }
  v.truth("adds_up", b.adds_up, "whether each side is the sum of its parts");
}
struct DayReportShown {
  std::string company;
  std::string day;
  std::optional<std::int64_t> import;
  std::optional<std::int64_t> lines;
  std::optional<std::string> sha256;
  std::optional<std::string> imported;
  std::optional<std::string> imported_by;
  std::vector<TotalsShown> totals;
  std::int64_t open_cases = 0;
};
DayReportShown shown(const DayToldOf& told);
template <class V>
void describe(V& v, DayReportShown& b) {
  v.text("company", b.company, name_rule, company_help);
  v.text("day", b.day, day_rule, company_day_help);
  v.optional_number("import", b.import, "of the file that is in force; without: none of that day was imported");
  v.optional_number("lines", b.lines, "of that file");
  v.optional_text("sha256", b.sha256, hash_rule, "of that file");
  v.optional_text("imported", b.imported, time_rule, "when");
  v.optional_text("imported_by", b.imported_by, name_rule, "by whom");
  v.list("totals", b.totals, 10, "one for each currency");
  v.number("open_cases", b.open_cases, "of that day");
}

struct CasesBody {
  std::optional<std::string> company;
  std::optional<bool> open;
  std::optional<std::string> after;
};
template <class V>
void describe(V& v, CasesBody& b) {
  v.optional_text("company", b.company, name_rule, "only of this one; without, a grant for all is needed");
  v.optional_truth("open", b.open, "only what nobody has resolved");
  v.optional_text("after", b.after, receipt_rule, "behind the case of this number: the last one of the page before");
}
struct ResolveCaseBody {
  std::string number;
  std::string how;
  std::string note;
};
template <class V>
void describe(V& v, ResolveCaseBody& b) {
  v.text("case", b.number, receipt_rule, "its number");
  v.text("how", b.how, resolution_rule, "explained, company_corrects, paid_back or written_off");
  v.text("note", b.note, case_note_rule, "why; for the file, not for citizens");
}
struct CaseShown {
  std::string number;
  std::string company;
  std::optional<std::string> day;
  std::string outcome;
  std::string reference;
  std::optional<std::int64_t> line;
  std::optional<std::string> their_account;
  std::optional<std::int64_t> their_amount;
  std::optional<std::string> their_currency;
  std::string company_reference;
  std::optional<std::string> our_account;
  std::optional<std::int64_t> our_amount;
  std::optional<std::string> our_currency;
  std::optional<std::string> receipt;
  std::string evidence;
  std::string opened;
  std::optional<std::string> resolution;
  std::optional<std::string> resolved;
  std::optional<std::string> resolved_by;
  std::optional<std::string> note;
};
CaseShown shown(const store::StoredCase& one);
template <class V>
void describe(V& v, CaseShown& b) {
  v.text("case", b.number, receipt_rule, "its number, with a check digit");
  v.text("company", b.company, name_rule, company_help);
  v.optional_text("day", b.day, day_rule, "of the file that told it");
  v.text("outcome", b.outcome, case_outcome_rule, "what is wrong");
  v.text("reference", b.reference, name_rule, "under which the company was, or should have been, paid");
  v.optional_number("line", b.line, "of the file");
  v.optional_text("their_account", b.their_account, name_rule, "as the file has it");
  v.optional_number("their_amount", b.their_amount, "likewise");
  v.optional_text("their_currency", b.their_currency, currency_rule, "likewise");
  v.text("company_reference", b.company_reference, free_text_rule, "the company's own number");
  v.optional_text("our_account", b.our_account, name_rule, "as it is here");
  v.optional_number("our_amount", b.our_amount, "likewise");
  v.optional_text("our_currency", b.our_currency, currency_rule, "likewise");
  v.optional_text("receipt", b.receipt, receipt_rule, "of the payment here");
  v.text("evidence", b.evidence, free_text_rule, "what the company said, where no file did");
  v.text("opened", b.opened, time_rule, "when");
  v.optional_text("resolution", b.resolution, resolution_rule, "without: it is open");
  v.optional_text("resolved", b.resolved, time_rule, "when");
  v.optional_text("resolved_by", b.resolved_by, name_rule, "without, and it is resolved: by the system");
  v.optional_text("note", b.note, free_text_rule, "why");
}
struct CaseList {
  std::vector<CaseShown> cases;
};
template <class V>
void describe(V& v, CaseList& b) {
  v.list("cases", b.cases, listed_max, "by number; a full page: ask again behind its last one");
}

struct ExportBody {
  CompanyDayBody of;
  std::optional<std::string> after;
};
template <class V>
void describe(V& v, ExportBody& b) {
  describe(v, b.of);
  v.optional_text("after", b.after, name_rule, "the `next` of the page before");
}
inline constexpr std::array<std::string_view, 2> exported_kind_names{"payment", "refund"};
inline constexpr TextRule exported_kind_rule{.letters_max = 8, .words = exported_kind_names};
struct ExportedLineShown {
  std::string kind;
  std::string receipt;
  std::string reference;
  std::string account;
  std::int64_t amount = 0;
  std::string currency;
  std::string company_reference;
  std::string at;
};
template <class V>
void describe(V& v, ExportedLineShown& b) {
  v.text("kind", b.kind, exported_kind_rule, "a refund's amount counts against the payments'");
  v.text("receipt", b.receipt, receipt_rule, "of the payment");
  v.text("reference", b.reference, name_rule, "under which the company knows it");
  v.text("account", b.account, name_rule, "at the company");
  v.number("amount", b.amount, "that was paid, or refunded");
  v.text("currency", b.currency, currency_rule, "of it");
  v.text("company_reference", b.company_reference, free_text_rule, "the company's own number");
  v.text("at", b.at, time_rule, "when");
}
struct ExportShown {
  std::vector<ExportedLineShown> lines;
  std::optional<std::string> next;
};
ExportShown shown(const ExportPage& page);
template <class V>
void describe(V& v, ExportShown& b) {
  v.list("lines", b.lines, listed_max, "payments, then refunds");
  v.optional_text("next", b.next, name_rule, "ask again behind this; without: that was all");
}

}  // namespace shubbak::admin
