// The check digit of Shubbak's own numbers.
#include "domain/check_digit.hpp"

#include <string>

#include <catch2/catch.hpp>

namespace shubbak {

TEST_CASE("the check digit is Damm's") {
  CHECK(check_digit("572") == '4');  // the example of his thesis
  CHECK(check_digit("0") == '0');
  CHECK(check_digit("112946") == '0');
}

TEST_CASE("what ends with its check digit, and what does not") {
  CHECK(ends_with_check_digit("5724"));
  for (const char* text : {"", "4", "5723", "7524", "572x", "57 24", "-5724", "٥٧٢٤"}) {
    INFO(text);
    CHECK_FALSE(ends_with_check_digit(text));
  }
}

TEST_CASE("a number that is read out has one form") {
  CHECK(checked_number(572, 4) == "5724");
  CHECK(checked_number(572, 8) == std::string("0000572") + check_digit("0000572"));
  for (const std::int64_t number : {std::int64_t{1}, std::int64_t{9'999'999}, std::int64_t{123'456'789'012'345'678}})
    CHECK(parse_checked_number(checked_number(number, 8), 8) == number);
  CHECK_FALSE(parse_checked_number("5724", 8));
  CHECK_FALSE(parse_checked_number("00" + checked_number(572, 8), 8));
  for (const char* text : {"", "00000000", "5723", "9999999999999999999999"})
    CHECK_FALSE(parse_checked_number(text, 1));
}

}  // namespace shubbak
