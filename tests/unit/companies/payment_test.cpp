// Payments at a company over real sockets: what is posted, declined or absent, and everything that leaves it unknown.
#include <array>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "samples/sample_company/billing.hpp"
#include "tests/unit/companies/desk.hpp"
#include "tests/unit/companies/raw_peer.hpp"

namespace shubbak::companies {

namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds hung{1};  // long enough for a request to arrive, on a busy machine too

Money syp(std::int64_t minor) {
  return {minor, Currency::SYP};
}

PaymentOrder order_of(std::string account, std::int64_t minor, std::string reference) {
  return {std::move(account), syp(minor), std::move(reference), wall_now() + std::chrono::minutes(5)};
}

Result<PaymentAnswer> pay(Desk& desk, PaymentOrder order, milliseconds timeout = patience) {
  return run(desk.loop, desk.company.pay(std::move(order), timeout));
}

Result<PaymentAnswer> status(Desk& desk, std::string account, std::int64_t minor, std::string reference) {
  return run(desk.loop, desk.company.payment_status(std::move(account), syp(minor), std::move(reference), patience));
}

void check_posted(const Result<PaymentAnswer>& answer, std::string_view number) {
  REQUIRE(answer);
  CHECK(answer->state == PaymentState::posted);
  CHECK(answer->company_reference == number);
  CHECK(answer->reason.empty());
}

void check_declined(const Result<PaymentAnswer>& answer, std::string_view reason) {
  REQUIRE(answer);
  CHECK(answer->state == PaymentState::declined);
  CHECK(answer->reason == reason);
  CHECK(answer->company_reference.empty());
}

void check_absent(const Result<PaymentAnswer>& answer) {
  REQUIRE(answer);
  CHECK(answer->state == PaymentState::absent);
}

void check_unknown(const Result<PaymentAnswer>& answer, Errc code) {
  REQUIRE_FALSE(answer);
  CAPTURE(answer.error().message);
  CHECK(answer.error().code == code);
}

// A company whose every answer is one text, seen by a client that asks what became of a payment of 5.00 SYP.
struct Oracle {
  explicit Oracle(std::string octets)
      : peer([text = std::move(octets), this](RawPeer::Socket& socket, int) {
          for (std::string request = RawPeer::read_request(socket); !request.empty();
               request = RawPeer::read_request(socket)) {
            seen.push_back(request);
            RawPeer::write(socket, text);
          }
        }),
        http(loop.get_executor(), {}),
        company(config_of("damascus", peer.url()), http) {}
  Result<PaymentAnswer> pay(WallTime not_after) {
    PaymentOrder order{"4521007", syp(500), "pay-1", not_after};
    return run(loop, company.pay(std::move(order), patience));
  }
  Result<PaymentAnswer> status() { return run(loop, company.payment_status("4521007", syp(500), "pay-1", patience)); }
  // ok, or how the last answer was counted
  Outcome outcome(const Result<PaymentAnswer>& answer) {
    for (std::size_t i = 0; i < outcome_count; ++i) {
      const auto each = static_cast<Outcome>(i);
      if (company.counters().of(each) == counted[i]) continue;
      ++counted[i];
      CHECK((each == Outcome::ok) == answer.ok());
      if (!answer) CHECK(answer.error().code == Errc::unavailable);
      return each;
    }
    FAIL("an answer that was not counted");
    return Outcome::cancelled;
  }

  std::vector<std::string> seen;
  RawPeer peer;
  boost::asio::io_context loop{1};
  HttpClient http;
  Company company;
  std::array<std::uint64_t, outcome_count> counted{};
};

constexpr const char* whole = R"("account":"4521007","reference":"pay-1","amount_minor":500,"currency":"SYP")";

std::string answer_with(const std::string& members) {
  return "{" + std::string(whole) + "," + members + "}";
}

struct Said {
  std::string status;
  std::string body;
  Outcome to_pay;
  Outcome to_status;
};
Said said(std::string body, Outcome both) {
  return {"200 OK", std::move(body), both, both};
}
Said said(std::string status, std::string body, Outcome both) {
  return {std::move(status), std::move(body), both, both};
}

}  // namespace

