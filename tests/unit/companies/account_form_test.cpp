#include "companies/account_form.hpp"

#include <array>

#include <catch2/catch.hpp>

namespace shubbak::companies {

namespace {

bool matches(std::string_view form, std::string_view number) {
  const auto parsed = AccountForm::parse(form);
  REQUIRE(parsed.ok());
  return parsed->matches(number);
}

std::optional<std::string> common(std::string_view one, std::string_view other) {
  const AccountForm form = *AccountForm::parse(one);
  const AccountForm its = *AccountForm::parse(other);
  auto number = form.common(its);
  CHECK(its.common(form) == number);
  if (number) CHECK((form.matches(*number) && its.matches(*number)));
  return number;
}

}  // namespace

TEST_CASE("a number has a form when each digit of it does, from the first to the last") {
  CHECK(matches("45xxxxx", "4521007"));
  CHECK(matches("45xxxxx", "4500000"));
  CHECK_FALSE(matches("45xxxxx", "4421007"));
  CHECK_FALSE(matches("45xxxxx", "452100"));    // too short
  CHECK_FALSE(matches("45xxxxx", "45210071"));  // too long
  CHECK_FALSE(matches("45xxxxx", "14521007"));
  CHECK_FALSE(matches("45xxxxx", ""));
  CHECK_FALSE(matches("xxxxxxx", "452100x"));
  CHECK_FALSE(matches("xx", "٣"));  // two octets, and no digit
  CHECK(matches("0[0-25]9", "009"));
  CHECK(matches("0[0-25]9", "029"));
  CHECK(matches("0[0-25]9", "059"));
  CHECK_FALSE(matches("0[0-25]9", "039"));
  CHECK_FALSE(matches("0[0-25]9", "069"));
  CHECK(matches("[7]", "7"));
  CHECK(matches("[3-35-79]", "3"));
  CHECK_FALSE(matches("[3-35-79]", "8"));
  CHECK(matches("xxxxxxxxxxxxxxxxxxxx", "01234567890123456789"));
  CHECK_FALSE(AccountForm().matches(""));
  CHECK_FALSE(AccountForm().matches("1"));
}

TEST_CASE("what is no form is refused, and told how one is written") {
  constexpr std::array wrong{
      "",     "45XXXXX", "4.*",  "\\d{7}", "[",     "[]", "45[", "[4",      "[9-1]", "[1-]",
      "[-1]", "[x]",     "[^1]", "[1-x]",  "45 21", "٤٥", "]",   "(45|46)", "4521?", "xxxxxxxxxxxxxxxxxxxxx"};
  for (const char* text : wrong) {
    INFO(text);
    const auto form = AccountForm::parse(text);
    REQUIRE_FALSE(form.ok());
    CHECK(form.error().code == Errc::invalid);
    CHECK(form.error().message.find("x for any") != std::string::npos);
  }
  const auto with_zero = AccountForm::parse(std::string_view("4\0x", 3));
  CHECK_FALSE(with_zero.ok());
}

TEST_CASE("whether a number may have both of two forms is told by one that does") {
  CHECK(common("45xxxxx", "xxxxxxx") == "4500000");
  CHECK(common("[3-5]x1", "x[29]x") == "321");
  CHECK(common("45xxxxx", "45xxxxx") == "4500000");
  CHECK(common("45xxxxx", "46xxxxx") == std::nullopt);
  CHECK(common("xxxxxxx", "xxxxxx") == std::nullopt);
  CHECK(common("x[0-4]", "x[5-9]") == std::nullopt);
  CHECK(AccountForm().common(AccountForm()) == std::nullopt);
}

}  // namespace shubbak::companies
