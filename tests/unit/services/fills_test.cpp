// fills.*: water for tankers, with a real company and a real store. What the company does wrong is chosen by account
// (samples/README.md).
#include "payments/receipt.hpp"
#include "services/payment_end.hpp"
#include "tests/unit/services/paying_town.hpp"
#include "tests/unit/services/switching.hpp"

namespace shubbak::services {
namespace {

using vouchers::FillState;
using vouchers::FillVerdict;

const std::string fill_key = PayingTown::payment_key;

struct FillTown : PayingTown {
  explicit FillTown(const char* account = "2100345", const payments::Rules& rules = {}) : PayingTown(rules) {
    world->fills = {.company = "aleppo", .account = account, .price = {500, Currency::SYP}};
    world->random = [this] { return ++drawn; };
  }
  std::string buy(std::int64_t gallons, std::int64_t amount, const std::string& authorisation,
                  const std::string& under = fill_key) {
    Request made = request(world->fills.account, amount, authorisation, under, {});
    made.args.emplace("gallons", gallons);
    return bought(std::move(made));
  }
  std::string bought(Request made) {
    Answer answer = companies::run(loop, services::run(*world, "fills.buy", std::move(made)));
    if (!answer.changes.empty()) done(std::move(answer.changes));
    told = std::move(answer.outcome.data);
    return answer.outcome.outcome;
  }
  std::string code() { return std::string(told.at("code").as_string()); }
  std::string receipt() { return std::string(told.at("receipt").as_string()); }
  store::StoredFill fill(const std::string& under = fill_key) {
    const auto payment = kept->payments().find_payment(under).value();
    REQUIRE(payment);
    const auto found = kept->fills().find_fill(payment->number).value();
    REQUIRE(found);
    return *found;
  }
  FillVerdict taken(const std::string& digits, const std::string& under) {
    const auto committed = done({store::RedeemFill{.code = vouchers::FillCode::parse(digits).value(),
                                                   .key = under,
                                                   .office = {},
                                                   .by = by_maker,
                                                   .at = wall_now()}});
    return committed.fill_redemptions.at(0).verdict;
  }
  std::int64_t count_mine() { return ask("fills.mine").outcome.data.at("count").as_int64(); }

