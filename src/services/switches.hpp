// Roll-out switches as services obey them (rollout/rule.hpp): what is not on for a company, or for the number that
// asks, is refused before anybody is asked, and what is accepted stands behind a store::RequireSwitch, so that it is
// judged again inside the transaction. What was begun before goes on to its end. Thread: the event loop's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/clock.hpp"
#include "domain/msisdn.hpp"
#include "domain/result.hpp"
#include "rollout/rule.hpp"
#include "store/store.hpp"

namespace shubbak::services {

// By these names cash at counters is switched: it is no service of flows.
inline constexpr std::string_view cash_switch = "payments.cash";                 // of bills
inline constexpr std::string_view cash_top_up_switch = "wallet.top_up_by_cash";  // of prepaid cards

// Every service that can be switched, and the groups of them, as rules name them.
const std::vector<std::string>& switched_services();

// What is in force, as it was read last. Before that everything is on, and the writer alone decides.
class Switches {
 public:
  // To be called at the start, and about every second: a change by another process is seen then. Where it cannot be
  // read, what was known holds.
  Status refresh(store::Store& store);
  // `company`: "" for a service of none; `number`: nothing at a counter.
  [[nodiscard]] bool is_on(store::Store& store, std::string_view service, std::string_view company,
                           std::optional<Msisdn> number, WallTime now) const;
  [[nodiscard]] bool has_rules() const { return !rules_.empty(); }

 private:
  std::vector<rollout::Rule> rules_;
};

}  // namespace shubbak::services
