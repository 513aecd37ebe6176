#include "services/switches.hpp"

#include <algorithm>

#include "services/admission.hpp"
#include "services/pay_all.hpp"
#include "services/service_functions.hpp"

namespace shubbak::services {

Status Switches::refresh(store::Store& store) {
  auto rules = store.rollout().rollout_rules();
  if (!rules) return rules.error();
  rules_ = *std::move(rules);
  return {};
}

bool Switches::is_on(store::Store& store, std::string_view service, std::string_view company,
                     std::optional<Msisdn> number, WallTime now) const {
  if (rules_.empty()) return true;
  const rollout::Place place = [&store, number]() -> std::optional<std::uint32_t> {
    if (!number) return std::nullopt;
    return rollout::place_of(store.pseudonym(*number));
  };
  return rollout::is_on(rules_, {service, company, now}, place);
}

namespace {

// Of the companies that the arguments name; "" where they name none, or none that there is.
std::vector<std::string> companies_named(World& world, Switched how, const Request& request) {
  switch (how) {
    case Switched::by_company:
    case Switched::by_account: {
      const bool is_named = how == Switched::by_company;
      const companies::Company* company = is_named ? company_arg(world, request) : company_of_account(world, request);
      return {company == nullptr ? std::string() : company->config().name};
    }
    case Switched::by_payees:
      return companies_of_payees(request);
    case Switched::by_case:
      return {company_of_case(world, request)};
    case Switched::by_seller:
      return {world.fills.company};
    case Switched::never:
    case Switched::for_everyone:
    case Switched::among_several:
      return {std::string()};
  }
  std::abort();
}

}  // namespace

std::optional<std::string> switched_off_at(World& world, Switched how, std::string_view service, bool begins,
                                           Request& request) {
  // Nearly always: a look-up, and nothing is switched off anywhere.
  if (how == Switched::never || (!begins && !world.switches.has_rules())) return std::nullopt;
  const Msisdn number = request.caller.subject;
  const auto is_on = [&](std::string_view company) {
    return world.switches.is_on(world.store, service, company, number, request.now);
  };
  if (how == Switched::among_several) {
    for (const auto& company : world.companies.companies()) {
      if (!is_on(company->config().name)) request.left_out.push_back(company->config().name);
    }
    const bool is_on_nowhere = request.left_out.size() == world.companies.companies().size();
    return is_on_nowhere ? std::optional(std::string()) : std::nullopt;
  }
  std::optional<std::string> off;
  for (std::string& company : companies_named(world, how, request)) {
    if (!off && !is_on(company)) off = company;
    if (!begins) continue;
    // Also of one that is off: what was begun before may turn out not to be there.
    request.required.emplace_back(
        store::RolloutChange(store::RequireSwitch{std::string(service), std::move(company), number, request.now}));
  }
  return off;
}

companies::Among asked_among(const Request& request) {
  if (request.left_out.empty()) return {};
  return [left_out = request.left_out](const companies::Company& company) {
    return std::ranges::find(left_out, company.config().name) == left_out.end();
  };
}

bool may_be_begun(World& world, const Request& request) {
  auto begun = world.store.payments().find_payment(request.payment_key);
  if (begun && !*begun) begun = world.store.payments().find_payment(key_of_part(request.payment_key, 1));
  const auto ordered = world.store.bank_cards().find_order(request.payment_key);
  return !begun || *begun || !ordered || *ordered;
}

}  // namespace shubbak::services
