#include "companies/signature.hpp"

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

std::string hmac_sha256(std::string_view secret, std::string_view text) {
  std::string digest(hmac_octets, '\0');
  unsigned size = 0;
  const auto* made = HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                          reinterpret_cast<unsigned char*>(digest.data()), &size);
  SHUBBAK_ASSERT(made != nullptr && size == hmac_octets);
  return digest;
}

std::string hex_of(std::string_view octets) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * octets.size());
  for (const char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    hex.append(1, digits[octet >> 4U]).append(1, digits[octet & 0xFU]);
  }
  return hex;
}

std::string base64_of(std::string_view octets) {
  std::string text((octets.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a zero
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(octets.data()), static_cast<int>(octets.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string_view target_of(std::string_view url) {
  const std::size_t authority = url.find("://");
  const std::size_t path = authority == std::string_view::npos ? authority : url.find('/', authority + 3);
  return path == std::string_view::npos ? std::string_view() : url.substr(path);
}

std::string request_signature(std::string_view secret, std::string_view timestamp, std::string_view target,
                              std::string_view body) {
  std::string text(timestamp);
  text.append(".").append(target).append(".").append(body);
  return hex_of(hmac_sha256(secret, text));
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
