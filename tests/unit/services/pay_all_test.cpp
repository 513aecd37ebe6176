// payments.quote_all and payments.pay_all: three real companies, real store.
#include <algorithm>

#include "connectors/connector_reader.hpp"
#include "payments/receipt.hpp"
#include "services/payment_end.hpp"
#include "services/service_functions.hpp"
#include "tests/unit/services/paying_town.hpp"
#include "tests/unit/services/switching.hpp"

namespace shubbak::services {
namespace {

using boost::json::object;
using ledger::State;

// Of the first company, whose account takes payments and never answers for them, and of the two others.
constexpr const char* person_of_one_that_hangs = "00029000021";
constexpr std::int64_t due_at_damascus = 16'729'900;
constexpr std::int64_t due_at_aleppo = 21'364'800;
constexpr std::int64_t due_at_homs = 31'837'700;
constexpr std::int64_t due_in_all = due_at_damascus + due_at_aleppo + due_at_homs;

struct SeveralCompanies : PayingTown {
  explicit SeveralCompanies(const char* who = person_of_one_that_hangs, const payments::Rules& rules_of_aleppo = {},
                            payments::Limits limits = {})
      : PayingTown({}, std::move(limits), who) {
    std::vector<companies::CompanyConfig> configs;
    for (const char* name : {"damascus", "aleppo", "homs"})
      configs.push_back(companies::config_of(name, three.url(configs.size())));
    configs[1].payments = rules_of_aleppo;
    reach(std::move(configs));
  }
  // From now on.
  void holds(std::int64_t amount) { credit(amount - on_card()); }
  object quote() {
    Answer quoted = ask("payments.quote_all");
    quote_outcome = quoted.outcome.outcome;
    return quoted.outcome.data;
  }
  // And what it wants written is.
  std::string pay(const object& quoted, const std::string& authorisation) {
    Request asked = request({}, 0, authorisation, payment_key, {});
    asked.args = {{"payees", quoted.at("payees")}, {"total", quoted.at("total")}};
    Answer answer = companies::run(loop, services::run(*world, "payments.pay_all", std::move(asked)));
    if (!answer.changes.empty()) done(std::move(answer.changes));
    told = std::move(answer.outcome.data);
    return answer.outcome.outcome;
  }
  std::int64_t owed_to(const char* company) {
    return available({ledger::AccountKind::company_payable, company, Currency::SYP});
  }
  std::vector<State> states() {
    std::vector<State> all;
    const auto paid = kept->payments().payments_of(*person, INT64_MAX, 20);
    for (const store::StoredPayment& one : paid.value()) all.push_back(one.state);
    std::ranges::reverse(all);
    return all;
  }

