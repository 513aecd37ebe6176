// Hashes of passwords: Argon2id (RFC 9106) by libsodium, salted, with its costs in the hash itself. Each takes tens
// of milliseconds and much memory on purpose: never on the event loop. Thread: any, several at once.
#pragma once

#include <cstddef>
#include <string>

#include "domain/result.hpp"

namespace shubbak::admin {

struct PasswordCost {
  unsigned long long passes = 3;
  std::size_t memory_octets = std::size_t{64} << 20U;  // RFC 9106 section 4, second choice: t=3, m=64 MiB
};

class PasswordHasher {
 public:
  // Error unavailable: libsodium cannot serve, or there is no memory for one hash.
  static Result<PasswordHasher> create(const PasswordCost& cost);

  [[nodiscard]] Result<std::string> hash(const std::string& password) const;
  // nullptr, of an account that there is not, costs the same time and matches nothing.
  [[nodiscard]] Result<bool> matches(const std::string& password, const std::string* hash) const;

 private:
  PasswordHasher(const PasswordCost& cost, std::string nobodys) : cost_(cost), nobodys_(std::move(nobodys)) {}
  PasswordCost cost_;
  std::string nobodys_;  // of a random password
};

}  // namespace shubbak::admin
