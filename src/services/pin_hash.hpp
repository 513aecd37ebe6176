// Hashing of service PINs with Argon2id (RFC 9106; libsodium's crypto_pwhash). Takes 50 to 100 ms and 64 MiB by
// intent: to be called on a worker thread, never on the event loop. Thread: any, several at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace shubbak::services {

struct PinHashCost {  // what libsodium calls interactive
  static constexpr unsigned long long operations = 2;
  static constexpr std::size_t memory_octets = 67'108'864;
};
inline constexpr std::size_t pin_octets_max = 16;

// Five digits, and none of the PINs that are tried first: one digit all through, or a row like 12345 and 97531.
bool is_good_pin(std::string_view pin);

// For store::SetPin and SetStaffPin: cost, a random salt and the hash in one text. Errors: limit (a PIN that is
// longer than pin_octets_max, or empty), unavailable (no memory, or no random bytes).
Result<std::string> hash_pin(std::string_view pin);

// For store::TryPin. Who has no PIN (nullopt) costs as much time as who has one, and never matches; nor does a PIN
// that hash_pin() would refuse. Error unavailable: no memory, nothing was compared; malformed: `hash` is none of
// ours.
Result<bool> pin_matches(const std::optional<std::string>& hash, std::string_view pin);

}  // namespace shubbak::services
