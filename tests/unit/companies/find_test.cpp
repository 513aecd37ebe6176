// Accounts that are found by their owner, category and number, at the sample companies over HTTP.
#include <catch2/catch.hpp>

#include "companies/directory.hpp"
#include "tests/unit/companies/fixture.hpp"
#include "tests/unit/connectors/own_api.hpp"

namespace shubbak::companies {

namespace {

const NationalId owner = *NationalId::parse(Country::kuwait, "288020122596");
const NationalId neighbour = *NationalId::parse(Country::kuwait, "227081660516");

AccountQuery query_of(const NationalId& person, std::string category, std::string number, std::string by = "any") {
  return {.person = person, .category = std::move(category), .number = std::move(number), .by = std::move(by)};
}

struct Ministry {
  Ministry() : http(loop.get_executor(), {}) {
    std::vector<CompanyConfig> configs;
    for (std::size_t i = 0; i < 2; ++i) {
      configs.push_back(config_of(i == 0 ? "electricity" : "water", sample.url(i)));
      configs.back().currency = Currency::KWD;
      configs.back().excluded_categories = {"government"};
    }
    directory = std::move(*Directory::create(std::move(configs), http));
  }
  Result<FoundAt> find(AccountQuery query, std::chrono::milliseconds timeout = patience) {
    return run(loop, directory->find_account(std::move(query), timeout));
  }
  std::optional<Errc> refusal(AccountQuery query, std::chrono::milliseconds timeout = patience) {
    const auto found = find(std::move(query), timeout);
    return found ? std::nullopt : std::optional(found.error().code);
  }

  SampleThread sample{{"electricity", "water"}, std::chrono::milliseconds(100), Currency::KWD};
  boost::asio::io_context loop{1};
  HttpClient http;
  std::unique_ptr<Directory> directory;
};

Outcome found_outcome(std::string_view json) {
  const auto found = connectors::read_found(json, owner.reveal(), "5541001", Currency::KWD);
  return found ? Outcome::ok : found.error().outcome;
}

}  // namespace

TEST_CASE("an account is found at whichever company has it, by its own number or its meter's") {
  Ministry ministry;
  const auto by_account = ministry.find(query_of(owner, "private", "10245678"));
  REQUIRE(by_account);
  CHECK(by_account->company->config().name == "electricity");
  CHECK(by_account->found.account.id == "10245678");
  CHECK(by_account->found.account.category == "private");
  CHECK(by_account->found.due.amount == Money{12'450, Currency::KWD});
  const auto by_meter = ministry.find(query_of(owner, "private", "7741001"));
  REQUIRE(by_meter);
  CHECK(by_meter->company->config().name == "water");
  CHECK(by_meter->found.account.id == "20245678");
}

TEST_CASE("what is looked for by its meter is not found by its own number") {
  Ministry ministry;
  CHECK(ministry.find(query_of(owner, "chalet", "5549001", "meter")));
  CHECK(ministry.refusal(query_of(owner, "chalet", "10999001", "meter")) == Errc::not_found);
}

TEST_CASE("another owner, another category and no such number are one answer") {
  Ministry ministry;
  CHECK(ministry.find(query_of(neighbour, "commercial", "10300111")));
  CHECK(ministry.refusal(query_of(owner, "commercial", "10300111")) == Errc::not_found);
  CHECK(ministry.refusal(query_of(neighbour, "private", "10300111")) == Errc::not_found);
  CHECK(ministry.refusal(query_of(neighbour, "commercial", "10777777")) == Errc::not_found);
}

TEST_CASE("a company that hangs, breaks or lies is not taken for one that has no such account") {
  Ministry ministry;
  CHECK(ministry.refusal(query_of(owner, "private", "9000001"), soon) == Errc::timed_out);
  for (const char* number :
       {"9000002", "9000006", "9000007", "9000008", "9000009", "9000010", "9000014", "9000016"}) {
    CAPTURE(number);
    CHECK(ministry.refusal(query_of(owner, "private", number)) == Errc::unavailable);
  }
}

TEST_CASE("nothing is asked that would not be plain in a request") {
  Ministry ministry;
  for (const char* category : {"", "Private", "a\"b", "two words", "123456789012345678901"}) {
    CAPTURE(category);
    CHECK(ministry.refusal(query_of(owner, category, "10245678")) == Errc::invalid);
    CHECK(ministry.refusal(query_of(owner, "private", "10245678", category)) == Errc::invalid);
  }
  CHECK(ministry.refusal(query_of(owner, "private", "1024 5678")) == Errc::invalid);
  CHECK(ministry.refusal(query_of(owner, "private", "")) == Errc::invalid);
}

TEST_CASE("accounts of a category that is not served are left out of a person's, and counted") {
  Ministry ministry;
  const auto own = run(ministry.loop, ministry.directory->ask_all(owner, patience));
  CHECK(own.accounts.size() == 4);
  CHECK(own.excluded == 0);
  const NationalId official = *NationalId::parse(Country::kuwait, "292091998298");
  const auto official_accounts = run(ministry.loop, ministry.directory->ask_all(official, patience));
  CHECK(official_accounts.accounts.empty());
  CHECK(official_accounts.excluded == 1);
  CHECK(official_accounts.missing == 0);
  CHECK(run(ministry.loop, ministry.directory->debts(official, patience)).lines.empty());
}

TEST_CASE("a found account is read when it is that of the person and number that were asked for") {
  const std::string right =
      R"({"national_id":"288020122596","number":"5541001","account":"10245678","label":"بيت","category":"private",)"
      R"("amount_minor":12450,"currency":"KWD","bills":2})";
  CHECK(found_outcome(right) == Outcome::ok);
  const auto with = [&](std::string_view was, std::string_view is) {
    std::string changed = right;
    return found_outcome(changed.replace(changed.find(was), was.size(), is));
  };
  CHECK(with("288020122596", "227081660516") == Outcome::wrong_account);
  CHECK(with("5541001", "5541002") == Outcome::wrong_account);
  CHECK(with(R"("category":"private",)", "") == Outcome::garbage);
  CHECK(with(R"("private")", R"("Pri vate")") == Outcome::garbage);
  CHECK(with(R"("10245678")", R"("10-24")") == Outcome::garbage);
  CHECK(with("KWD", "SYP") == Outcome::garbage);
  CHECK(with("12450", "-1") == Outcome::garbage);
  CHECK(with(R"(,"bills":2)", "") == Outcome::garbage);
  CHECK(found_outcome("") == Outcome::garbage);
}

}  // namespace shubbak::companies
