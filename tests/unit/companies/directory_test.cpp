#include "companies/directory.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/steady_timer.hpp>
#include <catch2/catch.hpp>

#include "samples/sample_company/billing.hpp"
#include "tests/unit/companies/fixture.hpp"

namespace shubbak::companies {

namespace {

using std::chrono::milliseconds;

struct Country3 {  // three companies, the first of which misbehaves for special people
  Country3() : http(loop.get_executor(), {}) {
    std::vector<CompanyConfig> configs;
    configs.push_back(config_of("damascus", sample.url(0), {"11"}));
    configs.push_back(config_of("aleppo", sample.url(1), {"21", "22"}));
    configs.push_back(config_of("homs", sample.url(2), {"31"}));
    directory = std::move(*Directory::create(std::move(configs), http));
  }
  SampleThread sample{{"damascus", "aleppo", "homs"}};
  boost::asio::io_context loop{1};
  HttpClient http;
  std::unique_ptr<Directory> directory;
};

}  // namespace

TEST_CASE("companies are found by name and by governorate") {
  const Country3 country;
  REQUIRE(country.directory->find("aleppo") != nullptr);
  CHECK(country.directory->find("aleppo")->config().name == "aleppo");
  CHECK(country.directory->find("hama") == nullptr);
  REQUIRE(country.directory->find_by_account("22", "1") != nullptr);
  CHECK(country.directory->find_by_account("22", "1")->config().name == "aleppo");
  CHECK(country.directory->find_by_account("33", "1") == nullptr);
  REQUIRE(country.directory->owners_of("22").size() == 1);
  CHECK(country.directory->owners_of("22").front()->config().name == "aleppo");
  CHECK(country.directory->owners_of("33").empty());
  CHECK(country.directory->companies().size() == 3);
}

TEST_CASE("a directory refuses what would be ambiguous") {
  boost::asio::io_context loop(1);
  HttpClient http(loop.get_executor(), {});
  const auto refusal = [&](std::vector<CompanyConfig> configs) {
    const auto directory = Directory::create(std::move(configs), http);
    return directory ? std::optional<Errc>() : directory.error().code;
  };
  CHECK(refusal({}) == Errc::invalid);
  CHECK(refusal({config_of("a", "http://x", {"11"}), config_of("a", "http://y", {"21"})}) == Errc::conflict);
  CHECK(refusal({config_of("a", "http://x", {"11"}), config_of("b", "http://y", {"11"})}) == Errc::conflict);
  CHECK(refusal({config_of("", "http://x")}) == Errc::invalid);
  CHECK(refusal({config_of("a", "")}) == Errc::invalid);
}

TEST_CASE("of companies that share a governorate, the form of the number says which one is asked") {
  boost::asio::io_context loop(1);
  HttpClient http(loop.get_executor(), {});
  std::vector<CompanyConfig> configs;
  configs.push_back(with_accounts(config_of("power", "http://x", {"11", "12"}), {"45xxxxx", "46xxxxx"}));
  configs.push_back(with_accounts(config_of("water", "http://y", {"11"}), {"7xxxxx"}));
  configs.push_back(config_of("aleppo", "http://z", {"21"}));  // any number
  const auto directory = Directory::create(std::move(configs), http);
  REQUIRE(directory.ok());
  const auto chosen = [&](const char* governorate, const char* account) {
    const Company* company = (*directory)->find_by_account(governorate, account);
    return company == nullptr ? std::string("nobody") : company->config().name;
  };
  CHECK(chosen("11", "4521007") == "power");
  CHECK(chosen("11", "4621007") == "power");
  CHECK(chosen("11", "700123") == "water");
  CHECK(chosen("11", "999") == "power");  // the first, which has no such account
  CHECK_FALSE((*directory)->find("power")->config().may_have("999"));
  CHECK(chosen("12", "700123") == "power");  // not of those that own no account there
  CHECK(chosen("21", "700123") == "aleppo");
  CHECK(chosen("99", "4521007") == "nobody");
  // Without a code: a number of aleppo's may be any.
  CHECK(chosen("", "4521007") == "nobody");
  CHECK(chosen("", "999") == "aleppo");
  const auto owners = (*directory)->owners_of("11");
  REQUIRE(owners.size() == 2);
  CHECK(owners[0]->config().name == "power");
  CHECK(owners[1]->config().name == "water");
}

TEST_CASE("companies that share a governorate must be told apart by the form of every number") {
  boost::asio::io_context loop(1);
  HttpClient http(loop.get_executor(), {});
  const auto fault = [&](CompanyConfig one, CompanyConfig other) {
    std::vector<CompanyConfig> configs{std::move(one), std::move(other)};
    const auto directory = Directory::create(std::move(configs), http);
    if (directory) return std::string();
    CHECK(directory.error().code == Errc::conflict);
    return directory.error().message;
  };
  const CompanyConfig one = config_of("a", "http://x", {"11"});
  const CompanyConfig other = config_of("b", "http://y", {"21", "11"});
  const std::string unsaid =
      "governorate '11' is owned by a and b, and 'accounts' does not say which numbers each of "
      "them has";
  CHECK(fault(one, other) == unsaid);
  CHECK(fault(with_accounts(one, {"45xxxxx"}), other) == unsaid);
  CHECK(fault(one, with_accounts(other, {"45xxxxx"})) == unsaid);
  CHECK(fault(with_accounts(one, {"xxxxxxx"}), with_accounts(other, {"7xxxxx", "45xxxxx"})) ==
        "governorate '11' is owned by a and b, and both may have account 4500000");
  CHECK(fault(with_accounts(one, {"45xxxxx"}), with_accounts(other, {"45xxxxx"})).ends_with("account 4500000"));
  CHECK(fault(with_accounts(one, {"45xxxxx"}), with_accounts(other, {"7xxxxx", "46xxxxx"})).empty());
  // Elsewhere they may be alike.
  CHECK(
      fault(with_accounts(one, {"45xxxxx"}), with_accounts(config_of("b", "http://y", {"21"}), {"45xxxxx"})).empty());
  CHECK(fault(config_of("a", "http://x", {"11", "11"}), config_of("b", "http://y")) ==
        "governorate '11' is there twice");
}

TEST_CASE("a person's accounts at all companies come in configured order") {
  Country3 country;
  const auto found = run(country.loop, country.directory->ask_all(person("01234567890"), patience));
  CHECK(found.missing == 0);
  REQUIRE(found.accounts.size() == 4);
  CHECK(found.accounts[0].first->config().name == "damascus");
  CHECK(found.accounts[1].second.id == "4522330");
  CHECK(found.accounts[2].first->config().name == "aleppo");
  CHECK(found.accounts[2].second.id == "2100345");
  CHECK(found.accounts[3].second.id == "3100912");
}

TEST_CASE("a person without accounts is an answer, not a gap") {
  Country3 country;
  const auto found = run(country.loop, country.directory->ask_all(person("03456789012"), patience));
  CHECK(found.missing == 0);
  CHECK(found.accounts.empty());
}

TEST_CASE("a company that hangs, breaks or lies leaves a gap, and the others' answers stand") {
  const auto [digits, waits] =
      GENERATE(std::pair("00019000001", true), std::pair("00019000002", false), std::pair("00019000008", false),
               std::pair("00019000010", false), std::pair("00019000018", true));
  CAPTURE(digits);
  Country3 country;
  const Stopwatch watch;
  const auto found = run(country.loop, country.directory->ask_all(person(digits), waits ? soon : patience));
  CHECK(found.missing == 1);
  REQUIRE(found.accounts.size() == 2);
  CHECK(found.accounts[0].first->config().name == "aleppo");
  CHECK(found.accounts[1].first->config().name == "homs");
  CHECK(watch.elapsed() < (waits ? soon + milliseconds(2000) : patience));
}

TEST_CASE("companies are asked at the same time, not one after another") {
  Country3 country;
  const Stopwatch watch;
  const auto found = run(country.loop, country.directory->ask_all(person("00009000001"), soon));
  CHECK(found.missing == 3);
  CHECK(watch.elapsed() >= soon - milliseconds(5));
  CHECK(watch.elapsed() < 2 * soon);
}

TEST_CASE("debts over all companies are added up per currency") {
  Country3 country;
  const auto debts = run(country.loop, country.directory->debts(person("01234567890"), patience));
  CHECK(debts.complete());
  REQUIRE(debts.lines.size() == 4);
  CHECK(debts.lines[0].due.amount.minor == 12'500'000);
  CHECK(debts.lines[1].due.amount.minor == 0);
  CHECK(debts.lines[2].company->config().name == "aleppo");
  REQUIRE(debts.totals.size() == 1);
  CHECK(debts.totals[0] == Money{12'500'000 + 4'875'000 + 31'050'000, Currency::SYP});
}

TEST_CASE("a bill that does not come is missing from the total, and the total says so") {
  Country3 country;
  const Stopwatch watch;
  const auto debts = run(country.loop, country.directory->debts(person("00029000001"), soon));
  CHECK(debts.companies_missing == 0);
  CHECK(debts.accounts_missing == 1);
  CHECK_FALSE(debts.complete());
  REQUIRE(debts.lines.size() == 2);
  REQUIRE(debts.totals.size() == 1);
  CHECK(debts.totals[0].minor == samples::generated_due_minor(samples::everywhere_account, 1) +
                                     samples::generated_due_minor(samples::everywhere_account, 2));
  CHECK(watch.elapsed() < soon + milliseconds(2000));
}

TEST_CASE("who stops waiting gets what has come until then") {
  Country3 country;
  boost::asio::cancellation_signal stop;
  boost::asio::steady_timer later(country.loop, milliseconds(300));
  later.async_wait([&](const boost::system::error_code&) { stop.emit(boost::asio::cancellation_type::terminal); });
  std::optional<PartialAccounts> found;
  milliseconds waited{};
  const Stopwatch watch;
  boost::asio::co_spawn(
      country.loop, keep(country.directory->ask_all(person("00019000001"), milliseconds(3000)), found),
      boost::asio::bind_cancellation_slot(stop.slot(), [&](const std::exception_ptr&) { waited = watch.elapsed(); }));
  country.loop.run();
  REQUIRE(found);
  CHECK(found->accounts.size() == 2);
  CHECK(found->missing == 1);
  CHECK(waited < milliseconds(2500));
}

TEST_CASE("who is not among those to be asked is not asked, and is not missing") {
  Country3 country;
  const Among but_homs = [](const Company& company) { return company.config().name != "homs"; };
  const auto found = run(country.loop, country.directory->ask_all(person("01234567890"), patience, but_homs));
  CHECK(found.missing == 0);
  CHECK(found.accounts.size() == 3);
  const auto debts = run(country.loop, country.directory->debts(person("01234567890"), patience, but_homs));
  CHECK(debts.complete());
  REQUIRE(debts.totals.size() == 1);
  CHECK(debts.totals[0] == Money{12'500'000 + 4'875'000, Currency::SYP});
  const Among nobody = [](const Company&) { return false; };
  AccountQuery query{.person = person("01234567890"), .category = "home", .number = "3100912", .by = "any"};
  const auto none = run(country.loop, country.directory->find_account(std::move(query), patience, nobody));
  CHECK(none.error().code == Errc::not_found);
  CHECK(country.directory->find("homs")->counters().of(Outcome::ok) == 0);
}

}  // namespace shubbak::companies
