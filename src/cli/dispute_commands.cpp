// What gateways of bank cards have taken and nothing explains: one member of staff proposes where it goes, onto a
// service card or back outside, another one approves it; the person is told what came on their card.
#include "cli/dispute_commands.hpp"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/audit_output.hpp"
#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/open_store.hpp"
#include "cli/published_words.hpp"
#include "cli/staff_at_work.hpp"
#include "domain/text.hpp"
#include "flows/engine.hpp"
#include "numbers/typed_number.hpp"
#include "services/counter.hpp"
#include "services/news.hpp"

namespace shubbak::cli {
namespace {

using staff::Permission;

constexpr std::size_t disputes_page_rows = 1'000;

struct DisputeOptions {
  std::string config;
  std::string account;
  std::int64_t charge = 0;
  std::int64_t placement = 0;
  bool to_order = false;
  std::string to_msisdn;
  std::string to_person;
  std::string paid_back;
  std::string operator_name;
  std::string reason;
};

Result<StaffAtWork, int> dispute_desk(const DisputeOptions& options, Permission permission) {
  auto config = read_configuration(options.config);
  if (!config) return int{exit_failed};
  return StaffAtWork::open("refunds", std::move(*config), options.account, permission);
}

int dispute_failed(std::string_view what) {
  return cli::failed("refunds", what);
}

std::string where_to(const std::string& card, const std::string& refund) {
  return card.empty() ? "paid back as " + refund : "onto card " + card;
}

std::string written(Money amount) {
  return format_amount(amount) + " " + std::string(to_string(amount.currency));
}

// "300 SYP of charge 2 onto card 1234567890"
std::string way_of(std::int64_t charge, Money amount, const std::string& card, const std::string& refund) {
  return written(amount) + " of charge " + std::to_string(charge) + " " + where_to(card, refund);
}

// --- where it goes
struct Target {
  std::string card;
  std::optional<Msisdn> msisdn;
  std::string link;
};

Result<Target> card_of_order(store::Store& store, const store::StoredCharge& charge) {
  const auto order = store.bank_cards().find_order(charge.reference);
  if (!order) return order.error();
  if (!*order || (*order)->gateway != charge.gateway)
    return Error{Errc::not_found, "the charge is of an order that there is not: find out whose it is, and name them"};
  return Target{(*order)->wallet.number, (*order)->msisdn, (*order)->link};
}

Result<Target> card_of(store::Store& store, const NationalId& person, Currency currency) {
  const auto wallet = store.payments().find_wallet(person, currency);
  if (!wallet) return wallet.error();
  if (!*wallet) {
    return Error{Errc::not_found, "they have no service card in " + std::string(to_string(currency)) +
                                      ": have the gateway pay it back, or let them open one first"};
  }
  return Target{(*wallet)->number, std::nullopt, {}};
}

// The news go by that operator's link.
Result<Target> told_to(Target target, Msisdn msisdn, StaffAtWork& desk, const DisputeOptions& options) {
  auto link = services::link_to_phone(desk.world().counter, options.operator_name);
  if (!link) return Error{link.error().error.code, "--operator: " + link.error().error.message};
  target.msisdn = msisdn;
  target.link = *std::move(link);
  return target;
}

Result<Target> card_of_number(StaffAtWork& desk, const DisputeOptions& options, Currency currency) {
  const auto msisdn = numbers::parse_typed_mobile(options.to_msisdn, desk.config().country);
  if (!msisdn) return Error{Errc::invalid, "--to-msisdn: " + msisdn.error().message};
  const auto person = desk.store().find_person(*msisdn);
  if (!person) return person.error();
  if (active_since(*person) == WallTime{})
    return Error{Errc::not_found, "--to-msisdn: the number has no active link"};
  auto target = card_of(desk.store(), person->link->national_id, currency);
  if (!target) return target;
  return told_to(*std::move(target), *msisdn, desk, options);
}

Result<Target> card_of_person(StaffAtWork& desk, const DisputeOptions& options, Currency currency) {
  const auto person = NationalId::parse(desk.config().country, latin_digits(options.to_person));
  if (!person) return Error{Errc::invalid, "--to-person: " + person.error().message};
  auto target = card_of(desk.store(), *person, currency);
  if (!target) return target;
  const auto links = desk.store().links_of(*person);
  if (!links) return links.error();
  const auto active = std::ranges::find_if(
      *links, [](const store::StoredLink& one) { return one.record.state == store::LinkState::active; });
  if (active == links->end()) return target;
  return told_to(*std::move(target), active->msisdn, desk, options);
}

Result<Target> target_of(StaffAtWork& desk, const DisputeOptions& options, const store::StoredCharge& charge) {
  if (!options.paid_back.empty()) return Target{};
  const Currency currency = charge.amount.currency;
  if (options.to_order) return card_of_order(desk.store(), charge);
  if (!options.to_msisdn.empty()) return card_of_number(desk, options, currency);
  return card_of_person(desk, options, currency);
}

int place(const DisputeOptions& given) {
  DisputeOptions options = given;
  if (options.to_person == "-" && !std::getline(std::cin, options.to_person))
    return wrong_usage("refunds", "no national number on the standard input");
  auto desk = dispute_desk(options, Permission::refund_propose);
  if (!desk) return desk.error();
  const auto charge = desk->store().bank_cards().find_charge(options.charge);
  if (!charge) return dispute_failed(charge.error().message);
  if (!*charge) return dispute_failed("there is no charge " + std::to_string(options.charge));
  auto target = target_of(*desk, options, **charge);
  if (!target) return dispute_failed(target.error().message);
  const auto done = desk->put(store::Change(store::BankCardChange(store::ProposePlacement{.charge = options.charge,
                                                                                          .card = target->card,
                                                                                          .refund = options.paid_back,
                                                                                          .msisdn = target->msisdn,
                                                                                          .link = target->link,
                                                                                          .reason = options.reason,
                                                                                          .by = desk->by(),
                                                                                          .at = wall_now()})));
  if (!done) return dispute_failed(done.error().message);
  const auto number = static_cast<long long>(done->placement);
  std::printf("placement %lld is proposed: %s; another account approves it: shubbak refunds approve-placement %lld\n",
              number, way_of(options.charge, (*charge)->amount, target->card, options.paid_back).c_str(), number);
  return exit_ok;
}

// --- whether it goes there
// Nothing: there is no number, or it is not of the card's person any more, or suspended.
Result<std::optional<store::Change>> news_of_placement(StaffAtWork& desk, const store::StoredPlacement& placement,
                                                       Money amount, WallTime now) {
  if (!placement.msisdn) return std::optional<store::Change>();
  const auto person = desk.store().find_person(*placement.msisdn);
  if (!person) return person.error();
  if (active_since(*person) == WallTime{}) return std::optional<store::Change>();
  const auto wallet = desk.store().payments().find_wallet(person->link->national_id, amount.currency);
  if (!wallet) return wallet.error();
  if (!*wallet || (*wallet)->number != placement.card) return std::optional<store::Change>();
  const auto words = words_of(desk.config());
  if (!words) return words.error();
  const auto locale = services::news_locale(desk.store(), **words, *placement.msisdn, WallTime::max());
  if (!locale) return std::optional<store::Change>();
  std::string text = flows::system_text(**words, *locale, "sys_bank_card_credited", flows::Context{});
  text.append(" ").append(written(amount));
  return std::optional<store::Change>(store::AddOutboxMessage{
      services::news_message(desk.world().counter, placement.link, *placement.msisdn, std::move(text), now)});
}

int decide_placement(const DisputeOptions& options, bool approves) {
  auto desk = dispute_desk(options, Permission::refund_decide);
  if (!desk) return desk.error();
  const WallTime now = wall_now();
  std::vector<store::Change> changes;
  changes.emplace_back(store::BankCardChange(store::DecidePlacement{options.placement, approves, desk->by(), now}));
  const auto placement = desk->store().bank_cards().find_placement(options.placement);
  if (!placement) return dispute_failed(placement.error().message);
  if (!*placement) return dispute_failed("there is no placement " + std::to_string(options.placement));
  const auto charge = desk->store().bank_cards().find_charge((*placement)->charge);
  if (!charge) return dispute_failed(charge.error().message);
  if (!*charge) return dispute_failed("there is no charge " + std::to_string((*placement)->charge));
  if (approves) {
    auto news = news_of_placement(*desk, **placement, (*charge)->amount, now);
    if (!news) return dispute_failed(news.error().message);
    if (*news) changes.push_back(*std::move(*news));
  }
  const auto done = desk->put(std::move(changes));
  if (!done) return dispute_failed(done.error().message);
  const std::string way = way_of((*placement)->charge, (*charge)->amount, (*placement)->card, (*placement)->refund);
  std::printf("placement %lld is %s: %s%s\n", static_cast<long long>(options.placement),
              approves ? "done" : "rejected", way.c_str(), approves ? "" : "; the money stays in dispute");
  return exit_ok;
}

// --- what is in dispute
// Whom to ask about it: what the gateway named may be nobody's, or another gateway's.
std::string payer_of(const store::StoredCharge& charge, const std::optional<store::StoredOrder>& order) {
  if (!order || order->gateway != charge.gateway) return "of an order that there is not";
  return order->msisdn ? "by " + order->msisdn->masked() : "by somebody who was erased";
}

std::string proposal_of(const std::vector<store::StoredPlacement>& placements) {
  if (placements.empty() || placements.back().state != store::PlacementState::proposed) return {};
  const store::StoredPlacement& one = placements.back();
  return "  placement " + std::to_string(one.number) + ": " + where_to(one.card, one.refund) + ", " + one.reason +
         ", by " + one.maker;
}

int list_disputed(const DisputeOptions& options) {
  const auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  auto opened = OpenStore::open(*config);
  if (!opened) return dispute_failed(opened.error().message);
  store::BankCardReads& reads = (*opened)->store().bank_cards();
  std::int64_t after = 0;
  for (;;) {
    const auto page = reads.charges(true, after, disputes_page_rows);
    if (!page) return dispute_failed(page.error().message);
    for (const store::StoredCharge& one : *page) {
      after = one.number;
      const auto order = reads.find_order(one.reference);
      if (!order) return dispute_failed(order.error().message);
      const auto placements = reads.placements_of(one.number);
      if (!placements) return dispute_failed(placements.error().message);
      const std::string_view why = to_string(one.why);
      std::printf("%lld  %.*s  %s %s  order %s  %s  %s  %s%s\n", static_cast<long long>(one.number),
                  static_cast<int>(why.size()), why.data(), one.gateway.c_str(), one.transaction.c_str(),
                  one.reference.c_str(), written(one.amount).c_str(), payer_of(one, *order).c_str(),
                  to_stamp(one.at).c_str(), proposal_of(*placements).c_str());
    }
    if (page->size() < disputes_page_rows) return exit_ok;
  }
}

}  // namespace

void add_dispute_commands(CLI::App& refunds, int& exit_code) {
  static DisputeOptions options;
  const auto add = [&](const char* name, const char* what, int (*run)(const DisputeOptions&), bool by_staff) {
    CLI::App* added = refunds.add_subcommand(name, what);
    added->add_option("--config", options.config, "The deployment's shubbak.yaml")->required();
    if (by_staff) added->add_option("--as", options.account, "Your account")->required();
    added->callback([run, &exit_code] { exit_code = run(options); });
    return added;
  };
  add("disputed",
      "What gateways of bank cards have taken that nothing explains, whose phone ordered it, and what is proposed",
      list_disputed, false);
  CLI::App* placing = add("place", "Propose where money in dispute goes", place, true);
  placing->add_option("charge", options.charge, "Its number, as `refunds disputed` lists it")->required();
  CLI::Option_group* where = placing->add_option_group("where");
  where->add_flag("--to-order", options.to_order, "Onto the service card of who ordered it");
  where->add_option("--to-msisdn", options.to_msisdn, "Onto the service card of the person whose number this is");
  where->add_option("--to-person", options.to_person,
                    "Onto the service card of who has this national number; '-' reads it from stdin");
  where->add_option("--paid-back", options.paid_back,
                    "Back outside: the gateway has paid it back, and calls that so");
  where->require_option(1);
  placing->add_option("--operator", options.operator_name,
                      "By whose link the person is told, where there are several; of --to-order it is the order's");
  placing->add_option("--reason", options.reason, "A word for the audit trail, such as bank_says_theirs")->required();
  const auto approve = [](const DisputeOptions& given) { return decide_placement(given, true); };
  const auto reject = [](const DisputeOptions& given) { return decide_placement(given, false); };
  for (CLI::App* deciding :
       {add("approve-placement", "Let it go where another account has proposed, and tell the person", approve, true),
        add("reject-placement", "Leave it in dispute", reject, true)}) {
    deciding->add_option("placement", options.placement, "Its number")->required();
  }
}

}  // namespace shubbak::cli
