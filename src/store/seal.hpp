// Sealing of personal fields: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce, and a keyed blind index
// (HMAC-SHA-256, RFC 2104) by which a sealed national number is found again, and by which the audit trail names
// persons and mobile numbers. Subkeys come from a master key by HKDF (RFC 5869), one per use, so that the many
// short-lived texts do not wear out the key of the national numbers.
//
// A record is: key id (1 octet), nonce (12), cipher text (as long as the plain text), tag (16). What it belongs to is
// authenticated with it: a record copied into another row does not open.
//
// Thread: one thread uses a Sealer. It is not used across fork(): both processes would draw the same nonces.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/msisdn.hpp"
#include "domain/national_id.hpp"
#include "domain/result.hpp"
#include "store/key_file.hpp"

namespace shubbak::store {

enum class SealedField : std::uint8_t {
  national_id,
  walk_session,
  outbox_text,
  service_pin,
  staff_full_name,
  staff_email,
  staff_pin,
  payment_session,
  case_note,
  case_text,
  case_address,
  visit_code,
  fill_code,
  mail_address,
  mail_text
};

// Which row a sealed field belongs to.
struct RowIdentity {
  SealedField field;
  std::uint64_t id;  // msisdn, the outbox id, the account's, case's or event's id, a payment's or case's number (of a
                     // fill its payment's), or what pin_row() says
  std::uint8_t extra = 0;  // the channel of a walk
};

// What a keyed hash is made for; those of one kind tell nothing of those of another.
enum class HashedField : std::uint8_t {
  imsi,
  link_code,
  voucher_pin,
  voucher_request,
  receipt,
  top_up,
  payer,
  poll_taker,
  fill_code,
  fill_request
};

using BlindIndex = std::array<unsigned char, 16>;
using CodeMac = std::array<unsigned char, 32>;
using KeyCheck = std::array<unsigned char, 16>;
using SealedBytes = std::vector<unsigned char>;

// Which keys of a ring do what in a database.
struct KeysInUse {
  std::uint8_t first = 0;   // makes indexes and keyed hashes as long as the database lives: they are compared
  std::uint8_t newest = 0;  // seals; what any other key has sealed opens too
};

// Tells a key from another one without telling anything of it.
Result<KeyCheck> key_check(const MasterKey& key);

// What is sealed of a national number: country and digits, as in "SY01020304050".
std::string sealed_form(const NationalId& national_id);
Result<NationalId> parse_sealed_form(std::string_view text);

// The row of a person's service PIN.
RowIdentity pin_row(const BlindIndex& person);

// Where a person was erased, in place of the sealed number and of its index: zeros, of which no key has made either
// (their numbers begin at 1).
inline bool is_erased(std::span<const unsigned char> sealed) {
  return !sealed.empty() && sealed[0] == 0;
}
inline bool is_erased(const BlindIndex& person) {
  return person == BlindIndex{};
}

class Sealer {
 public:
  static constexpr std::size_t overhead = 1 + 12 + 16;

  // Both keys must be in the ring. Error unavailable: OpenSSL cannot serve.
  static Result<Sealer> create(const KeyRing& keys, const KeysInUse& use);
  static Result<Sealer> create(const MasterKey& key, std::uint8_t key_id);  // of one key that does all
  Sealer(Sealer&&) noexcept;
  Sealer& operator=(Sealer&&) noexcept;
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;
  ~Sealer();

  [[nodiscard]] std::uint8_t seals_with() const;  // the newest key's id
  // The record replaces what `sealed` held. Error unavailable: no random bytes.
  Status seal(const RowIdentity& row, std::string_view plain, SealedBytes& sealed);
  // Error io: damaged, moved from another row, or sealed with a key that is not loaded.
  Result<std::string> open(const RowIdentity& row, std::span<const unsigned char> sealed);

  // Two different persons never share one in practice (128 bits), the same person always gets the same.
  BlindIndex index_of(const NationalId& national_id);
  BlindIndex index_of(Msisdn msisdn);
  // HMAC-SHA-256 of a one-time code, or of what one authorises: it tells nothing without the key.
  CodeMac code_mac(std::string_view text);
  // Of something that is only ever compared; `row`: what it belongs to, 0 where the same must be told on any row.
  BlindIndex hash_of(HashedField field, std::uint64_t row, std::string_view text);
  // In constant time.
  static bool same(std::span<const unsigned char> one, std::span<const unsigned char> other);

 private:
  struct Parts;
  explicit Sealer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace shubbak::store
