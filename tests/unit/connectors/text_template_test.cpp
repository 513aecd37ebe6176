#include "connectors/text_template.hpp"

#include <catch2/catch.hpp>

namespace shubbak::connectors {

namespace {

std::string filled(std::string_view text, Escape escape, std::string_view account) {
  TextTemplate made;
  REQUIRE(made.add(text, Escape::none, escape));
  Arguments arguments;
  arguments[Argument::account] = account;
  std::string out;
  made.append_to(out, arguments);
  return out;
}

}  // namespace

TEST_CASE("an argument is put where its braces stand, and double braces are braces") {
  CHECK(filled("a-{account}-b", Escape::none, "42") == "a-42-b");
  CHECK(filled("{account}{account}", Escape::none, "42") == "4242");
  CHECK(filled("{{account}} {account}", Escape::none, "42") == "{account} 42");
  CHECK(filled("no argument", Escape::none, "42") == "no argument");
}

TEST_CASE("no value leaves the place that it is put into") {
  CHECK(filled("{account}", Escape::json, "\"},\\\n\x01") == R"(\"},\\\u000A\u0001)");
  CHECK(filled("/a/{account}", Escape::url, "../x?y=1&z#%/ \xD9\xA3") == "/a/..%2Fx%3Fy%3D1%26z%23%25%2F%20%D9%A3");
  CHECK(filled("/a/{account}/b", Escape::url, "A-z_0.9~") == "/a/A-z_0.9~/b");
}

TEST_CASE("a brace alone and an argument that there is not are faults") {
  const std::string_view text = GENERATE(std::string_view("{account"), std::string_view("account}"),
                                         std::string_view("{acount}"), std::string_view("{}"));
  CAPTURE(text);
  TextTemplate made;
  CHECK_FALSE(made.add(text, Escape::none, Escape::none));
}

TEST_CASE("a template knows what it holds") {
  TextTemplate made;
  CHECK(made.empty());
  REQUIRE(made.add("{account}/{reference}", Escape::none, Escape::url));
  CHECK(made.has(Argument::account));
  CHECK(made.has(Argument::reference));
  CHECK_FALSE(made.has(Argument::national_id));
}

TEST_CASE("a decimal amount has all the decimals of its currency") {
  CHECK(decimal_amount({5, Currency::SYP}) == "0.05");
  CHECK(decimal_amount({50'000, Currency::SYP}) == "500.00");
  CHECK(decimal_amount({12'450, Currency::KWD}) == "12.450");
  CHECK(decimal_amount({1, Currency::IQD}) == "0.001");
  CHECK(decimal_amount({1'000'000'000'000'000, Currency::EGP}) == "10000000000000.00");
}

}  // namespace shubbak::connectors
