// The signature of an HTTP request that a peer and we know a secret for: HMAC-SHA-256 (RFC 2104) over timestamp,
// path and body with full stops between, in lower-case hexadecimal digits; companies may want their own arrangement.
// Operators sign with it what they tell, gateways of bank cards what they call back with, and we what we ask of
// those. Thread: any.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "domain/clock.hpp"

namespace shubbak::companies {

// The headers that carry them.
constexpr std::string_view timestamp_header = "X-Shubbak-Timestamp";
constexpr std::string_view signature_header = "X-Shubbak-Signature";

constexpr std::chrono::minutes peer_clock_window{5};  // how far a peer's clock may be off

std::string request_signature(std::string_view secret, std::string_view timestamp, std::string_view target,
                              std::string_view body);
std::string timestamp_of(WallTime now);  // seconds since 1970-01-01 UTC

struct SignedRequest {
  std::string_view timestamp;
  std::string_view signature;
  std::string_view target;
  std::string_view body;
};
// The bare HMAC-SHA-256 of a text, and how octets are written.
std::string hmac_sha256(std::string_view secret, std::string_view text);  // 32 octets
std::string hex_of(std::string_view octets);                              // lower case
std::string base64_of(std::string_view octets);                           // RFC 4648, with padding

// What stands behind scheme and authority of a URL.
std::string_view target_of(std::string_view url);

// Of an empty secret never. The signature is compared in constant time.
bool is_signed(const SignedRequest& request, std::string_view secret, WallTime now);

}  // namespace shubbak::companies
