#include "admin/reconcile_bodies.hpp"

#include <span>

#include "audit/record.hpp"
#include "payments/receipt.hpp"
#include "reconcile/file_time.hpp"

namespace shubbak::admin {

DayReportShown shown(const DayToldOf& told) {
  DayReportShown made;
  made.company = told.company;
  made.day = reconcile::iso_day(told.day);
  if (told.report.import) {
    const store::StoredImport& import = *told.report.import;
    made.import = import.number;
    made.lines = import.lines;
    made.sha256 = audit::to_hex(std::span(import.content));
    made.imported = time_text(import.at);
    made.imported_by = import.by.name;
  }
  for (const reconcile::Totals& totals : told.report.totals)
    made.totals.push_back({totals, std::string(to_string(totals.currency)), reconcile::adds_up(totals)});
  made.open_cases = told.report.open_cases;
  return made;
}

CaseShown shown(const store::StoredCase& one) {
  CaseShown made;
  made.number = reconcile::case_number(one.number);
  made.company = one.company;
  if (one.day) made.day = reconcile::iso_day(*one.day);
  made.outcome = to_string(one.outcome);
  made.reference = one.reference;
  made.line = one.line;
  if (one.theirs) {
    made.their_account = one.theirs->account;
    made.their_amount = one.theirs->amount.minor;
    made.their_currency = to_string(one.theirs->amount.currency);
  }
  made.company_reference = one.company_reference;
  if (one.ours) {
    made.our_account = one.ours->account;
    made.our_amount = one.ours->amount.minor;
    made.our_currency = to_string(one.ours->amount.currency);
  }
  if (one.payment) made.receipt = payments::receipt_number(*one.payment);
  made.evidence = one.evidence;
  made.opened = time_text(one.opened);
  if (!one.resolved) return made;
  made.resolution = to_string(one.resolution);
  made.resolved = time_text(*one.resolved);
  if (!one.by.name.empty()) made.resolved_by = one.by.name;
  if (!one.note.empty()) made.note = one.note;
  return made;
}

ExportShown shown(const ExportPage& page) {
  ExportShown made;
  for (const ExportedLine& line : page.lines) {
    made.lines.push_back({std::string(exported_kind_names[line.is_refund ? 1 : 0]),
                          payments::receipt_number(line.payment), line.reference, line.account, line.amount.minor,
                          std::string(to_string(line.amount.currency)), line.company_reference, time_text(line.at)});
  }
  made.next = page.next;
  return made;
}

}  // namespace shubbak::admin
