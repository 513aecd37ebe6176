#include "domain/national_id.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

using namespace shubbak;

namespace {

bool is_valid(Country country, std::string_view digits) {
  return NationalId::parse(country, digits).ok();
}

}  // namespace

TEST_CASE("countries are named by ISO 3166") {
  for (const Country country : {Country::egypt, Country::iraq, Country::kuwait, Country::syria}) {
    CHECK(*parse_country(to_string(country)) == country);
  }
  CHECK(to_string(Country::egypt) == "EG");
  CHECK(to_string(Country::iraq) == "IQ");
  CHECK(to_string(Country::kuwait) == "KW");
  CHECK(to_string(Country::syria) == "SY");
  for (const std::string_view text : {"", "eg", "SA", "EGY", "E"}) CHECK_FALSE(parse_country(text).ok());
}

TEST_CASE("an Egyptian national number has a century, a date and a governorate") {
  CHECK(is_valid(Country::egypt, "29010280165195"));
  for (const std::string_view digits : {
           "30002290112345",  // 29 February 2000
           "29612310112345",  // last of December
           "29001018812345",  // born abroad
           "29001010412345",
           "29001011112345",
           "29001011912345",
           "29001012112345",
           "29001012912345",
           "29001013112345",
           "29001013512345",
       }) {
    CAPTURE(digits);
    CHECK(is_valid(Country::egypt, digits));
  }
  for (const std::string_view digits : {
           "19010280165195",  // century
           "49010280165195",
           "29013280165195",  // month 13
           "29000280165195",  // month 0
           "29010000165195",  // day 0
           "29002300165195",  // 30 February
           "29002290165195",  // 1990 is no leap year
           "29004310165195",  // 31 April
           "29001010012345",  // governorates
           "29001010512345",
           "29001011012345",
           "29001012012345",
           "29001013012345",
           "29001013612345",
           "29001018712345",
           "29001019912345",
       }) {
    CAPTURE(digits);
    CHECK_FALSE(is_valid(Country::egypt, digits));
  }
}

TEST_CASE("1900 was no leap year and 2000 was") {
  CHECK_FALSE(is_valid(Country::egypt, "20002290112345"));
  CHECK(is_valid(Country::egypt, "30002290112345"));
}

TEST_CASE("the check digit of an Egyptian number is never judged") {
  for (char last = '0'; last <= '9'; ++last) CHECK(is_valid(Country::egypt, std::string("2901028016519") + last));
}

TEST_CASE("a Kuwaiti civil ID is checked by its weighted digit") {
  for (const std::string_view digits : {"288020122596", "227081660516", "292091998298"}) {
    CAPTURE(digits);
    CHECK(is_valid(Country::kuwait, digits));
  }
  CHECK_FALSE(is_valid(Country::kuwait, "292091998297"));
}

TEST_CASE("exactly one last digit makes a Kuwaiti civil ID valid, or none") {
  std::size_t without_any = 0;
  for (int serial = 0; serial < 1000; ++serial) {
    const std::string begin = "2880201" + std::to_string(1000 + serial);
    int valid = 0;
    for (char last = '0'; last <= '9'; ++last) valid += is_valid(Country::kuwait, begin + last) ? 1 : 0;
    REQUIRE(valid <= 1);
    if (valid == 0) ++without_any;
  }
  // c = 10 and c = 11 are not digits: two of eleven residues.
  CHECK(without_any > 150);
  CHECK(without_any < 215);
}

TEST_CASE("one wrong digit of a Kuwaiti civil ID is noticed") {
  const std::string valid = "288020122596";
  for (std::size_t i = 0; i < valid.size(); ++i) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string other = valid;
      other[i] = digit;
      CAPTURE(other);
      CHECK(is_valid(Country::kuwait, other) == (other == valid));
    }
  }
}

TEST_CASE("Iraqi and Syrian numbers are judged by their length") {
  CHECK(is_valid(Country::iraq, "199012345678"));
  CHECK(is_valid(Country::syria, "02010123456"));
  CHECK_FALSE(is_valid(Country::iraq, "02010123456"));
  CHECK_FALSE(is_valid(Country::syria, "199012345678"));
}

TEST_CASE("a national number holds its country's number of digits and nothing else") {
  struct Row {
    Country country;
    std::string digits;
  };
  for (const Row& row : {Row{Country::egypt, "29010280165195"}, Row{Country::kuwait, "288020122596"},
                         Row{Country::iraq, "199012345678"}, Row{Country::syria, "02010123456"}}) {
    CAPTURE(row.digits);
    REQUIRE(is_valid(row.country, row.digits));
    for (std::string wrong : {std::string(), row.digits + "0", row.digits.substr(1), " " + row.digits.substr(1),
                              row.digits.substr(1) + "x", std::string(200, '2')}) {
      CAPTURE(wrong);
      const auto id = NationalId::parse(row.country, wrong);
      REQUIRE_FALSE(id.ok());
      CHECK(id.error().code == Errc::malformed);
      if (!wrong.empty()) CHECK(id.error().message.find(wrong) == std::string::npos);
    }
  }
}

TEST_CASE("a national number is shown masked") {
  const auto id = NationalId::parse(Country::kuwait, "288020122596");
  REQUIRE(id.ok());
  CHECK(id->masked() == "28********96");
  CHECK(id->reveal() == "288020122596");
  CHECK(id->country() == Country::kuwait);
}
