// Reconciliation as members of staff read and end it: what a company's day comes to on both sides, its cases, and
// what was paid and refunded here for its accountants. By grants that cover the company: reconcile.read,
// reconcile.resolve. Files are imported by the command line only: they are larger than any request. Thread: the
// loop's.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "admin/staff_service.hpp"
#include "companies/company.hpp"
#include "reconcile/daily_file.hpp"
#include "store/reconcile.hpp"

namespace shubbak::admin {

// "2026-11-26" of the company's calendar. Error malformed.
Result<reconcile::Day> company_day(const companies::CompanyConfig& company, const std::string& typed);

struct DayToldOf {
  std::string company;
  std::chrono::sys_days day;
  store::DayReport report;
};
// Errors: forbidden, not_found (company), invalid (day).
Served<DayToldOf> report_day(World& world, Caller caller, std::string company, std::string day);

struct CasesWanted {
  std::optional<std::string> company{};  // nothing: of all, for whoever may read of all
  bool open_only = false;
  std::optional<std::string> after{};  // behind the case of that number
};
// In order, 1,000 at once.
Result<std::vector<store::StoredCase>, ApiError> list_cases(World& world, const Caller& caller,
                                                            const CasesWanted& wanted);
struct CaseResolved {
  std::string number;
  std::string how;  // reconcile::parse_resolution()
  std::string note;
};
// The case as it is then. Errors: invalid (fields case, how, note), not_found, forbidden, conflict (it is resolved).
Served<store::StoredCase> resolve_case(World& world, Caller caller, CaseResolved wanted);

struct ExportedLine {
  bool is_refund = false;  // else a payment
  std::int64_t payment = 0;
  std::string reference;
  std::string account;
  Money amount;  // above 0 also of a refund
  std::string company_reference;
  WallTime at;
};
struct ExportPage {
  std::vector<ExportedLine> lines;    // payments, then refunds, 1,000 at most
  std::optional<std::string> next{};  // what to ask behind; nothing: that was all
};
// `after`: ExportPage::next of the page before.
Served<ExportPage> export_day(World& world, Caller caller, std::string company, std::string day,
                              std::optional<std::string> after);

}  // namespace shubbak::admin
