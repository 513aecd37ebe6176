#include "admin/report_service.hpp"

#include <algorithm>

namespace shubbak::admin {
namespace {

using store::ReportBook;

Result<store::ReportWanted, ApiError> wanted_of(const World& world, const ReportAsked& asked) {
  store::ReportWanted wanted{.by = {}, .from = {}, .before = {}, .utc_offset = world.utc_offset, .of = asked.of};
  for (std::size_t i = 0; i < asked.by.size(); ++i) {
    const auto* const name = std::ranges::find(store::report_group_names, asked.by[i]);
    if (name == store::report_group_names.end())
      return ApiError{Code::invalid, "a report is by company, directorate, office, day or channel",
                      "by[" + std::to_string(i) + "]"};
    wanted.by.add(static_cast<store::ReportGroup>(name - store::report_group_names.begin()));
  }
  const auto moments = moments_of(world, asked.days);
  if (!moments) return moments.error();
  wanted.from = moments->first;
  wanted.before = moments->second;
  return wanted;
}

// Beside the loop, on a connection of its own.
template <class Row, class Report>
Served<std::vector<Row>> reported(World& world, ReportAsked asked, Report report) {
  auto wanted = wanted_of(world, asked);
  if (!wanted) co_return wanted.error();
  using Rows = std::vector<Row>;
  std::function<Result<Rows>()> work = [path = world.trail.database, wanted = std::move(*wanted),
                                        report]() -> Result<Rows> {
    const auto book = ReportBook::open(path);
    if (!book) return book.error();
    return report(**book, wanted);
  };
  auto adding = on_searcher<Rows>(world, std::move(work));
  co_return co_await std::move(adding);
}

}  // namespace

Served<std::vector<store::PaymentReportRow>> report_payments(World& world, ReportAsked asked) {
  return reported<store::PaymentReportRow>(
      world, std::move(asked),
      [](ReportBook& book, const store::ReportWanted& wanted) { return book.payments(wanted); });
}

Served<std::vector<store::ReadingReportRow>> report_readings(World& world, ReportAsked asked) {
  return reported<store::ReadingReportRow>(
      world, std::move(asked),
      [](ReportBook& book, const store::ReportWanted& wanted) { return book.readings(wanted); });
}

Served<std::vector<store::UseReportRow>> report_use(World& world, ReportAsked asked) {
  return reported<store::UseReportRow>(
      world, std::move(asked), [](ReportBook& book, const store::ReportWanted& wanted) { return book.use(wanted); });
}

Served<std::vector<store::PaymentReportRow>> verify_payments(World& world, ReportAsked asked) {
  return reported<store::PaymentReportRow>(
      world, std::move(asked),
      [](ReportBook& book, const store::ReportWanted& wanted) { return book.payments_differing(wanted); });
}

}  // namespace shubbak::admin
