#include "smpp/sender.hpp"

#include <catch2/catch.hpp>

using namespace shubbak;
using smpp::number_of;

TEST_CASE("a sender is a phone's international number, whatever type the SMSC gives it") {
  for (const unsigned ton : {0U, 1U, 3U, 4U, 6U, 7U}) {
    CAPTURE(ton);
    const auto number = number_of({.ton = static_cast<std::uint8_t>(ton), .npi = 1, .digits = "963933123456"});
    REQUIRE(number.ok());
    CHECK(number->reveal() == "963933123456");
  }
  CHECK(number_of({.ton = 1, .npi = 1, .digits = "+963933123456"}).ok());
}

TEST_CASE("national numbers, names and short codes are nobody that can be answered") {
  CHECK(number_of({.ton = 2, .npi = 1, .digits = "933123456"}).error().code == Errc::invalid);
  CHECK(number_of({.ton = 2, .npi = 1, .digits = "963933123456"}).error().code == Errc::invalid);
  CHECK(number_of({.ton = 5, .npi = 0, .digits = "9639331234"}).error().code == Errc::invalid);
  CHECK(number_of({.ton = 0, .npi = 0, .digits = "0933123456"}).error().code == Errc::malformed);
  CHECK(number_of({.ton = 3, .npi = 0, .digits = "123"}).error().code == Errc::malformed);
  CHECK(number_of({.ton = 0, .npi = 0, .digits = "BANK"}).error().code == Errc::malformed);
  CHECK(number_of(smpp::Address{}).error().code == Errc::malformed);
}
