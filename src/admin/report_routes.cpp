#include <array>

#include "admin/report_bodies.hpp"
#include "admin/route_row.hpp"

namespace shubbak::admin {

using staff::Permission;

namespace {

template <class Report, auto make>
Served<Report> report_of(World& world, Asked<ReportAskedBody> asked) {
  const std::vector<std::string> groups = asked.body.by;
  auto making = make(world, asked_of(std::move(asked.body)));
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

constexpr std::array<Route, 4> report_table{{
    row<ReportAskedBody, PaymentReport, report_of<PaymentReport, report_payments>>(
        post, "/reports/payments", by, Permission::stats_read, "What was collected, released and refunded"),
    row<ReportAskedBody, PaymentReport, report_of<PaymentReport, verify_payments>>(
        post, "/reports/payments/verify", by, Permission::stats_read,
        "Where that differs from every single payment in the books: rows of both; none: nowhere"),
    row<ReportAskedBody, ReadingReport, report_of<ReadingReport, report_readings>>(
        post, "/reports/readings", by, Permission::stats_read, "Meter readings, by company and day"),
    row<ReportAskedBody, UseReport, report_of<UseReport, report_use>>(
        post, "/reports/use", by, Permission::stats_read, "Sessions and short messages, by day and channel"),
}};

}  // namespace

std::span<const Route> report_routes() {
  return report_table;
}

}  // namespace shubbak::admin
