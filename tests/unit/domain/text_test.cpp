#include "domain/text.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

using namespace shubbak;
using namespace std::string_literals;

namespace {

struct Row {
  std::string_view text;
  std::string_view expected;
};

std::vector<char32_t> code_points(std::string_view utf8) {
  std::vector<char32_t> out;
  for (std::size_t at = 0; at < utf8.size();) {
    const std::size_t before = at;
    out.push_back(next_code_point(utf8, at));
    REQUIRE(at > before);
    REQUIRE(at <= utf8.size());
  }
  return out;
}

}  // namespace

TEST_CASE("every code point survives UTF-8") {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string utf8;
    append_code_point(utf8, c);
    std::size_t at = 0;
    const char32_t read = next_code_point(utf8, at);
    if (read != c || at != utf8.size()) FAIL("U+" << std::hex << static_cast<std::uint32_t>(c));
  }
  SUCCEED();
}

TEST_CASE("malformed UTF-8 is replaced octet by octet and reading goes on") {
  constexpr char32_t bad = 0xFFFD;
  const std::vector<std::pair<std::string, std::vector<char32_t>>> rows{
      {"a\x80z", {'a', bad, 'z'}},  // a stray continuation
      {"\xC3", {bad}},              // cut off
      {"\xC3z", {bad, 'z'}},
      {"\xE2\x82", {bad, bad}},
      {"\xE2\x82z", {bad, bad, 'z'}},
      {"\xF0\x9F\x98", {bad, bad, bad}},
      {"\xC0\xAF", {bad, bad}},  // overlong
      {"\xE0\x80\xAF", {bad, bad, bad}},
      {"\xF0\x80\x80\xAF", {bad, bad, bad, bad}},
      {"\xED\xA0\x80", {bad, bad, bad}},           // a surrogate
      {"\xF4\x90\x80\x80", {bad, bad, bad, bad}},  // beyond U+10FFFF
      {"\xF5\x80\x80\x80", {bad, bad, bad, bad}},
      {"\xFE\xFF", {bad, bad}},
      {"\xD9\xD9\x81", {bad, 0x0641}},
  };
  for (const auto& [text, expected] : rows) CHECK(code_points(text) == expected);
}

TEST_CASE("digits of phones become Latin digits") {
  for (const Row& row : {Row{"٠١٢٣٤٥٦٧٨٩", "0123456789"}, Row{"۰۱۲۳۴۵۶۷۸۹", "0123456789"}, Row{"12٣۴", "1234"},
                         Row{"", ""}, Row{"عداد ٥", "عداد 5"}, Row{"½ ² ٪", "½ ² ٪"}}) {
    CAPTURE(row.text);
    CHECK(latin_digits(row.text) == row.expected);
  }
}

TEST_CASE("Latin digits become Arabic digits") {
  CHECK(arabic_digits("0123456789") == "٠١٢٣٤٥٦٧٨٩");
  CHECK(arabic_digits("الذمة 12,500 ل.س") == "الذمة ١٢,٥٠٠ ل.س");
  CHECK(arabic_digits("۷").compare("۷") == 0);  // digits of another script stay
  CHECK(latin_digits(arabic_digits("2024-11-22")) == "2024-11-22");
}

TEST_CASE("spellings that people mix are folded to one") {
  const std::vector<Row> rows{
      {"فاتورة", "فاتوره"},
      {"فاتوره", "فاتوره"},
      {"أإآٱا", "ااااا"},
      {"شكوى", "شكوي"},
      {"شكوی", "شكوي"},     // Persian yeh
      {"شکوى", "شكوي"},     // Persian kaf
      {"عـــداد", "عداد"},  // tatweel
      {"عَدَّادٌ", "عداد"},     // diacritics
      {"رحمٰن", "رحمن"},     // dagger alef
      {"\u200Fعداد\u200E", "عداد"},
      {"\uFEFFعداد", "عداد"},
      {"\u2067عداد\u2069", "عداد"},
      {"BILL", "bill"},
      {"E 21 ٥٥٥", "e 21 555"},
      {"e21", "e21"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(fold(row.text) == row.expected);
  }
}

TEST_CASE("blanks and punctuation fold to one space and are trimmed") {
  const std::vector<Row> rows{
      {"  bill   12 ", "bill 12"},
      {"bill,12", "bill 12"},
      {"*123#", "123"},
      {"21-555\n", "21 555"},
      {"دفع؟", "دفع"},
      {"سداد، فاتورة؛", "سداد فاتوره"},
      {"«سداد»", "سداد"},
      {"“سداد” … ‘1’", "سداد 1"},
      {"سداد\u00A012", "سداد 12"},
      {"سداد\u202F12\u2028", "سداد 12"},
      {"سداد۔", "سداد"},
      {"¿bill?", "bill"},
      {"12٬500٫5", "12 500 5"},
      {"co\u00ADde", "code"},  // a soft hyphen is no separator
      {"", ""},
      {" \t\r\n.", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(fold(row.text) == row.expected);
  }
  CHECK(fold("a\0b"s) == "a b");
  CHECK(fold("bill\xFF"
             "12") == "bill 12");
}

TEST_CASE("the marks of a number stay within it, all others fold to a space") {
  const std::vector<Row> rows{
      {"pay 10.25 1", "pay 10.25 1"},
      {"دفع ١٠٫٢٥", "دفع 10٫25"},
      {"12٬500٫5", "12٬500٫5"},
      {"1،500", "1،500"},
      {"1,500; 2", "1,500 2"},
      {"25/11/2026", "25/11/2026"},
      {"1..5", "1..5"},
      {"1.\u200F5", "1.5"},
      {".5 a.5 .5", ".5 a 5 .5"},
      {"1 , 5", "1 5"},
      {"1, 5", "1 5"},
      {"5.", "5"},
      {"1.x", "1 x"},
      {"21-555", "21-555"},
      {"ذمة ٢١-٥٥٥", "ذمه 21-555"},
      {"a-5 b - 5", "a 5 b 5"},
      {"pay \u2013100", "pay -100"},
      {"\u2212\u0665\u0660", "-50"},
      {"21\u2010555 25\u201111\u20142026", "21-555 25-11-2026"},
      {"a\u20135 b \u2014 5", "a 5 b 5"},
      {"Bill, أسعار.", "bill اسعار"},
      {"", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(fold_around_numbers(row.text) == row.expected);
    CHECK(fold(fold_around_numbers(row.text)) == fold(row.text));
  }
}

TEST_CASE("letters of other languages and symbols that mean something stay") {
  for (const Row& row : {Row{"Ñandú", "Ñandú"}, Row{"ß", "ß"}, Row{"😀", "😀"}, Row{"ئ ؤ ء", "ئ ؤ ء"}}) {
    CAPTURE(row.text);
    CHECK(fold(row.text) == row.expected);
  }
}

TEST_CASE("folding twice changes nothing more") {
  for (const std::string_view text : {"فاتورة، أسعار 12!", "E  21 ٥٥٥", "عَدَّادٌ…", "Bill\u200F 3"}) {
    const std::string once = fold(text);
    CHECK(fold(once) == once);
  }
}