TEST_CASE("a payment is posted once under its reference, and taken off what is due") {
  Desk desk;
  const PaymentOrder order = order_of("4521007", 5'000'000, "pay-1");
  check_posted(pay(desk, order), "P0-00000001");
  check_posted(pay(desk, order), "P0-00000001");
  check_posted(status(desk, "4521007", 5'000'000, "pay-1"), "P0-00000001");
  const auto due = run(desk.loop, desk.company.due("4521007", patience));
  REQUIRE(due);
  CHECK(due->amount == syp(7'500'000));
  CHECK(due->bills == 2);
  check_posted(pay(desk, order_of("4521007", 7'500'000, "pay-2")), "P0-00000002");
  const auto nothing_left = run(desk.loop, desk.company.due("4521007", patience));
  REQUIRE(nothing_left);
  CHECK(nothing_left->amount == syp(0));
  CHECK(nothing_left->bills == 0);
  const auto list = run(desk.loop, desk.company.payments("4521007", patience));
  REQUIRE(list);
  REQUIRE(list->size() == 5);
  CHECK(list->at(0).amount == syp(7'500'000));
  CHECK(list->at(0).place == "Shubbak");
  CHECK(list->at(1).amount == syp(5'000'000));
  CHECK(list->at(2).date == "2026-09-14");
}

TEST_CASE("a company declines in its fixed words, and says the same when it is asked again") {
  struct Declined {
    const char* account;
    std::int64_t minor;
    std::chrono::minutes left;
    const char* reason;
  };
  const std::chrono::minutes five(5);
  const auto declined =
      GENERATE_COPY(Declined{"4521007", 12'500'001, five, "amount_too_high"},
                    Declined{"4522330", 100, five, "not_payable"}, Declined{"7777777", 100, five, "not_payable"},
                    Declined{"9000028", 100, five, "account_closed"}, Declined{"4521007", 100, -five, "too_late"});
  CAPTURE(declined.account, declined.reason);
  Desk desk;
  PaymentOrder order = order_of(declined.account, declined.minor, "pay-1");
  order.not_after = wall_now() + declined.left;
  check_declined(pay(desk, order), declined.reason);
  check_declined(pay(desk, order), declined.reason);
  check_declined(status(desk, declined.account, declined.minor, "pay-1"), declined.reason);
  const auto due = run(desk.loop, desk.company.due("4521007", patience));
  REQUIRE(due);
  CHECK(due->amount == syp(12'500'000));
}

TEST_CASE("what was never sent is absent, and stays payable") {
  Desk desk;
  check_absent(status(desk, "4521007", 100, "pay-1"));
  check_posted(pay(desk, order_of("4521007", 100, "pay-1")), "P0-00000001");
  check_posted(status(desk, "4521007", 100, "pay-1"), "P0-00000001");
}

TEST_CASE("another order under a reference is a conflict, which says nothing of the first") {
  Desk desk;
  const PaymentOrder first = order_of("4521007", 100, "pay-1");
  check_posted(pay(desk, first), "P0-00000001");
  PaymentOrder other_time = first;
  other_time.not_after += std::chrono::seconds(1);
  for (const PaymentOrder& other :
       {order_of("4521007", 101, "pay-1"), order_of("4530001", 100, "pay-1"), other_time}) {
    check_unknown(pay(desk, other), Errc::unavailable);
  }
  CHECK(desk.company.counters().of(Outcome::http_status) == 3);
  check_unknown(status(desk, "4521007", 101, "pay-1"), Errc::unavailable);
  check_unknown(status(desk, "4530001", 100, "pay-1"), Errc::unavailable);
  CHECK(desk.company.counters().of(Outcome::wrong_account) == 2);
  check_posted(status(desk, "4521007", 100, "pay-1"), "P0-00000001");
}

