// payments.pay_by_bank_card and wallet.top_up_by_bank_card: real gateway, real store.
#include <atomic>
#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "services/bank_card_order.hpp"
#include "switching.hpp"
#include "tests/unit/companies/gateway_fixture.hpp"
#include "tests/unit/companies/raw_peer.hpp"
#include "town.hpp"

namespace shubbak::services {
namespace {

using payments::OrderState;

const std::string order_key = "0123456789abcdef0123456789abcdef";

// Somebody linked, with a card, who gives the code for whatever they ask; a gateway that takes orders.
struct OrderingTown : Town {
  explicit OrderingTown(samples::GatewayOptions options = {}, const payments::Rules& rules = {},
                        payments::Limits limits = {})
      : Town(rules, std::move(limits)), sample_gateway(std::move(options)) {
    done({store::ChangeLink{caller, *person, identity::LinkEvent::import, Actor{Actor::Kind::command_line, "test"},
                            wall_now()},
          store::PaymentChange(store::OpenWallet{*person, card, wall_now()})});
    use_gateway(sample_gateway.url());
  }
  void use_gateway(const std::string& url) {
    gateway = std::make_unique<companies::CardGateway>(companies::gateway_config(url), http);
    world->card_gateway = gateway.get();
  }
  void done(std::vector<store::Change> changes) {
    const auto committed = commit(std::move(changes));
    if (!committed) FAIL(committed.error().message);
  }
  // Of a while ago, each a minute behind the one before: codes are not sent one after the other.
  std::string grant() {
    const WallTime then = wall_now() - std::chrono::seconds(240 - 60 * grants++);
    const store::OutboxMessage message{0, "syriatel", caller, "123456", then, then + std::chrono::minutes(3)};
    done({store::SendCode{.msisdn = caller,
                          .person = *person,
                          .binding = granted,
                          .code = "123456",
                          .channel = otp::Channel::ussd,
                          .message = message,
                          .at = then},
          store::TryCode{.msisdn = caller,
                         .person = *person,
                         .binding = granted,
                         .code = "123456",
                         .channel = otp::Channel::ussd,
                         .at = then}});
    return granted;
  }
  // And what it wants written is.
  std::string ordered(std::string_view service, boost::json::object args, const std::string& authorisation,
                      const std::string& under = order_key) {
    Answer answer = companies::run(loop, run(*world, service, request(std::move(args), authorisation, under)));
    if (!answer.changes.empty()) done(std::move(answer.changes));
    told = std::move(answer.outcome.data);
    return answer.outcome.outcome;
  }
  Request request(boost::json::object args, const std::string& authorisation, const std::string& under = order_key) {
    return Request{.caller = {.subject = caller,
                              .line = caller,
                              .link = "syriatel",
                              .person = person,
                              .locale = "en",
                              .channel = channel},
                   .args = std::move(args),
                   .authorisation = authorisation,
                   .payment_key = under,
                   .deadline = std::chrono::steady_clock::now() + patience,
                   .now = wall_now()};
  }
  std::string paid(std::int64_t amount, const std::string& authorisation, const std::string& under = order_key,
                   const std::string& account = "2100345") {
    boost::json::object args{{"company", "aleppo"}, {"account", account}, {"amount", amount}};
    if (shown_fee != 0) args.emplace("fee", shown_fee);
    return ordered("payments.pay_by_bank_card", std::move(args), authorisation, under);
  }
  std::string topped_up(std::int64_t amount, const std::string& authorisation,
                        const std::string& number = "1234567890") {
    return ordered("wallet.top_up_by_bank_card", {{"card", number}, {"amount", amount}}, authorisation);
  }
  std::optional<store::StoredOrder> order(const std::string& under = order_key) {
    return kept->bank_cards().find_order(under).value();
  }

