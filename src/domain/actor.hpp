// Who does something that is kept: for rules about who may, for the audit trail and a link's history, and for whoever
// must know whether two acts were one person's. Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace shubbak {

struct Actor {
  enum class Kind : std::uint8_t {
    system,         // the daemon by itself; no name
    citizen,        // the person whom it is about, from their phone; "ussd" or "sms", or no name
    staff,          // the account's name
    agent,          // the account's name
    operator_hook,  // the operator's name in the configuration
    command_line,   // the Unix user's name
  };
  Kind kind = Kind::system;
  std::string name{};  // never a number, no personal data of citizens; see audit::check()

  bool operator==(const Actor&) const = default;
};

constexpr std::string_view to_string(Actor::Kind kind) {
  switch (kind) {
    case Actor::Kind::system:
      return "system";
    case Actor::Kind::citizen:
      return "citizen";
    case Actor::Kind::staff:
      return "staff";
    case Actor::Kind::agent:
      return "agent";
    case Actor::Kind::operator_hook:
      return "operator_hook";
    case Actor::Kind::command_line:
      return "command_line";
  }
  return "unknown";  // out of a database that somebody changed
}

}  // namespace shubbak
