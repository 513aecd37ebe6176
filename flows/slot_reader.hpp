// The `slots:` of a flow file. Thread: one.
#pragma once

#include <string_view>
#include <vector>

#include "domain/money.hpp"
#include "flows/faults.hpp"
#include "flows/slots.hpp"
#include "flows/yaml_reader.hpp"

namespace shubbak::flows {

// As many slots as the mapping declares, also those with faults (so that uses of them are not faults again).
// `local`: the deployment's currency.
std::vector<Slot> read_slots(const Node& node, Currency local, Faults& faults);

// The slot that a flow with `otp` states has by itself: {code} of their messages.
inline constexpr std::string_view code_slot_name = "code";
Slot code_slot();

}  // namespace shubbak::flows
