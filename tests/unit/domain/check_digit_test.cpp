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

}  // namespace shubbak
