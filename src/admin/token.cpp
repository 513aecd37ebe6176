#include "admin/token.hpp"

#include <algorithm>
#include <array>
#include <sodium.h>

namespace shubbak::admin {
namespace {

constexpr std::size_t token_octets = 32;

store::TokenHash hash_of(std::string_view text) {
  static_assert(std::tuple_size_v<store::TokenHash> == crypto_hash_sha256_BYTES);
  store::TokenHash hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return hash;
}

}  // namespace

Token new_token() {
  SHUBBAK_ASSERT(sodium_init() >= 0);
  std::array<unsigned char, token_octets> random{};
  randombytes_buf(random.data(), random.size());
  std::array<char, 2 * token_octets + 1> text{};
  sodium_bin2hex(text.data(), text.size(), random.data(), random.size());
  std::string digits(text.data());
  const store::TokenHash hash = hash_of(digits);
  return {std::move(digits), hash};
}

std::optional<store::TokenHash> hash_of_token(std::string_view text) {
  const bool looks_right = text.size() == 2 * token_octets && std::ranges::all_of(text, [](char c) {
                             return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                           });
  if (!looks_right) return std::nullopt;
  return hash_of(text);
}

}  // namespace shubbak::admin
