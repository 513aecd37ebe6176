#include "flows/conditions.hpp"

#include <catch2/catch.hpp>

using namespace shubbak;
using namespace shubbak::flows;

namespace {

std::vector<Slot> slots() {
  std::vector<Slot> all(6);
  all[0].name = "n";
  all[0].scalar = {ScalarType::Kind::integer, Currency::SYP, 0, 0, 0, integer_max};
  all[1].name = "due";
  all[1].scalar = {ScalarType::Kind::money, Currency::SYP, 0, 0, 0, integer_max};
  all[2].name = "kind";
  all[2].scalar = {ScalarType::Kind::text, Currency::SYP, 0, 20, 0, 0};
  all[3].name = "accounts";
  all[3].shape = Slot::Shape::list;
  all[3].fields = {{"id", {ScalarType::Kind::digits, Currency::SYP, 1, 12, 0, 0}}};
  all[4].name = "acct";
  all[4].shape = Slot::Shape::ref;
  all[4].refers_to = 3;
  all[5].name = "unset";
  all[5].scalar = all[0].scalar;
  return all;
}

std::vector<Value> values() {
  auto record = std::make_shared<const Record>(Record{Value{std::string("77")}});
  auto list = std::make_shared<const List>(List{*record, *record, *record});
  return {Value{std::int64_t{5}},
          Value{Money{9'999'999'999, Currency::SYP}},
          Value{std::string("home")},
          Value{list},
          Value{record},
          Value{}};
}

std::string fault_of(std::string_view expression) {
  Faults faults({"f.yaml"});
  const std::vector<Slot> declared = slots();
  const auto condition = Condition::compile(expression, {declared}, {0, 7, 11}, faults);
  const auto told = std::move(faults).take();
  CHECK(condition.has_value() == told.empty());
  return told.empty() ? std::string() : to_string(told.front());
}

bool holds(std::string_view expression) {
  Faults faults({"f.yaml"});
  const std::vector<Slot> declared = slots();
  const auto condition = Condition::compile(expression, {declared}, {}, faults);
  if (!condition) FAIL(to_string(std::move(faults).take().front()));
  const auto held = values();
  const bool first = condition->holds({held, nullptr});
  CHECK(condition->holds({held, nullptr}) == first);
  return first;
}

}  // namespace

TEST_CASE("claim: conditions compare numbers, amounts, texts, counts and fields of slots") {
  for (const char* yes : {"n == 5",
                          "n > 4 && n < 6",
                          "due == 9999999999",
                          "due > n",
                          "kind == \"home\"",
                          "kind != \"shop\"",
                          "count(accounts) == 3",
                          "count( accounts )>=3",
                          "acct.id == \"77\"",
                          "!(n == 4)",
                          "n + 1 == 6",
                          "n * 2 - 3 == 7",
                          "-n < 0",
                          "true",
                          "n > 9 || n == 5",
                          "isset(n)",
                          "isset(acct)",
                          "!isset(unset)",
                          "!isset(unset) || unset > 3",
                          "accounts.count == 3",
                          "due + 1 == 10000000000"}) {
    INFO(yes);
    CHECK(holds(yes));
  }
  for (const char* no :
       {"n != 5", "due < 5", "kind == \"\"", "count(accounts) == 0", "isset(unset)", "false", "n > 9 && due > 0"}) {
    INFO(no);
    CHECK_FALSE(holds(no));
  }
}

TEST_CASE("conditions: what needs an unset slot does not hold, either way round") {
  CHECK_FALSE(holds("unset == 0"));
  CHECK_FALSE(holds("unset != 0"));
  CHECK_FALSE(holds("!(unset == 0)"));
  CHECK_FALSE(holds("unset < 5"));
  CHECK_FALSE(holds("unset + 1 > 0"));
  CHECK_FALSE(holds("-unset < 1"));
  CHECK_FALSE(holds("n == 5 && unset > 0"));
  CHECK(holds("n == 5 || unset > 0"));
}

TEST_CASE("conditions: no values at all") {
  Faults faults({"f.yaml"});
  const std::vector<Slot> declared = slots();
  const auto condition = Condition::compile("count(accounts) == 0", {declared}, {}, faults);
  REQUIRE(condition.has_value());
  CHECK_FALSE(condition->holds({}));
}

TEST_CASE("conditions: each fault stands at its character") {
  const auto [expression, fault] = GENERATE(table<std::string, std::string>({
      {"n = 5", "f.yaml:7:13: in the condition: '=' is not a comparison (write ==)"},
      {"n == 5 and due > 0",
       "f.yaml:7:18: in the condition: 'and' is not an operator (write && for and, || for or, ! for not)"},
      {"nn > 5", "f.yaml:7:11: in the condition: unknown slot 'nn' (did you mean 'n'?)"},
      {"due > 0 && knd == \"x\"", "f.yaml:7:22: in the condition: unknown slot 'knd' (did you mean 'kind'?)"},
      {"accounts > 0", "f.yaml:7:11: in the condition: 'accounts' is a list (write count(accounts))"},
      {"count(n) > 0", "f.yaml:7:17: in the condition: 'n' is not a list"},
      {"count() > 0", "f.yaml:7:17: in the condition: count takes one slot (for example count(accounts))"},
      {"count(acounts) > 0", "f.yaml:7:17: in the condition: unknown slot 'acounts'"},
      {"sin(n) > 0", "f.yaml:7:11: in the condition: unknown function 'sin' (there are count(LIST) and isset(SLOT))"},
      {"n / 2 > 1", "f.yaml:7:13: in the condition: conditions do not divide (multiply the other side instead)"},
      {"n > 1.5",
       "f.yaml:7:15: in the condition: only whole numbers can be compared (an amount is written in its minor units)"},
      {"n > 9999999999999999", "f.yaml:7:15: in the condition: the number is too large"},
      {"(n > 5", "f.yaml:7:17: in the condition: a parenthesis is not closed"},
      {"n > 5)", "f.yaml:7:16: in the condition: a parenthesis is closed that was not opened"},
      {"kind == \"home", "f.yaml:7:19: in the condition: a text must end with \" and hold no \\"},
      {"n > 5; due",
       "f.yaml:7:16: in the condition: this character means nothing here (there are + - * == != < <= > >= && || ! ( "
       "))"},
      {"{1,2}",
       "f.yaml:7:11: in the condition: this character means nothing here (there are + - * == != < <= > >= && || ! ( "
       "))"},
      {"n == kind", "f.yaml:7:13: in the condition: a number and a text, or a yes or no, cannot be compared"},
      {"n == 5 || kind > n",
       "f.yaml:7:26: in the condition: a number and a text, or a yes or no, cannot be compared"},
      {"n == 5 ? true : false",
       "f.yaml:7:18: in the condition: this character means nothing here (there are + - * == != < <= > >= && || ! ( "
       "))"},
      {"n + 1", "f.yaml:7:11: the condition is not a yes or no (compare it with something, for example due > 0)"},
      {"acct.id", "f.yaml:7:11: the condition is not a yes or no (compare it with something, for example due > 0)"},
  }));
  INFO(expression);
  CHECK(fault_of(expression) == fault);
}

TEST_CASE("conditions: what muparserx itself refuses is told with its place") {
  for (const char* expression : {"", " ", "n >", "> 5", "n 5", "n > 5 due", "()", "n ? : 5", "n == kind * 2", "!n",
                                 "n ?", "n : 5", "a.b.c > 1", "acct. > 1"}) {
    INFO(expression);
    const std::string fault = fault_of(expression);
    CHECK(fault.starts_with("f.yaml:7:"));
  }
}

TEST_CASE("conditions: long and deep ones are refused") {
  CHECK(fault_of(std::string(513, ' ')) == "f.yaml:7:11: the condition is longer than 512 octets");
  CHECK(fault_of(std::string(17, '(') + "n > 1" + std::string(17, ')')).find("more than 16 parentheses deep") !=
        std::string::npos);
  CHECK(fault_of(std::string(16, '(') + "n > 1" + std::string(16, ')')).empty());
}
