#include "store/seal.hpp"

#include <algorithm>
#include <limits>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

namespace shubbak::store {
namespace {

constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
constexpr std::size_t subkey_size = 32;
constexpr std::size_t nonces_at_once = 128;  // one call of the generator for each takes longer than the sealing

using Subkey = std::array<unsigned char, subkey_size>;
using Associated = std::array<unsigned char, 10>;

struct Free {
  void operator()(EVP_CIPHER_CTX* held) const { EVP_CIPHER_CTX_free(held); }
  void operator()(EVP_KDF* held) const { EVP_KDF_free(held); }
  void operator()(EVP_KDF_CTX* held) const { EVP_KDF_CTX_free(held); }
  void operator()(EVP_MAC* held) const { EVP_MAC_free(held); }
  void operator()(EVP_MAC_CTX* held) const { EVP_MAC_CTX_free(held); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

Error no_openssl() {
  return Error{Errc::unavailable, "OpenSSL cannot serve AES-256-GCM, HMAC or HKDF"};
}

bool derive(const MasterKey& key, std::string_view use, std::span<unsigned char> subkey) {
  const Owned<EVP_KDF> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  const Owned<EVP_KDF_CTX> context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
  if (!context) return false;
  std::string digest = "SHA256";
  std::string salt = "shubbak store";
  std::string info(use);
  auto bytes = key.bytes();
  const std::array<OSSL_PARAM, 5> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, bytes.data(), bytes.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt.data(), salt.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()), OSSL_PARAM_construct_end()};
  const bool derived = EVP_KDF_derive(context.get(), subkey.data(), subkey.size(), parameters.data()) == 1;
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return derived;
}

// The key schedule is made once; each record then only sets its nonce.
struct Cipher {
  Owned<EVP_CIPHER_CTX> encrypting{EVP_CIPHER_CTX_new()};
  Owned<EVP_CIPHER_CTX> decrypting{EVP_CIPHER_CTX_new()};

  bool set_key(const MasterKey& key, std::string_view use) {
    Subkey subkey;
    const bool set = encrypting && decrypting && derive(key, use, subkey) &&
                     EVP_EncryptInit_ex(encrypting.get(), EVP_aes_256_gcm(), nullptr, subkey.data(), nullptr) == 1 &&
                     EVP_DecryptInit_ex(decrypting.get(), EVP_aes_256_gcm(), nullptr, subkey.data(), nullptr) == 1;
    OPENSSL_cleanse(subkey.data(), subkey.size());
    return set;
  }
};

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// HMAC-SHA-256; its key schedule is made once too.
struct KeyedHash {
  Owned<EVP_MAC_CTX> context;

  bool set_key(const MasterKey& key, std::string_view use) {
    const Owned<EVP_MAC> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    context.reset(mac ? EVP_MAC_CTX_new(mac.get()) : nullptr);
    Subkey subkey;
    std::string digest = "SHA256";
    const std::array<OSSL_PARAM, 2> parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0), OSSL_PARAM_construct_end()};
    const bool set = context && derive(key, use, subkey) &&
                     EVP_MAC_init(context.get(), subkey.data(), subkey.size(), parameters.data()) == 1;
    OPENSSL_cleanse(subkey.data(), subkey.size());
    return set;
  }

  CodeMac of(std::span<const unsigned char> prefix, std::string_view text) {
    CodeMac whole{};
    std::size_t size = 0;
    const bool done = EVP_MAC_init(context.get(), nullptr, 0, nullptr) == 1 &&
                      EVP_MAC_update(context.get(), prefix.data(), prefix.size()) == 1 &&
                      EVP_MAC_update(context.get(), octets(text), text.size()) == 1 &&
                      EVP_MAC_final(context.get(), whole.data(), &size, whole.size()) == 1;
    SHUBBAK_ASSERT(done);  // it worked with this context when it was created, and it takes no memory
    return whole;
  }

  BlindIndex first_half_of(std::span<const unsigned char> prefix, std::string_view text) {
    const CodeMac whole = of(prefix, text);
    BlindIndex half{};
    std::copy_n(whole.begin(), half.size(), half.begin());
    return half;
  }
};

