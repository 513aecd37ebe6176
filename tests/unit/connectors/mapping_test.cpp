// Answers of companies that speak otherwise than the company API, by connectors of their own.
#include <catch2/catch.hpp>

#include "connectors/answers.hpp"
#include "connectors/connector_reader.hpp"

namespace shubbak::connectors {

namespace {

constexpr std::string_view water = R"(
headers: {X-Channel: shubbak}
operations:
  due:
    request: {method: GET, path: /api/balance, headers: {X-Subscriber: "{account}"}}
    answer:
      echo: {account: {at: /data/subscriber/no, as: number}}
      amount: {decimal: /data/total, as: number, currency: /data/currency}
      bills: {at: /data/invoices, as: count}
    outcomes:
      - {is: not_found, status: 200, where: {/result/code: [E04, E05]}}
      - {is: wait, status: 200, where: {/result/code: E99}}
      - {is: ok, status: 200, where: {/result/code: 0}}
  payments:
    request: {path: /api/history, form: {sub: "{account}", n: "50"}}
    answer:
      echo: none
      list: ""
      date: {at: /on, date: day_month_year}
      amount: {decimal: /paid}
      place: {at: /where, optional: true}
    outcomes: [{is: ok, status: 200}]
  pay:
    request:
      path: "/api/pay/{reference}"
      method: PUT
      json: {sub: "{account}", sum: "{amount_decimal}", cur: "{currency}", until: "{not_after}", flags: [{$literal: true}, x]}
    answer: {echo: {reference: /ref, amount: {decimal: /sum, as: text}}}
    outcomes:
      - {is: posted, status: 201, where: {/result/code: 0}, company_reference: /receipt}
      - {is: declined, status: 422, where: {/result/code: [E10, E11, E12]},
         reason: {at: /result/code, words: {E10: amount_too_low, E11: amount_too_high, E12: account_closed}}}
      - {is: declined, status: 422, where: {/result/code: E20}, reason: too_late}
      - {is: garbage, status: 299}
  payment_status:
    request: {method: GET, path: /api/pay, query: {ref: "{reference}"}}
    answer: {echo: {reference: /ref}}
    outcomes:
      - {is: posted, status: 200, where: {/result/code: 0}, company_reference: /receipt}
      - {is: absent, status: 404, where: {/result/code: E30}}
)";

const Connector& connector() {
  static const SharedConnector read = [] {
    const auto made = read_connector("water.yaml", water, [](const std::string&) { return std::nullopt; });
    if (!made) FAIL(flows::to_string(made.error().front()));
    return *made;
  }();
  return *read;
}

const OperationForm& form(Operation operation) {
  return *connector().form_of(operation);
}

Arguments asked() {
  Arguments arguments;
  arguments[Argument::account] = "700123";
  arguments[Argument::reference] = "pay-1";
  arguments[Argument::amount_minor] = "12450";
  arguments[Argument::amount_decimal] = "12.450";
  arguments[Argument::currency] = "KWD";
  arguments[Argument::not_after] = "2026-11-26T12:34:56Z";
  return arguments;
}

Outcome due_outcome(long status, std::string_view json) {
  const auto due = read_due(form(Operation::due), {status, json}, asked(), Currency::KWD);
  return due ? Outcome::ok : due.error().outcome;
}

Answer<PaymentAnswer> paid(long status, std::string_view json) {
  return read_payment(form(Operation::pay), {status, json}, asked(), {12'450, Currency::KWD});
}
Outcome paid_outcome(long status, std::string_view json) {
  const auto answer = paid(status, json);
  return answer ? Outcome::ok : answer.error().outcome;
}

}  // namespace

TEST_CASE("requests go out as they are described") {
  const OutgoingRequest due = fill_in(form(Operation::due).request, asked());
  CHECK(form(Operation::due).request.method == "GET");
  CHECK(due.target == "/api/balance");
  CHECK(due.body.empty());
  CHECK(due.headers == std::vector<std::string>{"X-Channel: shubbak", "X-Subscriber: 700123"});
  CHECK(fill_in(form(Operation::payments).request, asked()).body == "sub=700123&n=50");
  const OutgoingRequest pay = fill_in(form(Operation::pay).request, asked());
  CHECK(pay.target == "/api/pay/pay-1");
  CHECK(pay.body ==
        R"({"sub":"700123","sum":"12.450","cur":"KWD","until":"2026-11-26T12:34:56Z","flags":[true,"x"]})");
  CHECK(fill_in(form(Operation::payment_status).request, asked()).target == "/api/pay?ref=pay-1");
}

TEST_CASE("decimal amounts are read to the last digit, as numbers and as texts") {
  const auto total = [](std::string_view number) -> std::optional<std::int64_t> {
    const std::string json =
        R"({"result":{"code":0},"data":{"subscriber":{"no":700123},"currency":"KWD","invoices":[1,2],"total":)" +
        std::string(number) + "}}";
    const auto due = read_due(form(Operation::due), {200, json}, asked(), Currency::KWD);
    if (!due) return std::nullopt;
    CHECK(due->bills == 2);
    return due->amount.minor;
  };
  CHECK(total("12.450") == 12'450);
  CHECK(total("12.45") == 12'450);
  CHECK(total("0.001") == 1);
  CHECK(total("1000000000000") == amount_minor_max);
  CHECK(total("999999999999.999") == 999'999'999'999'999);
  CHECK(total("1000000000000.001") == std::nullopt);
  CHECK(total("12.4501") == std::nullopt);
  CHECK(total("-1") == std::nullopt);
  CHECK(total("1e3") == std::nullopt);
  CHECK(total("\"12.450\"") == std::nullopt);
}

TEST_CASE("what a company says of an account is told by status and by what stands at a pointer") {
  const std::string whole = R"(,"data":{"subscriber":{"no":700123},"currency":"KWD","invoices":[],"total":0}})";
  CHECK(due_outcome(200, R"({"result":{"code":0})" + whole) == Outcome::ok);
  CHECK(due_outcome(200, R"({"result":{"code":"0"})" + whole) == Outcome::ok);
  CHECK(due_outcome(200, R"({"result":{"code":"E04"}})") == Outcome::not_found);
  CHECK(due_outcome(200, R"({"result":{"code":"E05"}})") == Outcome::not_found);
  CHECK(due_outcome(200, R"({"result":{"code":"E99"}})") == Outcome::http_status);
  CHECK(due_outcome(200, R"({"result":{"code":"E06"})" + whole) == Outcome::garbage);
  CHECK(due_outcome(200, R"({"result":{"code":{}})" + whole) == Outcome::garbage);
  CHECK(due_outcome(404, R"({"result":{"code":"E04"}})") == Outcome::http_status);
  CHECK(
      due_outcome(
          200,
          R"({"result":{"code":0},"data":{"subscriber":{"no":700124},"currency":"KWD","invoices":[],"total":0}})") ==
      Outcome::wrong_account);
  CHECK(
      due_outcome(
          200,
          R"({"result":{"code":0},"data":{"subscriber":{"no":"700123"},"currency":"KWD","invoices":[],"total":0}})") ==
      Outcome::garbage);
}

TEST_CASE("a fault names the pointer that was looked at") {
  const auto due =
      read_due(form(Operation::due), {200, R"({"result":{"code":0},"data":{"subscriber":{"no":700123}}})"}, asked(),
               Currency::KWD);
  REQUIRE_FALSE(due);
  CHECK(due.error().at == "/data/total");
}

TEST_CASE("a list may be the whole answer, and dates may be written otherwise") {
  const auto read = [](std::string_view json) {
    return read_payments(form(Operation::payments), {200, json}, asked(), Currency::KWD);
  };
  const auto payments = read(R"([{"on":"05/10/2026","paid":3.2},{"on":"29/02/2024","paid":1,"where":"بنك"}])");
  REQUIRE(payments);
  REQUIRE(payments->size() == 2);
  CHECK(payments->at(0).date == "2026-10-05");
  CHECK(payments->at(0).amount.minor == 3'200);
  CHECK(payments->at(0).place.empty());
  CHECK(payments->at(1).place == "بنك");
  CHECK_FALSE(read(R"([{"on":"31/02/2026","paid":1}])"));
  CHECK_FALSE(read(R"([{"on":"2026-10-05","paid":1}])"));
  CHECK_FALSE(read(R"({"on":"05/10/2026","paid":3.2})"));
}

TEST_CASE("a payment is posted or declined only as the connector says plainly") {
  const std::string about = R"(,"ref":"pay-1","sum":"12.450")";
  const auto posted = paid(201, R"({"result":{"code":0},"receipt":"W-77")" + about + "}");
  REQUIRE(posted);
  CHECK(posted->state == PaymentState::posted);
  CHECK(posted->company_reference == "W-77");
  const auto low = paid(422, R"({"result":{"code":"E10"})" + about + "}");
  REQUIRE(low);
  CHECK(low->state == PaymentState::declined);
  CHECK(low->reason == "amount_too_low");
  const auto late = paid(422, R"({"result":{"code":"E20"})" + about + "}");
  REQUIRE(late);
  CHECK(late->reason == "too_late");
  // Not as described: unknown, whatever it looks like.
  CHECK(paid_outcome(200, R"({"result":{"code":0},"receipt":"W-77")" + about + "}") == Outcome::http_status);
  CHECK(paid_outcome(201, R"({"result":{"code":1},"receipt":"W-77")" + about + "}") == Outcome::garbage);
  CHECK(paid_outcome(201, R"({"result":{"code":0})" + about + "}") == Outcome::garbage);
  CHECK(paid_outcome(422, R"({"result":{"code":"E13"})" + about + "}") == Outcome::http_status);
  CHECK(paid_outcome(422, R"({"result":{"code":"E10"}})") == Outcome::http_status);
  CHECK(paid_outcome(299, R"({"result":{"code":0},"receipt":"W-77")" + about + "}") == Outcome::garbage);
  // Another one's.
  CHECK(paid_outcome(201, R"({"result":{"code":0},"receipt":"W-77","ref":"pay-2","sum":"12.450"})") ==
        Outcome::wrong_account);
  CHECK(paid_outcome(201, R"({"result":{"code":0},"receipt":"W-77","ref":"pay-1","sum":"12.451"})") ==
        Outcome::wrong_account);
}

TEST_CASE("that there is no payment is told by its reference") {
  const auto status = [](long code, std::string_view json) {
    return read_payment(form(Operation::payment_status), {code, json}, asked(), {12'450, Currency::KWD});
  };
  const auto absent = status(404, R"({"result":{"code":"E30"},"ref":"pay-1"})");
  REQUIRE(absent);
  CHECK(absent->state == PaymentState::absent);
  CHECK_FALSE(status(404, R"({"result":{"code":"E30"},"ref":"pay-2"})"));
  CHECK_FALSE(status(404, R"({"result":{"code":"E30"}})"));
  CHECK_FALSE(status(404, "<html>404</html>"));
}

}  // namespace shubbak::connectors
