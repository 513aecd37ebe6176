#include "flows/strings.hpp"

#include <catch2/catch.hpp>
#include <unicode/fmtable.h>
#include <unicode/locid.h>
#include <unicode/msgfmt.h>

using namespace shubbak;
using namespace shubbak::flows;

namespace {

std::vector<Slot> slots() {
  std::vector<Slot> all(6);
  all[0].name = "n";
  all[0].scalar = {ScalarType::Kind::integer, Currency::SYP, 0, 0, 0, 1'000'000};
  all[1].name = "due";
  all[1].scalar = {ScalarType::Kind::money, Currency::SYP, 0, 0, 0, 1'000'000'000};
  all[2].name = "name";
  all[2].scalar = {ScalarType::Kind::text, Currency::SYP, 0, 20, 0, 0};
  all[3].name = "accounts";
  all[3].shape = Slot::Shape::list;
  all[3].length_max = 5;
  all[3].fields = {{"id", {ScalarType::Kind::digits, Currency::SYP, 1, 12, 0, 0}},
                   {"label", {ScalarType::Kind::text, Currency::SYP, 0, 20, 0, 0}}};
  all[4].name = "acct";
  all[4].shape = Slot::Shape::ref;
  all[4].refers_to = 3;
  all[5].name = "m";
  all[5].scalar = all[0].scalar;
  return all;
}

struct Printed {
  std::string text;
  std::string fault;
  bool is_literal = false;
};

Printed print(std::string_view pattern, std::string_view locale, const std::vector<Value>& values,
              std::uint16_t entry_of = none, const Record* entry = nullptr) {
  Faults faults({"strings.yaml"});
  const Plurals plurals(locale);
  const std::vector<Slot> declared = slots();
  const Scope scope{declared, entry_of};
  const auto text = compile_text({"s", locale, pattern, {}}, plurals, scope, "f", faults);
  Printed printed;
  if (text) {
    text->print(printed.text, {values, entry}, plurals);
    printed.is_literal = text->is_literal();
  }
  const auto told = std::move(faults).take();
  CHECK(text.has_value() == told.empty());
  if (!told.empty()) printed.fault = to_string(told.front());
  return printed;
}

std::vector<Value> values(std::int64_t n) {
  auto record = std::make_shared<const Record>(Record{Value{std::string("123")}, Value{std::string("منزل")}});
  auto list = std::make_shared<const List>(List{*record, *record});
  return {Value{n}, Value{Money{12'345'600, Currency::SYP}}, Value{std::string("سامي")}, Value{list}, Value{record},
          Value{}};
}

}  // namespace

TEST_CASE("strings: placeholders print slots, amounts, fields and counts as people read them") {
  const auto [pattern, expected] = GENERATE(table<std::string, std::string>({
      {"", ""},
      {"plain", "plain"},
      {"{n}", "7"},
      {"{ n }!", "7!"},
      {"{due} ل.س", "123,456 ل.س"},
      {"مرحبا {name}", "مرحبا سامي"},
      {"{acct.label}: {acct.id}", "منزل: 123"},
      {"{accounts.count} / {n}", "2 / 7"},
      {"unset: '{m}' {m}.", "unset: {m} ."},
      {"it's {n} o''clock '{'literal'}'", "it's 7 o'clock {literal}"},
      {"'{acct.label}' stays", "{acct.label} stays"},
      {"{name, select, سامي{him} other{them}}", "him"},
      {"{name, select, x{him} other{them {n}}}", "them 7"},
  }));
  CHECK(print(pattern, "ar", values(7)).text == expected);
}

TEST_CASE("strings: what has no placeholder is kept as letters") {
  CHECK(print("الكوة الواحدة", "ar", {}).is_literal);
  CHECK(print("", "ar", {}).is_literal);
  CHECK(print("it''s '{'", "ar", {}).text == "it's {");
  CHECK_FALSE(print("{n}", "ar", {}).is_literal);
}

TEST_CASE("strings: fields of the entry shown come before slots of the same name") {
  const Record entry{Value{std::string("999")}, Value{std::string("محل")}};
  CHECK(print("{label} {id} {n}", "ar", values(3), 3, &entry).text == "محل 999 3");
  CHECK(print("{label}", "ar", values(3)).fault.find("uses {label}") != std::string::npos);
}

TEST_CASE("claim: strings choose plurals as ICU's MessageFormat does") {
  const std::string locale = GENERATE("ar", "en", "ku", "fr");
  const std::string pattern = locale == "ar"
                                  ? "{n, plural, =5{خمس} zero{z #} one{o #} two{t #} few{f #} many{m #} other{x #}}"
                              : locale == "fr" ? "{n, plural, offset:1 =0{nul} one{o #} many{m #} other{x #}}"
                                               : "{n, plural, offset:1 =0{no} =1{one} one{o #} other{x # of {n}}}";
  UErrorCode status = U_ZERO_ERROR;
  const icu::MessageFormat reference(icu::UnicodeString::fromUTF8(pattern),
                                     icu::Locale((locale + "@numbers=latn").c_str()), status);
  REQUIRE(U_SUCCESS(status));
  for (std::int64_t n = 0; n < 1000; n = n < 120 ? n + 1 : n + 37) {
    const icu::UnicodeString name("n");
    const icu::Formattable argument(n);
    icu::UnicodeString formatted;
    reference.format(&name, &argument, 1, formatted, status);
    REQUIRE(U_SUCCESS(status));
    std::string expected;
    formatted.toUTF8String(expected);
    CHECK(print(pattern, locale, {Value{n}}).text == expected);
  }
}

TEST_CASE("strings: quoting is ICU's own") {
  const std::string pattern = GENERATE("a''b", "'{'x'}'", "it's", "'{n}' {n}", "''{n}''", "a '{' b ' c",
                                       "{n, plural, one{'#' #} other{''# it's '{x}'}}");
  UErrorCode status = U_ZERO_ERROR;
  const icu::MessageFormat reference(icu::UnicodeString::fromUTF8(pattern), icu::Locale("en"), status);
  REQUIRE(U_SUCCESS(status));
  const icu::UnicodeString name("n");
  const icu::Formattable argument(std::int64_t{7});
  icu::UnicodeString formatted;
  reference.format(&name, &argument, 1, formatted, status);
  std::string expected;
  formatted.toUTF8String(expected);
  CHECK(print(pattern, "en", {Value{std::int64_t{7}}}).text == expected);
}

TEST_CASE("strings: an unset number prints the general form without a number") {
  CHECK(print("{m, plural, one{one} other{# others}}", "en", values(1)).text == " others");
}

TEST_CASE("strings: nested forms") {
  const std::string pattern =
      "{n, plural, one{{name, select, سامي{one for him} other{one}}} other{# {m, plural, one{a} other{b}}}}";
  CHECK(print(pattern, "en", values(1)).text == "one for him");
  CHECK(print(pattern, "en", values(4)).text == "4 b");
}

TEST_CASE("strings: each fault says what and where") {
  const auto [pattern, fault] = GENERATE(table<std::string, std::string>({
      {"{nam}",
       "strings.yaml:1:1: string 's' (ar) uses {nam}, which flow 'f' has no value for here (did you mean 'name'?)"},
      {"{acct}", "strings.yaml:1:1: string 's' (ar) uses {acct}, which flow 'f' has no value for here"},
      {"{accounts}", "strings.yaml:1:1: string 's' (ar) uses {accounts}, which flow 'f' has no value for here"},
      {"{acct.lable}",
       "strings.yaml:1:1: string 's' (ar) uses {acct.lable}, which flow 'f' has no value for here (did you mean "
       "'acct.label'?)"},
      {"{0}", "strings.yaml:1:1: string 's' (ar) has the numbered placeholder {0} (use the slot's name)"},
      {"a {n",
       "strings.yaml:1:1: string 's' (ar) is not a message pattern near 'a {n' (check the braces; a brace that is to "
       "be shown is written '{')"},
      {"{n, number}",
       "strings.yaml:1:1: string 's' (ar) gives {n} a format of its own (numbers and amounts print by themselves: "
       "write {n})"},
      {"{due, plural, other{}}",
       "strings.yaml:1:1: string 's' (ar) counts {due}, which is no number (plural needs an int slot or LIST.count)"},
      {"{n, select, other{}}",
       "strings.yaml:1:1: string 's' (ar) selects by {n}, which is no text (use plural for numbers)"},
      {"{n, plural, zero{} one{} two{} few{} other{}}",
       "strings.yaml:1:1: string 's' (ar) has no plural form 'many' for {n} (the language needs zero, one, two, few, "
       "many, other)"},
      {"{n, plural, zero{} one{} two{} few{} mny{} many{} other{}}",
       "strings.yaml:1:1: string 's' (ar) has the plural form 'mny' (did you mean 'many'?)"},
  }));
  INFO(pattern);
  CHECK(print(pattern, "ar", {}).fault == fault);
}

TEST_CASE("strings: deep patterns neither crash nor hang") {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "{n, plural, other{";
  for (int i = 0; i < 200; ++i) pattern += "}}";
  CHECK(print(pattern, "xx", values(1)).fault.empty());
  CHECK_FALSE(print(std::string(4000, '{'), "xx", values(1)).fault.empty());
}
