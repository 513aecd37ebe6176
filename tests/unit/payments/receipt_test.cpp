// Numbers and check codes of receipts: what is told, and what is taken for one.
#include "payments/receipt.hpp"

#include <array>
#include <limits>
#include <set>

#include <catch2/catch.hpp>

namespace shubbak::payments {

TEST_CASE("a receipt's number is that of the payment and a check digit, never six digits long") {
  CHECK(receipt_number(1) == "00000013");
  CHECK(receipt_number(4'711) == "00047118");
  CHECK(receipt_number(7'992'739'871) == "79927398711");
  for (const std::int64_t payment :
       {std::int64_t{1}, std::int64_t{99'999}, std::int64_t{12'345'678}, std::int64_t{999'999'999'999'999'999}}) {
    CHECK(receipt_number(payment).size() >= receipt_digits_min);
    CHECK(parse_receipt_number(receipt_number(payment)) == payment);
  }
}

TEST_CASE("each single wrong digit of a receipt's number is found, and what is none is none") {
  const std::string right = receipt_number(8'254'417);
  for (std::size_t place = 0; place < right.size(); ++place) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string typed = right;
      if (typed[place] == digit) continue;
      typed[place] = digit;
      CHECK_FALSE(parse_receipt_number(typed));
    }
  }
  for (const char* typed : {"", "8", "0000001", "00000000", "000000013", "0000001a", "-0000013", "00000013 ",
                            "99999999999999999999", "9999999999999999999999999"})
    CHECK_FALSE(parse_receipt_number(typed));
}

TEST_CASE("a check code is seven digits that follow the keyed hash") {
  std::array<unsigned char, 16> hash{};
  CHECK(check_code(hash) == "0000000");
  hash[7] = 42;
  CHECK(check_code(hash) == "0000042");
  hash.fill(0xFF);
  CHECK(check_code(hash) == "9551615");  // of 2^64 - 1 = 18446744073709551615
  std::set<std::string> codes;
  for (unsigned i = 0; i < 256; ++i) {
    hash[3] = static_cast<unsigned char>(i);
    codes.insert(check_code(hash));
  }
  CHECK(codes.size() == 256);
}

TEST_CASE("a check code is taken whole") {
  CHECK(is_check_code("0000042", "0000042"));
  for (const char* typed : {"", "0000043", "000004", "00000420", "1000042"})
    CHECK_FALSE(is_check_code(typed, "0000042"));
}

TEST_CASE("of an account the last four digits are shown") {
  CHECK(masked_account("123454521") == "*4521");
  CHECK(masked_account("54521") == "*4521");
  CHECK(masked_account("4521") == "4521");
  CHECK(masked_account("") == "");
}

}  // namespace shubbak::payments
