// What came of the deployment's services, for whoever reads statistics of all of it. Thread: the loop's.
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
Served<std::vector<store::PaymentReportRow>> report_payments(World& world, ReportAsked asked);
Served<std::vector<store::ReadingReportRow>> report_readings(World& world, ReportAsked asked);
Served<std::vector<store::UseReportRow>> report_use(World& world, ReportAsked asked);
// What the kept sums and the books say differently; empty: nothing. Reads every payment there is.
Served<std::vector<store::PaymentReportRow>> verify_payments(World& world, ReportAsked asked);

}  // namespace shubbak::admin
