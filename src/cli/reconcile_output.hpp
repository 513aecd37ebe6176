// Reconciliation as people, tables and other programs read it. Pure. Thread: any.
#pragma once

#include <chrono>
#include <string>

#include "admin/reconcile_service.hpp"
#include "store/reconcile.hpp"

namespace shubbak::cli {

// A table for each currency, and whether it adds up.
std::string to_report_text(const admin::DayToldOf& told, std::chrono::minutes utc_offset);
// {"company","day","import":{…} or null,"totals":[{"currency","here":{"count","minor"},…,"adds_up"}],"open_cases"}
std::string to_report_json(const admin::DayToldOf& told);

// Each one line, with its end.
std::string to_case_line(const store::StoredCase& one, std::chrono::minutes utc_offset);
std::string to_case_json(const store::StoredCase& one);

// RFC 4180; the columns of the mapping that nobody has to write, the receipt before them, and behind them what the
// line is: a payment, or a refund, whose amount is below 0. The amounts of a day add up to what the company is owed
// for it.
std::string export_heading();
std::string to_export_line(const admin::ExportedLine& line);

}  // namespace shubbak::cli