Associated associated_data(unsigned char field, unsigned char extra, std::uint64_t id) {
  Associated data{};
  data[0] = field;
  data[1] = extra;
  for (std::size_t i = 0; i < 8; ++i) data[2 + i] = static_cast<unsigned char>(id >> (56 - 8 * i) & 0xff);
  return data;
}

Associated associated_data(const RowIdentity& row) {
  return associated_data(static_cast<unsigned char>(row.field), row.extra, row.id);
}

}  // namespace

struct Sealer::Parts {
  struct UnderKey {
    std::uint8_t id = 0;
    Cipher identities;
    Cipher texts;

    Cipher& cipher_of(SealedField field) {
      switch (field) {
        case SealedField::national_id:
        case SealedField::service_pin:
        case SealedField::staff_pin:
          return identities;
        case SealedField::walk_session:
        case SealedField::outbox_text:
        case SealedField::staff_full_name:
        case SealedField::staff_email:
        case SealedField::payment_session:
        case SealedField::case_note:
        case SealedField::case_text:
        case SealedField::case_address:
        case SealedField::visit_code:
        case SealedField::fill_code:
        case SealedField::mail_address:
        case SealedField::mail_text:
          return texts;
      }
      std::abort();
    }
  };
  std::vector<UnderKey> keys;
  UnderKey* sealing = nullptr;  // one of them
  KeyedHash persons;
  KeyedHash numbers;
  KeyedHash codes;
  KeyedHash hash;
  std::array<unsigned char, nonce_size * nonces_at_once> nonces{};
  std::size_t nonces_used = nonces_at_once;

  // nullptr: it is not loaded.
  UnderKey* find(std::uint8_t id) {
    const auto found = std::ranges::find(keys, id, &UnderKey::id);
    return found == keys.end() ? nullptr : &*found;
  }

  // nullptr: the generator has none.
  const unsigned char* next_nonce() {
    if (nonces_used == nonces_at_once) {
      if (RAND_bytes(nonces.data(), static_cast<int>(nonces.size())) != 1) return nullptr;
      nonces_used = 0;
    }
    return nonces.data() + nonce_size * nonces_used++;
  }
};

Result<KeyCheck> key_check(const MasterKey& key) {
  KeyCheck check{};
  if (!derive(key, "key check", check)) return no_openssl();
  return check;
}

std::string sealed_form(const NationalId& national_id) {
  return std::string(to_string(national_id.country())) + national_id.reveal();
}

Result<NationalId> parse_sealed_form(std::string_view text) {
  const auto country = parse_country(text.substr(0, 2));
  if (!country.ok()) return country.error();
  return NationalId::parse(*country, text.substr(2));
}

RowIdentity pin_row(const BlindIndex& person) {
  RowIdentity row{SealedField::service_pin, 0};
  for (std::size_t i = 0; i < sizeof(row.id); ++i) row.id = row.id << 8 | person[i];
  return row;
}

Sealer::Sealer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Sealer::Sealer(Sealer&&) noexcept = default;
Sealer& Sealer::operator=(Sealer&&) noexcept = default;
Sealer::~Sealer() = default;

Result<Sealer> Sealer::create(const KeyRing& keys, const KeysInUse& use) {
  auto parts = std::make_unique<Parts>();
  bool ready = true;
  for (const NumberedKey& one : keys.keys()) {
    Parts::UnderKey& under = parts->keys.emplace_back();
    under.id = one.id;
    ready =
        ready && under.identities.set_key(one.key, "seal national ids") && under.texts.set_key(one.key, "seal texts");
  }
  parts->sealing = parts->find(use.newest);
  const MasterKey* first = keys.find(use.first);
  SHUBBAK_ASSERT(parts->sealing != nullptr && first != nullptr);
  ready = ready && parts->persons.set_key(*first, "index of national ids") &&
          parts->numbers.set_key(*first, "index of mobile numbers") &&
          parts->codes.set_key(*first, "one-time codes") && parts->hash.set_key(*first, "keyed hashes");
  if (!ready) return no_openssl();
  return Sealer(std::move(parts));
}

