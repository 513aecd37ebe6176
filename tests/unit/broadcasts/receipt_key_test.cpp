// A receipt finds its message however the SMSC writes the message's number.
#include "broadcasts/receipt_key.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "smpp/receipt.hpp"

namespace shubbak::broadcasts {

TEST_CASE("a receipt finds the message that it is of, as smpp tells them the same") {
  const std::vector<std::string> ids{"1A2B",
                                     "6699",
                                     "0000001a2b",
                                     "abc-7",
                                     "ABC-7",
                                     "0",
                                     "00",
                                     "10",
                                     "16",
                                     "18446744073709551615",
                                     "ffffffffffffffff",
                                     "7",
                                     "07"};
  for (const std::string& submitted : ids) {
    for (const std::string& receipted : ids) {
      INFO(submitted << " " << receipted);
      if (!smpp::same_message_id(submitted, receipted)) continue;
      const auto keys = receipt_keys(receipted);
      CHECK(std::ranges::find(keys, receipt_key(submitted)) != keys.end());
    }
  }
}

TEST_CASE("a receipt looks for its own number first, and for no other message's") {
  CHECK(receipt_keys("0016") == std::vector<std::string>{"16", "10", "22"});
  CHECK(receipt_keys("x-9") == std::vector<std::string>{"x-9"});
  CHECK(receipt_keys("").empty());
  CHECK(receipt_key("").empty());
  CHECK(receipt_key("000") == "0");
}

}  // namespace shubbak::broadcasts
