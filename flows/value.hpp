// What a slot of a flow holds. Values come from services (JSON), from what people type, and go into texts, conditions
// and service arguments.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "domain/money.hpp"

namespace shubbak::flows {

struct Value;
using Record = std::vector<std::pair<std::string, Value>>;  // few fields, searched in order
using List = std::vector<Record>;
struct Value {
  // monostate: not set. Lists and records are shared and never changed once made, so copying a session is cheap.
  std::variant<std::monostate, std::int64_t, std::string, Money, std::shared_ptr<const Record>,
               std::shared_ptr<const List>>
      held;
};

}  // namespace shubbak::flows