Result<Sealer> Sealer::create(const MasterKey& key, std::uint8_t key_id) {
  return create(KeyRing({NumberedKey{key_id, key}}), {key_id, key_id});
}

std::uint8_t Sealer::seals_with() const {
  return parts_->sealing->id;
}

Status Sealer::seal(const RowIdentity& row, std::string_view plain, SealedBytes& sealed) {
  SHUBBAK_ASSERT(plain.size() < std::numeric_limits<int>::max() - overhead);
  const unsigned char* nonce = parts_->next_nonce();
  if (nonce == nullptr) return Error{Errc::unavailable, "the random generator has no bytes for sealing"};
  EVP_CIPHER_CTX* context = parts_->sealing->cipher_of(row.field).encrypting.get();
  const Associated associated = associated_data(row);
  sealed.resize(overhead + plain.size());
  sealed[0] = parts_->sealing->id;
  std::copy_n(nonce, nonce_size, sealed.begin() + 1);
  unsigned char* cipher_text = sealed.data() + 1 + nonce_size;
  int size = 0;
  const bool done =
      EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, nonce) == 1 &&
      EVP_EncryptUpdate(context, nullptr, &size, associated.data(), associated.size()) == 1 &&
      EVP_EncryptUpdate(context, cipher_text, &size, octets(plain), static_cast<int>(plain.size())) == 1 &&
      EVP_EncryptFinal_ex(context, cipher_text + plain.size(), &size) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, tag_size, cipher_text + plain.size()) == 1;
  if (!done) return no_openssl();
  return {};
}

Result<std::string> Sealer::open(const RowIdentity& row, std::span<const unsigned char> sealed) {
  if (sealed.size() < overhead) return Error{Errc::io, "a sealed field is cut short"};
  Parts::UnderKey* under = parts_->find(sealed[0]);
  if (under == nullptr) {
    return Error{Errc::io, "a field was sealed with key " + std::to_string(sealed[0]) + ", which is not loaded"};
  }
  EVP_CIPHER_CTX* context = under->cipher_of(row.field).decrypting.get();
  const Associated associated = associated_data(row);
  const unsigned char* nonce = sealed.data() + 1;
  const unsigned char* cipher_text = nonce + nonce_size;
  const std::size_t plain_size = sealed.size() - overhead;
  std::array<unsigned char, tag_size> tag{};
  std::copy_n(cipher_text + plain_size, tag_size, tag.begin());
  std::string plain(plain_size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(plain.data());
  int size = 0;
  const bool done = EVP_DecryptInit_ex(context, nullptr, nullptr, nullptr, nonce) == 1 &&
                    EVP_DecryptUpdate(context, nullptr, &size, associated.data(), associated.size()) == 1 &&
                    EVP_DecryptUpdate(context, out, &size, cipher_text, static_cast<int>(plain_size)) == 1 &&
                    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()) == 1 &&
                    EVP_DecryptFinal_ex(context, out + plain_size, &size) == 1;
  if (!done) return Error{Errc::io, "a sealed field does not open: it was damaged or moved from another row"};
  return plain;
}

BlindIndex Sealer::index_of(const NationalId& national_id) {
  return parts_->persons.first_half_of({}, sealed_form(national_id));
}

BlindIndex Sealer::index_of(Msisdn msisdn) {
  return parts_->numbers.first_half_of({}, msisdn.reveal());
}

BlindIndex Sealer::hash_of(HashedField field, std::uint64_t row, std::string_view text) {
  const Associated what = associated_data(static_cast<unsigned char>(field), 0, row);
  return parts_->hash.first_half_of(what, text);
}

bool Sealer::same(std::span<const unsigned char> one, std::span<const unsigned char> other) {
  return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

CodeMac Sealer::code_mac(std::string_view text) {
  return parts_->codes.of({}, text);
}

}  // namespace shubbak::store
