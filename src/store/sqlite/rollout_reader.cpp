#include "store/sqlite/rollout_reader.hpp"

#include "store/sqlite/rollout_rows.hpp"
#include "store/sqlite/statements.hpp"

namespace shubbak::store {

RolloutReader::RolloutReader(const SQLite::Database& database, std::vector<rollout::Rule> configured)
    : configured_(std::move(configured)), rules_(prepare(database, statement("rollout_rules"))) {}

Result<std::vector<StoredSwitch>> RolloutReader::switches() {
  return guarded("listing switches", [&]() -> Result<std::vector<StoredSwitch>> {
    std::vector<StoredSwitch> all;
    Use use(rules_);
    while (use.next()) all.push_back(switch_in(use));
    return all;
  });
}

Result<std::vector<rollout::Rule>> RolloutReader::rollout_rules() {
  auto stored = switches();
  if (!stored) return stored.error();
  std::vector<rollout::Rule> changed;
  for (StoredSwitch& one : *stored) changed.push_back(std::move(one.rule));
  return rollout::in_force(configured_, changed);
}

}  // namespace shubbak::store
