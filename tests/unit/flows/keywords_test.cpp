#include "flows/keywords.hpp"

#include <catch2/catch.hpp>

#include "flows/spelling.hpp"

using namespace shubbak::flows;

namespace {

// Flow 0 debt, 1 complaint, 2 pay (moves money), 3 lookup.
KeywordIndex index() {
  KeywordIndex keywords;
  const auto add = [&](std::string_view word, std::uint16_t flow, bool money = false) {
    CHECK_FALSE(keywords.add(word, {flow, money, {}}).has_value());
  };
  add("فاتورة", 0);
  add("my bill", 0);
  add("bill", 0);
  add("شكوى", 1);
  add("شكوى موظف", 1);
  add("complaint", 1);
  add("payment", 2, true);
  add("تسديد", 2, true);
  add("E", 3);
  CHECK_FALSE(keywords.add_numbers({{{2, 2}, {4, 12}}}, {3, false, {}}).has_value());
  return keywords;
}

std::string matched(std::string_view text) {
  const auto match = index().match(text);
  if (!match) return "-";
  std::string all = std::to_string(match->flow);
  for (const std::string& word : match->rest) all += "|" + word;
  return all;
}

}  // namespace

TEST_CASE("keywords: spellings, digits and punctuation do not matter") {
  const auto [text, expected] = GENERATE(table<std::string, std::string>({
      {"فاتورة", "0"},
      {"فاتوره", "0"},
      {"فــاتــورة", "0"},
      {"  فَاتُورَة...", "0"},
      {"BILL", "0"},
      {"Bill, ٤٥٢١", "0|٤٥٢١"},
      {"bill:4521-99", "0|4521-99"},
      {"bill: 4521-99", "0|4521-99"},
      {"21-1234567", "3|21|1234567"},
      {"MY  bill 5", "0|5"},
      {"bill Amal_1@mail.example.org", "0|Amal_1@mail.example.org"},
      {"my bill: amal@example.org, ٥", "0|amal@example.org|٥"},
      {"فاتورة amal@example.org.", "0|amal@example.org"},
      {"فاتورة،amal@example.org، شكرا", "0|amal@example.org|شكرا"},
      {"bill@home", "0|home"},
      {"bill @ home", "0|home"},
      {"شكوي", "1"},
      {"شكوى موظف في حلب", "1|في|حلب"},
      {"Complaint: The lamp, at\nNo. 5 - أمام المدرسة!", "1|The|lamp,|at|No.|5|أمام|المدرسة!"},
      {"شكوى عطل", "1|عطل"},
      {"e 21 1234567", "3|21|1234567"},
      {"21 1234567", "3|21|1234567"},
      {"٢١/١٢٣٤٥٦٧", "3|21|1234567"},
      {"۲۱ ۱۲۳۴", "3|21|1234"},
      {"21.1234567", "3|21|1234567"},
      {"21 123", "-"},
      {"211 1234", "-"},
      {"21 1234 5", "-"},
      {"", "-"},
      {" .,!", "-"},
      {"hello", "-"},
      {"bills", "-"},
  }));
  INFO(text);
  CHECK(matched(text) == expected);
}

