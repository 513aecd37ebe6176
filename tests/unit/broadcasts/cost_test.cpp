// What a broadcast costs: as many short messages as phones get.
#include "broadcasts/cost.hpp"

#include <limits>

#include <catch2/catch.hpp>

namespace shubbak::broadcasts {
namespace {

const std::vector<Way> ways{{.operator_name = "syriatel", .price_per_part = 50},
                            {.operator_name = "mtn", .parts_max = 2, .price_per_part = 70}};

std::string letters(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "ب";
  return text;
}
std::string in_english_short(std::string_view, std::string_view locale) {
  return locale == "en" ? "short" : letters(71);  // two parts
}

}  // namespace

TEST_CASE("a text is as many short messages as the operator's link cuts it into") {
  CHECK(*parts_of(letters(70), ways[0]) == 1);
  CHECK(*parts_of(letters(71), ways[0]) == 2);
  CHECK(*parts_of(letters(134), ways[0]) == 2);
  CHECK(*parts_of(letters(135), ways[0]) == 3);
  CHECK(*parts_of(std::string(160, 'a'), ways[0]) == 1);
  CHECK(*parts_of(std::string(161, 'a'), ways[0]) == 2);
  const auto too_long = parts_of(letters(135), ways[1]);
  REQUIRE_FALSE(too_long.ok());
  CHECK(too_long.error().code == Errc::limit);
  // What an SMSC cuts by itself it charges by the short message too.
  const Way uncut{.operator_name = "zain", .long_text = smpp::LongTextMethod::message_payload};
  CHECK(*parts_of(letters(71), uncut) == 2);
}

TEST_CASE("a cost is parts times recipients times the price of each operator") {
  const std::vector<Group> groups{{"syriatel", "ar", 100}, {"syriatel", "en", 10}, {"mtn", "ar", 3}};
  const auto counted = estimate(groups, in_english_short, ways);
  REQUIRE(counted.ok());
  CHECK(*counted == Estimate{113, 200 + 10 + 6, 200 * 50 + 10 * 50 + 6 * 70});
  // Of whom it is not known whose they are go by the first one.
  CHECK(*estimate(std::vector<Group>{{"", "en", 5}, {"gone", "en", 1}}, in_english_short, ways) ==
        Estimate{6, 6, 300});
  CHECK(*estimate({}, in_english_short, ways) == Estimate{});
}

TEST_CASE("what cannot be told or counted is refused") {
  const TextOf too_long = [](std::string_view, std::string_view) { return letters(300); };
  CHECK(estimate(std::vector<Group>{{"mtn", "ar", 1}}, too_long, ways).error().code == Errc::limit);
  CHECK(estimate(std::vector<Group>{{"mtn", "ar", 1}}, in_english_short, {}).error().code == Errc::invalid);
  const std::vector<Group> all{{"mtn", "ar", std::numeric_limits<std::int64_t>::max() / 2}};
  CHECK(estimate(all, in_english_short, ways).error().code == Errc::limit);
}

}  // namespace shubbak::broadcasts
