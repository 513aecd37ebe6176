// What must be known of a caller before a service is done for them: the one definition that services declare, that
// the checker proves of flows and that the engine holds every walk to (PRODUCT.md, Identity). A deployment may raise
// a service's level, never lower it: where it raises confirm to code, both are asked for.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace shubbak::flows {

enum class Assurance : std::uint8_t {
  open,     // public: anybody
  link,     // the number has an active link
  confirm,  // a link, and yes at a confirm screen that shows what is asked for, not changed since; by SMS the reply
            // to it
  code,     // a link, and a one-time code (by USSD a service PIN also) that is bound to what is asked for
};
inline constexpr std::array<std::string_view, 4> assurance_names{"open", "link", "confirm", "code"};

constexpr std::string_view to_string(Assurance assurance) {
  return assurance_names[static_cast<std::size_t>(assurance)];
}
constexpr std::optional<Assurance> parse_assurance(std::string_view name) {
  for (std::size_t i = 0; i < assurance_names.size(); ++i) {
    if (assurance_names[i] == name) return static_cast<Assurance>(i);
  }
  return std::nullopt;
}

}  // namespace shubbak::flows
