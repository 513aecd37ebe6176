// Each thing that a company can do wrong, done by the sample company over real sockets.
#include "companies/company.hpp"

#include <catch2/catch.hpp>

#include "samples/sample_company/billing.hpp"
#include "tests/unit/companies/desk.hpp"

namespace shubbak::companies {

namespace {

using std::chrono::milliseconds;

struct Wrong {
  const char* account;
  Errc code;
  Outcome outcome;
};

}  // namespace

TEST_CASE("a person's accounts, bill, payments and last reading come as the company has them") {
  Desk desk;
  const auto accounts = run(desk.loop, desk.company.accounts(person("01234567890"), patience));
  REQUIRE(accounts);
  REQUIRE(accounts->size() == 2);
  CHECK(accounts->at(0).id == "4521007");
  CHECK(accounts->at(0).label == "منزل 4521");
  const auto due = run(desk.loop, desk.company.due("4521007", patience));
  REQUIRE(due);
  CHECK(due->amount == Money{12'500'000, Currency::SYP});
  CHECK(due->bills == 2);
  const auto payments = run(desk.loop, desk.company.payments("4521007", patience));
  REQUIRE(payments);
  REQUIRE(payments->size() == 3);
  CHECK(payments->at(0).date == "2026-09-14");
  CHECK(payments->at(0).amount.minor == 9'750'000);
  CHECK(payments->at(0).place == "صالة المزة");
  const auto reading = run(desk.loop, desk.company.last_reading("4521007", patience));
  REQUIRE(reading);
  CHECK(reading->value == 18'250);
  CHECK(reading->date == "2026-09-28");
  CHECK(desk.company.counters().of(Outcome::ok) == 4);
  CHECK(desk.http.connections_opened() == 1);
}

TEST_CASE("an account that does not exist is not found") {
  Desk desk;
  const auto due = run(desk.loop, desk.company.due("7777777", patience));
  REQUIRE_FALSE(due);
  CHECK(due.error().code == Errc::not_found);
  check_counted_once(desk.company.counters(), Outcome::not_found);
}

TEST_CASE("what is not an account number is not even asked") {
  Desk desk;
  for (const char* account : {"", "12a", "\"}", "123456789012345678901", "٣"}) {
    const auto due = run(desk.loop, desk.company.due(account, patience));
    REQUIRE_FALSE(due);
    CHECK(due.error().code == Errc::invalid);
  }
  CHECK(desk.http.connections_opened() == 0);
}

TEST_CASE("a number that has none of the forms of a company's accounts is not found, and nobody is asked") {
  Desk desk;
  Company company(with_accounts(config_of("damascus", desk.sample.url()), {"45xxxxx", "8xxxxxx"}), desk.http);
  // One hangs, one is there, one is too short.
  for (const char* account : {"9000001", "1000001", "452100"}) {
    INFO(account);
    const auto code_of = [](const auto& answer) {
      REQUIRE_FALSE(answer);
      CHECK(answer.error().message == "damascus: no account has a number of that form");
      return answer.error().code;
    };
    CHECK(code_of(run(desk.loop, company.due(account, patience))) == Errc::not_found);
    CHECK(code_of(run(desk.loop, company.bills(account, patience))) == Errc::not_found);
    CHECK(code_of(run(desk.loop, company.payments(account, patience))) == Errc::not_found);
    CHECK(code_of(run(desk.loop, company.last_reading(account, patience))) == Errc::not_found);
  }
  CHECK(desk.http.connections_opened() == 0);
  CHECK(run(desk.loop, company.due("4521007", patience)).ok());
  CHECK(run(desk.loop, company.due("8000001", patience)).ok());
  CHECK(company.counters().of(Outcome::ok) == 2);
  CHECK(company.counters().of(Outcome::not_found) == 0);
}

TEST_CASE("an account that a company lists or finds outside of its own forms is garbage") {
  Desk desk;
  const auto asked_with = [&desk](const char* form, const auto& ask) {
    Company company(with_accounts(config_of("damascus", desk.sample.url()), {form}), desk.http);
    const auto answer = run(desk.loop, ask(company));
    if (answer) return std::string("ok");
    check_counted_once(company.counters(), Outcome::garbage);
    CHECK(answer.error().code == Errc::unavailable);
    return answer.error().message;
  };
  const auto listed = [](Company& company) { return company.accounts(person("01234567890"), patience); };
  const std::string told = "damascus: garbage: an account's number has none of the forms in companies[].accounts";
  CHECK(asked_with("45xxxxx", listed) == "ok");
  CHECK(asked_with("4521xxx", listed) == told);  // the other is 4522330
  const auto found = [](Company& company) {
    return company.find({.person = person("01234567890"), .category = "home", .number = "9000021", .by = "any"},
                        patience);
  };
  CHECK(asked_with("9xxxxxx", found) == "ok");
  CHECK(asked_with("45xxxxx", found) == told);
}

TEST_CASE("each wrong answer about a bill is told apart, counted once and takes no longer than its deadline") {
  const Wrong wrong = GENERATE(
      Wrong{"9000001", Errc::timed_out, Outcome::timeout}, Wrong{"9000002", Errc::unavailable, Outcome::unreachable},
      Wrong{"9000005", Errc::unavailable, Outcome::too_large}, Wrong{"9000006", Errc::unavailable, Outcome::garbage},
      Wrong{"9000007", Errc::unavailable, Outcome::garbage},
      Wrong{"9000008", Errc::unavailable, Outcome::wrong_account},
      Wrong{"9000009", Errc::unavailable, Outcome::http_status},
      Wrong{"9000010", Errc::unavailable, Outcome::garbage},
      Wrong{"9000011", Errc::unavailable, Outcome::unreachable},
      Wrong{"9000012", Errc::unavailable, Outcome::garbage}, Wrong{"9000013", Errc::unavailable, Outcome::too_large},
      Wrong{"9000014", Errc::unavailable, Outcome::garbage}, Wrong{"9000017", Errc::unavailable, Outcome::garbage},
      Wrong{"9000018", Errc::timed_out, Outcome::timeout}, Wrong{"9000019", Errc::unavailable, Outcome::http_status},
      Wrong{"9000020", Errc::unavailable, Outcome::unreachable});
  CAPTURE(wrong.account);
  Desk desk;
  const bool waits = wrong.outcome == Outcome::timeout;
  const Stopwatch watch;
  const auto due = run(desk.loop, desk.company.due(wrong.account, waits ? soon : patience));
  REQUIRE_FALSE(due);
  CAPTURE(due.error().message);
  CHECK(due.error().code == wrong.code);
  check_counted_once(desk.company.counters(), wrong.outcome);
  CHECK(due.error().message.find(wrong.account) == std::string::npos);
  CHECK(due.error().message.starts_with("damascus: "));
  if (waits) {
    CHECK(watch.elapsed() >= soon - milliseconds(5));
    CHECK(watch.elapsed() < soon + milliseconds(2000));
  } else {
    CHECK(watch.elapsed() < patience);
  }
  CHECK(desk.http.requests_under_way() == 0);
  // Whatever it was, the next question is answered right.
  const auto next = run(desk.loop, desk.company.due("4521007", patience));
  REQUIRE(next);
  CHECK(next->amount.minor == 12'500'000);
}

TEST_CASE("each wrong answer about a person is told apart") {
  const Wrong wrong = GENERATE(Wrong{"00009000001", Errc::timed_out, Outcome::timeout},
                               Wrong{"00009000002", Errc::unavailable, Outcome::unreachable},
                               Wrong{"00009000007", Errc::unavailable, Outcome::garbage},
                               Wrong{"00009000008", Errc::unavailable, Outcome::wrong_account},
                               Wrong{"00009000015", Errc::unavailable, Outcome::too_large},
                               Wrong{"00009000016", Errc::unavailable, Outcome::garbage});
  CAPTURE(wrong.account);
  Desk desk({.body_octets_max = 4 * 1024 * 1024});
  const auto accounts = run(
      desk.loop, desk.company.accounts(person(wrong.account), wrong.outcome == Outcome::timeout ? soon : patience));
  REQUIRE_FALSE(accounts);
  CAPTURE(accounts.error().message);
  CHECK(accounts.error().code == wrong.code);
  check_counted_once(desk.company.counters(), wrong.outcome);
  CHECK(accounts.error().message.find(wrong.account) == std::string::npos);
}

TEST_CASE("ten thousand payments or bills and texts that garble a screen are refused") {
  Desk desk({.body_octets_max = 4 * 1024 * 1024});
  const auto many = run(desk.loop, desk.company.payments("9000015", patience));
  REQUIRE_FALSE(many);
  CHECK(desk.company.counters().of(Outcome::too_large) == 1);
  const auto bills = run(desk.loop, desk.company.bills("9000015", patience));
  REQUIRE_FALSE(bills);
  CHECK(bills.error().code == Errc::unavailable);
  CHECK(desk.company.counters().of(Outcome::too_large) == 2);
  const auto garbled = run(desk.loop, desk.company.payments("9000016", patience));
  REQUIRE_FALSE(garbled);
  CHECK(desk.company.counters().of(Outcome::garbage) == 1);
}

TEST_CASE("a company that answers twice never answers the next question with it") {
  Desk desk({.connections_per_host_max = 1});
  for (int i = 0; i < 20; ++i) {
    const auto twice = run(desk.loop, desk.company.due("9000003", patience));
    REQUIRE(twice);
    CHECK(twice->amount.minor == samples::generated_due_minor(9'000'003, 0));
    const auto next = run(desk.loop, desk.company.due("4521007", patience));
    REQUIRE(next);
    CHECK(next->amount.minor == 12'500'000);
  }
  CHECK(desk.company.counters().of(Outcome::wrong_account) == 0);
}

TEST_CASE("a late answer is good within the deadline") {
  Desk desk;
  const Stopwatch watch;
  const auto due = run(desk.loop, desk.company.due("9000004", patience));
  REQUIRE(due);
  CHECK(watch.elapsed() >= milliseconds(95));
}

TEST_CASE("a reading sent again under its reference gives the first answer") {
  Desk desk;
  const auto send = [&](const char* account, std::int64_t value, const char* reference) {
    const auto verdict = run(desk.loop, desk.company.submit_reading(account, value, reference, patience));
    REQUIRE(verdict);
    return *verdict;
  };
  CHECK(send("4521007", 18'249, "low-1") == ReadingVerdict::too_low);
  CHECK(send("4521007", 18'300, "first-1") == ReadingVerdict::accepted);
  CHECK(send("4521007", 18'300, "first-1") == ReadingVerdict::accepted);
  CHECK(send("4521007", 18'301, "second-1") == ReadingVerdict::already);
  CHECK(send("4521007", 18'300, "first-1") == ReadingVerdict::accepted);
  const auto other_body = run(desk.loop, desk.company.submit_reading("4521007", 99'999, "first-1", patience));
  REQUIRE_FALSE(other_body);
  CHECK(other_body.error().code == Errc::unavailable);
  CHECK(desk.company.counters().of(Outcome::http_status) == 1);
}

TEST_CASE("a closed window and an unknown account are told apart for readings") {
  SampleThread sample({"homs"});
  boost::asio::io_context loop(1);
  HttpClient http(loop.get_executor(), {});
  Company homs(config_of("homs", sample.url()), http);
  const auto closed = run(loop, homs.submit_reading("3100912", 50'000, "h-1", patience));
  REQUIRE(closed);
  CHECK(*closed == ReadingVerdict::not_open);
  const auto unknown = run(loop, homs.submit_reading("4521007", 50'000, "h-2", patience));
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == Errc::not_found);
}

TEST_CASE("a reading with a bad value or reference is not sent") {
  Desk desk;
  CHECK(run(desk.loop, desk.company.submit_reading("4521007", -1, "r", patience)).error().code == Errc::invalid);
  for (const char* reference : {"", "a b", "a\r\nX-Evil: 1", "\""}) {
    CHECK(run(desk.loop, desk.company.submit_reading("4521007", 1, reference, patience)).error().code ==
          Errc::invalid);
  }
  CHECK(desk.http.connections_opened() == 0);
}

TEST_CASE("a company that is down is unavailable at once") {
  boost::asio::io_context loop(1);
  HttpClient http(loop.get_executor(), {});
  Company company(config_of("damascus", "http://127.0.0.1:1"), http);
  const auto due = run(loop, company.due("4521007", patience));
  REQUIRE_FALSE(due);
  CHECK(due.error().code == Errc::unavailable);
  check_counted_once(company.counters(), Outcome::unreachable);
}

TEST_CASE("the account of another company is not found here") {
  Desk desk;
  CHECK(run(desk.loop, desk.company.due("2100345", patience)).error().code == Errc::not_found);
}

}  // namespace shubbak::companies
