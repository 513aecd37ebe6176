// bills.find and what the categories of accounts come to, before the ministry's sample systems.
#include "samples/sample_company/billing.hpp"
#include "town.hpp"

namespace shubbak::services {

namespace {

struct Ministry {
  static inline const Msisdn caller = *Msisdn::parse("96599123456");

  Ministry() {
    store::write_file(folder.file("key"), store::sample_key);
    auto opened =
        store::open_sqlite({.path = folder.file("shubbak.db"), .key_file = folder.file("key")},
                           [this](std::function<void()> task) { boost::asio::post(loop, std::move(task)); });
    REQUIRE(opened.ok());
    kept = std::move(*opened);
    companies::CompanyConfig electricity = companies::config_of("electricity", sample.url());
    electricity.currency = Currency::KWD;
    electricity.label_en = "Electricity";
    electricity.excluded_categories = {"government"};
    auto made = companies::Directory::create({std::move(electricity)}, http);
    REQUIRE(made.ok());
    directory = std::move(*made);
    world.emplace(World{.companies = *directory,
                        .owned_accounts = owned,
                        .store = *kept,
                        .slow_work = slow_work,
                        .random = [] { return std::uint64_t{7}; },
                        .on_queued = {},
                        .count_code = {},
                        .count_try = {}});
  }
  ~Ministry() {
    slow_work.join();
    kept.reset();
  }
  Ministry(const Ministry&) = delete;
  Ministry& operator=(const Ministry&) = delete;

  Answer ask(std::string_view service, boost::json::object args) {
    Request request{.caller = {.subject = caller,
                               .line = caller,
                               .link = "zain",
                               .person = person,
                               .locale = "en",
                               .channel = flows::Channel::ussd},
                    .args = std::move(args),
                    .authorisation = {},
                    .deadline = std::chrono::steady_clock::now() + companies::patience,
                    .now = wall_now()};
    return companies::run(loop, run(*world, service, std::move(request)));
  }
  Answer find(const char* category, const char* owner, const char* number, const char* by = "any") {
    return ask("bills.find", {{"category", category}, {"national_id", owner}, {"number", number}, {"by", by}});
  }
  std::string told(const char* category, const char* owner, const char* number) {
    const Answer answer = find(category, owner, number);
    return answer.outcome.outcome + " " + boost::json::serialize(answer.outcome.data);
  }

  store::TempFolder folder;
  companies::SampleThread sample{{"electricity"}, std::chrono::milliseconds(100), Currency::KWD};
  boost::asio::io_context loop{1};
  boost::asio::thread_pool slow_work{1};
  std::unique_ptr<store::Store> kept;
  companies::HttpClient http{loop.get_executor(), {}};
  std::unique_ptr<companies::Directory> directory;
  OwnedAccounts owned{10, std::chrono::minutes(5)};
  std::optional<NationalId> person = *NationalId::parse(Country::kuwait, "288020122596");
  std::optional<World> world;
};

}  // namespace

TEST_CASE("nobody goes through facilities by their numbers") {
  Ministry ministry;
  const auto found = [&ministry](const std::string& number) {
    return ministry.find("private", "288020122596", number.c_str()).outcome.outcome;
  };
  for (std::uint32_t i = 0; i < InquiryPolicy{}.bills_per_number; ++i)
    CHECK(found(std::to_string(8'000'000 + i)) == "not_found");
  CHECK(found("5541001") == "limited");
  CHECK(found("8999999") == "limited");  // alike
}

TEST_CASE("an account found by its owner's number is called by its name to the owner only") {
  Ministry ministry;
  const auto own = ministry.find("private", "288020122596", "5541001").outcome;
  REQUIRE(own.outcome == "ok");
  CHECK(own.data.at("amount") == 12'450);
  CHECK(own.data.at("account") == "10245678");
  CHECK(own.data.at("label") == "بيت السالمية");
  CHECK(own.data.at("own") == 1);
  const auto other = ministry.find("commercial", "227081660516", "10300111").outcome;
  REQUIRE(other.outcome == "ok");
  CHECK(other.data.at("amount") == 45'750);
  CHECK(other.data.at("company_label") == "Electricity");
  CHECK(other.data.at("label") == "Electricity");
  CHECK(other.data.at("own") == 0);
  CHECK(boost::json::serialize(other.data).find("الشويخ") == std::string::npos);
}

TEST_CASE("what is not there, another's, or of another category is answered alike") {
  Ministry ministry;
  const std::string absent = ministry.told("commercial", "227081660516", "10777777");
  CHECK(absent == "not_found {}");
  CHECK(ministry.told("commercial", "288020122596", "10300111") == absent);
  CHECK(ministry.told("private", "227081660516", "10300111") == absent);
  CHECK(ministry.told("commercial", "227081660517", "10300111") == absent);  // no civil ID at all
  CHECK(ministry.told("private", "288020122596", "10900001") == absent);     // the government's, of another person
}

TEST_CASE("of an account that is not served nothing is told but that") {
  Ministry ministry;
  CHECK(ministry.told("private", "292091998298", "10900001") == "excluded {}");
  CHECK(ministry.told("government", "292091998298", "10900001") == "excluded {}");
}

TEST_CASE("an account that is not served is nobody's own: nothing is read, listed or sent for it") {
  Ministry ministry;
  ministry.person = *NationalId::parse(Country::kuwait, "292091998298");
  const auto listed = ministry.ask("bills.accounts", {}).outcome;
  REQUIRE(listed.outcome == "ok");
  CHECK(listed.data.at("accounts").as_array().empty());
  CHECK(listed.data.at("excluded") == 1);
  for (const char* service : {"bills.due", "bills.list", "payments.history", "readings.last", "readings.submit"}) {
    INFO(service);
    const Answer answer =
        ministry.ask(service, {{"company", "electricity"}, {"account", "10900001"}, {"value", std::int64_t{99'999}}});
    CHECK(answer.outcome.outcome == "not_found");
    CHECK(answer.changes.empty());
  }
}

TEST_CASE("a system that does not answer is no answer about the account") {
  Ministry ministry;
  CHECK(ministry.find("private", "288020122596", "9000009").outcome.outcome == "error");
  CHECK(ministry.find("private", "288020122596", "9000008").outcome.outcome == "error");
  ministry.person.reset();  // and without a link nobody is asked
  CHECK(ministry.find("private", "288020122596", "5541001").outcome.outcome == "error");
}

}  // namespace shubbak::services
