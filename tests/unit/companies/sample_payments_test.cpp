// The sample company's payments: its books at given times, and what it refuses over HTTP.
#include <algorithm>

#include <catch2/catch.hpp>

#include "samples/sample_company/billing.hpp"
#include "samples/sample_company/connection.hpp"
#include "samples/sample_company/iso_time.hpp"
#include "tests/unit/companies/fixture.hpp"

namespace shubbak::companies {

namespace {

constexpr std::chrono::sys_seconds noon =
    std::chrono::sys_days(std::chrono::year(2026) / 11 / 26) + std::chrono::hours(12);

samples::PaymentOrder booked(std::string account, std::int64_t minor, std::string reference) {
  return {std::move(account), {minor, Currency::SYP}, noon, std::move(reference)};
}

bool says(const samples::Reply& reply, std::string_view text) {
  return reply.body.find(text) != std::string::npos;
}

HttpResponse post(const SampleThread& sample, std::string path, std::string body, std::string key = "") {
  boost::asio::io_context loop(1);
  HttpClient http(loop.get_executor(), {});
  HttpRequest request;
  request.url = sample.url() + std::move(path);
  request.body = std::move(body);
  request.idempotency_key = std::move(key);
  request.timeout = patience;
  HttpResult answer = run(loop, http.fetch(std::move(request)));
  REQUIRE(answer);
  return std::move(*answer);
}

}  // namespace

TEST_CASE("sample: what arrives after its end is declined, what came again is answered as first") {
  samples::Billing billing("damascus", 0, 1, 0);
  const samples::Reply first = billing.pay(booked("4521007", 100, "in-time"), noon);
  CHECK(says(first, R"("state":"posted","company_reference":"P0-00000001")"));
  const WallTime too_late = noon + std::chrono::milliseconds(1);
  const samples::Reply late = billing.pay(booked("4521007", 100, "late"), too_late);
  CHECK(says(late, R"("state":"declined","reason":"too_late")"));
  CHECK(billing.pay(booked("4521007", 100, "in-time"), too_late).body == first.body);
  CHECK(billing.pay(booked("4521007", 100, "late"), noon).body == late.body);
  CHECK(billing.pay(booked("4521007", 200, "in-time"), noon).status == 409);
  CHECK(billing.payment_status("in-time").body == first.body);
  CHECK(billing.payments_posted() == 1);
}

TEST_CASE("sample: nothing is paid but what is due, in its currency") {
  samples::Billing billing("damascus", 0, 1, 0);
  CHECK(says(billing.pay(booked("4530001", 0, "a"), noon), "amount_too_low"));
  CHECK(says(billing.pay(booked("4530001", 1'000'001, "b"), noon), "amount_too_high"));
  samples::PaymentOrder pounds = booked("4530001", 100, "c");
  pounds.amount.currency = Currency::EGP;
  CHECK(says(billing.pay(pounds, noon), R"("reason":"other")"));
  CHECK(says(billing.pay(booked("4530001", 999'999, "d"), noon), "posted"));
  CHECK(says(billing.pay(booked("4530001", 2, "e"), noon), "amount_too_high"));
  CHECK(says(billing.due("4530001"), R"("amount_minor":1,"currency":"SYP","bills":1)"));
  CHECK(says(billing.pay(booked("4530001", 1, "f"), noon), "posted"));
  CHECK(says(billing.due("4530001"), R"("amount_minor":0,"currency":"SYP","bills":0)"));
  CHECK(says(billing.pay(booked("4530001", 1, "g"), noon), "not_payable"));
  CHECK(says(billing.due("4530002"), R"("amount_minor":2000000)"));
}

TEST_CASE("sample: an account lists the newest of what was paid, before what it had") {
  samples::Billing billing("damascus", 0, 1, 0);
  for (int i = 1; i <= 21; ++i) {
    (void)billing.pay(booked("4521007", i, "pay-" + std::to_string(i)), noon);
  }
  const std::string list = billing.payments("4521007").body;
  CHECK(list.starts_with(
      R"({"account":"4521007","payments":[{"date":"2026-11-26","amount_minor":21,"currency":"SYP","place":"Shubbak"},)"));
  CHECK(list.find(R"("amount_minor":2,)") != std::string::npos);
  CHECK(list.find(R"("amount_minor":1,)") == std::string::npos);
  CHECK(list.find("2026-09-14") > list.find(R"("amount_minor":2,)"));
}

TEST_CASE("sample: the day's file has what was posted on that day, in order") {
  samples::Billing billing("aleppo", 1, 2, 0);
  (void)billing.pay(booked("2100345", 500, "b"), noon - std::chrono::days(1));
  (void)billing.pay(booked("2100345", 700, "declined"), noon + std::chrono::seconds(1));
  (void)billing.pay(booked("2100345", 600, "a"), noon - std::chrono::milliseconds(1));
  const auto today = std::chrono::floor<std::chrono::days>(noon);
  const samples::Reply file = billing.payments_on(today);
  CHECK(file.type == "text/csv");
  CHECK(file.body ==
        "reference,account,amount_minor,currency,company_reference,time\n"
        "a,2100345,600,SYP,P1-00000002,2026-11-26T11:59:59Z\n");
  CHECK(billing.payments_on(today - std::chrono::days(1)).body.ends_with("2026-11-25T12:00:00Z\n"));
  CHECK(billing.payments_on(today + std::chrono::days(1)).body.ends_with(",time\n"));
}

TEST_CASE("sample: each payment's status is unsure three times for itself") {
  samples::Billing billing("damascus", 0, 1, 0);
  for (const char* reference : {"one", "two"}) {
    (void)billing.pay(booked("9000027", 100, reference), noon);
    for (int i = 0; i < 3; ++i) CHECK(billing.payment_status(reference).status == 503);
    CHECK(says(billing.payment_status(reference), "posted"));
  }
}

TEST_CASE("sample: a full book takes no more, and still answers for what it has") {
  samples::PaymentBook book(0, 1);
  const samples::PaymentOrder first = booked("4521007", 100, "first");
  REQUIRE_FALSE(book.settled(first));
  const samples::Reply posted = book.enter(first, "", noon);
  const auto again = book.settled(first);
  REQUIRE(again);
  CHECK(again->body == posted.body);
  const auto more = book.settled(booked("4521007", 100, "second"));
  REQUIRE(more);
  CHECK(more->status == 503);
}

TEST_CASE("sample: accounts that misbehave when paid are right until then") {
  const samples::Billing first("a", 0, 2, 0);
  const samples::Billing second("b", 1, 2, 0);
  for (std::uint64_t account = 9'000'021; account <= 9'000'028; ++account) {
    const std::string number = std::to_string(account);
    CAPTURE(number);
    const std::int64_t due = samples::generated_due_minor(account, 0);
    CHECK(says(first.due(number), R"("amount_minor":)" + std::to_string(due)));
    CHECK(says(first.accounts_of("0002" + number), number + "\",\"label"));
    CHECK(says(second.accounts_of("0002" + number), "8000001"));
    CHECK(says(first.accounts_of("0000" + number), R"("accounts":[])"));
  }
  CHECK(first.due("9000029").status == 404);
}

TEST_CASE("sample: a payment that has not its form is refused and not kept") {
  SampleThread sample({"damascus"});
  const std::string right =
      R"({"account":"4521007","amount_minor":100,"currency":"SYP","not_after":"2999-12-31T23:59:59Z"})";
  const auto with = [&](std::string_view old, std::string_view text) {
    std::string body = right;
    return body.replace(body.find(old), old.size(), text);
  };
  for (const std::string& body :
       {with(R"("account":"4521007",)", ""), with("4521007", "45x"), with(R"("4521007")", "4521007"),
        with("100", "-1"), with("100", "1.5"), with("100", "\"100\""), with("SYP", "SY"), with("SYP", "\\\""),
        with("Z", ""), with("Z", "+03:00"), with("T", " "), with("12-31", "02-30"), with("23:59:59", "24:00:00"),
        with("23:59:59", "23:60:00"), with(R"(,"not_after":"2999-12-31T23:59:59Z")", ""), std::string("{"),
        std::string("[]")}) {
    CAPTURE(body);
    CHECK(post(sample, "/v1/payments", body, "key-1").status == 400);
  }
  for (const std::string& key : {std::string(), std::string("a b"), std::string(65, 'a'), std::string("a\"b")}) {
    CAPTURE(key);
    CHECK(post(sample, "/v1/payments", right, key).status == 400);
  }
  for (const char* body : {"{}", R"({"reference":""})", R"({"reference":"a\"b"})", R"({"reference":7})"}) {
    CAPTURE(body);
    CHECK(post(sample, "/v1/payments/status", body).status == 400);
  }
  for (const char* body : {"{}", R"({"day":"2026-11-31"})", R"({"day":"26-11-30"})", R"({"day":20261130})"}) {
    CAPTURE(body);
    CHECK(post(sample, "/v1/payments/export", body).status == 400);
  }
  CHECK(post(sample, "/v1/payments/status", R"({"reference":"key-1"})").body ==
        R"({"reference":"key-1","state":"absent"})");
}

TEST_CASE("sample: a payment takes now longer, now shorter, and never longer than was said") {
  samples::CompanyState company{samples::Billing("damascus", 0, 1, 0), 0,  {}, {},
                                std::chrono::milliseconds(200),        {}, {}};
  std::vector<std::chrono::milliseconds> times(1000);
  std::ranges::generate(times, [&] { return company.time_of_payment(); });
  const auto [shortest, longest] = std::ranges::minmax(times);
  CHECK(shortest >= std::chrono::milliseconds(0));
  CHECK(shortest < std::chrono::milliseconds(20));
  CHECK(longest > std::chrono::milliseconds(180));
  CHECK(longest <= std::chrono::milliseconds(200));
}

TEST_CASE("sample: a payment over HTTP is in the day's file and counted") {
  SampleThread sample({"damascus"});
  const std::string body =
      R"({"account":"4521007","amount_minor":100,"currency":"SYP","not_after":"2999-12-31T23:59:59Z"})";
  const auto before = std::chrono::floor<std::chrono::days>(wall_now());
  CHECK(post(sample, "/v1/payments", body, "key-1").body ==
        R"({"account":"4521007","reference":"key-1","amount_minor":100,"currency":"SYP","state":"posted",)"
        R"("company_reference":"P0-00000001"})");
  const auto after = std::chrono::floor<std::chrono::days>(wall_now());
  std::string files;
  for (auto day = before; day <= after; day += std::chrono::days(1)) {  // two where the test met midnight
    files += post(sample, "/v1/payments/export", R"({"day":")" + samples::iso_day(day) + "\"}").body;
  }
  CHECK(files.find("\nkey-1,4521007,100,SYP,P0-00000001,") != std::string::npos);
  boost::asio::io_context loop(1);
  HttpClient http(loop.get_executor(), {});
  HttpRequest request;
  request.method = "GET";
  request.url = sample.url() + "/v1/stats";
  const HttpResult stats = run(loop, http.fetch(std::move(request)));
  REQUIRE(stats);
  CHECK(stats->body.find(R"("payments":1,"payments_posted":1,"payments_status":0,"payments_export":)") !=
        std::string::npos);
}

}  // namespace shubbak::companies
