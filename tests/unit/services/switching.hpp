// Switching services on and off in a town.
#pragma once

#include "tests/unit/services/town.hpp"

namespace shubbak::services {

// Into the store only: what was read before is as old as between two looks of a daemon.
inline void put_switch(Town& town, rollout::Rule rule) {
  const auto done = town.commit({store::RolloutChange(
      store::SetSwitch{std::move(rule), Actor{Actor::Kind::command_line, "test"}, wall_now()})});
  REQUIRE(done.ok());
}
inline void put_switch(Town& town, std::string service, std::string company, std::uint32_t share_percent) {
  rollout::Rule rule;
  rule.service = std::move(service);
  rule.company = std::move(company);
  rule.share_percent = share_percent;
  put_switch(town, std::move(rule));
}
inline void set_switch(Town& town, std::string service, std::string company, std::uint32_t share_percent) {
  put_switch(town, std::move(service), std::move(company), share_percent);
  REQUIRE(town.world->switches.refresh(*town.kept).ok());
}
inline void clear_switch(Town& town, std::string service, std::string company) {
  const auto done = town.commit({store::RolloutChange(store::ClearSwitch{
      std::move(service), std::move(company), Actor{Actor::Kind::command_line, "test"}, wall_now()})});
  REQUIRE(done.ok());
  REQUIRE(town.world->switches.refresh(*town.kept).ok());
}

// That were asked of a company, by what came of them.
inline std::uint64_t questions_to(const companies::Company& company) {
  std::uint64_t asked = company.counters().cache_hits();
  for (std::size_t i = 0; i < companies::outcome_count; ++i)
    asked += company.counters().of(static_cast<companies::Outcome>(i));
  return asked;
}
inline std::uint64_t questions_to(const Town& town) {
  return questions_to(*town.directory->companies().front());
}

}  // namespace shubbak::services