TEST_CASE("whatever a company does wrong, a payment is unknown until its status tells") {
  struct WrongPayment {
    const char* account;
    Errc code;
    Outcome outcome;
  };
  const auto wrong = GENERATE(WrongPayment{"9000021", Errc::timed_out, Outcome::timeout},
                              WrongPayment{"9000024", Errc::unavailable, Outcome::wrong_account},
                              WrongPayment{"9000025", Errc::unavailable, Outcome::garbage},
                              WrongPayment{"9000026", Errc::unavailable, Outcome::http_status},
                              WrongPayment{"9000001", Errc::timed_out, Outcome::timeout},
                              WrongPayment{"9000002", Errc::unavailable, Outcome::unreachable},
                              WrongPayment{"9000005", Errc::unavailable, Outcome::too_large},
                              WrongPayment{"9000006", Errc::unavailable, Outcome::garbage},
                              WrongPayment{"9000007", Errc::unavailable, Outcome::garbage},
                              WrongPayment{"9000008", Errc::unavailable, Outcome::wrong_account},
                              WrongPayment{"9000009", Errc::unavailable, Outcome::http_status},
                              WrongPayment{"9000010", Errc::unavailable, Outcome::garbage},
                              WrongPayment{"9000011", Errc::unavailable, Outcome::unreachable},
                              WrongPayment{"9000012", Errc::unavailable, Outcome::garbage},
                              WrongPayment{"9000013", Errc::unavailable, Outcome::too_large},
                              WrongPayment{"9000014", Errc::unavailable, Outcome::wrong_account},
                              WrongPayment{"9000017", Errc::unavailable, Outcome::garbage},
                              WrongPayment{"9000018", Errc::timed_out, Outcome::timeout},
                              WrongPayment{"9000019", Errc::unavailable, Outcome::http_status},
                              WrongPayment{"9000020", Errc::unavailable, Outcome::unreachable});
  CAPTURE(wrong.account);
  Desk desk;
  const bool waits = wrong.outcome == Outcome::timeout;
  const PaymentOrder order = order_of(wrong.account, 100, "pay-1");
  check_unknown(pay(desk, order, waits ? milliseconds(hung) : patience), wrong.code);
  check_counted_once(desk.company.counters(), wrong.outcome);
  check_posted(status(desk, wrong.account, 100, "pay-1"), "P0-00000001");
}

TEST_CASE("a company that hangs before it posts has no payment") {
  Desk desk;
  check_unknown(pay(desk, order_of("9000022", 100, "pay-1"), hung), Errc::timed_out);
  check_absent(status(desk, "9000022", 100, "pay-1"));
  const auto due = run(desk.loop, desk.company.due("9000022", patience));
  REQUIRE(due);
  CHECK(due->amount.minor == samples::generated_due_minor(9'000'022, 0));
}

TEST_CASE("a company that cannot tell a status yet leaves the payment unknown until it can") {
  Desk desk;
  check_unknown(pay(desk, order_of("9000027", 100, "pay-1"), hung), Errc::timed_out);
  for (int i = 0; i < 3; ++i) check_unknown(status(desk, "9000027", 100, "pay-1"), Errc::unavailable);
  CHECK(desk.company.counters().of(Outcome::http_status) == 3);
  check_posted(status(desk, "9000027", 100, "pay-1"), "P0-00000001");
}

TEST_CASE("a late answer to a payment is good within the deadline, and an answer that comes twice is taken once") {
  Desk desk;
  const Stopwatch watch;
  check_posted(pay(desk, order_of("9000023", 100, "pay-1")), "P0-00000001");
  CHECK(watch.elapsed() >= milliseconds(95));
  check_posted(pay(desk, order_of("9000003", 100, "pay-2")), "P0-00000002");
  check_posted(pay(desk, order_of("4521007", 100, "pay-3")), "P0-00000003");
  CHECK(desk.company.counters().of(Outcome::ok) == 3);
}

TEST_CASE("a payment that is refused over the limit or for its form was not sent") {
  SECTION("too many requests under way") {
    Desk desk({.requests_max = 0});
    check_unknown(pay(desk, order_of("4521007", 100, "pay-1")), Errc::limit);
    check_counted_once(desk.company.counters(), Outcome::overload);
    CHECK(desk.http.connections_opened() == 0);
  }
  SECTION("too many to this company") {
    Desk desk({.requests_per_host_max = 0});
    check_unknown(pay(desk, order_of("4521007", 100, "pay-1")), Errc::limit);
    CHECK(desk.http.connections_opened() == 0);
  }
  SECTION("form") {
    Desk desk;
    for (const char* account : {"", "12a", "\"}", "123456789012345678901", "٣"}) {
      check_unknown(pay(desk, order_of(account, 100, "pay-1")), Errc::invalid);
      check_unknown(status(desk, account, 100, "pay-1"), Errc::invalid);
    }
    for (const std::int64_t minor : {std::int64_t{0}, std::int64_t{-1}, amount_minor_max + 1}) {
      check_unknown(pay(desk, order_of("4521007", minor, "pay-1")), Errc::invalid);
      check_unknown(status(desk, "4521007", minor, "pay-1"), Errc::invalid);
    }
    for (const std::string& reference : {std::string(), std::string("a b"), std::string("a\r\nX-Evil: 1"),
                                         std::string("\""), std::string(65, 'a')}) {
      check_unknown(pay(desk, order_of("4521007", 100, reference)), Errc::invalid);
      check_unknown(status(desk, "4521007", 100, reference), Errc::invalid);
    }
    PaymentOrder dinars = order_of("4521007", 100, "pay-1");
    dinars.amount.currency = Currency::KWD;
    check_unknown(pay(desk, dinars), Errc::invalid);
    for (const WallTime time : {WallTime::min(), WallTime(milliseconds(-1)), WallTime::max()}) {
      PaymentOrder timeless = order_of("4521007", 100, "pay-1");
      timeless.not_after = time;
      check_unknown(pay(desk, timeless), Errc::invalid);
    }
    CHECK(desk.http.connections_opened() == 0);
  }
}

