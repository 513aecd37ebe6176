#include "admin/report_service.hpp"

#include <algorithm>

#include "admin/drawers.hpp"

namespace shubbak::admin {
namespace {

using store::ReportBook;

using staff::Permission;

Result<store::ReportGroups, ApiError> groups_of(const std::vector<std::string>& names) {
  store::ReportGroups groups;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto* const name = std::ranges::find(store::report_group_names, names[i]);
    if (name == store::report_group_names.end()) {
      std::string message = "a report is by one or more of";
      for (const std::string_view one : store::report_group_names) message.append(" ").append(one);
      return ApiError{Code::invalid, std::move(message), "by[" + std::to_string(i) + "]"};
    }
    groups.add(static_cast<store::ReportGroup>(name - store::report_group_names.begin()));
  }
  return groups;
}

Result<store::ReportWanted, ApiError> wanted_of(const World& world, const ReportAsked& asked) {
  const auto groups = groups_of(asked.by);
  if (!groups) return groups.error();
  const auto moments = moments_of(world, asked.days);
  if (!moments) return moments.error();
  return store::ReportWanted{.by = *groups,
                             .from = moments->first,
                             .before = moments->second,
                             .utc_offset = world.utc_offset,
                             .of = asked.of};
}

// Beside the loop, on a connection of its own.
template <class Row, class Report>
Served<std::vector<Row>> reported(World& world, Result<store::ReportWanted, ApiError> wanted, Report report) {
  if (!wanted) co_return wanted.error();
  using Rows = std::vector<Row>;
  std::function<Result<Rows>()> work = [path = world.trail.database, asked = *wanted, report]() -> Result<Rows> {
    const auto book = ReportBook::open(path);
    if (!book) return book.error();
    return report(**book, asked);
  };
  auto adding = on_searcher<Rows>(world, std::move(work));
  co_return co_await std::move(adding);
}

// The same where the caller's grants cover all that it is of.
Result<store::ReportWanted, ApiError> if_covered(const Caller& caller, Permission permission,
                                                 Result<store::ReportWanted, ApiError> wanted) {
  if (!wanted) return wanted;
  const auto name_or_all = [](const std::string& name) { return name.empty() ? std::string("*") : name; };
  const store::ReportPlace& of = wanted->of;
  if (!may_there(caller, permission, {name_or_all(of.company), name_or_all(of.directorate), name_or_all(of.office)}))
    return forbidden("this account reads of some offices or companies only: name one of them", "office");
  wanted->about_staff =
      caller.is_command_line() || staff::may_as(caller.account, staff::Role::overseer, permission, staff::Scope{});
  return wanted;
}

// A verification goes through all the books, whatever office or company it is of: not for who reads of a part.
Result<store::ReportWanted, ApiError> if_all_is_covered(const Caller& caller, Permission permission,
                                                        Result<store::ReportWanted, ApiError> wanted) {
  if (!may_there(caller, permission, staff::Scope{}))
    return forbidden(
        "a verification goes through the books of all offices and companies, and this account reads of some only: "
        "have an overseer of all run it",
        "");
  return if_covered(caller, permission, std::move(wanted));
}

}  // namespace

Served<std::vector<store::PaymentReportRow>> report_payments(World& world, const ReportAsked& asked) {
  return reported<store::PaymentReportRow>(
      world, wanted_of(world, asked),
      [](ReportBook& book, const store::ReportWanted& wanted) { return book.payments(wanted); });
}

Served<std::vector<store::ReadingReportRow>> report_readings(World& world, const ReportAsked& asked) {
  return reported<store::ReadingReportRow>(
      world, wanted_of(world, asked),
      [](ReportBook& book, const store::ReportWanted& wanted) { return book.readings(wanted); });
}

Served<std::vector<store::UseReportRow>> report_use(World& world, const ReportAsked& asked) {
  return reported<store::UseReportRow>(
      world, wanted_of(world, asked),
      [](ReportBook& book, const store::ReportWanted& wanted) { return book.use(wanted); });
}

Served<std::vector<store::PaymentReportRow>> verify_payments(World& world, const ReportAsked& asked) {
  return reported<store::PaymentReportRow>(
      world, wanted_of(world, asked),
      [](ReportBook& book, const store::ReportWanted& wanted) { return book.payments_differing(wanted); });
}

Served<std::vector<store::CaseReportRow>> report_cases(World& world, const Caller& caller, const ReportAsked& asked) {
  return reported<store::CaseReportRow>(
      world, if_covered(caller, Permission::case_figures_read, wanted_of(world, asked)),
      [](ReportBook& book, const store::ReportWanted& wanted) { return book.case_outcomes(wanted); });
}

Served<std::vector<store::CaseReportRow>> verify_cases(World& world, const Caller& caller, const ReportAsked& asked) {
  return reported<store::CaseReportRow>(
      world, if_all_is_covered(caller, Permission::case_figures_read, wanted_of(world, asked)),
      [](ReportBook& book, const store::ReportWanted& wanted) { return book.case_outcomes_differing(wanted); });
}

Served<std::vector<store::StageReportRow>> report_stages(World& world, const Caller& caller,
                                                         const ReportAsked& asked) {
  return reported<store::StageReportRow>(
      world, if_covered(caller, Permission::case_figures_read, wanted_of(world, asked)),
      [](ReportBook& book, const store::ReportWanted& wanted) { return book.case_stages(wanted); });
}

Served<std::vector<store::StageReportRow>> verify_stages(World& world, const Caller& caller,
                                                         const ReportAsked& asked) {
  return reported<store::StageReportRow>(
      world, if_all_is_covered(caller, Permission::case_figures_read, wanted_of(world, asked)),
      [](ReportBook& book, const store::ReportWanted& wanted) { return book.case_stages_differing(wanted); });
}

Served<std::vector<store::CollectorReportRow>> report_collectors(World& world, const Caller& caller,
                                                                 const ReportAsked& asked) {
  return reported<store::CollectorReportRow>(
      world, if_covered(caller, Permission::cash_read, wanted_of(world, asked)),
      [](ReportBook& book, const store::ReportWanted& wanted) { return book.collectors(wanted); });
}

Served<std::vector<store::CollectorReportRow>> verify_collectors(World& world, const Caller& caller,
                                                                 const ReportAsked& asked) {
  return reported<store::CollectorReportRow>(
      world, if_all_is_covered(caller, Permission::cash_read, wanted_of(world, asked)),
      [](ReportBook& book, const store::ReportWanted& wanted) { return book.collectors_differing(wanted); });
}

Served<std::vector<store::OpenCaseReportRow>> report_open_cases(World& world, const Caller& caller,
                                                                const OpenCasesAsked& asked) {
  const auto groups = groups_of(asked.by);
  const WallTime now = world.now();
  Result<store::ReportWanted, ApiError> all = groups.ok()
                                                  ? Result<store::ReportWanted, ApiError>(store::ReportWanted{
                                                        .by = *groups, .from = now, .before = now, .of = asked.of})
                                                  : groups.error();
  return reported<store::OpenCaseReportRow>(
      world, if_covered(caller, Permission::case_figures_read, std::move(all)),
      [now](ReportBook& book, const store::ReportWanted& wanted) { return book.open_cases(wanted, now); });
}

}  // namespace shubbak::admin