TEST_CASE("keywords: of a text as long as a network carries no more is read than so many words") {
  std::string text = "bill";
  while (text.size() < 65'000) text += " a@b.c";
  const auto match = index().match(text);
  REQUIRE(match.has_value());
  CHECK(match->rest == std::vector<std::string>(KeywordIndex::words_max - 1, "a@b.c"));
}

TEST_CASE("keywords: what is behind a keyword keeps its marks") {
  const auto [text, expected] = GENERATE(table<std::string, std::string>({
      {"bill 10.25 1", "0|10.25|1"},
      {"bill ١٠٫٢٥ ۱", "0|١٠٫٢٥|۱"},
      {"my bill 1,500 2", "0|1,500|2"},
      {"bill 1, 3، 2; 4", "0|1,|3،|2;|4"},
      {"bill .250", "0|.250"},
      {"bill.250", "0|250"},
      {"bill 10. 25", "0|10.|25"},
      {"complant 10.25", "1|10.25"},
      {"e 21/1234567", "3|21/1234567"},
      {"bill 10-25", "0|10-25"},
      {"bill 1 - 2", "0|1|2"},
      {"bill -5", "0|-5"},
      {"فاتورة ٠٢-١٠-٢٠٢٦.", "0|٠٢-١٠-٢٠٢٦."},
      {"bill a-1@mail.example.org 4521-99", "0|a-1@mail.example.org|4521-99"},
      {"شكوى 2، عطل.", "1|2،|عطل."},
  }));
  INFO(text);
  CHECK(matched(text) == expected);
  KeywordIndex numbered;
  CHECK_FALSE(numbered.add("service 1", {0, false, {}}));
  const auto match = numbered.match("service 1.5 2.5");
  REQUIRE(match.has_value());
  CHECK(match->words == 2);
  CHECK(match->rest == std::vector<std::string>{"5", "2.5"});
}

TEST_CASE("keywords: one slip is forgiven in words of five letters or more, never where money moves") {
  const auto [text, expected] = GENERATE(table<std::string, std::string>({
      {"فاتوة", "0"},    // one left out
      {"فاتوررة", "0"},  // one too many
      {"فاتزرة", "0"},   // another one
      {"فتاورة", "0"},   // two swapped
      {"فاتو", "-"},
      {"complant", "1"},
      {"complaint7", "-"},  // a digit is no slip
      {"bil", "-"},         // too short to forgive
      {"paymnt", "-"},
      {"payment", "2"},
      {"تسديدد", "-"},
      {"شكوى موطف", "1|موطف"},  // the shorter keyword is there exactly
  }));
  INFO(text);
  CHECK(matched(text) == expected);
}

TEST_CASE("keywords: a slip that could mean two flows means none") {
  KeywordIndex keywords;
  CHECK_FALSE(keywords.add("water", {0, false, {}}));
  CHECK_FALSE(keywords.add("wafer", {1, false, {}}));
  CHECK_FALSE(keywords.add("later", {2, true, {}}));
  CHECK_FALSE(keywords.match("waler").has_value());
  CHECK_FALSE(keywords.match("dater").has_value());  // near to water and to later, which moves money
  CHECK(keywords.match("watr")->flow == 0);
  KeywordIndex same;
  CHECK_FALSE(same.add("water", {0, false, {}}));
  CHECK_FALSE(same.add("wafer", {0, false, {}}));
  CHECK(same.match("waler")->flow == 0);
}

TEST_CASE("keywords: what folds to the same is the same keyword, and its owner is told") {
  KeywordIndex keywords;
  CHECK_FALSE(keywords.add("فاتورة", {4, false, {1, 3, 9}}).has_value());
  const auto owner = keywords.add("فَاتوره!", {5, false, {}});
  REQUIRE(owner.has_value());
  CHECK(owner->flow == 4);
  CHECK(owner->at.line == 3);
}

TEST_CASE("keywords: number patterns that overlap are one another's") {
  KeywordIndex keywords;
  CHECK_FALSE(keywords.add_numbers({{{2, 2}, {4, 12}}}, {1, false, {}}).has_value());
  CHECK(keywords.add_numbers({{{1, 3}, {12, 14}}}, {2, false, {}}).has_value());
  CHECK_FALSE(keywords.add_numbers({{{3, 3}, {4, 12}}}, {2, false, {}}).has_value());
  CHECK_FALSE(keywords.add_numbers({{{2, 2}}}, {2, false, {}}).has_value());
}

TEST_CASE("keywords: a very long text is read up to its sixty-fourth word") {
  KeywordIndex keywords;
  CHECK_FALSE(keywords.add("bill", {0, false, {}}));
  std::string text = "bill";
  for (int i = 0; i < 5000; ++i) text += " x";
  CHECK(keywords.match(text)->rest.size() == 63);
  // What is too long for one answer is taken apart at its marks.
  const std::string half(KeywordIndex::answer_octets_max / 2, 'X');
  const std::string folded(KeywordIndex::answer_octets_max / 2, 'x');
  CHECK(keywords.match("bill A " + half + "," + half)->rest == std::vector<std::string>{"A", folded, folded});
}

TEST_CASE("spelling: edit distance counts swaps as one and stops at the limit") {
  const auto distance = [](std::string_view a, std::string_view b, std::size_t limit) {
    return edit_distance(code_points(a), code_points(b), limit);
  };
  CHECK(distance("", "", 1) == 0);
  CHECK(distance("abc", "abc", 0) == 0);
  CHECK(distance("abc", "acb", 1) == 1);
  CHECK(distance("abc", "abcd", 1) == 1);
  CHECK(distance("abc", "xyz", 2) == 3);
  CHECK(distance("kitten", "sitting", 5) == 3);
  CHECK(distance("a", "aaaaaaaaaaa", 2) == 3);
}
