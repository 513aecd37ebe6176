// shubbak cases: complaints, outages and requests of citizens, worked by members of staff; whoever's case it is is
// told by SMS. Beside the API's /cases, with the same rules.
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/serialize.hpp>

#include "admin/case_bodies.hpp"
#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/staff_at_work.hpp"

namespace shubbak::cli {
namespace {

using staff::Permission;

constexpr std::string_view cases_name = "cases";

struct CaseOptions {
  std::string config;
  std::string account;
  std::string tracking;
  std::string company;
  std::string stage;
  std::string text;
  std::int64_t version = 0;
  bool open_only = false;
  bool answered_only = false;
  std::string amount;
  std::string fee_account;
  bool waives_fee = false;
  std::string team;
  std::vector<std::string> slots;
  std::string outcome;
  std::string to;
};

Result<StaffAtWork, int> case_desk(const CaseOptions& options, Permission permission) {
  auto config = read_configuration(options.config);
  if (!config) return int{exit_failed};
  return StaffAtWork::open(cases_name, std::move(*config), options.account, permission);
}

std::string line_of(const admin::CitizenCaseShown& one) {
  std::string line = one.tracking + "  " + one.kind + "  " + one.stage + "  " + one.state + "  version " +
                     std::to_string(one.version) + "  opened " + one.opened;
  if (!one.company.empty()) line += "  of " + one.company;
  if (!one.office.empty()) line += "  at " + one.office;
  if (!one.worker.empty()) line += "  with " + one.worker;
  if (one.due) line += (one.late ? "  late since " : "  due ") + *one.due;
  if (one.stars) line += "  rated " + std::to_string(*one.stars);
  if (one.fee_state) line += "  fee " + *one.fee_state;
  if (one.joined_to) line += "  joined to " + *one.joined_to;
  if (one.joined > 0) line += "  with " + std::to_string(one.joined) + " joined";
  if (one.answers > 0) line += "  answered " + std::to_string(one.answers);
  return line + "\n";
}

// As JSON: what citizens write stays on its line, whatever is in it.
int print_case(const Result<admin::CitizenCaseTold, admin::ApiError>& told) {
  if (!told) return failed(cases_name, told.error().message);
  admin::CitizenCaseFile file = admin::shown(*told);
  std::printf("%s\n", boost::json::serialize(admin::written(file)).c_str());
  return exit_ok;
}

int list_cases_of(const CaseOptions& options, bool late_only) {
  auto desk = case_desk(options, Permission::case_read);
  if (!desk) return desk.error();
  admin::CitizenCasesWanted wanted{
      .open_only = options.open_only, .late_only = late_only, .answered_only = options.answered_only};
  if (!options.company.empty()) wanted.company = options.company;
  for (;;) {
    const auto page = admin::find_citizen_cases(desk->world(), desk->caller(), wanted);
    if (!page) return failed(cases_name, page.error().message);
    for (const store::StoredCitizenCase& one : page->cases) std::fputs(line_of(admin::shown(one)).c_str(), stdout);
    if (!page->more) return exit_ok;
    wanted.after = *page->more;
  }
}

int show_case_of(const CaseOptions& options) {
  auto desk = case_desk(options, Permission::case_read);
  if (!desk) return desk.error();
  return print_case(admin::show_citizen_case(desk->world(), desk->caller(), options.tracking));
}

int act_on_case(const CaseOptions& options, cases::Act act) {
  auto desk = case_desk(options, Permission::case_work);
  if (!desk) return desk.error();
  return print_case(desk->run(admin::act_on_citizen_case(desk->world(), desk->caller(),
                                                         {.tracking = options.tracking,
                                                          .act = act,
                                                          .version = options.version,
                                                          .stage = options.stage,
                                                          .text = options.text,
                                                          .waives_fee = options.waives_fee,
                                                          .team = options.team,
                                                          .slots = options.slots,
                                                          .outcome = options.outcome})));
}

int quote_fee_of(const CaseOptions& options) {
  auto desk = case_desk(options, Permission::case_work);
  if (!desk) return desk.error();
  const auto amount = parse_amount(options.amount, desk->world().currency);
  if (!amount) return wrong_usage(cases_name, "--amount: " + amount.error().message);
  return print_case(desk->run(admin::act_on_citizen_case(desk->world(), desk->caller(),
                                                         {.tracking = options.tracking,
                                                          .act = cases::Act::quote,
                                                          .version = options.version,
                                                          .text = options.text,
                                                          .amount = amount->minor,
                                                          .account = options.fee_account})));
}

int join_cases_of(const CaseOptions& options) {
  auto desk = case_desk(options, Permission::case_work);
  if (!desk) return desk.error();
  return print_case(desk->run(
      admin::join_citizen_cases(desk->world(), desk->caller(), {options.tracking, options.to, options.version})));
}

}  // namespace

void add_cases_command(CLI::App& app, int& exit_code) {
  static CaseOptions options;
  CLI::App* command = app.add_subcommand("cases", "Complaints, outages and requests of citizens");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, int (*run)(const CaseOptions&)) {
    CLI::App* added = command->add_subcommand(name, what);
    added->add_option("--config", options.config, "The deployment's shubbak.yaml")->required();
    added->add_option("--as", options.account, "Your account")->required();
    added->callback([run, &exit_code] { exit_code = run(options); });
    return added;
  };
  CLI::App* listing =
      add("list", "Those that you may see", [](const CaseOptions& given) { return list_cases_of(given, false); });
  listing->add_flag("--open", options.open_only, "Only those that are not resolved");
  listing->add_flag("--answered", options.answered_only,
                    "Only open ones whose persons have answered, and were told nothing since");
  CLI::App* late = add("escalated", "Those whose time limit is over",
                       [](const CaseOptions& given) { return list_cases_of(given, true); });
  for (CLI::App* one : {listing, late}) one->add_option("--company", options.company, "Only of this company");
  const auto of_one = [&](CLI::App* one) {
    one->add_option("tracking", options.tracking, "Its tracking number")->required();
    return one;
  };
  const auto acting = [&](CLI::App* one) {
    of_one(one)->add_option("--seen", options.version, "Its version, as `cases show` told it")->required();
    return one;
  };
  of_one(add("show", "One case, and all that was done to it", show_case_of));
  acting(add("take", "Take it to work it",
             [](const CaseOptions& given) { return act_on_case(given, cases::Act::take); }));
  acting(add("reply", "Tell its person something, by SMS",
             [](const CaseOptions& given) { return act_on_case(given, cases::Act::reply); }))
      ->add_option("text", options.text, "150 letters at most")
      ->required();
  CLI::App* moving = acting(add("move", "Move it to the next stage, and tell its person",
                                [](const CaseOptions& given) { return act_on_case(given, cases::Act::move); }));
  moving->add_option("stage", options.stage, "That may follow its stage")->required();
  CLI::App* resolving = acting(add("resolve", "Resolve it, and tell its person",
                                   [](const CaseOptions& given) { return act_on_case(given, cases::Act::resolve); }));
  resolving->add_flag("--waive", options.waives_fee, "Its fee is due, and is not asked for any more");
  CLI::App* quoting = acting(add("quote", "Tell its person the fee that the company asks for", quote_fee_of));
  quoting->add_option("--amount", options.amount, "As the company has put it on the account: 5000")->required();
  quoting->add_option("--account", options.fee_account, "At the case's company: digits")->required();
  quoting->add_option("--why", options.text, "What its person is told beside the amount");
  acting(add("join", "Join it to the main case of the same outage, which is worked for both", join_cases_of))
      ->add_option("--to", options.to, "The main case's tracking number")
      ->required();
  acting(add("unjoin", "Take it out of the outage that it was joined to, to be worked by itself",
             [](const CaseOptions& given) { return act_on_case(given, cases::Act::unjoin); }))
      ->add_option("--reason", options.text, "For its history: 150 letters at most; its person is not sent it")
      ->required();
  CLI::App* offering = acting(add("offer", "Offer its person slots for a visit",
                                  [](const CaseOptions& given) { return act_on_case(given, cases::Act::offer); }));
  offering->add_option("--team", options.team, "Who would come, of the case's company")->required();
  offering->add_option("--slot", options.slots, "Such as \"2026-12-01 09:00-12:00\"; 2 to 4 of them")->required();
  CLI::App* cancelling =
      acting(add("cancel-visit", "Cancel the appointment, or what was offered, and tell its person",
                 [](const CaseOptions& given) { return act_on_case(given, cases::Act::cancel_visit); }));
  CLI::App* visited = acting(add("visited", "Note what has come of the visit",
                                 [](const CaseOptions& given) { return act_on_case(given, cases::Act::visit); }));
  visited->add_option("--outcome", options.outcome, "documents_seen, absent or other")->required();
  visited->add_option("--text", options.text, "A note for the case's history, which its person is not sent");
  for (CLI::App* one : {moving, resolving, offering, cancelling})
    one->add_option("--text", options.text, "What its person is told beside that");
}

}  // namespace shubbak::cli
