#include "flows/slots.hpp"

#include <catch2/catch.hpp>

using namespace shubbak;
using namespace shubbak::flows;

namespace {

Slot scalar(ScalarType type) {
  Slot slot;
  slot.scalar = type;
  return slot;
}
const Slot number = scalar({ScalarType::Kind::integer, Currency::SYP, 0, 0, -5, 99});
const Slot money = scalar({ScalarType::Kind::money, Currency::KWD, 0, 0, 0, 1'000'000});
const Slot digits = scalar({ScalarType::Kind::digits, Currency::SYP, 2, 6, 0, 0});
const Slot short_text = scalar({ScalarType::Kind::text, Currency::SYP, 0, 5, 0, 0});

Slot list() {
  Slot slot;
  slot.shape = Slot::Shape::list;
  slot.length_max = 2;
  slot.fields = {{"id", digits.scalar}, {"label", short_text.scalar}};
  return slot;
}

std::string converted(std::string_view json, const Slot& slot) {
  const auto value = from_json(boost::json::parse(boost::json::string_view(json.data(), json.size())), slot);
  return value ? boost::json::serialize(to_json(*value)) : "does not fit";
}

}  // namespace

TEST_CASE("slots: a service's result fits its slot or is refused, and only text is cut") {
  const auto [json, slot, expected] = GENERATE(table<std::string, Slot, std::string>({
      {"5", number, "5"},
      {"99", number, "99"},
      {"100", number, "does not fit"},
      {"-6", number, "does not fit"},
      {"5.0", number, "does not fit"},
      {"\"5\"", number, "does not fit"},
      {"null", number, "does not fit"},
      {"true", number, "does not fit"},
      {"18446744073709551615", number, "does not fit"},
      {"1000000", money, "1000000"},
      {"1000001", money, "does not fit"},
      {"-1", money, "does not fit"},
      {"12.5", money, "does not fit"},
      {"\"007\"", digits, "\"007\""},
      {"\"7\"", digits, "does not fit"},
      {"\"1234567\"", digits, "does not fit"},
      {"\"12a4\"", digits, "does not fit"},
      {"\"12\\u0663\"", digits, "does not fit"},
      {"1234", digits, "does not fit"},
      {"\"abcdefgh\"", short_text, "\"abcde\""},
      {"\"\\u0645\\u0646\\u0632\\u0644 45\"", short_text, "\"منزل \""},
      {"\"a\\nb\\u0000c\\u202ed\"", short_text, "\"abcd\""},
      {"7", short_text, "does not fit"},
  }));
  INFO(json);
  CHECK(converted(json, slot) == expected);
}

TEST_CASE("slots: a list is cut after its last allowed entry, and one bad entry spoils it") {
  CHECK(converted(R"([{"id":"11","label":"a","more":1}])", list()) == R"([["11","a"]])");
  CHECK(converted(R"([])", list()) == "[]");
  CHECK(converted(R"([{"id":"11","label":"a"},{"id":"12","label":"b"},{"id":"13","label":"c"}])", list()) ==
        R"([["11","a"],["12","b"]])");
  CHECK(converted(R"([{"id":"11"}])", list()) == "does not fit");
  CHECK(converted(R"([{"id":"1","label":"a"}])", list()) == "does not fit");
  CHECK(converted(R"([1])", list()) == "does not fit");
  CHECK(converted(R"({})", list()) == "does not fit");
}

TEST_CASE("slots: what is typed fits or is refused") {
  CHECK(from_typed("42", number.scalar).has_value());
  CHECK_FALSE(from_typed("100", number.scalar).has_value());
  CHECK_FALSE(from_typed("-1", number.scalar).has_value());
  CHECK_FALSE(from_typed("", number.scalar).has_value());
  CHECK_FALSE(from_typed("99999999999999999999", number.scalar).has_value());
  CHECK(std::get<std::int64_t>(from_typed("0042", number.scalar)->held) == 42);
  CHECK(std::get<std::string>(from_typed("0042", digits.scalar)->held) == "0042");
  CHECK_FALSE(from_typed("4 2", digits.scalar).has_value());
  CHECK(std::get<std::string>(from_typed("منزل", short_text.scalar)->held) == "منزل");
  CHECK_FALSE(from_typed("منزلان", short_text.scalar).has_value());
  CHECK(std::get<Money>(from_typed("5", money.scalar)->held).minor == 5000);
}

TEST_CASE("slots: values print as people read them") {
  const auto printed = [](const Value& value) {
    std::string out;
    print(out, value);
    return out;
  };
  CHECK(printed(Value{std::int64_t{1234567}}) == "1234567");
  CHECK(printed(Value{std::int64_t{-7}}) == "-7");
  CHECK(printed(Value{Money{1'234'500, Currency::KWD}}) == "1,234.500");
  CHECK(printed(Value{std::string("نص")}) == "نص");
  CHECK(printed(Value{}).empty());
}

TEST_CASE("slots: plain text loses what does not show or turns the line round") {
  CHECK(plain_text("a\tb\r\nc", 10) == "abc");
  CHECK(plain_text("\xE2\x80\x8F"
                   "مرحبا"
                   "\xE2\x81\xA9",
                   10) == "مرحبا");
  CHECK(plain_text("ab\xFF"
                   "cd",
                   10) == "abcd");
  CHECK(plain_text("abcdef", 3) == "abc");
  CHECK(plain_text("", 3).empty());
}
