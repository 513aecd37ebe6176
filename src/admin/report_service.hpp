// What came of the deployment's services: for whoever reads statistics of all of it, or of what their grants cover.
// Thread: the loop's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/days.hpp"
#include "admin/staff_service.hpp"
#include "store/report_book.hpp"

namespace shubbak::admin {

struct ReportAsked {
  std::vector<std::string> by;  // of store::report_group_names
  Days days;
  store::ReportPlace of{};
};
// Need stats.read. Error invalid: by what is not kept, or too many days.
Served<std::vector<store::PaymentReportRow>> report_payments(World& world, const ReportAsked& asked);
Served<std::vector<store::ReadingReportRow>> report_readings(World& world, const ReportAsked& asked);
Served<std::vector<store::UseReportRow>> report_use(World& world, const ReportAsked& asked);
// What the kept sums and the books say differently; empty: nothing. Reads every payment there is.
Served<std::vector<store::PaymentReportRow>> verify_payments(World& world, const ReportAsked& asked);

// Of what the caller's grants cover as a whole: who reads of one office or company names it; forbidden otherwise.
// Each verify_… as verify_payments(): held against every single row that it was added up of. That reads the books of
// all, whatever it is of: only for whose grants for it cover the whole deployment; forbidden otherwise.
//
// Need case_figures.read. Complaints about staff are counted for overseers of all only.
Served<std::vector<store::CaseReportRow>> report_cases(World& world, const Caller& caller, const ReportAsked& asked);
Served<std::vector<store::CaseReportRow>> verify_cases(World& world, const Caller& caller, const ReportAsked& asked);
Served<std::vector<store::StageReportRow>> report_stages(World& world, const Caller& caller,
                                                         const ReportAsked& asked);
Served<std::vector<store::StageReportRow>> verify_stages(World& world, const Caller& caller,
                                                         const ReportAsked& asked);
struct OpenCasesAsked {
  std::vector<std::string> by;
  store::ReportPlace of{};
};
Served<std::vector<store::OpenCaseReportRow>> report_open_cases(World& world, const Caller& caller,
                                                                const OpenCasesAsked& asked);
// Need cash.read.
Served<std::vector<store::CollectorReportRow>> report_collectors(World& world, const Caller& caller,
                                                                 const ReportAsked& asked);
Served<std::vector<store::CollectorReportRow>> verify_collectors(World& world, const Caller& caller,
                                                                 const ReportAsked& asked);

}  // namespace shubbak::admin
