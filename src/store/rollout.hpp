// Roll-out switches as the store keeps them (rollout/rule.hpp says what they mean). What is accepted only while a
// service is on stands behind a RequireSwitch: it is judged inside the transaction, on the switches as they are then.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/actor.hpp"
#include "domain/clock.hpp"
#include "domain/msisdn.hpp"
#include "domain/result.hpp"
#include "rollout/rule.hpp"

namespace shubbak::store {

// In place of what is configured for that service and company, or was set before. Told to the audit trail with what
// held there until then. invalid: rollout::check().
struct SetSwitch {
  rollout::Rule rule;
  Actor by;
  WallTime at;
};
// What is configured holds again. Told to the audit trail. not_found: nothing was set.
struct ClearSwitch {
  std::string service;
  std::string company;
  Actor by;
  WallTime at;
};
// denied, with the message switched_off: the service is not on there, or not for that number.
struct RequireSwitch {
  std::string service;
  std::string company;             // "": of none
  std::optional<Msisdn> number{};  // nothing: at a counter
  WallTime at;
};
inline constexpr std::string_view switched_off = "the service is not switched on there: nothing is taken";

using RolloutChange = std::variant<SetSwitch, ClearSwitch, RequireSwitch>;

struct StoredSwitch {
  rollout::Rule rule;
  Actor by;
  WallTime at;
};

class RolloutReads {
 public:
  virtual ~RolloutReads() = default;
  // Those that were set, by service and company.
  virtual Result<std::vector<StoredSwitch>> switches() = 0;
  // What is in force, with what is configured.
  virtual Result<std::vector<rollout::Rule>> rollout_rules() = 0;
  [[nodiscard]] virtual const std::vector<rollout::Rule>& configured_switches() const = 0;
};

}  // namespace shubbak::store
