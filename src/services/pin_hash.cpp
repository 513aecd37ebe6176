#include "services/pin_hash.hpp"

#include <array>
#include <cerrno>
#include <sodium.h>

#include "flows/engine.hpp"

namespace shubbak::services {
namespace {

// Of nobody's PIN: compared with where there is none, so that the time does not tell. Its cost is PinHashCost; a
// test measures it.
constexpr const char* hash_of_nobody =
    "$argon2id$v=19$m=65536,t=2,p=1$oidNCFf6ntJI8zCTVfSQZg$hTr64+2x9S0dTeHpKYR3x8pZkna/t9oYserVq6bs7rw";

Error no_memory() {
  return Error{Errc::unavailable, "the hash of a service PIN needs 64 MiB of memory, and there are none"};
}

bool fits(std::string_view pin) {
  return !pin.empty() && pin.size() <= pin_octets_max;
}

}  // namespace

bool is_good_pin(std::string_view pin) {
  if (pin.size() != flows::pin_digits || pin.find_first_not_of("0123456789") != std::string_view::npos) return false;
  const int step = pin[1] - pin[0];
  for (std::size_t i = 2; i < pin.size(); ++i) {
    if (pin[i] - pin[i - 1] != step) return true;
  }
  return false;
}

Result<std::string> hash_pin(std::string_view pin) {
  if (!fits(pin)) return Error{Errc::limit, "a service PIN has 1 to " + std::to_string(pin_octets_max) + " octets"};
  if (sodium_init() < 0) return Error{Errc::unavailable, "libsodium has no random bytes for a service PIN"};
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str_alg(hash.data(), pin.data(), pin.size(), PinHashCost::operations, PinHashCost::memory_octets,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return no_memory();
  }
  return std::string(hash.data());
}

Result<bool> pin_matches(const std::optional<std::string>& hash, std::string_view pin) {
  if (sodium_init() < 0) return Error{Errc::unavailable, "libsodium cannot serve"};
  const std::string against = hash.value_or(hash_of_nobody);
  const int needs =
      crypto_pwhash_str_needs_rehash(against.c_str(), PinHashCost::operations, PinHashCost::memory_octets);
  if (needs < 0) return Error{Errc::malformed, "the kept hash of a service PIN is not one of Argon2id"};
  // A long text costs what a short one does.
  const std::string_view compared = pin.substr(0, pin_octets_max);
  errno = 0;
  const bool same = crypto_pwhash_str_verify(against.c_str(), compared.data(), compared.size()) == 0;
  if (!same && errno == ENOMEM) return no_memory();
  return same && hash.has_value() && fits(pin);
}

}  // namespace shubbak::services
