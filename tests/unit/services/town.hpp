// What services work with, all of it real: a sample company over HTTP, a store on disk.
#pragma once

#include <catch2/catch.hpp>

#include "services/commit.hpp"
#include "services/service.hpp"
#include "tests/unit/companies/fixture.hpp"
#include "tests/unit/services/words.hpp"
#include "tests/unit/store/store_fixture.hpp"

namespace shubbak::services {

struct Town {
  static inline const Msisdn caller = *Msisdn::parse("963933123456");

  explicit Town(const payments::Rules& rules = {}, payments::Limits limits = {}, const cases::Kinds& kinds = {},
                const polls::Plan& plan = {}) {
    store::write_file(folder.file("key"), store::sample_key);
    auto opened =
        store::open_sqlite({.path = folder.file("shubbak.db"),
                            .key_file = folder.file("key"),
                            .payment_limits = std::move(limits),
                            .case_kinds = kinds,
                            .polls = plan},
                           [this](std::function<void()> task) { boost::asio::post(loop, std::move(task)); });
    REQUIRE(opened.ok());
    kept = std::move(*opened);
    companies::CompanyConfig aleppo = companies::config_of("aleppo", sample.url(), {"21"});
    aleppo.payments = rules;
    auto made = companies::Directory::create({std::move(aleppo)}, http);
    REQUIRE(made.ok());
    directory = std::move(*made);
    world.emplace(World{.companies = *directory,
                        .owned_accounts = owned,
                        .store = *kept,
                        .slow_work = slow_work,
                        .random = [] { return std::uint64_t{7}; },
                        .on_queued =
                            [this](std::string_view link, std::int64_t, Msisdn to, const std::string& text) {
                              CHECK(link == "syriatel");
                              CHECK(to == caller);
                              sent.push_back(text);
                            },
                        .count_code = {},
                        .count_try = {},
                        .case_kinds = kinds,
                        .polls = plan});
    owned.remember(caller, *person, {{"aleppo", "2100345"}}, wall_now());
  }
  ~Town() {
    slow_work.join();
    kept.reset();
  }
  Town(const Town&) = delete;
  Town& operator=(const Town&) = delete;

  Answer ask(std::string_view service, boost::json::object args, Instant deadline, std::string authorisation = {}) {
    Request request{.caller = {.subject = caller,
                               .line = caller,
                               .link = "syriatel",
                               .person = person,
                               .locale = "en",
                               .channel = channel},
                    .args = std::move(args),
                    .authorisation = std::move(authorisation),
                    .deadline = deadline,
                    .now = wall_now()};
    return companies::run(loop, run(*world, service, std::move(request)));
  }
  Answer ask(std::string_view service, boost::json::object args = {}, std::string authorisation = {}) {
    return ask(service, std::move(args), std::chrono::steady_clock::now() + companies::patience,
               std::move(authorisation));
  }
  // Only these companies, from now on.
  void reach(std::vector<companies::CompanyConfig> configs) {
    auto made = companies::Directory::create(std::move(configs), http);
    REQUIRE(made.ok());
    world.emplace(World{.companies = **made,
                        .owned_accounts = owned,
                        .store = *kept,
                        .slow_work = slow_work,
                        .random = world->random,
                        .on_queued = world->on_queued,
                        .count_code = {},
                        .count_try = {},
                        .case_kinds = world->case_kinds,
                        .polls = world->polls});
    reached = *std::move(made);
  }
  Result<store::Committed> commit(std::vector<store::Change> changes) {
    return companies::run(loop, services::commit(*kept, std::move(changes)));
  }

  static std::shared_ptr<const flows::Revision> words() { return plain_words(); }

  store::TempFolder folder;
  companies::SampleThread sample{{"aleppo"}};
  boost::asio::io_context loop{1};
  boost::asio::thread_pool slow_work{1};
  std::unique_ptr<store::Store> kept;
  companies::HttpClient http{loop.get_executor(), {}};
  std::unique_ptr<companies::Directory> directory;
  std::unique_ptr<companies::Directory> reached;  // instead
  OwnedAccounts owned{10, std::chrono::minutes(5)};
  std::optional<NationalId> person = *NationalId::parse(Country::syria, "01234567890");
  flows::Channel channel = flows::Channel::ussd;
  std::vector<std::string> sent;
  std::optional<World> world;
};

}  // namespace shubbak::services
