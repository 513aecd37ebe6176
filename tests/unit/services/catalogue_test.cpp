// Services before the sample companies.
#include <catch2/catch.hpp>

#include "services/service.hpp"
#include "tests/unit/companies/fixture.hpp"

namespace shubbak::services {
namespace {

using namespace std::chrono_literals;

const Msisdn caller = *Msisdn::parse("963933123456");

struct Town {
  Town() {
    auto made = companies::Directory::create({companies::config_of("aleppo", sample.url(), {"21"})}, http);
    REQUIRE(made.ok());
    directory = std::move(*made);
    world.emplace(World{*directory, owned, [] { return std::uint64_t{7}; }});
    owned.remember(caller, *person, {{"aleppo", "2100345"}}, wall_now());
  }
  Answer ask(std::string_view service, boost::json::object args, Instant deadline) {
    Request request{.caller = {.msisdn = caller, .link = "syriatel", .person = person, .locale = "en"},
                    .args = std::move(args),
                    .deadline = deadline,
                    .now = wall_now()};
    return companies::run(loop, run(*world, service, std::move(request)));
  }

  companies::SampleThread sample{{"aleppo"}};
  boost::asio::io_context loop{1};
  companies::HttpClient http{loop.get_executor(), {}};
  std::unique_ptr<companies::Directory> directory;
  OwnedAccounts owned{10, 5min};
  std::optional<NationalId> person = *NationalId::parse(Country::syria, "01234567890");
  std::optional<World> world;
};

}  // namespace

TEST_CASE("every question of a call has only what is left of the call's time") {
  const std::vector<std::pair<std::string, boost::json::object>> calls{
      {"bills.due", {{"company", "aleppo"}, {"account", "2100345"}}},
      {"payments.history", {{"company", "aleppo"}, {"account", "2100345"}}},
      {"readings.last", {{"company", "aleppo"}, {"account", "2100345"}}},
      {"readings.submit", {{"company", "aleppo"}, {"account", "2100345"}, {"value", std::int64_t{9999}}}},
      {"bills.lookup", {{"governorate", "21"}, {"subscription", "2100345"}}},
  };
  Town town;
  for (const auto& [service, args] : calls) {
    INFO(service);
    const Instant now = std::chrono::steady_clock::now();
    CHECK(town.ask(service, args, now + companies::patience).outcome.outcome == "ok");
    // The first question has taken all of it.
    CHECK(town.ask(service, args, now).outcome.outcome == "timeout");
  }
}

TEST_CASE("an account that the person before was shown is refused to the number's next owner") {
  Town town;
  town.person = *NationalId::parse(Country::syria, "03456789012");
  const boost::json::object args{{"company", "aleppo"}, {"account", "2100345"}};
  const Instant deadline = std::chrono::steady_clock::now() + companies::patience;
  CHECK(town.ask("bills.due", args, deadline).outcome.outcome == "not_found");
}

}  // namespace shubbak::services
