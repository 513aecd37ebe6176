#include "audit/record.hpp"

namespace shubbak::audit {
namespace {

constexpr std::size_t revision_digits = 16;  // flows::Revision::id()
constexpr std::string_view hex_digits = "0123456789abcdef";

void append(std::vector<std::uint8_t>& octets, std::uint64_t value, unsigned size) {
  for (unsigned at = size; at > 0; --at) octets.push_back(static_cast<std::uint8_t>(value >> (8 * (at - 1))));
}

bool append(std::vector<std::uint8_t>& octets, std::string_view text) {
  if (text.size() > Chain::text_octets_max) return false;
  append(octets, text.size(), 2);
  octets.insert(octets.end(), text.begin(), text.end());
  return true;
}

}  // namespace

std::optional<Hash> Chain::hash_of(const Hash& before, const Record& record) {
  octets_.assign(before.begin(), before.end());
  append(octets_, static_cast<std::uint64_t>(record.number), 8);
  append(octets_, static_cast<std::uint64_t>(record.at.time_since_epoch().count()), 8);
  const bool encoded = append(octets_, to_string(record.by.kind)) && append(octets_, record.by.name) &&
                       append(octets_, record.action) && append(octets_, record.person) &&
                       append(octets_, record.msisdn) && append(octets_, record.thing) &&
                       append(octets_, record.detail);
  if (!encoded) return std::nullopt;
  return hash_(octets_);
}

Status check(const Actor& by) {
  switch (by.kind) {
    case Actor::Kind::system:
      if (by.name.empty()) return {};
      return Error{Errc::invalid, "an act of the system carries no name"};
    case Actor::Kind::citizen:
      if (by.name.empty() || by.name == "ussd" || by.name == "sms") return {};
      return Error{Errc::invalid, "an act of a citizen carries no name but ussd or sms"};
    case Actor::Kind::staff:
    case Actor::Kind::agent:
    case Actor::Kind::operator_hook:
    case Actor::Kind::command_line:
      if (is_account_name(by.name)) return {};
      return Error{Errc::invalid,
                   "an act of " + std::string(to_string(by.kind)) +
                       " needs the name of its account: 1 to 64 octets, at most six digits, no quotes"};
  }
  return Error{Errc::invalid, "there is no such kind of actor"};
}

Status check_thing(std::string_view thing) {
  const bool revision = thing.size() == revision_digits && is_hex(thing);
  if (thing.empty() || revision || is_account_name(thing)) return {};
  return Error{Errc::invalid,
               "what an audit record is about is named by a revision or a public name: 1 to 64 "
               "octets, at most six digits, no quotes"};
}

std::string to_hex(std::span<const std::uint8_t> octets) {
  std::string text;
  text.reserve(octets.size() * 2);
  for (const std::uint8_t octet : octets) text.append({hex_digits[octet >> 4U], hex_digits[octet & 0xfU]});
  return text;
}

std::string to_hex(std::string_view octets) {
  return to_hex(std::span(reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()));
}

bool is_hex(std::string_view text) {
  return text.find_first_not_of(hex_digits) == std::string_view::npos;
}

}  // namespace shubbak::audit
