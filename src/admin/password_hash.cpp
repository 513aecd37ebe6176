#include "admin/password_hash.hpp"

#include <array>
#include <cerrno>
#include <sodium.h>

namespace shubbak::admin {
namespace {

Error no_memory() {
  return {Errc::unavailable, "there is no memory to hash a password"};
}

Result<std::string> hashed(const std::string& password, const PasswordCost& cost) {
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  const int failed = crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), cost.passes,
                                           cost.memory_octets, crypto_pwhash_ALG_ARGON2ID13);
  if (failed != 0) return no_memory();
  return std::string(hash.data());
}

}  // namespace

Result<PasswordHasher> PasswordHasher::create(const PasswordCost& cost) {
  if (sodium_init() < 0) return Error{Errc::unavailable, "libsodium does not start"};
  std::string random(32, '\0');
  randombytes_buf(random.data(), random.size());
  auto nobodys = hashed(random, cost);
  if (!nobodys) return nobodys.error();
  return PasswordHasher(cost, std::move(*nobodys));
}

Result<std::string> PasswordHasher::hash(const std::string& password) const {
  return hashed(password, cost_);
}

Result<bool> PasswordHasher::matches(const std::string& password, const std::string* hash) const {
  const std::string& against = hash == nullptr ? nobodys_ : *hash;
  errno = 0;
  const bool same = crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
  if (!same && errno == ENOMEM) return no_memory();  // nobody's failure
  return same && hash != nullptr;
}

}  // namespace shubbak::admin
