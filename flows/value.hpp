// What a slot of a flow holds. Values come from services (JSON), from what people type, and go into texts, conditions
// and service arguments.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "domain/money.hpp"

namespace shubbak::flows {

struct Value;
using Record = std::vector<Value>;  // one value per field, in the order in which the slot declares its fields
using List = std::vector<Record>;
struct Value {
  // monostate: not set. Lists and records are shared and never changed once made, so copying a session is cheap.
  std::variant<std::monostate, std::int64_t, std::string, Money, std::shared_ptr<const Record>,
               std::shared_ptr<const List>>
      held;

  [[nodiscard]] bool is_set() const { return held.index() != 0; }
};

}  // namespace shubbak::flows
