#include "domain/msisdn.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

using namespace shubbak;

TEST_CASE("a mobile number is read in the forms that gateways send") {
  const std::vector<std::pair<std::string_view, std::uint64_t>> rows{
      {"963933123456", 963933123456}, {"+963933123456", 963933123456},      {"00963933123456", 963933123456},
      {"201012345678", 201012345678}, {"+9647712345678", 9647712345678},    {"96550012345", 96550012345},
      {"1234567", 1234567},           {"999999999999999", 999999999999999},
  };
  for (const auto& [text, value] : rows) {
    CAPTURE(text);
    const auto msisdn = Msisdn::parse(text);
    REQUIRE(msisdn.ok());
    CHECK(msisdn->value() == value);
    CHECK(msisdn->reveal() == std::to_string(value));
    CHECK(*Msisdn::from_value(value) == *msisdn);
  }
}

TEST_CASE("what is no mobile number is refused, and the error does not repeat it") {
  for (const std::string_view text : {"", "+", "00", "123456", "+123456", "1234567890123456", "0933123456",
                                      "+0933123456", "000963933123456", "++963933123456", "963 933123456",
                                      "963-933123456", "96393312345x", "٩٦٣٩٣٣١٢٣٤٥٦", "Shubbak", "96393312345\n"}) {
    CAPTURE(text);
    const auto msisdn = Msisdn::parse(text);
    REQUIRE_FALSE(msisdn.ok());
    CHECK(msisdn.error().code == Errc::malformed);
    if (text.size() > 2) CHECK(msisdn.error().message.find(text) == std::string::npos);
  }
  CHECK_FALSE(Msisdn::from_value(0).ok());
  CHECK_FALSE(Msisdn::from_value(UINT64_MAX).ok());
}

TEST_CASE("a masked number shows its country and its last two digits") {
  CHECK(Msisdn::parse("963933123456")->masked() == "9639******56");
  CHECK(Msisdn::parse("1234567")->masked() == "1234*67");
}

TEST_CASE("numbers are ordered and compared by value") {
  CHECK(*Msisdn::parse("+963933123456") == *Msisdn::parse("963933123456"));
  CHECK(*Msisdn::parse("963933123455") < *Msisdn::parse("963933123456"));
}