  companies::SampleThread three{{"damascus", "aleppo", "homs"}};
  std::string quote_outcome;
};

}  // namespace

TEST_CASE(
    "all that is due on all accounts is paid at once, and what one company does not answer for is held, and heals") {
  SeveralCompanies town;
  town.holds(due_in_all + 500);
  const object quoted = town.quote();
  REQUIRE(town.quote_outcome == "ok");
  CHECK(quoted.at("count") == 3);
  CHECK(quoted.at("total") == due_in_all);
  CHECK(quoted.at("fee") == 0);
  CHECK(quoted.at("missing") == 0);
  CHECK(quoted.at("left") == 0);
  CHECK(quoted.at("payees_label").as_string() == "0021+0001+0001");
  CHECK(quoted.at("payees_list").as_string() == "damascus *0021 167,299; aleppo *0001 213,648; homs *0001 318,377");
  REQUIRE(quoted.at("dues").as_array().size() == 3);
  CHECK(quoted.at("dues").at(1) ==
        object{{"company_label", "aleppo"}, {"account", "*0001"}, {"amount", due_at_aleppo}});
  const std::string granted = town.grant();
  town.patience = companies::soon;
  REQUIRE(town.pay(quoted, granted) == "ok");
  CHECK(town.told.at("paid") == 2);
  CHECK(town.told.at("held") == 1);
  CHECK(town.told.at("refused") == 0);
  CHECK(town.states() == std::vector{State::reserved, State::posted, State::posted});
  CHECK(town.on_card() == 500);
  CHECK(town.owed_to("damascus") == 0);
  CHECK(town.owed_to("aleppo") == due_at_aleppo);
  CHECK(town.owed_to("homs") == due_at_homs);
  const auto of_aleppo = town.kept->payments().find_payment(key_of_part(PayingTown::payment_key, 2)).value();
  const std::string receipts(town.told.at("receipts").as_string());
  CHECK(receipts.starts_with("aleppo *0001 213,648: " + payments::receipt_number(of_aleppo->number) + " " +
                             of_aleppo->check_code + "; homs *0001 318,377: "));
  CHECK(receipts.find("*0021") == std::string::npos);

  // Dialled again: the state of all of them, and nobody is paid again.
  town.patience = companies::patience;
  REQUIRE(town.pay(quoted, granted) == "ok");
  CHECK(town.told.at("paid") == 3);
  CHECK(town.told.at("held") == 0);
  CHECK(town.states() == std::vector{State::posted, State::posted, State::posted});
  CHECK(town.on_card() == 500);
  CHECK(town.owed_to("damascus") == due_at_damascus);
  town.quote();
  CHECK(town.quote_outcome == "none");
}

TEST_CASE("what came of all of them is told under their key, whatever is asked or configured by now") {
  SeveralCompanies town;
  town.holds(due_in_all + 500);
  const object quoted = town.quote();
  const std::string granted = town.grant();
  town.patience = companies::soon;
  REQUIRE(town.pay(quoted, granted) == "ok");
  const object first = town.told;
  REQUIRE(first.at("paid") == 2);
  const std::vector<State> states = town.states();
  SECTION("companies that are configured no more, or have another name") {
    town.reach({companies::config_of("halab", town.three.url(1))});
    CHECK(town.pay(quoted, granted) == "ok");
    CHECK(town.told == first);
    CHECK(town.states() == states);
  }
  SECTION("a fee that has changed since") {
    companies::CompanyConfig dearer = companies::config_of("aleppo", town.three.url(1));
    dearer.payments.fee.fixed = Money{500, Currency::SYP};
    town.reach({companies::config_of("damascus", town.three.url(0)), dearer});
    town.patience = companies::patience;
    CHECK(town.pay(quoted, granted) == "ok");
    CHECK(town.told.at("paid") == 3);
    CHECK(town.states() == std::vector{State::posted, State::posted, State::posted});
  }
  SECTION("another list, or none: nobody is told that nothing was taken") {
    const auto pay = [&](const std::string& payees, std::int64_t total) {
      return town.pay({{"payees", payees}, {"total", total}}, granted);
    };
    CHECK(pay("aleppo/8000001/100/0", 100) == "unknown");
    CHECK(pay("nobody/8000001/100/0", 100) == "unknown");
    CHECK(pay("", 0) == "unknown");
    CHECK(pay(std::string(quoted.at("payees").as_string()), due_in_all - 1) == "unknown");
    CHECK(town.states() == states);
  }
  CHECK(town.on_card() == 500);
}

TEST_CASE("all accounts or none: too little on the card, or a limit on the way, reserves nothing") {
  SECTION("too little") {
    SeveralCompanies town;
    const object quoted = town.quote();
    const std::string granted = town.grant();
    town.holds(due_in_all - 1);
    CHECK(town.pay(quoted, granted) == "insufficient");
    CHECK(town.states().empty());
    town.holds(due_in_all);
    town.patience = companies::soon;
    CHECK(town.pay(quoted, granted) == "ok");  // the code was not used up
  }
  SECTION("a limit that allows two") {
    SeveralCompanies town(person_of_one_that_hangs, {}, {.all = {{.per = payments::Scope::person, .payments = 2}}});
    town.holds(due_in_all);
    CHECK(town.pay(town.quote(), town.grant()) == "over_limit");
    CHECK(town.states().empty());
    CHECK(town.on_card() == due_in_all);
  }
  SECTION("without the code") {
    SeveralCompanies town;
    town.holds(due_in_all);
    const object quoted = town.quote();
    CHECK(town.pay(quoted, "") == "declined");
    CHECK(town.pay(quoted, flows::authorisation_text("pay", {})) == "declined");
    CHECK(town.states().empty());
  }
}

TEST_CASE("a list that is none, comes to another total or names another fee pays nothing") {
  SeveralCompanies town;
  town.holds(due_in_all);
  const std::string granted = town.grant();
  const auto pay = [&](const std::string& payees, std::int64_t total) {
    return town.pay({{"payees", payees}, {"total", total}}, granted);
  };
  CHECK(pay("", 0) == "declined");
  CHECK(pay("aleppo/8000001/100", 100) == "declined");
  CHECK(pay("aleppo/8000001/100/0", 101) == "declined");
  CHECK(pay("aleppo/8000001/100/1", 101) == "declined");
  CHECK(pay("aleppo/8000001/0/0", 0) == "declined");
  CHECK(pay("aleppo/8000001/-100/0", -100) == "declined");
  CHECK(pay("nobody/8000001/100/0", 100) == "declined");
  CHECK(pay("aleppo/8000001/100/0;", 100) == "declined");
  CHECK(pay("aleppo/1/1/0;aleppo/2/1/0;aleppo/3/1/0;aleppo/4/1/0;aleppo/5/1/0;aleppo/6/1/0", 6) == "declined");
  // The same account twice: the second is refused, and the first with it.
  CHECK(pay("aleppo/8000001/100/0;aleppo/8000001/100/0", 200) == "not_over");
  CHECK(town.states().empty());
  CHECK(town.on_card() == due_in_all);
}

TEST_CASE("an account whose payment is not over is left out, and nothing is begun beside it") {
  SeveralCompanies town;
  town.holds(2 * due_in_all);
  const object all = town.quote();
  const std::string granted = town.grant();
  const auto now = wall_now();
  town.done({store::PaymentChange(store::BeginPayment{.key = "before",
                                                      .person = *town.person,
                                                      .msisdn = PayingTown::caller,
                                                      .link = "syriatel",
                                                      .wallet = town.card,
                                                      .company = "aleppo",
                                                      .account = "8000001",
                                                      .amount = {100, Currency::SYP},
                                                      .by = {Actor::Kind::citizen, "ussd"},
                                                      .at = now,
                                                      .not_after = now + std::chrono::seconds(10),
                                                      .revision = {},
                                                      .session = {}})});
  const object others = town.quote();
  CHECK(others.at("count") == 2);
  CHECK(others.at("left") == 1);
  CHECK(others.at("total") == due_at_damascus + due_at_homs);
  CHECK(town.pay(all, granted) == "not_over");
  CHECK(town.states() == std::vector{State::reserved});
  CHECK(town.on_card() == 2 * due_in_all - 100);
}

TEST_CASE("what people read of each has room, without companies where their names are long") {
  SeveralCompanies town("04567890123");  // seven flats at one company
  companies::CompanyConfig damascus = companies::config_of("damascus", town.three.url(0));
  damascus.label_en = "The electricity company of Damascus and its suburbs";
  town.reach({damascus});
  const object quoted = town.quote();
  CHECK(quoted.at("payees_list").as_string() ==
        "*0001 10,000; *0002 20,000; *0003 30,000; *0004 40,000; *0005 50,000");
  town.holds(quoted.at("total").as_int64());
  REQUIRE(town.pay(quoted, town.grant()) == "ok");
  const auto receipts = town.told.at("receipts").as_string();
  CHECK(receipts.starts_with("*0001 10,000: "));
  CHECK(receipts.size() <= 180);
}

TEST_CASE("a company that takes one request at a time is asked for one account after the other, and all are paid") {
  SeveralCompanies town("04567890123");  // seven flats at one company
  auto narrow = std::make_shared<connectors::Connector>(*connectors::own_connector());
  narrow->concurrent_max = 1;
  std::vector<companies::CompanyConfig> configs;
  for (const char* name : {"damascus", "aleppo", "homs"}) {
    configs.push_back(companies::config_of(name, town.three.url(configs.size())));
    configs.back().connector = narrow;
  }
  town.reach(std::move(configs));
  const object quoted = town.quote();
  REQUIRE(town.quote_outcome == "ok");
  CHECK(quoted.at("count") == 5);
  CHECK(quoted.at("missing") == 0);
  CHECK(quoted.at("left") == 2);
  town.holds(quoted.at("total").as_int64());
  REQUIRE(town.pay(quoted, town.grant()) == "ok");
  CHECK(town.told.at("paid") == 5);
  CHECK(town.states() == std::vector(5, State::posted));
  CHECK(town.on_card() == 0);
}

TEST_CASE("what waits in line behind a company that hangs is not sent, and on the card again") {
  SeveralCompanies town;  // with 100,000 on the card
  auto narrow = std::make_shared<connectors::Connector>(*connectors::own_connector());
  narrow->concurrent_max = 1;
  companies::CompanyConfig damascus = companies::config_of("damascus", town.three.url(0));
  damascus.connector = narrow;
  town.reach({damascus});
  const object both{{"payees", "damascus/9000021/100/0;damascus/9000028/200/0"}, {"total", 300}};
  const std::string granted = town.grant();
  town.patience = companies::soon;
  REQUIRE(town.pay(both, granted) == "ok");
  CHECK(town.told.at("held") == 1);
  CHECK(town.told.at("refused") == 1);
  CHECK(town.states() == std::vector{State::reserved, State::voided});
  CHECK(town.on_card() == 99'900);
  const auto behind = town.kept->ledger().find_transfer(key_of_part(PayingTown::payment_key, 2)).value();
  CHECK(behind->transfer.evidence == "never sent");
}

TEST_CASE("what is due at a company that takes no payments is left out, and told where there is nothing else") {
  SeveralCompanies town;
  auto without_pay = std::make_shared<connectors::Connector>(*connectors::own_connector());
  without_pay->operations[static_cast<std::size_t>(connectors::Operation::pay)].reset();
  std::vector<companies::CompanyConfig> configs;
  for (const char* name : {"damascus", "aleppo", "homs"})
    configs.push_back(companies::config_of(name, town.three.url(configs.size())));
  configs[1].connector = without_pay;
  town.reach(configs);
  const object others = town.quote();
  CHECK(others.at("count") == 2);
  CHECK(others.at("left") == 1);
  CHECK(others.at("total") == due_at_damascus + due_at_homs);
  for (companies::CompanyConfig& config : configs) config.connector = without_pay;
  town.reach(configs);
  town.quote();
  CHECK(town.quote_outcome == "not_payable");
}

TEST_CASE("a payment that is not over is seen however many have come after it") {
  SeveralCompanies town;
  const auto begin = [&](const std::string& key, const std::string& account) {
    const auto now = wall_now();
    town.done({store::PaymentChange(store::BeginPayment{.key = key,
                                                        .person = *town.person,
                                                        .msisdn = PayingTown::caller,
                                                        .link = "syriatel",
                                                        .wallet = town.card,
                                                        .company = "aleppo",
                                                        .account = account,
                                                        .amount = {1, Currency::SYP},
                                                        .by = {Actor::Kind::citizen, "ussd"},
                                                        .at = now,
                                                        .not_after = now + std::chrono::seconds(10),
                                                        .revision = {},
                                                        .session = {}})});
  };
  begin("before", "8000001");
  for (int i = 0; i < 25; ++i) begin("behind." + std::to_string(i), std::to_string(7'000'000 + i));
  CHECK(town.quote().at("left") == 1);
  CHECK(town.kept->payments().open_payees_of(*town.person)->size() == 26);
  CHECK(town.kept->payments().open_payees_of(companies::person("02345678901"))->empty());
}

TEST_CASE("no more than five accounts are paid at once, and who owes nothing is told so") {
  SeveralCompanies town("04567890123");  // seven flats
  const object quoted = town.quote();
  CHECK(quoted.at("count") == 5);
  CHECK(quoted.at("left") == 2);
  CHECK(quoted.at("payees_label").as_string() == "0001+0002+0003+0004+0005");
  SeveralCompanies other("02345678901");
  other.quote();
  CHECK(other.quote_outcome == "none");
}

TEST_CASE("the fees of all are in the total, and end with their payments") {
  SeveralCompanies town(person_of_one_that_hangs, {.fee = {.fixed = Money{500, Currency::SYP}}});
  town.holds(due_in_all + 500);
  const object quoted = town.quote();
  CHECK(quoted.at("fee") == 500);
  CHECK(quoted.at("total") == due_in_all + 500);
  const std::string granted = town.grant();
  town.patience = companies::soon;
  REQUIRE(town.pay(quoted, granted) == "ok");
  CHECK(town.on_card() == 0);
  CHECK(town.available({ledger::AccountKind::fees, "main", Currency::SYP}) == 500);
}

TEST_CASE("companies that refuse all of them, or answer for none, are told as one payment is") {
  SECTION("declined: all of it is on the card again") {
    SeveralCompanies town("00029000028");  // the account is closed
    const std::int64_t due = town.quote().at("total").as_int64();
    town.holds(due);
    const object only{{"payees", "damascus/9000028/100/0"}, {"total", 100}};
    CHECK(town.pay(only, town.grant()) == "declined");
    CHECK(town.states() == std::vector{State::voided});
    CHECK(town.on_card() == due);
  }
  SECTION("no answer: held") {
    SeveralCompanies town;
    const object only{{"payees", "damascus/9000021/100/0"}, {"total", 100}};
    const std::string granted = town.grant();
    town.patience = companies::soon;
    CHECK(town.pay(only, granted) == "unknown");
    CHECK(town.states() == std::vector{State::reserved});
  }
}

TEST_CASE("a company that is not on is not asked, and is left out of what is paid at once") {
  SeveralCompanies town;
  town.holds(due_in_all);
  const object all = town.quote();
  set_switch(town, "payments", "homs", 0);
  const companies::Company& homs = *town.reached->find("homs");
  const std::uint64_t asked = questions_to(homs);
  const object quoted = town.quote();
  REQUIRE(town.quote_outcome == "ok");
  CHECK(quoted.at("count") == 2);
  CHECK(quoted.at("total") == due_at_damascus + due_at_aleppo);
  CHECK(quoted.at("missing") == 0);
  CHECK(questions_to(homs) == asked);
  const std::string granted = town.grant();
  // Of what was shown before that nothing is taken, for whichever company.
  CHECK(town.pay(all, granted) == flows::switched_off);
  CHECK(town.states().empty());
  CHECK(town.on_card() == due_in_all);
  town.patience = companies::soon;
  CHECK(town.pay(quoted, granted) == "ok");
  CHECK(town.states().size() == 2);
  CHECK(town.owed_to("homs") == 0);
}

TEST_CASE("who has nothing at the companies that are on is told that others are not on yet") {
  SeveralCompanies town("03456789012");
  const auto outcomes = [&town] {
    std::vector<std::string> all;
    for (const char* service : {"bills.accounts", "bills.debts", "payments.quote_all"})
      all.push_back(town.ask(service).outcome.outcome);
    return all;
  };
  CHECK(outcomes() == std::vector<std::string>{"ok", "ok", "none"});
  const std::string off(flows::switched_off);
  for (const char* company : {"homs", "*"}) {
    set_switch(town, "*", company, 0);
    CHECK(outcomes() == std::vector<std::string>{off, off, off});
  }
}

}  // namespace shubbak::services
