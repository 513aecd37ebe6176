// Who does something that is kept: for rules about who may, and for the record of who did.
#pragma once

#include <cstdint>
#include <string>

namespace shubbak {

struct Actor {
  enum class Kind : std::uint8_t { system, citizen, staff, agent, operator_hook, command_line };
  Kind kind;
  std::string name;  // of a counter: its office and clerk; of a hook: the operator. No personal data of citizens
};

}  // namespace shubbak
