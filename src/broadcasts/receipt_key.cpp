#include "broadcasts/receipt_key.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

namespace shubbak::broadcasts {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The same number in the other base. Nothing: it is no number in this one, or too large.
std::optional<std::string> rebased(const std::string& digits, int from, int to) {
  std::uint64_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, number, from);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  std::array<char, 24> written{};
  const auto done = std::to_chars(written.data(), written.data() + written.size(), number, to);
  return std::string(written.data(), done.ptr);
}

}  // namespace

std::string receipt_key(std::string_view message_id) {
  while (message_id.size() > 1 && message_id.front() == '0') message_id.remove_prefix(1);
  std::string key(message_id);
  std::ranges::transform(key, key.begin(), lower);
  return key;
}

std::vector<std::string> receipt_keys(std::string_view message_id) {
  std::vector<std::string> keys;
  const std::string own = receipt_key(message_id);
  if (own.empty()) return keys;
  keys.push_back(own);
  for (const auto& other : {rebased(own, 10, 16), rebased(own, 16, 10)}) {
    if (other && std::ranges::find(keys, *other) == keys.end()) keys.push_back(*other);
  }
  return keys;
}

}  // namespace shubbak::broadcasts