  const store::Wallet card{"1234567890", Currency::SYP};
  const std::string granted = flows::authorisation_text("pay", {});
  companies::GatewayThread sample_gateway;
  std::unique_ptr<companies::CardGateway> gateway;
  std::int64_t shown_fee = 0;
  int grants = 0;
  std::chrono::milliseconds patience = companies::patience;
  boost::json::object told;
};

}  // namespace

TEST_CASE("a bill is ordered: the link comes from the gateway, the order is kept, and no money has moved") {
  OrderingTown town;
  REQUIRE(town.paid(30'000, town.grant()) == "ok");
  const WallTime answered = wall_now();
  const std::string url(town.told.at("url").as_string());
  CHECK(url.starts_with(town.sample_gateway.url() + "/pay/"));
  const auto order = town.order();
  REQUIRE(order);
  // Whole minutes that were left when it answered: 15 only where that was the very millisecond of the order.
  const std::int64_t minutes = town.told.at("minutes").as_int64();
  CHECK(minutes >= std::chrono::floor<std::chrono::minutes>(order->expires - answered).count());
  CHECK(minutes <= std::chrono::floor<std::chrono::minutes>(order->expires - order->at).count());
  CHECK(order->state == OrderState::open);
  CHECK(order->company == "aleppo");
  CHECK(order->account == "2100345");
  CHECK(order->amount == Money{30'000, Currency::SYP});
  CHECK(order->expires - order->at == std::chrono::minutes(15));
  CHECK_FALSE(town.kept->ledger().find_ledger_account(store::account_of(town.card)).value());

  SECTION("pressed twice, or taken up again: the same link") {
    CHECK(town.paid(30'000, town.granted) == "ok");
    CHECK(town.told.at("url").as_string() == url);
  }
  SECTION("the same key for something else orders nothing, and nobody is told that nothing was taken") {
    for (const std::int64_t amount : {30'001, 0, -1}) {
      INFO(amount);
      CHECK(town.paid(amount, town.granted) == "unknown");
    }
    CHECK(town.paid(30'000, town.granted, order_key, "2100346") == "unknown");
    CHECK(town.paid(30'000, town.granted, order_key, "") == "unknown");
    CHECK(town.topped_up(30'000, town.granted) == "unknown");
    town.shown_fee = 50;
    CHECK(town.paid(30'000, town.granted) == "unknown");
    CHECK(town.order()->amount.minor == 30'000);
  }
  SECTION("the authorisation is used up") {
    CHECK(town.paid(30'000, town.granted, "another", "2100777") == "declined");
    CHECK_FALSE(town.order("another"));
  }
  SECTION("of that account another link is open already") {
    CHECK(town.paid(20'000, town.grant(), "another") == "already_sent");
    CHECK_FALSE(town.order("another"));
  }
  SECTION("of one that is over it is told under its key that its link is good no more, and another may be ordered") {
    town.done({store::BankCardChange(store::CloseOrder{order_key, "sample cancelled"})});
    CHECK(town.paid(30'000, town.granted) == "link_over");
    CHECK(town.paid(30'000, town.grant(), "another") == "ok");
  }
  SECTION("one that is charged is told so, whoever comes back to it: nobody is told that nothing was taken") {
    town.done({store::BankCardChange(store::TakeCharge{
        "sample", "G-1", order_key, {30'000, Currency::SYP}, payments::ChargeUse::credits, wall_now()})});
    CHECK(town.paid(30'000, town.granted) == "charged");
    // Also one who may ask for nothing more.
    CHECK(town.paid(30'000, "") == "charged");
  }
}

TEST_CASE("what came of an order is told under its key, though company and gateway are configured no more") {
  struct Case {
    bool has_gateway;
    OrderState state;
    const char* told;
  };
  const auto one = GENERATE(Case{false, OrderState::open, "unknown"}, Case{false, OrderState::charged, "charged"},
                            Case{false, OrderState::over, "link_over"}, Case{true, OrderState::open, "ok"},
                            Case{true, OrderState::charged, "charged"}, Case{true, OrderState::over, "link_over"});
  INFO(one.has_gateway << " " << to_string(one.state));
  OrderingTown town;
  REQUIRE(town.paid(30'000, town.grant()) == "ok");
  if (one.state == OrderState::charged)
    town.done({store::BankCardChange(store::TakeCharge{
        "sample", "G-1", order_key, {30'000, Currency::SYP}, payments::ChargeUse::credits, wall_now()})});
  if (one.state == OrderState::over)
    town.done({store::BankCardChange(store::CloseOrder{order_key, "sample cancelled"})});
  town.reach({companies::config_of("halab", town.sample.url(), {"21"})});
  if (one.has_gateway) town.world->card_gateway = town.gateway.get();
  CHECK(town.paid(30'000, town.granted) == one.told);
  CHECK(town.order()->state == one.state);
}

TEST_CASE("what was ordered onto a card is told under its key, whatever is asked by then") {
  OrderingTown town;
  REQUIRE(town.topped_up(30'000, town.grant()) == "ok");
  const boost::json::object first = town.told;
  CHECK(town.topped_up(30'000, town.granted, "1999999999") == "unknown");
  CHECK(town.topped_up(30'001, town.granted) == "unknown");
  CHECK(town.topped_up(0, town.granted) == "unknown");
  CHECK(town.paid(30'000, town.granted) == "unknown");
  REQUIRE(town.topped_up(30'000, town.granted) == "ok");
  CHECK(town.told.at("url") == first.at("url"));
  town.done({store::BankCardChange(store::TakeCharge{
      "sample", "G-1", order_key, {30'000, Currency::SYP}, payments::ChargeUse::credits, wall_now()})});
  CHECK(town.topped_up(30'000, town.granted, "1999999999") == "charged");
  CHECK(town.topped_up(0, town.granted) == "charged");
  town.world->card_gateway = nullptr;
  CHECK(town.topped_up(30'000, town.granted) == "charged");
}

TEST_CASE("of an order past its link's time it is told what the gateway says came of it, never a guess") {
  struct Case {
    std::string at_gateway;  // the members behind the reference; nothing: it cannot be asked
    std::string told;
    OrderState state;
    std::string evidence;
  };
  const Case one = GENERATE(
      Case{R"("state":"absent")", "link_over", OrderState::over, "sample has none after it was over"},
      Case{R"("state":"expired")", "link_over", OrderState::over, "sample expired"},
      Case{R"("state":"charged","transaction":"G-1","amount_minor":30000,"currency":"SYP")", "charged",
           OrderState::asked, ""},
      Case{R"("state":"open")", "unknown", OrderState::asked, ""}, Case{"", "unknown", OrderState::asked, ""});
  INFO(one.at_gateway);
  const companies::RawPeer knowing([&one](companies::RawPeer::Socket& socket, int) {
    while (!companies::RawPeer::read_request(socket).empty())
      companies::RawPeer::write(
          socket, companies::RawPeer::response(R"({"reference":")" + order_key + R"(",)" + one.at_gateway + "}"));
  });
  OrderingTown town;
  const WallTime then = wall_now() - std::chrono::minutes(20);
  town.done({store::BankCardChange(store::OrderByBankCard{.key = order_key,
                                                          .gateway = "sample",
                                                          .person = *town.person,
                                                          .msisdn = Town::caller,
                                                          .link = "syriatel",
                                                          .wallet = town.card,
                                                          .company = "aleppo",
                                                          .account = "2100345",
                                                          .amount = {30'000, Currency::SYP},
                                                          .by = {Actor::Kind::citizen, "ussd"},
                                                          .at = then,
                                                          .expires = then + std::chrono::minutes(15)})});
  const std::string granted = town.grant();
  town.use_gateway(one.at_gateway.empty() ? "http://127.0.0.1:1" : knowing.url());
  CHECK(town.paid(30'000, granted) == one.told);
  CHECK(town.order()->state == one.state);
  CHECK(town.order()->evidence == one.evidence);
  if (one.told != "link_over") return;
  town.use_gateway(town.sample_gateway.url());
  CHECK(town.paid(30'000, granted) == "link_over");  // under its key
  CHECK(town.paid(30'000, granted, "another") == "ok");
}

TEST_CASE("what a payment that is held is for is not ordered beside it: its money is here already") {
  OrderingTown town;
  const WallTime now = wall_now();
  town.done({store::LedgerChange(store::MoveMoney{{.key = "top.up",
                                                   .debit = {ledger::AccountKind::suspense, "main", Currency::SYP},
                                                   .credit = store::account_of(town.card),
                                                   .amount = {50'000, Currency::SYP},
                                                   .by = {},
                                                   .at = now}}),
             store::PaymentChange(store::BeginPayment{.key = "held",
                                                      .person = *town.person,
                                                      .msisdn = Town::caller,
                                                      .link = "syriatel",
                                                      .wallet = town.card,
                                                      .company = "aleppo",
                                                      .account = "2100345",
                                                      .amount = {20'000, Currency::SYP},
                                                      .by = {Actor::Kind::citizen, "ussd"},
                                                      .at = now,
                                                      .not_after = now + std::chrono::seconds(15),
                                                      .revision = {},
                                                      .session = {}})});
  CHECK(town.paid(30'000, town.grant()) == "not_over");
  CHECK_FALSE(town.order());
}

TEST_CASE("of two presses at once one has made the order, and what the gateway refuses the other closes nothing") {
  // Of two that are committed one after the other, the first has made the order; each asks at a gateway of its own,
  // as nothing else says who of them has connected.
  const companies::RawPeer refusing([](companies::RawPeer::Socket& socket, int) {
    while (!companies::RawPeer::read_request(socket).empty()) {
      companies::RawPeer::write(socket, companies::RawPeer::response("{}", "403 Forbidden"));
    }
  });
  OrderingTown town;
  const std::string granted = town.grant();
  const boost::json::object args{{"company", "aleppo"}, {"account", "2100345"}, {"amount", 30'000}};
  std::optional<Answer> maker;
  auto pressing = run(*town.world, "payments.pay_by_bank_card", town.request(args, granted));
  boost::asio::co_spawn(town.loop, companies::keep(std::move(pressing), maker), boost::asio::detached);
  companies::CardGateway refuser(companies::gateway_config(refusing.url()), town.http);
  World of_the_other = *town.world;
  of_the_other.card_gateway = &refuser;
  const Answer other =
      companies::run(town.loop, run(of_the_other, "payments.pay_by_bank_card", town.request(args, granted)));
  CHECK(other.outcome.outcome == "unknown");
  CHECK(other.changes.empty());
  REQUIRE(maker);
  CHECK(maker->outcome.outcome == "ok");
  town.done(std::move(maker->changes));
  CHECK(town.order()->state == OrderState::open);
}

TEST_CASE("what is over a limit on paying, or more than the card may hold, is not ordered, and no gateway is asked") {
  OrderingTown town({}, {}, {.all = {{.per = payments::Scope::person, .amount = Money{20'000, Currency::SYP}}}});
  std::atomic<int> asked = 0;
  const companies::RawPeer counting([&asked](companies::RawPeer::Socket& socket, int) {
    while (!companies::RawPeer::read_request(socket).empty()) ++asked;
  });
  const std::string granted = town.grant();
  town.use_gateway(counting.url());
  CHECK(town.paid(20'001, granted) == "over_limit");
  town.done({store::LedgerChange(
      store::SetCeiling{store::account_of(town.card), 29'999, {Actor::Kind::staff, "amal"}, wall_now()})});
  CHECK(town.topped_up(30'000, granted) == "over_limit");
  CHECK_FALSE(town.order());
  CHECK(asked == 0);
  town.use_gateway(town.sample_gateway.url());
  CHECK(town.topped_up(29'999, granted) == "ok");  // the authorisation was not used up
}

TEST_CASE("money is ordered onto the caller's own card only") {
  OrderingTown town;
  const std::string granted = town.grant();
  CHECK(town.topped_up(30'000, granted, "1999999999") == "declined");
  CHECK(town.topped_up(0, granted) == "declined");
  CHECK(town.topped_up(-1, granted) == "declined");
  CHECK_FALSE(town.order());
  REQUIRE(town.topped_up(30'000, granted) == "ok");
  CHECK(town.order()->company.empty());
  CHECK(town.order()->wallet.number == "1234567890");
  CHECK(card_order_of(*town.order()).description == "card *7890");  // no number of a card leaves the house
}

TEST_CASE("nothing is ordered without the authorisation, where no gateway is, or for what is no payment") {
  OrderingTown town;
  CHECK(town.paid(30'000, "") == "declined");
  CHECK(town.paid(30'000, town.granted) == "declined");  // no code was given
  const std::string granted = town.grant();
  CHECK(town.paid(0, granted) == "declined");
  CHECK(town.paid(-5, granted) == "declined");
  CHECK(town.paid(100, granted, "") == "declined");
  CHECK(town.paid(100, granted, order_key, "") == "declined");
  town.world->card_gateway = nullptr;
  CHECK(town.paid(100, granted) == "declined");
  CHECK_FALSE(town.order());
}

TEST_CASE("a number that is held orders nothing") {
  OrderingTown town;
  const std::string granted = town.grant();
  town.done({store::ChangeLink{Town::caller, town.person, identity::LinkEvent::hold,
                               Actor{Actor::Kind::operator_hook, "syriatel"}, wall_now()}});
  CHECK(town.paid(30'000, granted) == "declined");
  CHECK_FALSE(town.order());
}

TEST_CASE("the fee that was shown is ordered with the amount, and another one is not") {
  OrderingTown town({}, {.fee = {.fixed = {50, Currency::SYP}}});
  const std::string granted = town.grant();
  CHECK(town.paid(30'000, granted) == "declined");
  town.shown_fee = 50;
  REQUIRE(town.paid(30'000, granted) == "ok");
  CHECK(town.order()->fee == 50);
  CHECK(companies::run(town.loop, town.gateway->status(order_key, companies::patience))->state ==
        companies::GatewayNotice::State::open);
}

TEST_CASE("a gateway that fails leaves the order to be asked for again, under the same key") {
  OrderingTown town({.refuse_first = 1});
  REQUIRE(town.paid(30'000, town.grant()) == "unknown");
  CHECK(town.order()->state == OrderState::asked);
  CHECK(town.paid(30'000, town.granted) == "ok");
  CHECK(town.order()->state == OrderState::open);
}

TEST_CASE("a gateway that is not there, or refuses, was asked for nothing that could be paid") {
  OrderingTown town;
  const std::string granted = town.grant();
  town.use_gateway("http://127.0.0.1:1");
  CHECK(town.paid(30'000, granted) == "declined");
  CHECK(town.order()->state == OrderState::over);
  CHECK(town.order()->evidence == "never sent");
  companies::CardGatewayConfig stranger = companies::gateway_config(town.sample_gateway.url());
  stranger.secret = "another secret that is long enough";
  companies::CardGateway refusing(stranger, town.http);
  town.world->card_gateway = &refusing;
  CHECK(town.paid(30'000, town.grant(), "another") == "declined");
  CHECK(town.order("another")->evidence == "sample refuses it");
}

TEST_CASE("a gateway that hangs is not waited for longer than the flow waits") {
  OrderingTown town;
  const std::string granted = town.grant();
  const companies::RawPeer silent([](companies::RawPeer::Socket& socket, int) {
    while (!companies::RawPeer::read_request(socket).empty()) {
    }
  });
  town.use_gateway(silent.url());
  town.patience = companies::soon;
  CHECK(town.paid(30'000, granted) == "unknown");
  CHECK(town.order()->state == OrderState::asked);
}

TEST_CASE("what is switched off before an order is written orders nothing, and what was ordered goes on") {
  OrderingTown town;
  const std::string authorised = town.grant();
  put_switch(town, "*", "*", 0);
  CHECK(town.paid(30'000, authorised) == flows::switched_off);
  CHECK(town.topped_up(30'000, authorised) == flows::switched_off);
  CHECK_FALSE(town.order());
  clear_switch(town, "*", "*");
  REQUIRE(town.paid(30'000, authorised) == "ok");
  set_switch(town, "*", "*", 0);
  CHECK(town.paid(30'000, authorised) == "ok");
  CHECK(town.paid(30'000, authorised, "another") == flows::switched_off);
}

}  // namespace shubbak::services