TEST_CASE("to a company that is down nothing was sent") {
  boost::asio::io_context loop(1);
  HttpClient http(loop.get_executor(), {});
  Company company(config_of("damascus", "http://127.0.0.1:1"), http);
  check_unknown(run(loop, company.pay(order_of("4521007", 100, "pay-1"), patience)), Errc::limit);
  check_counted_once(company.counters(), Outcome::unreachable);
}

TEST_CASE("a payment goes out as the company API says, its end rounded down to seconds") {
  Oracle oracle(RawPeer::response(answer_with(R"("state":"posted","company_reference":"D.7:1_a-b")")));
  const WallTime not_after = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + std::chrono::hours(12) +
                             std::chrono::minutes(4) + milliseconds(6999);
  check_posted(oracle.pay(not_after), "D.7:1_a-b");
  check_posted(oracle.status(), "D.7:1_a-b");
  REQUIRE(oracle.seen.size() == 2);
  CHECK(oracle.seen[0].starts_with("POST /x/v1/payments HTTP/1.1\r\n"));
  CHECK(oracle.seen[0].find("\r\nIdempotency-Key: pay-1\r\n") != std::string::npos);
  CHECK(oracle.seen[0].find("\r\nAuthorization: Bearer sample\r\n") != std::string::npos);
  CHECK(oracle.seen[0].ends_with(
      "\r\n\r\n"
      R"({"account":"4521007","amount_minor":500,"currency":"SYP","not_after":"2026-11-26T12:04:06Z"})"));
  CHECK(oracle.seen[1].starts_with("POST /x/v1/payments/status HTTP/1.1\r\n"));
  CHECK(oracle.seen[1].find("Idempotency-Key") == std::string::npos);
  CHECK(oracle.seen[1].ends_with("\r\n\r\n{\"reference\":\"pay-1\"}"));
}

