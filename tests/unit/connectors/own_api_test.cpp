#include "tests/unit/connectors/own_api.hpp"

#include <catch2/catch.hpp>

namespace shubbak::connectors {

namespace {

Outcome due_outcome(std::string_view json) {
  const Answer<Due> due = read_due(json, "4521007", Currency::SYP);
  return due ? Outcome::ok : due.error().outcome;
}

std::string nested(std::size_t depth) {
  return R"({"account":"4521007","amount_minor":1,"currency":"SYP","bills":1,"more":)" + std::string(depth, '[') +
         std::string(depth, ']') + "}";
}

}  // namespace

TEST_CASE("a due amount is read when every member is as agreed") {
  const auto due = read_due(R"({"account":"4521007","amount_minor":12500000,"currency":"SYP","bills":2})", "4521007",
                            Currency::SYP);
  REQUIRE(due);
  CHECK(due->amount == Money{12'500'000, Currency::SYP});
  CHECK(due->bills == 2);
}

TEST_CASE("members that nobody asked for do not disturb, the order does not matter") {
  CHECK(due_outcome(R"( {"new":{"x":[1]},"bills":0,"currency":"SYP","amount_minor":0,"account":"4521007"} )") ==
        Outcome::ok);
}

TEST_CASE("another account's answer is told from garbage") {
  CHECK(due_outcome(R"({"account":"4521008","amount_minor":1,"currency":"SYP","bills":1})") ==
        Outcome::wrong_account);
  CHECK(due_outcome(R"({"account":"04521007","amount_minor":1,"currency":"SYP","bills":1})") ==
        Outcome::wrong_account);
  CHECK(due_outcome(R"({"amount_minor":1,"currency":"SYP","bills":1})") == Outcome::garbage);
}

TEST_CASE("an answer that breaks the form is garbage") {
  const std::string_view json = GENERATE(
      std::string_view(""), std::string_view("null"), std::string_view("[]"), std::string_view("{"),
      std::string_view("<!DOCTYPE html>"), std::string_view("\xFF\xFE{}"), std::string_view(R"("4521007")"),
      std::string_view(R"({"account":4521007,"amount_minor":1,"currency":"SYP","bills":1})"),
      std::string_view(R"({"account":"4521007","amount_minor":"1","currency":"SYP","bills":1})"),
      std::string_view(R"({"account":"4521007","amount_minor":1.5,"currency":"SYP","bills":1})"),
      std::string_view(R"({"account":"4521007","amount_minor":1e3,"currency":"SYP","bills":1})"),
      std::string_view(R"({"account":"4521007","amount_minor":-1,"currency":"SYP","bills":1})"),
      std::string_view(R"({"account":"4521007","amount_minor":1000000000000001,"currency":"SYP","bills":1})"),
      std::string_view(R"({"account":"4521007","amount_minor":18446744073709551615,"currency":"SYP","bills":1})"),
      std::string_view(R"({"account":"4521007","amount_minor":1,"currency":"EGP","bills":1})"),
      std::string_view(R"({"account":"4521007","amount_minor":1,"currency":7,"bills":1})"),
      std::string_view(R"({"account":"4521007","amount_minor":1,"currency":"SYP"})"),
      std::string_view(R"({"account":"4521007","amount_minor":1,"currency":"SYP","bills":10001})"),
      std::string_view(R"({"account":"4521007","amount_minor":1,"currency":"SYP","bills":1}{})"),
      std::string_view(R"({"account":"4521007","amount_minor":1,"currency":"SYP","bills":1} HTTP/1.1 200 OK)"),
      std::string_view(R"({"account":"4521007","amount_minor":1,"currency":"SYP","bills":1,"x":")"
                       "\xC3\x28\"}"));
  CAPTURE(json);
  CHECK(due_outcome(json) == Outcome::garbage);
}