  std::uint64_t drawn = 0;
};

}  // namespace

TEST_CASE("what is sold is told with its price, and what is not is refused") {
  FillTown town;
  CHECK(town.ask("fills.offer").outcome.data ==
        boost::json::object{{"step", 1'000}, {"most", 20'000}, {"price", 500}});
  const auto quoted = [&town](std::int64_t gallons) { return town.ask("fills.quote", {{"gallons", gallons}}); };
  const Answer quote = quoted(3'000);
  CHECK(quote.outcome.outcome == "ok");
  CHECK(quote.outcome.data.at("company").as_string() == "aleppo");
  CHECK(quote.outcome.data.at("account").as_string() == "2100345");
  CHECK(quote.outcome.data.at("amount").as_int64() == 1'500);
  CHECK(quote.outcome.data.at("fee").as_int64() == 0);
  CHECK(quoted(20'000).outcome.outcome == "ok");
  CHECK(quoted(21'000).outcome.outcome == "too_much");
  CHECK(quoted(1'500).outcome.outcome == "not_whole");
  CHECK(quoted(0).outcome.outcome == "not_whole");
  CHECK(quoted(-1'000).outcome.outcome == "error");
  town.world->fills = {};
  CHECK(town.ask("fills.offer").outcome.outcome == "error");
  CHECK(quoted(3'000).outcome.outcome == "error");
}

TEST_CASE("water is paid once and its code told with the receipt, however often it is pressed") {
  FillTown town;
  const std::string granted = town.grant();
  REQUIRE(town.buy(3'000, 1'500, granted) == "ok");
  const boost::json::object first = town.told;
  CHECK(vouchers::FillCode::parse(town.code()).ok());
  CHECK(town.on_card() == 98'500);
  CHECK(town.owed_to_company() == 1'500);
  CHECK(town.fill().is.state == FillState::unused);
  CHECK(town.fill().is.gallons == 3'000);
  CHECK(town.buy(3'000, 1'500, granted) == "ok");
  CHECK(town.told == first);
  // What is sold by now makes no difference to what was bought.
  town.world->fills.price.minor = 700;
  CHECK(town.buy(3'000, 1'500, granted) == "ok");
  CHECK(town.told == first);
  CHECK(town.buy(3'000, 2'100, granted) == "unknown");  // another request under the same key
  CHECK(town.on_card() == 98'500);
  CHECK(town.count_mine() == 1);
  CHECK(town.taken(std::string(first.at("code").as_string()), "first") == FillVerdict::redeemed);
  CHECK(town.taken(std::string(first.at("code").as_string()), "second") == FillVerdict::refused);
  CHECK(town.count_mine() == 0);
  CHECK(town.buy(3'000, 1'500, granted) == "ok");
  CHECK(town.code() == "-");
}

TEST_CASE("what is not offered is not begun") {
  FillTown town;
  const std::string granted = town.grant();
  CHECK(town.buy(3'000, 1'499, granted) == "declined");
  CHECK(town.buy(3'000, 1'501, granted) == "declined");
  CHECK(town.buy(1'500, 750, granted) == "declined");
  CHECK(town.buy(21'000, 10'500, granted) == "declined");
  CHECK(town.buy(0, 0, granted) == "declined");
  Request elsewhere = town.request("2100346", 1'500, granted, fill_key, {});
  elsewhere.args.emplace("gallons", 3'000);
  CHECK(town.bought(std::move(elsewhere)) == "declined");
  CHECK(town.bought(town.request("2100345", 1'500, granted, fill_key, {})) == "declined");  // of no volume
  CHECK_FALSE(town.kept->payments().find_payment(fill_key).value());
  CHECK(town.on_card() == 100'000);
  CHECK(town.buy(3'000, 1'500, granted) == "ok");  // nothing of the authorisation was used
}

TEST_CASE("what the company does not answer for is held without a code, which comes with its end") {
  FillTown town("9000021");  // posts, never answers
  const std::string granted = town.grant();
  town.patience = companies::soon;
  REQUIRE(town.buy(2'000, 1'000, granted) == "unknown");
  CHECK(town.told.empty());
  CHECK(town.fill().is.state == FillState::ordered);
  CHECK(town.count_mine() == 0);
  const std::string code = town.fill().code;
  CHECK(town.taken(code, "early") == FillVerdict::refused);

  SECTION("who dials again is told it") {
    town.patience = companies::patience;
    REQUIRE(town.buy(2'000, 1'000, granted) == "ok");
    CHECK(town.code() == code);
  }
  SECTION("whoever has the SIM of a held number by then is told of the payment only") {
    const auto change_link = [&town](identity::LinkEvent event) {
      town.done({store::ChangeLink{Town::caller, town.person, event, Actor{Actor::Kind::operator_hook, "syriatel"},
                                   wall_now()}});
    };
    change_link(identity::LinkEvent::hold);
    town.patience = companies::patience;
    REQUIRE(town.buy(2'000, 1'000, granted) == "ok");
    CHECK(town.code() == "-");
    CHECK(fill_code_told(*town.kept, town.fill()).empty());
  }
  SECTION("the follow-up settles it") {
    const auto payment = *town.kept->payments().find_payment(fill_key).value();
    const PaymentEnd end{payments::Next::settle, "aleppo posted P-1"};
    town.done({change_of(payment, end, wall_now(), true)});
  }
  CHECK(town.fill().is.state == FillState::unused);
  CHECK(town.fill().code == code);
  CHECK(town.count_mine() == 1);
  CHECK(town.taken(code, "first") == FillVerdict::redeemed);
  CHECK(town.on_card() == 99'000);
}

TEST_CASE("who has a purchase under way begins no other, and is told that, not that it is held") {
  FillTown town("9000021");  // posts, never answers
  town.patience = companies::soon;
  REQUIRE(town.buy(2'000, 1'000, town.grant()) == "unknown");
  const std::string granted = flows::authorisation_text("pay", {});
  CHECK(town.buy(1'000, 500, granted, "another") == "not_over");
  CHECK(town.told.empty());
  CHECK_FALSE(town.kept->payments().find_payment("another").value());
  CHECK(town.on_card() == 99'000);
}

TEST_CASE("what the company declines is no water, and the money is on the card again") {
  FillTown town("9000028");
  REQUIRE(town.buy(2'000, 1'000, town.grant()) == "declined");
  CHECK(town.told.empty());
  CHECK(town.fill().is.state == FillState::over);
  CHECK(town.fill().code.empty());
  CHECK(town.on_card() == 100'000);
}

TEST_CASE("who cannot pay buys nothing, and a fee is paid beside it") {
  FillTown town("2100345", {.fee = {.fixed = {50, Currency::SYP}}});
  CHECK(town.ask("fills.quote", {{"gallons", 1'000}}).outcome.data.at("total").as_int64() == 550);
  town.shown_fee = 50;
  REQUIRE(town.buy(1'000, 500, town.grant()) == "ok");
  CHECK(town.on_card() == 99'450);
  town.world->fills.price.minor = 200'000;
  CHECK(town.buy(1'000, 200'000, flows::authorisation_text("pay", {}), "another") == "insufficient");
  CHECK_FALSE(town.kept->payments().find_payment("another").value());
}

TEST_CASE("a code is sent again to the number that bought it, and to none that may have changed hands") {
  FillTown town;
  REQUIRE(town.buy(3'000, 1'500, town.grant()) == "ok");
  const std::string code = town.code();
  const std::string receipt = town.receipt();
  const auto told_again = [&](const std::string& of) { return town.ask("fills.code", {{"receipt", of}}); };
  const Answer again = told_again(receipt);
  REQUIRE(again.outcome.outcome == "ok");
  CHECK(again.outcome.data.at("code").as_string() == code);
  CHECK(again.outcome.data.at("gallons").as_int64() == 3'000);
  CHECK(told_again("00000013").outcome.outcome == "not_found");
  CHECK(told_again("x").outcome.outcome == "not_found");
  const Answer mine = town.ask("fills.mine");
  const boost::json::object& one = mine.outcome.data.at("fills").as_array().at(0).as_object();
  CHECK(one.at("code").as_string() == "*" + code.substr(8));
  CHECK(one.at("receipt").as_string() == receipt);
  CHECK(boost::json::serialize(mine.outcome.data).find(code) == std::string::npos);

  SECTION("another number of the same person") {
    Request other{.caller = {.subject = *Msisdn::parse("963933999999"),
                             .line = *Msisdn::parse("963933999999"),
                             .link = "syriatel",
                             .person = town.person,
                             .locale = "en"},
                  .args = {{"receipt", receipt}},
                  .authorisation = {},
                  .deadline = std::chrono::steady_clock::now() + companies::patience,
                  .now = wall_now()};
    CHECK(companies::run(town.loop, run(*town.world, "fills.code", std::move(other))).outcome.outcome == "not_found");
  }
  SECTION("a number that is held") {
    town.done({store::ChangeLink{Town::caller, town.person, identity::LinkEvent::hold,
                                 Actor{Actor::Kind::operator_hook, "syriatel"}, wall_now()}});
    CHECK(told_again(receipt).outcome.outcome == "held");
  }
  SECTION("what was taken") {
    CHECK(town.taken(code, "first") == FillVerdict::redeemed);
    CHECK(told_again(receipt).outcome.outcome == "not_found");
  }
}

TEST_CASE("where water is not switched on none is sold, and what was begun goes on") {
  FillTown town("9000021");
  const std::string granted = town.grant();
  town.patience = companies::soon;
  REQUIRE(town.buy(2'000, 1'000, granted) == "unknown");
  set_switch(town, "fills", "aleppo", 0);
  CHECK(town.ask("fills.offer").outcome.outcome == flows::switched_off);
  CHECK(town.ask("fills.quote", {{"gallons", 1'000}}).outcome.outcome == flows::switched_off);
  CHECK(town.buy(2'000, 1'000, granted, "another") == flows::switched_off);
  town.patience = companies::patience;
  CHECK(town.buy(2'000, 1'000, granted) == "ok");
  CHECK(town.count_mine() == 1);
}

}  // namespace shubbak::services
