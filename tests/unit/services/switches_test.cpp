// Roll-out switches before the services: what is off is not asked of anybody and not taken, whatever way it comes.
#include "services/switches.hpp"

#include <algorithm>

#include "services/service_functions.hpp"
#include "tests/unit/services/paying_town.hpp"
#include "tests/unit/services/switching.hpp"

namespace shubbak::services {
namespace {

using boost::json::object;

const std::string granted_before = flows::authorisation_text("pay", {});
const std::string payees_of_aleppo = "aleppo/2100345/30000/0";

struct Called {
  std::string service;
  object args;
};
const object of_account{{"company", "aleppo"}, {"account", "2100345"}};
object with(object more) {
  object args = of_account;
  for (const auto& [key, value] : more) args.emplace(key, value);
  return args;
}

const std::vector<Called>& switched_calls() {
  static const std::vector<Called> all{
      {"bills.accounts", {}},
      {"bills.debts", {}},
      {"bills.due", of_account},
      {"bills.find", {{"category", "home"}, {"national_id", "01234567890"}, {"number", "2100345"}, {"by", "any"}}},
      {"bills.list", of_account},
      {"bills.lookup", {{"governorate", "21"}, {"subscription", "2100345"}}},
      {"fills.buy", with({{"amount", 500}, {"gallons", 1'000}})},
      {"fills.offer", {}},
      {"fills.quote", {{"gallons", 1'000}}},
      {"payments.history", of_account},
      {"payments.pay", with({{"amount", 30'000}})},
      {"payments.pay_all", {{"payees", payees_of_aleppo}, {"total", 30'000}}},
      {"payments.pay_by_bank_card", with({{"amount", 30'000}})},
      {"payments.quote", with({{"amount", 30'000}, {"due", 30'000}})},
      {"payments.quote_all", {}},
      {"readings.history", of_account},
      {"readings.last", of_account},
      {"readings.submit", with({{"value", 10'000}})}};
  return all;
}

}  // namespace

TEST_CASE("of a company that is off nothing is asked, nothing is taken, and each refusal is counted") {
  PayingTown town;
  std::vector<std::string> counted;
  town.world->count_switched_off = [&counted](std::string_view service, std::string_view company) {
    counted.push_back(std::string(service).append(" ").append(company));
  };
  town.world->fills = {.company = "aleppo", .account = "2100345", .price = {500, Currency::SYP}};
  set_switch(town, "*", "aleppo", 0);
  for (const Called& one : switched_calls()) {
    INFO(one.service);
    counted.clear();
    const Answer answer = town.ask(one.service, one.args, granted_before);
    CHECK(answer.outcome.outcome == flows::switched_off);
    CHECK(answer.changes.empty());
    REQUIRE(counted.size() == 1);
    std::string counted_as = one.service;
    if (one.service == "payments.quote_all") counted_as = "payments.pay_all";
    if (one.service.starts_with("fills.")) counted_as = "fills.buy";
    CHECK(counted[0].starts_with(counted_as + " "));
  }
  CHECK(questions_to(town) == 0);
  CHECK(town.on_card() == 100'000);
  CHECK(town.kept->payments().payments_of(*town.person, 1'000, 10).value().empty());
  // What a person has, and whose it is, is there for everybody.
  CHECK(town.ask("wallet.balance").outcome.outcome == "ok");
  CHECK(town.ask("payments.receipts").outcome.outcome == "ok");
  CHECK(town.ask("receipts.verify", {{"number", "00047118"}, {"check", "1"}}).outcome.outcome == "not_found");
  CHECK(town.ask("links.pending").outcome.outcome == "none");
  CHECK(town.ask("wallet.open").outcome.outcome == "ok");  // of no company

  clear_switch(town, "*", "aleppo");
  CHECK(town.ask("bills.due", of_account).outcome.outcome == "ok");
  CHECK(questions_to(town) == 1);
}

TEST_CASE("a group of services is off, and the others go on") {
  PayingTown town;
  set_switch(town, "readings", "*", 0);
  for (const Called& one : switched_calls()) {
    INFO(one.service);
    const std::string outcome = town.ask(one.service, one.args, granted_before).outcome.outcome;
    CHECK((outcome == flows::switched_off) == one.service.starts_with("readings."));
  }
}

TEST_CASE("every service that is switched is listed, with its group, for whoever sets a rule") {
  const std::vector<std::string>& names = switched_services();
  for (const char* name : {"bills", "bills.due", "payments", "payments.cash", "payments.pay", "polls", "polls.answer",
                           "readings.submit", "wallet", "wallet.top_up", "wallet.top_up_by_cash"}) {
    INFO(name);
    CHECK(std::ranges::find(names, name) != names.end());
  }
  for (const char* name : {"links", "otp.send", "pin.set", "agent", "receipts.verify", "payments.receipts",
                           "polls.question", "wallet.balance"}) {
    INFO(name);
    CHECK(std::ranges::find(names, name) == names.end());
  }
  for (const std::string& name : names) {
    rollout::Rule rule;
    rule.service = name;
    CHECK(rollout::check(rule).ok());
  }
}

TEST_CASE("what is of no company is switched for everybody") {
  PayingTown town;
  town.sell(1);
  const std::string granted = town.grant();
  set_switch(town, "wallet", "*", 0);
  const object typed{{"voucher", std::string(pin(1).reveal())}};
  CHECK(town.ask("wallet.top_up", typed, granted).outcome.outcome == flows::switched_off);
  CHECK(town.ask("wallet.open").outcome.outcome == flows::switched_off);
  CHECK(town.ask("wallet.top_up_by_bank_card", {{"card", "1234567890"}, {"amount", 100}}, granted).outcome.outcome ==
        flows::switched_off);
  CHECK(town.ask("wallet.balance").outcome.outcome == "ok");
  CHECK(town.on_card() == 100'000);
  clear_switch(town, "wallet", "*");
  CHECK(town.ask("wallet.top_up", typed, granted).outcome.outcome == "ok");
  CHECK(town.on_card() == 150'000);
}

TEST_CASE("what is switched off while it is served is not committed, and its code and voucher stay unused") {
  PayingTown town;
  town.sell(1);
  const std::string granted = town.grant();
  const std::string typed(pin(1).reveal());
  const auto nothing_is_taken = [&] {
    CHECK(town.on_card() == 100'000);
    CHECK_FALSE(town.kept->payments().find_payment(PayingTown::payment_key).value());
  };
  // The writer knows; what the service looked at does not.
  put_switch(town, "*", "*", 0);
  CHECK(town.paid("2100345", 30'000, granted) == flows::switched_off);
  CHECK(town.paid("2100345", 30'000, granted, PayingTown::payment_key, typed) == flows::switched_off);
  CHECK(town.ask("wallet.top_up", {{"voucher", typed}}, granted).outcome.outcome == flows::switched_off);
  Request all = town.request({}, 0, granted, PayingTown::payment_key, {});
  all.args = {{"payees", payees_of_aleppo}, {"total", 30'000}};
  CHECK(companies::run(town.loop, run(*town.world, "payments.pay_all", std::move(all))).outcome.outcome ==
        flows::switched_off);
  nothing_is_taken();
  CHECK(questions_to(town) == 0);
  // A reading is written with its reply: there the set is refused.
  const Answer reading = town.ask("readings.submit", with({{"value", 10'000}}));
  REQUIRE(reading.outcome.outcome == "ok");
  CHECK(town.commit(reading.changes).error().message == store::switched_off);
  CHECK(town.kept->undelivered_readings("aleppo", 0, 10).value().empty());

  clear_switch(town, "*", "*");
  CHECK(town.paid("2100345", 30'000, granted, PayingTown::payment_key, typed) == "ok");
  CHECK(town.on_card() == 120'000);
}

TEST_CASE("a payment that was begun goes on to its end, whatever is switched off meanwhile") {
  PayingTown town;
  const std::string granted = town.grant();
  town.patience = companies::soon;
  REQUIRE(town.paid("9000021", 3'000, granted) == "unknown");  // posts, never answers
  set_switch(town, "*", "*", 0);
  town.patience = companies::patience;
  CHECK(town.paid("9000021", 3'000, granted) == "ok");
  CHECK(town.state() == ledger::State::posted);
  CHECK(town.paid("9000021", 3'000, granted) == "ok");  // and what it came to is told again
  CHECK(town.paid("9000021", 3'000, granted, "another") == flows::switched_off);
  CHECK(town.on_card() == 97'000);
}

TEST_CASE("a voucher that was credited is told so again, although top-ups are switched off since, and no other is") {
  PayingTown town;
  town.sell(2);
  const std::string granted = town.grant();
  const auto top_up = [&](std::int64_t number) {
    return town.ask("wallet.top_up", {{"voucher", std::string(pin(number).reveal())}}, granted);
  };
  REQUIRE(top_up(1).outcome.outcome == "ok");
  const bool is_seen = GENERATE(true, false);  // by the daemon: where it is not, the writer judges
  INFO(is_seen);
  if (is_seen) {
    set_switch(town, "wallet", "*", 0);
  } else {
    put_switch(town, "wallet", "*", 0);
  }
  const Answer again = top_up(1);
  REQUIRE(again.outcome.outcome == "ok");
  CHECK(again.outcome.data.at("amount").as_int64() == 50'000);
  CHECK(again.outcome.data.at("balance").as_int64() == 150'000);
  CHECK(again.used_authorisation);
  CHECK(town.on_card() == 150'000);
  CHECK(top_up(2).outcome.outcome == flows::switched_off);
  CHECK(town.kept->vouchers().find_voucher({1, 2}).value()->state == vouchers::VoucherState::unused);
  CHECK(town.on_card() == 150'000);
}

TEST_CASE("a share is of numbers, by the store's hash of them") {
  PayingTown town;
  const std::uint32_t place = rollout::place_of(town.kept->pseudonym(Town::caller));
  for (const bool is_in : {false, true}) {
    set_switch(town, "bills", "aleppo", is_in ? place + 1 : place);
    CHECK((town.ask("bills.due", of_account).outcome.outcome == "ok") == is_in);
    CHECK((town.ask("bills.accounts").outcome.outcome == "ok") == is_in);
  }
}

TEST_CASE("a service begins at its time") {
  PayingTown town;
  rollout::Rule rule;
  rule.company = "aleppo";
  rule.from = wall_now() + std::chrono::hours(1);
  put_switch(town, rule);
  REQUIRE(town.world->switches.refresh(*town.kept).ok());
  Request early = town.request("2100345", 30'000, granted_before, PayingTown::payment_key, {});
  Request later = town.request("2100345", 30'000, granted_before, PayingTown::payment_key, {});
  later.now += std::chrono::hours(2);
  const auto outcome_of = [&town](Request one) {
    return companies::run(town.loop, run(*town.world, "bills.due", std::move(one))).outcome.outcome;
  };
  CHECK(outcome_of(std::move(early)) == flows::switched_off);
  CHECK(outcome_of(std::move(later)) == "ok");
}

}  // namespace shubbak::services
