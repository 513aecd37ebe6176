#include "audit/record.hpp"

#include "chain_fixture.hpp"

namespace shubbak::audit {

TEST_CASE("the SHA-256 that the store gives is that of FIPS 180-4") {
  const auto hash = hashing();
  const std::string abc = "abc";
  CHECK(to_hex(hash(std::span(reinterpret_cast<const std::uint8_t*>(abc.data()), abc.size()))) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(hash({})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// The expected hash was made by another program from the description alone:
//   python3 -c "import hashlib,struct; t=lambda b: struct.pack('>H',len(b))+b; print(hashlib.sha256(bytes(32)+
//   struct.pack('>qq',1,1790000000123)+t(b'staff')+t(b'amal')+t(b'link.active')+t(bytes(range(16)))+t(b'\xff'*16)+
//   t(b'')+t(b'{\"was\":\"pending\"}')).hexdigest())"
TEST_CASE("the hash of a record is what its description says") {
  Record record{.number = 1,
                .at = WallTime(std::chrono::milliseconds(1'790'000'000'123)),
                .by = {Actor::Kind::staff, "amal"},
                .action = "link.active",
                .person = std::string("\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17", 16),
                .msisdn = std::string(16, '\xff'),
                .detail = R"({"was":"pending"})"};
  Chain chain(hashing());
  const auto hash = chain.hash_of(Hash{}, record);
  REQUIRE(hash.has_value());
  CHECK(to_hex(*hash) == "8b32b248cf619e996cca24590613b2b23c90967eea9bb99914a21d11f56b34af");
  CHECK(chain.hash_of(*hash, record) != hash);  // of what was before
  record.detail = std::string(Chain::text_octets_max + 1, 'x');
  CHECK_FALSE(chain.hash_of(Hash{}, record).has_value());
}

TEST_CASE("where one text ends and the next begins is part of the hash") {
  Record one{.number = 1, .by = {Actor::Kind::staff, "ab"}, .action = "c", .person = "", .msisdn = "", .thing = "de"};
  Record two = one;
  two.by.name = "a";
  two.action = "bc";
  Chain chain(hashing());
  CHECK(chain.hash_of(Hash{}, one) != chain.hash_of(Hash{}, two));
}

TEST_CASE("who acts has a name where an account acts, and none else") {
  CHECK(check(Actor{}).ok());
  CHECK(check(Actor{Actor::Kind::citizen, ""}).ok());
  CHECK(check(Actor{Actor::Kind::citizen, "ussd"}).ok());
  CHECK_FALSE(check(Actor{Actor::Kind::citizen, "Amal"}).ok());
  CHECK_FALSE(check(Actor{Actor::Kind::system, "ussd"}).ok());
  for (const auto kind :
       {Actor::Kind::staff, Actor::Kind::agent, Actor::Kind::operator_hook, Actor::Kind::command_line}) {
    CHECK(check(Actor{kind, "amal"}).ok());
    CHECK_FALSE(check(Actor{kind, ""}).ok());
    CHECK_FALSE(check(Actor{kind, "+963933123456"}).ok());
  }
}

TEST_CASE("what a record is about is a revision or a public name, never a number") {
  CHECK(check_thing("").ok());
  CHECK(check_thing("1234567890123456").ok());  // a revision whose hexadecimal digits are all decimal
  CHECK(check_thing("account amal").ok());
  CHECK_FALSE(check_thing("963933123456").ok());
  CHECK_FALSE(check_thing("28801012345678").ok());
  CHECK_FALSE(check_thing("a\nb").ok());
}

TEST_CASE("every action has its word, each another, and they have areas") {
  for (std::size_t i = 0; i < action_words.size(); ++i) {
    CHECK(area(action_words[i]).size() > 0);
    CHECK(area(action_words[i]).size() < action_words[i].size());
    for (std::size_t j = 0; j < i; ++j) CHECK(action_words[i] != action_words[j]);
  }
  CHECK(word(Action::link_made) == "link.made");
  CHECK(word(Action::link_verified) == "link.verified");
  CHECK(word(Action::pin_locked) == "pin.locked");
  CHECK(word(Action::key_rotated) == "key.rotated");
  CHECK(word(Action::money_moved) == "money.moved");
  CHECK(word(Action::ledger_sealed) == "ledger.sealed");
  CHECK(word(Action::voucher_opened) == "voucher.opened");
  CHECK(word(Action::voucher_locked) == "voucher.locked");
  CHECK(word(Action::reconciliation_imported) == "reconcile.imported");
  CHECK(word(Action::reconciliation_resolved) == "reconcile.resolved");
  CHECK(area(word(Action::otp_locked)) == "otp");
}

}  // namespace shubbak::audit
