#include "store/seal.hpp"

#include <set>

#include "store_fixture.hpp"

namespace shubbak::store {
namespace {

MasterKey key_of(unsigned char first) {
  std::array<unsigned char, MasterKey::size> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<unsigned char>(first + i);
  return MasterKey(bytes);
}

Sealer sealer_of(unsigned char first, std::uint8_t key_id = 1) {
  auto sealer = Sealer::create(key_of(first), key_id);
  REQUIRE(sealer.ok());
  return *std::move(sealer);
}

constexpr RowIdentity row{SealedField::national_id, 963'933'123'456};

TEST_CASE("what is sealed opens again with the same key and row, the empty text too") {
  Sealer sealer = sealer_of(0);
  SealedBytes sealed;
  for (const std::string& plain : {std::string("SY01020304050"), std::string(), std::string(70'000, 'x')}) {
    REQUIRE(sealer.seal(row, plain, sealed).ok());
    CHECK(sealed.size() == plain.size() + Sealer::overhead);
    CHECK(sealed[0] == 1);
    CHECK(sealer.open(row, sealed).value() == plain);
    CHECK(sealer_of(0).open(row, sealed).value() == plain);
  }
}

TEST_CASE("a sealed field opens for no other row, field, channel, key or key id") {
  Sealer sealer = sealer_of(0);
  SealedBytes sealed;
  REQUIRE(sealer.seal(row, "SY01020304050", sealed).ok());
  CHECK_FALSE(sealer.open(RowIdentity{row.field, row.id + 1}, sealed).ok());
  CHECK_FALSE(sealer.open(RowIdentity{row.field, row.id, 1}, sealed).ok());
  CHECK_FALSE(sealer.open(RowIdentity{SealedField::outbox_text, row.id}, sealed).ok());
  CHECK_FALSE(sealer_of(1).open(row, sealed).ok());
  const auto other_id = sealer_of(0, 2).open(row, sealed);
  REQUIRE_FALSE(other_id.ok());
  CHECK_THAT(other_id.error().message, Catch::Contains("key 1"));

  REQUIRE(sealer.seal(RowIdentity{SealedField::outbox_text, 7}, "text", sealed).ok());
  CHECK_FALSE(sealer.open(RowIdentity{SealedField::walk_session, 7}, sealed).ok());
}

TEST_CASE("of several keys the newest seals, each opens, and the first makes the indexes") {
  const auto ring = [](std::vector<std::uint8_t> ids) {
    std::vector<NumberedKey> keys;
    for (const std::uint8_t id : ids) keys.push_back({id, key_of(id)});
    return KeyRing(std::move(keys));
  };
  Sealer first = sealer_of(1, 1);
  Sealer both = Sealer::create(ring({1, 2}), {1, 2}).value();
  Sealer third = Sealer::create(ring({3, 1}), {1, 3}).value();
  SealedBytes old;
  SealedBytes fresh;
  REQUIRE(first.seal(row, "SY01020304050", old).ok());
  REQUIRE(both.seal(row, "SY01020304050", fresh).ok());
  CHECK(old[0] == 1);
  CHECK(fresh[0] == 2);
  CHECK(both.open(row, old).value() == "SY01020304050");
  CHECK(both.open(row, fresh).value() == "SY01020304050");
  CHECK(third.open(row, old).ok());
  const auto refused = third.open(row, fresh);
  REQUIRE_FALSE(refused.ok());
  CHECK_THAT(refused.error().message, Catch::Contains("key 2, which is not loaded"));
  const NationalId person = *NationalId::parse(Country::syria, "01020304050");
  CHECK(first.index_of(person) == both.index_of(person));
  CHECK(first.code_mac("x") == third.code_mac("x"));
  CHECK(first.hash_of(HashedField::imsi, 0, "x") == both.hash_of(HashedField::imsi, 0, "x"));
}

TEST_CASE("every flipped bit and every shortening of a sealed field is noticed") {
  Sealer sealer = sealer_of(0);
  SealedBytes sealed;
  REQUIRE(sealer.seal(row, "SY01020304050", sealed).ok());
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    SealedBytes changed = sealed;
    changed[bit / 8] = static_cast<unsigned char>(changed[bit / 8] ^ 1U << bit % 8);
    CHECK_FALSE(sealer.open(row, changed).ok());
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    CHECK_FALSE(sealer.open(row, std::span(sealed).first(size)).ok());
  }
}

TEST_CASE("no nonce is used twice, by one sealer or by two of the same key") {
  Sealer one = sealer_of(0);
  Sealer two = sealer_of(0);
  std::set<SealedBytes> nonces;
  SealedBytes sealed;
  for (int i = 0; i < 1'000; ++i) {
    for (Sealer* sealer : {&one, &two}) {
      REQUIRE(sealer->seal(row, "same", sealed).ok());
      nonces.insert(SealedBytes(sealed.begin() + 1, sealed.begin() + 13));
    }
  }
  CHECK(nonces.size() == 2'000);
}

TEST_CASE("the blind index is the same for one person and key, and differs for any other") {
  Sealer sealer = sealer_of(0);
  const BlindIndex index = sealer.index_of(syrian());
  CHECK(sealer.index_of(syrian("01020304051")) != index);
  CHECK(sealer.index_of(syrian()) == index);
  CHECK(sealer_of(0).index_of(syrian()) == index);
  CHECK(sealer_of(1).index_of(syrian()) != index);
  const NationalId kuwaiti = *NationalId::parse(Country::kuwait, "290010100003");
  const NationalId iraqi = *NationalId::parse(Country::iraq, "290010100003");
  CHECK(sealer.index_of(kuwaiti) != sealer.index_of(iraqi));
}

// As Python's hmac computes it: HKDF-SHA-256 of the key with "shubbak store" and "one-time codes", then HMAC-SHA-256.
TEST_CASE("the keyed hash of a code is HMAC-SHA-256 with a subkey of its own") {
  const CodeMac expected{0xb3, 0xe5, 0x41, 0xa7, 0x1d, 0x49, 0xdd, 0xec, 0xc6, 0xf5, 0x42,
                         0x1e, 0x4d, 0xc7, 0x4c, 0xee, 0x71, 0x1f, 0x7e, 0xf7, 0x71, 0x0c,
                         0xd5, 0xd5, 0x89, 0xd7, 0x9d, 0xe6, 0x77, 0xa1, 0x55, 0xd2};
  Sealer sealer = sealer_of(0);
  CHECK(sealer.code_mac("493817") == expected);
  CHECK(sealer.code_mac("493818") != expected);
  CHECK(sealer_of(1).code_mac("493817") != expected);
  CHECK(sealer.code_mac("493817") == expected);  // nothing is left of the one before
}

TEST_CASE("a key check tells keys apart") {
  CHECK(key_check(key_of(0)).value() == key_check(key_of(0)).value());
  CHECK(key_check(key_of(0)).value() != key_check(key_of(1)).value());
}

TEST_CASE("the sealed form of a national number keeps its country") {
  CHECK(sealed_form(syrian()) == "SY01020304050");
  CHECK(parse_sealed_form("SY01020304050").value() == syrian());
  CHECK_FALSE(parse_sealed_form("XX01020304050").ok());
  CHECK_FALSE(parse_sealed_form("S").ok());
  CHECK_FALSE(parse_sealed_form("").ok());
}

}  // namespace
}  // namespace shubbak::store
