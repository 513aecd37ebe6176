#include "numbers/typed_number.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace shubbak::numbers {

TEST_CASE("mobile numbers as people write them, by the deployment's country") {
  struct Row {
    Country country;
    std::string typed;
    std::string e164;
  };
  const std::vector<Row> rows{
      {Country::syria, "0933123456", "963933123456"},        {Country::syria, "+963933123456", "963933123456"},
      {Country::syria, "00963933123456", "963933123456"},    {Country::syria, "963933123456", "963933123456"},
      {Country::syria, "٠٩٣٣١٢٣٤٥٦", "963933123456"},        {Country::syria, "۰۹۳۳ ۱۲۳ ۴۵۶", "963933123456"},
      {Country::syria, " 0933 123-456 ", "963933123456"},    {Country::egypt, "01012345678", "201012345678"},
      {Country::egypt, "01112345678", "201112345678"},       {Country::egypt, "01212345678", "201212345678"},
      {Country::egypt, "+201512345678", "201512345678"},     {Country::iraq, "07701234567", "9647701234567"},
      {Country::iraq, "+964 770 123 4567", "9647701234567"}, {Country::kuwait, "55512345", "96555512345"},
      {Country::kuwait, "99999999", "96599999999"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.typed);
    const auto parsed = parse_typed_mobile(row.typed, row.country);
    REQUIRE(parsed.ok());
    CHECK(parsed->reveal() == row.e164);
  }
}

TEST_CASE("what is no mobile number of the country is refused") {
  struct Row {
    Country country;
    std::string typed;
    Errc code;
  };
  const std::vector<Row> rows{
      {Country::syria, "", Errc::malformed},
      {Country::syria, "abc", Errc::malformed},
      {Country::syria, std::string(100'000, '9'), Errc::malformed},
      {Country::syria, std::string("\xff\xfe\0", 3), Errc::malformed},
      {Country::syria, "12", Errc::invalid},
      {Country::syria, "093312345", Errc::invalid},      // one digit short
      {Country::syria, "09331234567", Errc::invalid},    // one too many
      {Country::syria, "0112345678", Errc::invalid},     // a fixed line of Damascus
      {Country::syria, "+201012345678", Errc::invalid},  // Egypt's
      {Country::syria, "0933123456 ext. 7", Errc::malformed},
      {Country::syria, "0933ooo123", Errc::malformed},  // by the keypad that would be 0933666123
      {Country::syria, "call 0933123456", Errc::malformed},
      {Country::syria, "0933123456/0933123457", Errc::malformed},
      {Country::syria, "+", Errc::malformed},
      {Country::egypt, "01312345678", Errc::invalid},
      {Country::iraq, "06612345678", Errc::invalid},
      {Country::kuwait, "22212345", Errc::invalid},
  };
  for (const Row& row : rows) {
    CAPTURE(row.typed.substr(0, 40));
    const auto parsed = parse_typed_mobile(row.typed, row.country);
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().code == row.code);
  }
}

}  // namespace shubbak::numbers
