#include "store/sqlite/person_cache.hpp"

#include <array>

#include "store_fixture.hpp"

namespace shubbak::store {
namespace {

Person linked(Msisdn msisdn, const NationalId& person, const std::string& locale = "ar") {
  return Person{Link{msisdn, person, LinkState::suspended, at(9), MoneyHold::asked, 0xfedcba98}, locale, true, false};
}

TEST_CASE("a cached person comes back as it was, of any country, linked or not") {
  PersonCache cache(64);
  const std::array persons{syrian("00000000000"), *NationalId::parse(Country::egypt, "29001010112345"),
                           *NationalId::parse(Country::iraq, "012345678901")};
  std::uint64_t last_digits = 0;
  for (const NationalId& person : persons) {
    const Msisdn msisdn = number(++last_digits);
    CHECK_FALSE(cache.find(msisdn).has_value());
    cache.put(msisdn, linked(msisdn, person));
    const auto found = cache.find(msisdn);
    REQUIRE(found.has_value());
    REQUIRE(found->link.has_value());
    CHECK(found->link->msisdn == msisdn);
    CHECK(found->link->national_id == person);
    CHECK(found->link->state == LinkState::suspended);
    CHECK(found->link->since == at(9));
    CHECK(found->link->hold == MoneyHold::asked);
    CHECK(found->link->imsi_mark == 0xfedcba98);
    CHECK(found->has_ussd_walk);
    CHECK_FALSE(found->has_sms_walk);
    CHECK(found->locale == "ar");
  }
  cache.put(number(50), Person{std::nullopt, ""});
  REQUIRE(cache.find(number(50)).has_value());
  CHECK_FALSE(cache.find(number(50))->link.has_value());
  CHECK(cache.find(number(50))->locale.empty());
}

TEST_CASE("a cached person is replaced and forgotten") {
  PersonCache cache(64);
  cache.put(number(), linked(number(), syrian(), "ar"));
  cache.put(number(), linked(number(), syrian(), "en"));
  CHECK(cache.find(number())->locale == "en");
  cache.forget(number());
  CHECK_FALSE(cache.find(number()).has_value());
  cache.put(number(), linked(number(), syrian(), "ar"));
  cache.put(number(2), linked(number(2), syrian(), "ar"));
  cache.forget_all();
  CHECK_FALSE(cache.find(number()).has_value());
  CHECK_FALSE(cache.find(number(2)).has_value());
}

TEST_CASE("a person with an unusually long language name is not cached, and replaces no older truth") {
  PersonCache cache(64);
  cache.put(number(), Person{std::nullopt, "ar"});
  cache.put(number(), Person{std::nullopt, "ar-Arab-SY-x-damascus"});
  CHECK_FALSE(cache.find(number()).has_value());
}

TEST_CASE("a full cache keeps its bound and the persons that are asked for") {
  PersonCache cache(64);
  const Msisdn regular = number(999'999);
  cache.put(regular, Person{std::nullopt, "ku"});
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    REQUIRE(cache.find(regular).has_value());
    cache.put(number(i), Person{std::nullopt, "ar"});
  }
  CHECK(cache.find(number(9'999)).has_value());
  std::size_t kept = 0;
  for (std::uint64_t i = 0; i < 10'000; ++i) kept += cache.find(number(i)).has_value() ? 1U : 0U;
  CHECK(kept <= 64);
  CHECK(kept >= 32);
  CHECK(cache.find(regular)->locale == "ku");
}

TEST_CASE("a cache of no places keeps nothing") {
  PersonCache cache(7);
  cache.put(number(), Person{std::nullopt, "ar"});
  CHECK_FALSE(cache.find(number()).has_value());
  cache.forget(number());
  cache.forget_all();
}

}  // namespace
}  // namespace shubbak::store
