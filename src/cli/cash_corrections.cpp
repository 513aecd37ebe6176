// shubbak cash correct, write-off, hand-over, approve, reject, proposals.
#include <string>

#include "cli/cash_desk.hpp"

namespace shubbak::cli {

std::string line_of(const CashDeskHere& desk, const admin::CashProposalShown& one) {
  std::string line = std::to_string(one.number) + "  " + one.state + "  " + one.kind + "  " + one.drawer;
  if (one.transfer) line += "  of " + std::to_string(*one.transfer);
  if (one.to) line += "  to " + *one.to;
  line += "  " + desk.shown(one.amount);
  if (one.expected) line += " counted, " + desk.shown(*one.expected) + " expected";
  line += " " + one.currency + "  " + one.reason + "  by " + one.maker + " " + one.proposed;
  if (one.decided) line += ", " + one.checker.value_or("") + " " + *one.decided;
  return line + "\n";
}

namespace {

using staff::Permission;

int propose_correcting(CashDeskHere& desk, const CashOptions& options) {
  const auto amount = desk.minor_of(options.amount, "the amount");
  if (!amount) return wrong_usage(cash_name, amount.error().message);
  admin::CorrectionWanted wanted{
      options.drawer, std::nullopt, std::nullopt, {*amount, std::string(to_string(desk.currency()))}, options.reason};
  if (options.top_up != 0) wanted.top_up = options.top_up;
  if (!options.reference.empty()) wanted.slip = options.reference;
  return tell_done(desk, desk.run(admin::propose_correction(desk.world(), desk.caller(), std::move(wanted))));
}

int propose_writing_off(CashDeskHere& desk, const CashOptions& options) {
  return tell_done(desk,
                   desk.run(admin::propose_write_off(desk.world(), desk.caller(), options.drawer, options.reason)));
}

int propose_handing_over(CashDeskHere& desk, const CashOptions& options) {
  const auto counted = desk.minor_of(options.amount, "--counted");
  if (!counted) return wrong_usage(cash_name, counted.error().message);
  admin::HandOverWanted wanted{
      options.drawer, std::nullopt, {*counted, std::string(to_string(desk.currency()))}, options.reason};
  if (!options.onto.empty()) wanted.to = options.onto;
  return tell_done(desk, desk.run(admin::propose_hand_over(desk.world(), desk.caller(), std::move(wanted))));
}

template <bool approves>
int decide_proposed(CashDeskHere& desk, const CashOptions& options) {
  return tell_done(desk, desk.run(admin::decide_cash(desk.world(), desk.caller(), options.proposal, approves)));
}

int list_proposals(CashDeskHere& desk, const CashOptions& options) {
  admin::CashProposalList list;
  std::string text;
  for (std::int64_t after = 0;;) {
    const auto page = admin::list_cash_proposals(desk.world(), desk.caller(), options.open_only, after);
    if (!page) return failed(cash_name, page.error().message);
    if (page->empty()) return desk.tell(list, text);
    for (const store::StoredCashProposal& one : *page) {
      text += line_of(desk, list.proposals.emplace_back(admin::shown(one)));
      after = one.number;
    }
  }
}

}  // namespace

void add_cash_corrections(CashCommand& cash) {
  CashOptions& options = cash.options();
  const auto add_reason = [&](CLI::App* to) {
    to->add_option("--reason", options.reason, "A word for the audit trail, such as mistyped")->required();
  };
  CLI::App* correcting = cash.add("correct", "Propose that what was noted too much is taken back", propose_correcting,
                                  Permission::cash_propose);
  cash.add_drawer(correcting);
  cash.add_amount(correcting, "What is taken back");
  auto* top_up = correcting->add_option("--top-up", options.top_up, "The number of a top-up, as top-ups tells it");
  correcting->add_option("--slip", options.reference, "The reference of a deposit's slip")->excludes(top_up);
  add_reason(correcting);
  CLI::App* writing = cash.add("write-off", "Propose that the difference of the last count is written off",
                               propose_writing_off, Permission::cash_propose);
  cash.add_drawer(writing);
  add_reason(writing);
  CLI::App* handing = cash.add("hand-over", "Propose that a drawer whose keeper is gone is handed over, and closed",
                               propose_handing_over, Permission::cash_propose);
  cash.add_drawer(handing);
  handing->add_option("--counted", options.amount, "What is in it")->required();
  handing->add_option("--to", options.onto, "A drawer of the same office that takes it over");
  add_reason(handing);
  for (CLI::App* deciding :
       {cash.add("approve", "Carry out what another account has proposed", decide_proposed<true>,
                 Permission::cash_decide),
        cash.add("reject", "Refuse what was proposed", decide_proposed<false>, Permission::cash_decide)}) {
    deciding->add_option("proposal", options.proposal, "Its number")->required();
  }
  cash.add("proposals", "What was proposed, and by whom it was decided", list_proposals)
      ->add_flag("--open", options.open_only, "Only what nobody has decided");
}

}  // namespace shubbak::cli
