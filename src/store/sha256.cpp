#include "store/sha256.hpp"

#include <memory>

#include <openssl/evp.h>

namespace shubbak::store {
namespace {

struct FreeDigest {
  void operator()(EVP_MD* held) const { EVP_MD_free(held); }
  void operator()(EVP_MD_CTX* held) const { EVP_MD_CTX_free(held); }
};

// Fetching the algorithm for each use would take longer than the hashing.
struct Digest {
  std::unique_ptr<EVP_MD, FreeDigest> algorithm{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  std::unique_ptr<EVP_MD_CTX, FreeDigest> context{EVP_MD_CTX_new()};

  bool of(std::span<const std::uint8_t> octets, audit::Hash& hash) const {
    return EVP_DigestInit_ex2(context.get(), algorithm.get(), nullptr) == 1 &&
           EVP_DigestUpdate(context.get(), octets.data(), octets.size()) == 1 &&
           EVP_DigestFinal_ex(context.get(), hash.data(), nullptr) == 1;
  }
};

}  // namespace

Result<audit::HashFunction> sha256() {
  auto digest = std::make_shared<Digest>();
  audit::Hash hash{};
  if (!digest->algorithm || !digest->context || !digest->of({}, hash)) {
    return Error{Errc::unavailable, "OpenSSL cannot serve SHA-256"};
  }
  return audit::HashFunction([digest = std::move(digest)](std::span<const std::uint8_t> octets) {
    audit::Hash made{};
    const bool done = digest->of(octets, made);
    SHUBBAK_ASSERT(done);  // it worked with this context before, and it takes no memory
    return made;
  });
}

}  // namespace shubbak::store
