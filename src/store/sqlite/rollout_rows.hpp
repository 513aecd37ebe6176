// Switches as the rows say. Private to store/sqlite.
#pragma once

#include "store/rollout.hpp"
#include "store/sqlite/connection.hpp"

namespace shubbak::store {

// At a row of one of the statements rollout_rules and rollout_rules_about.
inline StoredSwitch switch_in(const Use& use) {
  const auto time_if = [&use](int column) {
    return use.is_null(column) ? std::nullopt : std::optional(use.time(column));
  };
  return {{use.text(0), use.text(1), time_if(2), time_if(3), static_cast<std::uint32_t>(use.integer(4))},
          {static_cast<Actor::Kind>(use.integer(6)), use.text(7)},
          use.time(5)};
}

}  // namespace shubbak::store