TEST_CASE("nesting has a limit") {
  CHECK(due_outcome(nested(7)) == Outcome::ok);
  CHECK(due_outcome(nested(8)) == Outcome::garbage);
  CHECK(due_outcome(nested(100'000)) == Outcome::garbage);
}

TEST_CASE("a person's accounts are read in the company's order") {
  const auto accounts = read_accounts(
      R"({"national_id":"01234567890","accounts":[{"account":"2","label":"منزل 2"},{"account":"1","label":""}]})",
      "01234567890");
  REQUIRE(accounts);
  REQUIRE(accounts->size() == 2);
  CHECK(accounts->at(0).id == "2");
  CHECK(accounts->at(0).label == "منزل 2");
  CHECK(accounts->at(1).id == "1");
}

TEST_CASE("an answer about another person is never shown") {
  const auto accounts = read_accounts(R"({"national_id":"01234567891","accounts":[]})", "01234567890");
  REQUIRE_FALSE(accounts);
  CHECK(accounts.error().outcome == Outcome::wrong_account);
}

TEST_CASE("a hundred accounts are read, one more is too many") {
  const auto list = [](std::size_t count) {
    std::string json = R"({"national_id":"01234567890","accounts":[)";
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) json += ',';
      json += R"({"account":")" + std::to_string(1000 + i) + R"(","label":"x"})";
    }
    return json + "]}";
  };
  const auto most = read_accounts(list(100), "01234567890");
  REQUIRE(most);
  CHECK(most->size() == 100);
  const auto more = read_accounts(list(101), "01234567890");
  REQUIRE_FALSE(more);
  CHECK(more.error().outcome == Outcome::too_large);
}

TEST_CASE("an account list with a bad entry is garbage as a whole") {
  const std::string_view entry = GENERATE(
      std::string_view(R"({"account":"12a","label":"x"})"), std::string_view(R"({"account":"","label":"x"})"),
      std::string_view(R"({"account":"123456789012345678901","label":"x"})"),
      std::string_view(R"({"account":"7","label":7})"), std::string_view(R"({"account":"7"})"),
      std::string_view(R"({"account":"1","label":"the same account again"})"), std::string_view("7"),
      std::string_view(R"({"account":"7","label":"two\nlines"})"),
      std::string_view(R"({"account":"7","label":"\u001b[2J"})"),
      std::string_view(R"({"account":"7","label":"\u202eturned"})"),
      std::string_view(R"({"account":"7","label":"\u0085"})"),
      std::string_view(R"({"account":"7","label":"12345678901234567890123456789012345678901"})"));
  CAPTURE(entry);
  const std::string json =
      R"({"national_id":"01234567890","accounts":[{"account":"1","label":"x"},)" + std::string(entry) + "]}";
  const auto accounts = read_accounts(json, "01234567890");
  REQUIRE_FALSE(accounts);
  CHECK(accounts.error().outcome == Outcome::garbage);
}

TEST_CASE("forty Arabic letters are a short text") {
  std::string label;
  for (int i = 0; i < 40; ++i) label += "ش";
  const auto read = [](const std::string& text) {
    return read_accounts(R"({"national_id":"1","accounts":[{"account":"1","label":")" + text + R"("}]})", "1");
  };
  CHECK(read(label));
  CHECK_FALSE(read(label + "ش"));
}

TEST_CASE("payments need a real date, an amount and a place") {
  const auto outcome = [](std::string_view payment) {
    const auto payments =
        read_payments(R"({"account":"1","payments":[)" + std::string(payment) + "]}", "1", Currency::SYP);
    return payments ? Outcome::ok : payments.error().outcome;
  };
  CHECK(outcome("") == Outcome::ok);
  CHECK(outcome(R"({"date":"2024-02-29","amount_minor":5,"currency":"SYP","place":"بريد"})") == Outcome::ok);
  CHECK(outcome(R"({"date":"2026-02-29","amount_minor":5,"currency":"SYP","place":"x"})") == Outcome::garbage);
  CHECK(outcome(R"({"date":"2026-13-01","amount_minor":5,"currency":"SYP","place":"x"})") == Outcome::garbage);
  CHECK(outcome(R"({"date":"26-1-1","amount_minor":5,"currency":"SYP","place":"x"})") == Outcome::garbage);
  CHECK(outcome(R"({"date":"2026-01-0x","amount_minor":5,"currency":"SYP","place":"x"})") == Outcome::garbage);
  CHECK(outcome(R"({"date":"2026-01-01","amount_minor":5,"currency":"KWD","place":"x"})") == Outcome::garbage);
  CHECK(outcome(R"({"date":"2026-01-01","amount_minor":5,"currency":"SYP"})") == Outcome::garbage);
}

TEST_CASE("bills are listed oldest first, each with a name, a real date and an amount above 0") {
  const auto outcome = [](std::string_view bills) {
    const auto read = read_bills(R"({"account":"1","bills":[)" + std::string(bills) + "]}", "1", Currency::SYP);
    return read ? Outcome::ok : read.error().outcome;
  };
  const std::string august = R"({"bill":"2026-08","date":"2026-08-28","amount_minor":5,"currency":"SYP"})";
  const std::string september = R"({"bill":"2026-09","date":"2026-09-28","amount_minor":7,"currency":"SYP"})";
  CHECK(outcome("") == Outcome::ok);
  CHECK(outcome(august + "," + september) == Outcome::ok);
  CHECK(outcome(september + "," + august) == Outcome::garbage);
  CHECK(outcome(R"({"bill":"","date":"2026-08-28","amount_minor":5,"currency":"SYP"})") == Outcome::garbage);
  CHECK(outcome(R"({"bill":"آب","date":"2026-08-28","amount_minor":5,"currency":"SYP"})") == Outcome::garbage);
  CHECK(outcome(R"({"bill":"123456789012345678901","date":"2026-08-28","amount_minor":5,"currency":"SYP"})") ==
        Outcome::garbage);
  CHECK(outcome(R"({"bill":"1","date":"2026-08-32","amount_minor":5,"currency":"SYP"})") == Outcome::garbage);
  CHECK(outcome(R"({"bill":"1","date":"2026-08-28","amount_minor":0,"currency":"SYP"})") == Outcome::garbage);
  CHECK(outcome(R"({"bill":"1","date":"2026-08-28","amount_minor":-5,"currency":"SYP"})") == Outcome::garbage);
  CHECK(outcome(R"({"bill":"1","date":"2026-08-28","amount_minor":5,"currency":"KWD"})") == Outcome::garbage);
  const std::string most = R"({"bill":"1","date":"2026-08-28","amount_minor":1000000000000000,"currency":"SYP"})";
  CHECK(outcome(most) == Outcome::ok);
  CHECK(outcome(most + "," + most) == Outcome::garbage);  // more than may be due
  std::string many = august;
  for (int i = 0; i < 60; ++i) many += "," + august;
  CHECK(outcome(many) == Outcome::too_large);
  CHECK(read_bills(R"({"account":"2","bills":[]})", "1", Currency::SYP).error().outcome == Outcome::wrong_account);
}

TEST_CASE("a reading's verdict must be about this account and this reference") {
  const auto outcome = [](std::string_view json) {
    const auto verdict = read_verdict(json, "1", "r-1");
    return verdict ? Outcome::ok : verdict.error().outcome;
  };
  CHECK(outcome(R"({"account":"1","reference":"r-1","verdict":"accepted"})") == Outcome::ok);
  CHECK(outcome(R"({"account":"2","reference":"r-1","verdict":"accepted"})") == Outcome::wrong_account);
  CHECK(outcome(R"({"account":"1","reference":"r-2","verdict":"accepted"})") == Outcome::wrong_account);
  CHECK(outcome(R"({"account":"1","reference":"r-1","verdict":"perhaps"})") == Outcome::garbage);
  CHECK(outcome(R"({"account":"1","reference":"r-1"})") == Outcome::garbage);
}

TEST_CASE("a member that stands there twice is neither missing nor told") {
  const auto outcome = [](Operation operation, std::string_view members) {
    const std::string json = R"({"reference":"pay-1",)" + std::string(members) + "}";
    const auto answer =
        read_payment(own_form(operation), {200, json}, about("4521007", "pay-1"), {100, Currency::SYP});
    return answer ? Outcome::ok : answer.error().outcome;
  };
  const std::string ours = R"("account":"4521007","amount_minor":100,"currency":"SYP",)";
  const std::string posted = ours + R"("state":"posted","company_reference":"D-1")";
  const std::string declined = ours + R"("state":"declined","reason":"other")";
  CHECK(outcome(Operation::payment_status, R"("state":"absent")") == Outcome::ok);
  CHECK(outcome(Operation::payment_status,
                R"("state":"absent","company_reference":"D-1","company_reference":"D-2")") == Outcome::garbage);
  CHECK(outcome(Operation::payment_status, R"("state":"absent","account":"1","account":"2")") == Outcome::garbage);
  CHECK(outcome(Operation::payment_status, R"("state":"absent","amount_minor":1,"amount_minor":2)") ==
        Outcome::garbage);
  CHECK(outcome(Operation::payment_status, R"("state":"absent","currency":"KWD","currency":"KWD")") ==
        Outcome::garbage);
  CHECK(outcome(Operation::pay, posted) == Outcome::ok);
  CHECK(outcome(Operation::pay, posted + R"(,"reason":"other","reason":"too_late")") == Outcome::garbage);
  CHECK(outcome(Operation::pay, posted + R"(,"state":"posted")") == Outcome::garbage);
  CHECK(outcome(Operation::pay, declined) == Outcome::ok);
  CHECK(outcome(Operation::pay, declined + R"(,"company_reference":"D-1","company_reference":"D-1")") ==
        Outcome::garbage);
}

TEST_CASE("what a company tells of a meter is read strictly, and may be left out") {
  const auto read = [](const std::string& members) {
    return read_last_reading(R"({"account":"1","value":55000,"date":"2026-10-01")" + members + "}", "1");
  };
  const auto plain = read("");
  REQUIRE(plain);
  CHECK(plain->meter == MeterState::in_service);
  CHECK(plain->digits == 0);
  CHECK_FALSE(plain->replaced.has_value());
  CHECK_FALSE(plain->usual.has_value());
  CHECK_FALSE(plain->window.has_value());
  CHECK(plain->read_by == ReadBy::untold);
  const auto whole = read(R"(,"meter":"blocked","digits":5,"replaced_on":"2026-10-15","start_value":12,"usual":300,)"
                          R"("first_day":25,"last_day":5,"period":"2026-11","read_by":"reader")");
  REQUIRE(whole);
  CHECK(whole->meter == MeterState::blocked);
  CHECK(whole->digits == 5);
  REQUIRE(whole->replaced.has_value());
  CHECK(whole->replaced->on == "2026-10-15");
  CHECK(whole->replaced->start == 12);
  CHECK(whole->usual == 300);
  REQUIRE(whole->window.has_value());
  CHECK(whole->window->first == 25);
  CHECK(whole->window->last == 5);
  CHECK(whole->period == "2026-11");
  CHECK(whole->read_by == ReadBy::reader);
  for (const std::string wrong : {R"(,"meter":"broken")",
                                  R"(,"meter":1)",
                                  R"(,"digits":0)",
                                  R"(,"digits":13)",
                                  R"(,"digits":"5")",
                                  R"(,"digits":4)",  // 55000 has five
                                  R"(,"replaced_on":"2026-10-15")",
                                  R"(,"start_value":12)",
                                  R"(,"replaced_on":"15/10/2026","start_value":12)",
                                  R"(,"digits":5,"replaced_on":"2026-10-15","start_value":100000)",
                                  R"(,"usual":-1)",
                                  R"(,"usual":1000000001)",
                                  R"(,"first_day":5)",
                                  R"(,"last_day":5)",
                                  R"(,"first_day":0,"last_day":5)",
                                  R"(,"first_day":5,"last_day":32)",
                                  R"(,"period":"2026-13")",
                                  R"(,"period":"2026-00")",
                                  R"(,"period":"11/2026")",
                                  R"(,"read_by":"somebody")",
                                  R"(,"meter":null)"}) {
    INFO(wrong);
    const auto answer = read(wrong);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().outcome == Outcome::garbage);
  }
  CHECK(read(R"(,"digits":5,"start_value":99999,"replaced_on":"2026-10-15")"));
  CHECK(read(R"(,"digits":4,"start_value":9,"replaced_on":"2026-10-15")"));  // the old one had five
}

TEST_CASE("only a meter that is in service must have been read") {
  CHECK(read_last_reading(R"({"account":"1","meter":"unmetered"})", "1"));
  CHECK(read_last_reading(R"({"account":"1","meter":"prepaid"})", "1"));
  CHECK_FALSE(read_last_reading(R"({"account":"1","meter":"in_service"})", "1"));
  CHECK_FALSE(read_last_reading(R"({"account":"1","meter":"removed","value":"x"})", "1"));
}

TEST_CASE("a last reading is a number that is not negative, with its date") {
  CHECK(read_last_reading(R"({"account":"1","value":0,"date":"2026-10-01"})", "1"));
  CHECK_FALSE(read_last_reading(R"({"account":"1","value":-1,"date":"2026-10-01"})", "1"));
  CHECK_FALSE(read_last_reading(R"({"account":"1","value":1000000000000,"date":"2026-10-01"})", "1"));
  CHECK_FALSE(read_last_reading(R"({"account":"1","value":5})", "1"));
}

TEST_CASE("only a 404 that speaks of the account means that there is none") {
  CHECK(says_not_found(R"({"error":"not_found"})"));
  CHECK_FALSE(says_not_found(R"({"error":"no_route"})"));
  CHECK_FALSE(says_not_found("<html>404</html>"));
  CHECK_FALSE(says_not_found(""));
}

}  // namespace shubbak::connectors
