#include <array>
#include <type_traits>

#include "admin/report_bodies.hpp"
#include "admin/route_row.hpp"

namespace shubbak::admin {

using staff::Permission;

namespace {

const std::vector<std::string>& groups_in(const ReportAskedBody& body) {
  return body.of.by;
}
const std::vector<std::string>& groups_in(const ReportOfBody& body) {
  return body.by;
}

// `make` needs who asks where not everybody who may ask reads of everything.
template <class Report, auto make, class Body = ReportAskedBody>
Served<Report> report_of(World& world, Asked<Body> asked) {
  const std::vector<std::string> groups = groups_in(asked.body);
  auto making = [&] {
    auto of = asked_of(std::move(asked.body));
    if constexpr (std::is_invocable_v<decltype(make), World&, Caller, decltype(of)>) {
      return make(world, std::move(asked.caller), std::move(of));
    } else {
      return make(world, std::move(of));
    }
  }();
  const auto rows = co_await std::move(making);
  if (!rows) co_return rows.error();
  if (rows->size() > report_rows_max) {
    co_return ApiError{Code::invalid,
                       "these are " + std::to_string(rows->size()) + " rows, and " + std::to_string(report_rows_max) +
                           " are told at once: ask for fewer days, or by less",
                       "by"};
  }
  co_return shown(*rows, groups);
}

using rows::by;
using rows::post;

constexpr std::array<Route, 11> report_table{{
    row<ReportAskedBody, PaymentReport, report_of<PaymentReport, report_payments>>(
        post, "/reports/payments", by, Permission::stats_read, "What was collected, released and refunded"),
    row<ReportAskedBody, PaymentReport, report_of<PaymentReport, verify_payments>>(
        post, "/reports/payments/verify", by, Permission::stats_read,
        "Where that differs from every single payment in the books: rows of both; none: nowhere"),
    row<ReportAskedBody, ReadingReport, report_of<ReadingReport, report_readings>>(
        post, "/reports/readings", by, Permission::stats_read, "Meter readings, by company and day"),
    row<ReportAskedBody, UseReport, report_of<UseReport, report_use>>(
        post, "/reports/use", by, Permission::stats_read, "Sessions and short messages, by day and channel"),
    row<ReportOfBody, OpenCaseReport, report_of<OpenCaseReport, report_open_cases, ReportOfBody>>(
        post, "/reports/cases/open", by, Permission::case_figures_read, "Citizens' cases that are open now"),
    row<ReportAskedBody, CaseReport, report_of<CaseReport, report_cases>>(
        post, "/reports/cases", by, Permission::case_figures_read,
        "Citizens' cases that were opened, resolved, late, reopened and rated"),
    row<ReportAskedBody, CaseReport, report_of<CaseReport, verify_cases>>(
        post, "/reports/cases/verify", by, Permission::case_figures_read,
        "Where that differs from the history of every case: rows of both; none: nowhere. For who reads of "
        "everything"),
    row<ReportAskedBody, StageReport, report_of<StageReport, report_stages>>(
        post, "/reports/cases/stages", by, Permission::case_figures_read, "How long cases were in their stages"),
    row<ReportAskedBody, StageReport, report_of<StageReport, verify_stages>>(
        post, "/reports/cases/stages/verify", by, Permission::case_figures_read,
        "Where that differs likewise. For who reads of everything"),
    row<ReportAskedBody, CollectorReport, report_of<CollectorReport, report_collectors>>(
        post, "/reports/collectors", by, Permission::cash_read,
        "What came into drawers and went out, and what is in them"),
    row<ReportAskedBody, CollectorReport, report_of<CollectorReport, verify_collectors>>(
        post, "/reports/collectors/verify", by, Permission::cash_read,
        "Where that differs from every single movement and the ledger: rows of both; none: nowhere. For who reads of "
        "everything"),
}};

}  // namespace

std::span<const Route> report_routes() {
  return report_table;
}

}  // namespace shubbak::admin
