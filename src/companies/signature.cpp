#include "companies/signature.hpp"

#include <array>
#include <charconv>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "domain/result.hpp"

namespace shubbak::companies {
namespace {

constexpr std::size_t hmac_octets = 32;

bool is_in_time(std::string_view timestamp, WallTime now) {
  std::int64_t seconds = 0;
  const char* last = timestamp.data() + timestamp.size();
  const auto [end, error] = std::from_chars(timestamp.data(), last, seconds);
  constexpr std::int64_t far = 100'000'000'000;  // seconds; nothing to be added up overflows below it
  if (error != std::errc{} || end != last || seconds < 0 || seconds > far) return false;
  return std::chrono::abs(WallTime(std::chrono::seconds(seconds)) - now) <= peer_clock_window;
}

}  // namespace

std::string request_signature(std::string_view secret, std::string_view timestamp, std::string_view target,
                              std::string_view body) {
  std::string text(timestamp);
  text.append(".").append(target).append(".").append(body);
  std::array<unsigned char, hmac_octets> digest{};
  unsigned size = 0;
  const auto* made = HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  SHUBBAK_ASSERT(made != nullptr && size == hmac_octets);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * digest.size());
  for (const unsigned char octet : digest) hex.append(1, digits[octet >> 4U]).append(1, digits[octet & 0xFU]);
  return hex;
}

std::string timestamp_of(WallTime now) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
}

bool is_signed(const SignedRequest& request, std::string_view secret, WallTime now) {
  if (secret.empty()) return false;
  const std::string right = request_signature(secret, request.timestamp, request.target, request.body);
  if (request.signature.size() != right.size() ||
      CRYPTO_memcmp(request.signature.data(), right.data(), right.size()) != 0) {
    return false;
  }
  return is_in_time(request.timestamp, now);
}

}  // namespace shubbak::companies
