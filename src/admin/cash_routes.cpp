#include <array>

#include "admin/cash_bodies.hpp"
#include "admin/cash_correction_bodies.hpp"
#include "admin/route_row.hpp"

namespace shubbak::admin {

using staff::Permission;

namespace {

Served<DrawerShown> new_drawer(World& world, Asked<DrawerBody> asked) {
  DrawerBody& body = asked.body;
  NewDrawer wanted{std::move(body.account), std::move(body.directorate), std::move(body.office), body.ceiling,
                   std::move(body.currency)};
  return shown_of<DrawerShown>(open_drawer(world, std::move(asked.caller), std::move(wanted)));
}
Served<DrawerShown> ceiling(World& world, Asked<CeilingBody> asked) {
  return shown_of<DrawerShown>(
      set_drawer_ceiling(world, std::move(asked.caller), std::move(asked.body.drawer), asked.body.ceiling));
}
Served<DrawerList> drawers(World& world, Asked<Nothing> asked) {
  const auto all = list_drawers(world, asked.caller);
  if (!all) co_return all.error();
  DrawerList list;
  for (const store::StoredDrawer& drawer : *all) list.drawers.push_back(shown(drawer));
  co_return list;
}
Served<QuoteShown> quote(World& world, Asked<QuoteBody> asked) {
  BillBody& bill = asked.body.bill;
  return shown_of<QuoteShown>(quote_bill(world, std::move(asked.caller), std::move(asked.body.drawer),
                                         std::move(bill.company), std::move(bill.account),
                                         {bill.amount, std::move(bill.currency)}));
}
CashWanted cash_wanted(TakingHow how, CashAmount amount) {
  return {std::move(how.key),
          std::move(how.drawer),
          std::move(amount),
          std::move(how.msisdn),
          std::move(how.operator_name).value_or(""),
          how.again.value_or(false)};
}
Served<CashPaymentShown> take(World& world, Asked<TakeBody> asked) {
  BillBody& bill = asked.body.bill;
  CashWanted wanted = cash_wanted(std::move(asked.body.how), {bill.amount, std::move(bill.currency)});
  return shown_of<CashPaymentShown>(take_for_bill(world, std::move(asked.caller), std::move(wanted),
                                                  std::move(bill.company), std::move(bill.account),
                                                  asked.body.fee.value_or(0)));
}
Served<ToppedUpShown> top_up(World& world, Asked<TopUpBody> asked) {
  TopUpBody& body = asked.body;
  CashWanted wanted = cash_wanted(std::move(body.how), {body.amount, std::move(body.currency)});
  return shown_of<ToppedUpShown>(
      take_for_card(world, std::move(asked.caller), std::move(wanted), std::move(body.card)));
}
Served<CashPaymentShown> cash_back(World& world, Asked<GiveBackBody> asked) {
  GiveBackBody& body = asked.body;
  CashWanted wanted{std::move(body.key), std::move(body.drawer), {body.amount, std::move(body.currency)}};
  return shown_of<CashPaymentShown>(
      give_back(world, std::move(asked.caller), std::move(wanted), std::move(body.receipt)));
}
Served<DrawerShown> deposit(World& world, Asked<DepositBody> asked) {
  DepositBody& body = asked.body;
  CashWanted wanted{std::move(body.key), std::move(body.drawer), {body.amount, std::move(body.currency)}};
  return shown_of<DrawerShown>(
      take_deposit(world, std::move(asked.caller), std::move(wanted), std::move(body.reference)));
}
Served<CountShown> count(World& world, Asked<CountBody> asked) {
  CountBody& body = asked.body;
  return shown_of<CountShown>(
      count_drawer(world, std::move(asked.caller), std::move(body.drawer), {body.counted, std::move(body.currency)}));
}
Served<CashPaymentList> cash_payments(World& world, Asked<CashPaymentsBody> asked) {
  const CashPaymentsBody& body = asked.body;
  const auto found = drawer_payments(world, asked.caller, body.drawer, body.open.value_or(false), body.before);
  if (!found) co_return found.error();
  CashPaymentList list;
  for (const store::CashPayment& paid : *found) list.payments.push_back(shown(paid));
  co_return list;
}
Served<CashTopUpList> top_ups(World& world, Asked<TopUpsBody> asked) {
  const auto found = drawer_top_ups(world, asked.caller, asked.body.drawer, asked.body.before);
  if (!found) co_return found.error();
  CashTopUpList list;
  for (const store::CashTopUp& top_up : *found) list.top_ups.push_back(shown(top_up));
  co_return list;
}
Served<StatementShown> statement(World& world, Asked<StatementBody> asked) {
  StatementBody& body = asked.body;
  return shown_of<StatementShown>(drawer_days(world, std::move(asked.caller), std::move(body.drawer),
                                              {std::move(body.days.from), std::move(body.days.to)}));
}
Served<ReportShown> report(World& world, Asked<ReportBody> asked) {
  ReportBody& body = asked.body;
  return shown_of<ReportShown>(report_cash(world, std::move(asked.caller),
                                           {std::move(body.by),
                                            {std::move(body.days.from), std::move(body.days.to)},
                                            std::move(body.company),
                                            std::move(body.directorate),
                                            std::move(body.office)}));
}

// --- what two members of staff correct
Served<CashProposalShown> correction(World& world, Asked<CorrectionBody> asked) {
  CorrectionBody& body = asked.body;
  CorrectionWanted wanted{std::move(body.drawer),
                          body.top_up,
                          std::move(body.slip),
                          {body.amount, std::move(body.currency)},
                          std::move(body.reason)};
  return shown_of<CashProposalShown>(propose_correction(world, std::move(asked.caller), std::move(wanted)));
}
Served<CashProposalShown> write_off(World& world, Asked<WriteOffBody> asked) {
  return shown_of<CashProposalShown>(
      propose_write_off(world, std::move(asked.caller), std::move(asked.body.drawer), std::move(asked.body.reason)));
}
Served<CashProposalShown> hand_over(World& world, Asked<HandOverBody> asked) {
  HandOverBody& body = asked.body;
  HandOverWanted wanted{
      std::move(body.drawer), std::move(body.to), {body.counted, std::move(body.currency)}, std::move(body.reason)};
  return shown_of<CashProposalShown>(propose_hand_over(world, std::move(asked.caller), std::move(wanted)));
}
template <bool approves>
Served<CashProposalShown> decide_proposal(World& world, Asked<Nothing> asked) {
  return shown_of<CashProposalShown>(decide_cash(world, std::move(asked.caller), asked.number, approves));
}
Served<CashProposalList> cash_proposals(World& world, Asked<CashProposalsBody> asked) {
  const auto found =
      list_cash_proposals(world, asked.caller, asked.body.open.value_or(false), asked.body.after.value_or(0));
  if (!found) co_return found.error();
  CashProposalList list;
  for (const store::StoredCashProposal& one : *found) list.proposals.push_back(shown(one));
  co_return list;
}

using rows::by;
using rows::get;
using rows::post;

constexpr std::array<Route, 19> cash_table{{
    row<Nothing, DrawerList, drawers>(get, "/cash/drawers", by, Permission::cash_read,
                                      "The drawers, and what they hold"),
    row<DrawerBody, DrawerShown, new_drawer>(post, "/cash/drawers", by, Permission::cash_manage,
                                             "Open a drawer for an account at an office", 201),
    row<CeilingBody, DrawerShown, ceiling>(post, "/cash/drawers/ceiling", by, Permission::cash_manage,
                                           "Set what a drawer may hold"),
    row<QuoteBody, QuoteShown, quote>(post, "/cash/quote", by, Permission::cash_take,
                                      "Whether a company takes an amount for an account, and for what fee"),
    row<TakeBody, CashPaymentShown, take>(
        post, "/cash/payments", by, Permission::cash_take,
        "Take cash for a bill: the company is paid at once, or the payment is held until it tells"),
    row<CashPaymentsBody, CashPaymentList, cash_payments>(post, "/cash/payments/find", by, Permission::cash_read,
                                                          "Payments that were taken into a drawer, 200 at once"),
    row<GiveBackBody, CashPaymentShown, cash_back>(
        post, "/cash/payments/give-back", by, Permission::cash_take,
        "Give back the cash of a payment that was released, or what was refunded of it"),
    row<TopUpBody, ToppedUpShown, top_up>(post, "/cash/top-ups", by, Permission::cash_take,
                                          "Take cash onto a prepaid card"),
    row<TopUpsBody, CashTopUpList, top_ups>(post, "/cash/top-ups/find", by, Permission::cash_read,
                                            "Cash of a drawer that came onto cards, 200 at once"),
    row<DepositBody, DrawerShown, deposit>(post, "/cash/deposits", by, Permission::cash_deposit,
                                           "Note cash of another account's drawer that was brought in"),
    row<CountBody, CountShown, count>(post, "/cash/counts", by, Permission::cash_take,
                                      "Count one's drawer; a difference is kept and moves nothing"),
    row<StatementBody, StatementShown, statement>(post, "/cash/statement", by, Permission::cash_read,
                                                  "What came into a drawer and went out of it on some days"),
    row<ReportBody, ReportShown, report>(post, "/cash/report", by, Permission::cash_read,
                                         "Cash of some days by account, office, company or directorate"),
    row<CorrectionBody, CashProposalShown, correction>(
        post, "/cash/corrections", by, Permission::cash_propose,
        "Propose that what was noted too much of a top-up or a deposit is taken back", 201),
    row<WriteOffBody, CashProposalShown, write_off>(
        post, "/cash/write-offs", by, Permission::cash_propose,
        "Propose that the difference of a drawer's last count is written off", 201),
    row<HandOverBody, CashProposalShown, hand_over>(
        post, "/cash/hand-overs", by, Permission::cash_propose,
        "Propose that a drawer whose keeper is gone is handed over, and closed", 201),
    row<CashProposalsBody, CashProposalList, cash_proposals>(post, "/cash/proposals/find", by, Permission::cash_read,
                                                             "What was proposed of cash, 200 at once"),
    row<Nothing, CashProposalShown, decide_proposal<true>>(
        post, "/cash/proposals/{number}/approve", by, Permission::cash_decide, "Carry out what another has proposed"),
    row<Nothing, CashProposalShown, decide_proposal<false>>(post, "/cash/proposals/{number}/reject", by,
                                                            Permission::cash_decide, "Refuse what was proposed"),
}};

}  // namespace

std::span<const Route> cash_routes() {
  return cash_table;
}

}  // namespace shubbak::admin
