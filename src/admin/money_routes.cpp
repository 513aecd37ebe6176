#include <array>
#include <chrono>

#include "admin/ending_bodies.hpp"
#include "admin/reconcile_bodies.hpp"
#include "admin/refund_bodies.hpp"
#include "admin/route_row.hpp"

namespace shubbak::admin {

using staff::Permission;

namespace {

// --- refunds
Served<RefundShown> refund(World& world, Asked<RefundBody> asked) {
  RefundBody& body = asked.body;
  RefundWanted wanted{std::move(body.receipt), body.amount, body.with_fee.value_or(false), std::move(body.reason)};
  return shown_of<RefundShown>(propose_refund(world, std::move(asked.caller), std::move(wanted)));
}
template <bool pays>
Served<RefundShown> decide_on_refund(World& world, Asked<Nothing> asked) {
  return shown_of<RefundShown>(decide_refund(world, std::move(asked.caller), asked.number, pays));
}
Served<RefundList> refunds(World& world, Asked<RefundsBody> asked) {
  const auto found = list_refunds(world, asked.body.open.value_or(false), asked.body.after.value_or(0));
  if (!found) co_return found.error();
  RefundList list;
  for (const RefundTold& one : *found) list.refunds.push_back(shown(one));
  co_return list;
}

// --- payments that are not over
Served<OpenPaymentList> open_payments(World& world, Asked<OpenPaymentsBody> asked) {
  OpenPaymentsBody& body = asked.body;
  const std::chrono::seconds older_than(body.older_than_s.value_or(0));
  const auto found =
      list_open_payments(world, {std::move(body.company).value_or(""), older_than, body.after.value_or(0)});
  if (!found) co_return found.error();
  OpenPaymentList list;
  for (const store::StoredPayment& one : *found) list.payments.push_back(shown(one));
  co_return list;
}
Served<EndingShown> ending(World& world, Asked<EndingBody> asked) {
  EndingBody& body = asked.body;
  EndingWanted wanted{body.payment, body.act == "settle", std::move(body.evidence)};
  return shown_of<EndingShown>(propose_ending(world, std::move(asked.caller), std::move(wanted)));
}
template <bool approves>
Served<EndingShown> decide_on_ending(World& world, Asked<Nothing> asked) {
  return shown_of<EndingShown>(decide_ending(world, std::move(asked.caller), asked.number, approves));
}
Served<EndingList> endings(World& world, Asked<EndingsBody> asked) {
  const auto found = list_endings(world, asked.body.open.value_or(false), asked.body.after.value_or(0));
  if (!found) co_return found.error();
  EndingList list;
  for (const EndingTold& one : *found) list.endings.push_back(shown(one));
  co_return list;
}

// --- reconciliation
Served<DayReportShown> day_report(World& world, Asked<CompanyDayBody> asked) {
  return shown_of<DayReportShown>(
      report_day(world, std::move(asked.caller), std::move(asked.body.company), std::move(asked.body.day)));
}
Served<CaseList> cases(World& world, Asked<CasesBody> asked) {
  CasesBody& body = asked.body;
  const auto found =
      list_cases(world, asked.caller, {std::move(body.company), body.open.value_or(false), std::move(body.after)});
  if (!found) co_return found.error();
  CaseList list;
  for (const store::StoredCase& one : *found) list.cases.push_back(shown(one));
  co_return list;
}
Served<CaseShown> resolve(World& world, Asked<ResolveCaseBody> asked) {
  CaseResolved wanted{std::move(asked.body.number), std::move(asked.body.how), std::move(asked.body.note)};
  return shown_of<CaseShown>(resolve_case(world, std::move(asked.caller), std::move(wanted)));
}
Served<ExportShown> exported(World& world, Asked<ExportBody> asked) {
  CompanyDayBody& of = asked.body.of;
  return shown_of<ExportShown>(export_day(world, std::move(asked.caller), std::move(of.company), std::move(of.day),
                                          std::move(asked.body.after)));
}

using rows::by;
using rows::post;

constexpr std::array<Route, 13> money_table{{
    row<RefundsBody, RefundList, refunds>(post, "/refunds/find", by, Permission::refund_read,
                                          "What was proposed to be paid back, 1,000 at once"),
    row<RefundBody, RefundShown, refund>(post, "/refunds", by, Permission::refund_propose,
                                         "Propose that a payment, or a part of it, is paid back", 201),
    row<Nothing, RefundShown, decide_on_refund<true>>(post, "/refunds/{number}/approve", by,
                                                      Permission::refund_decide,
                                                      "Pay back what another has proposed, and tell the person"),
    row<Nothing, RefundShown, decide_on_refund<false>>(post, "/refunds/{number}/reject", by,
                                                       Permission::refund_decide, "Do not pay it back"),
    row<OpenPaymentsBody, OpenPaymentList, open_payments>(post, "/payments/open/find", by, Permission::refund_read,
                                                          "Payments that are not over, 200 at once"),
    row<EndingsBody, EndingList, endings>(post, "/payments/endings/find", by, Permission::refund_read,
                                          "How payments were proposed to end, 200 at once"),
    row<EndingBody, EndingShown, ending>(
        post, "/payments/endings", by, Permission::refund_propose,
        "Propose how a payment ends of which its company tells nothing any more, as it said in writing", 201),
    row<Nothing, EndingShown, decide_on_ending<true>>(
        post, "/payments/endings/{number}/approve", by, Permission::refund_decide,
        "Settle or release a payment as another has proposed, and tell the person"),
    row<Nothing, EndingShown, decide_on_ending<false>>(post, "/payments/endings/{number}/reject", by,
                                                       Permission::refund_decide, "Leave the payment reserved"),
    row<CompanyDayBody, DayReportShown, day_report>(post, "/reconcile/report", by, Permission::reconcile_read,
                                                    "A company's day on both sides, and whether it adds up"),
    row<CasesBody, CaseList, cases>(post, "/reconcile/cases/find", by, Permission::reconcile_read,
                                    "Where a company's file and the payments here differ, 1,000 at once"),
    row<ResolveCaseBody, CaseShown, resolve>(post, "/reconcile/cases/resolve", by, Permission::reconcile_resolve,
                                             "Close a case, and say why"),
    row<ExportBody, ExportShown, exported>(
        post, "/reconcile/export", by, Permission::reconcile_read,
        "What was paid and refunded here on a company's day, for its accountants, 1,000 at once"),
}};

}  // namespace

std::span<const Route> money_routes() {
  return money_table;
}

}  // namespace shubbak::admin
