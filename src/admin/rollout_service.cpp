#include "admin/rollout_service.hpp"

#include <algorithm>
#include <tuple>

#include "services/switches.hpp"

namespace shubbak::admin {
namespace {

using staff::Permission;

ApiError api_error_of(rollout::WrongRule wrong) {
  return {Code::invalid, std::move(wrong.message), std::move(wrong.field)};
}

}  // namespace

std::vector<std::string> companies_to_switch(const World& world) {
  std::vector<std::string> names;
  if (world.companies == nullptr) return names;
  for (const auto& company : world.companies->companies()) names.push_back(company->config().name);
  return names;
}

Result<std::vector<SwitchTold>, ApiError> list_switches(World& world) {
  auto stored = world.store.rollout().switches();
  if (!stored) return api_error(stored.error());
  std::vector<SwitchTold> told;
  for (store::StoredSwitch& one : *stored) told.push_back({one.rule, std::move(one)});
  for (const rollout::Rule& one : world.store.rollout().configured_switches()) {
    const auto is_same = [&one](const SwitchTold& other) { return rollout::is_of_same(one, other.rule); };
    if (std::ranges::none_of(told, is_same)) told.push_back({one, std::nullopt});
  }
  std::ranges::sort(told, {}, [](const SwitchTold& one) { return std::tie(one.rule.service, one.rule.company); });
  return told;
}

Served<SwitchTold> set_switch(World& world, Caller caller, rollout::WrittenRule wanted) {
  const std::vector<std::string> companies = companies_to_switch(world);
  auto rule = rollout::read_rule(wanted, {services::switched_services(), companies}, world.utc_offset);
  if (!rule) co_return api_error_of(rule.error());
  const store::SetSwitch change{*rule, caller.actor, world.now()};
  std::vector<store::Change> changes;
  changes.emplace_back(store::RolloutChange(change));
  auto committing =
      commit_if(world, required_of(world, caller, Permission::rollout_set, staff::Scope()), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return SwitchTold{change.rule, store::StoredSwitch{change.rule, change.by, change.at}};
}

Served<> clear_switch(World& world, Caller caller, std::string service, std::string company) {
  const std::vector<std::string> companies = companies_to_switch(world);
  if (auto wrong = rollout::check_names(service, company, {services::switched_services(), companies}))
    co_return api_error_of(*std::move(wrong));
  std::vector<store::Change> changes;
  changes.emplace_back(
      store::RolloutChange(store::ClearSwitch{std::move(service), std::move(company), caller.actor, world.now()}));
  auto committing =
      commit_if(world, required_of(world, caller, Permission::rollout_set, staff::Scope()), std::move(changes));
  const auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  co_return std::monostate();
}

}  // namespace shubbak::admin