TEST_CASE("only an answer that is as agreed, whole and about this payment tells what became of it") {
  const std::string posted = R"("state":"posted","company_reference":"c-1")";
  const std::string absent = R"({"reference":"pay-1","state":"absent"})";
  const Outcome ok = Outcome::ok;
  const Outcome garbage = Outcome::garbage;
  const Outcome other = Outcome::wrong_account;
  const Outcome by_status = Outcome::http_status;
  const auto words = [](const std::string& account, const std::string& reference, const std::string& minor,
                        const std::string& currency) {
    return R"({"account":)" + account + R"(,"reference":)" + reference + R"(,"amount_minor":)" + minor +
           R"(,"currency":)" + currency + R"(,"state":"posted","company_reference":"c-1"})";
  };
  const std::vector<Said> table{
      // as agreed
      said(answer_with(posted), ok),
      said(answer_with(posted + R"(,"more":[1,{"x":null}])"), ok),
      said(answer_with(R"("state":"posted","company_reference":")" + std::string(40, 'c') + "\""), ok),
      said(answer_with(R"("state":"declined","reason":"amount_too_low")"), ok),
      said(answer_with(R"("state":"declined","reason":"other")"), ok),
      {"200 OK", absent, garbage, ok},
      {"200 OK", answer_with(R"("state":"absent")"), garbage, ok},
      // another payment
      said(words("\"4521008\"", "\"pay-1\"", "500", "\"SYP\""), other),
      said(words("\"4521007\"", "\"pay-2\"", "500", "\"SYP\""), other),
      said(words("\"4521007\"", "\"PAY-1\"", "500", "\"SYP\""), other),
      said(words("\"4521007\"", "\"pay-1\"", "501", "\"SYP\""), other),
      said(words("\"4521007\"", "\"pay-1\"", "0", "\"SYP\""), other),
      said(words("\"4521007\"", "\"pay-1\"", "500", "\"KWD\""), other),
      said(R"({"reference":"pay-2","state":"absent"})", other),
      said(R"({"reference":"pay-1","account":"4521008","state":"absent"})", other),
      said(R"({"reference":"pay-1","amount_minor":501,"currency":"SYP","state":"absent"})", other),
      // wrong types, missing members
      said(words("4521007", "\"pay-1\"", "500", "\"SYP\""), garbage),
      said(words("\"4521007\"", "1", "500", "\"SYP\""), garbage),
      said(words("\"4521007\"", "\"pay-1\"", "\"500\"", "\"SYP\""), garbage),
      said(words("\"4521007\"", "\"pay-1\"", "500.0", "\"SYP\""), garbage),
      said(words("\"4521007\"", "\"pay-1\"", "-500", "\"SYP\""), garbage),
      said(words("\"4521007\"", "\"pay-1\"", "18446744073709551615", "\"SYP\""), garbage),
      said(words("\"4521007\"", "\"pay-1\"", "500", "2"), garbage),
      said("{" + posted + "}", garbage),
      said(R"({"reference":"pay-1",)" + posted + "}", garbage),
      said(R"({"state":"absent"})", garbage),
      said(R"({"reference":"pay-1","amount_minor":500,"state":"absent"})", garbage),
      // states that are none, or contradict themselves
      said("{" + std::string(whole) + "}", garbage),
      said(answer_with(R"("state":"POSTED","company_reference":"c-1")"), garbage),
      said(answer_with(R"("state":"pending","company_reference":"c-1")"), garbage),
      said(answer_with(R"("state":true,"company_reference":"c-1")"), garbage),
      said(answer_with(R"("state":"posted")"), garbage),
      said(answer_with(R"("state":"posted","company_reference":"")"), garbage),
      said(answer_with(R"("state":"posted","company_reference":7)"), garbage),
      said(answer_with(R"("state":"posted","company_reference":"a b")"), garbage),
      said(answer_with(R"("state":"posted","company_reference":")" + std::string(41, 'c') + "\""), garbage),
      said(answer_with(posted + R"(,"reason":"other")"), garbage),
      said(answer_with(R"("state":"declined")"), garbage),
      said(answer_with(R"("state":"declined","reason":"")"), garbage),
      said(answer_with(R"("state":"declined","reason":"no_money")"), garbage),
      said(answer_with(R"("state":"declined","reason":"Other")"), garbage),
      said(answer_with(R"("state":"declined","reason":"other","company_reference":"c-1")"), garbage),
      said(answer_with(R"("state":"absent","company_reference":"c-1")"), garbage),
      said(answer_with(R"("state":"absent","reason":"other")"), garbage),
      // not an object
      said("", garbage),
      said("null", garbage),
      said("[]", garbage),
      said("{", garbage),
      said("<!DOCTYPE html>", garbage),
      said(answer_with(posted) + "{}", garbage),
      said(R"({"error":"not_found"})", garbage),
      said(R"("posted")", garbage),
      // by status: nothing but a plain no within a 404
      said("404 Not Found", R"({"error":"not_found"})", by_status),
      said("404 Not Found", "<html>404</html>", by_status),
      said("404 Not Found", answer_with(posted), by_status),
      said("404 Not Found", answer_with(R"("state":"declined","reason":"not_payable")"), ok),
      said("404 Not Found", R"({"reference":"pay-2","state":"absent"})", by_status),
      {"404 Not Found", absent, by_status, ok},
      said("409 Conflict", R"({"error":"reference_used"})", by_status),
      said("409 Conflict", answer_with(R"("state":"declined","reason":"other")"), by_status),
      said("202 Accepted", answer_with(posted), by_status),
      said("500 Internal Server Error", absent, by_status),
      said("503 Service Unavailable", answer_with(R"("state":"declined","reason":"other")"), by_status),
      said("302 Found", answer_with(posted), by_status),
  };
  for (const Said& each : table) {
    CAPTURE(each.status, each.body);
    Oracle oracle(RawPeer::response(each.body, each.status));
    const Result<PaymentAnswer> paid = oracle.pay(wall_now());
    CHECK(oracle.outcome(paid) == each.to_pay);
    const Result<PaymentAnswer> told = oracle.status();
    CHECK(oracle.outcome(told) == each.to_status);
  }
}

}  // namespace shubbak::companies
