// Water for tankers over the API: what a station is told of a code, and who looks after what was bought.
#include "domain/check_digit.hpp"
#include "payments/receipt.hpp"
#include "tests/unit/admin/fixture.hpp"

namespace shubbak::admin::testing {
namespace {

std::string fill_digits(std::int64_t number) {
  const std::string digits = std::to_string(40'000'000'000 + number);
  return digits + check_digit(digits);
}

// Somebody who has paid for 3,000 gallons, and two stations.
struct FillOffice : Office {
  FillOffice() {
    const NationalId person = NationalId::parse(Country::syria, "01020304050").value();
    const Msisdn number = *Msisdn::parse("+963933123456");
    const store::Wallet card{"1234567890", Currency::SYP};
    REQUIRE(
        commit({store::ChangeLink{
                    number, person, identity::LinkEvent::import, {Actor::Kind::command_line, "root"}, store::at(0)},
                store::PaymentChange(store::OpenWallet{person, card, store::at(0)}),
                store::LedgerChange(store::MoveMoney{{.key = "credit",
                                                      .debit = {ledger::AccountKind::suspense, "main", Currency::SYP},
                                                      .credit = store::account_of(card),
                                                      .amount = {10'000, Currency::SYP},
                                                      .by = {Actor::Kind::agent, "sami"},
                                                      .at = store::at(0)}})}));
    store::BeginPayment begun{.key = "paid",
                              .person = person,
                              .msisdn = number,
                              .link = "syriatel",
                              .wallet = card,
                              .company = "aleppo",
                              .account = "2100345",
                              .amount = {1'500, Currency::SYP},
                              .by = {Actor::Kind::citizen, "ussd"},
                              .at = store::at(10),
                              .not_after = store::at(20),
                              .revision = {},
                              .session = {}};
    begun.fill = store::FillOrder{3'000, vouchers::FillCode::parse(fill_digits(1)).value(), std::chrono::days(30)};
    REQUIRE(commit({store::PaymentChange(begun)}));
    REQUIRE(
        commit({store::PaymentChange(store::SettlePayment{"paid", {"aleppo posted P-1", Actor{}, store::at(15)}})}));
    advance(std::chrono::minutes(1));
    add("sabhan", "station@*/*/sabhan");
    add("doha", "station@*/*/doha");
  }
  Reply redeem(const std::string& token, std::int64_t code, const std::string& key, boost::json::object more = {}) {
    more["code"] = fill_digits(code);
    more["key"] = key;
    return post("/fills/redeem", token, more);
  }
};

}  // namespace

TEST_CASE("a station takes what was paid, once, and cannot tell a used code from one that there is not") {
  FillOffice office;
  const std::string sabhan = office.login("sabhan");
  const std::string doha = office.login("doha");
  const Reply unknown = office.redeem(sabhan, 7, "press-1");
  CHECK(unknown.status == 200);
  CHECK(unknown.body == boost::json::object{{"outcome", "refused"}});
  CHECK(office.redeem(sabhan, 1, "press-2", {{"gallons", 1'000}}).body ==
        boost::json::object{{"outcome", "only_whole"}});
  CHECK(office.redeem(sabhan, 1, "press-2", {{"gallons", 4'000}}).body ==
        boost::json::object{{"outcome", "too_much"}});
  const Reply taken = office.redeem(sabhan, 1, "press-2");
  REQUIRE(taken.status == 200);
  CHECK(taken.body.at("outcome").as_string() == "redeemed");
  CHECK(taken.body.at("gallons").as_int64() == 3'000);
  CHECK(taken.body.at("left").as_int64() == 0);
  CHECK_FALSE(taken.body.at("repeated").as_bool());
  boost::json::object again = taken.body;
  again["repeated"] = true;  // it is not filled twice
  office.advance(std::chrono::minutes(1));
  CHECK(office.redeem(sabhan, 1, "press-2").body == again);
  CHECK(office.redeem(sabhan, 1, "press-3").body == unknown.body);
  CHECK(office.redeem(doha, 1, "press-2").body == unknown.body);
  const Reply used = office.redeem(sabhan, 7, "press-2");
  CHECK(used.status == 409);
  CHECK(used.field() == "key");

  office.add("carl", "cashier");
  const std::string cashier = office.login("carl");
  const Reply all = office.post("/fills/find", cashier, {});
  REQUIRE(all.body.at("fills").as_array().size() == 1);
  const Reply found = office.post("/fills/find", cashier, {{"receipt", taken.body.at("receipt").as_string()}});
  REQUIRE(found.status == 200);
  const boost::json::object& one = found.body.at("fills").as_array().at(0).as_object();
  CHECK(one.at("state").as_string() == "redeemed");
  REQUIRE(one.at("taken").as_array().size() == 1);
  CHECK(one.at("taken").as_array()[0].as_object().at("account").as_string() == "sabhan");
  CHECK(one.at("taken").as_array()[0].as_object().at("office").as_string() == "sabhan");
  CHECK(boost::json::serialize(found.body).find(fill_digits(1)) == std::string::npos);
  CHECK(office.post("/fills/find", cashier, {{"receipt", payments::receipt_number(4'711)}}).status == 404);
}

TEST_CASE("a station serves at its office, by a role of its own, and is locked by wrong codes") {
  FillOffice office;
  const std::string sabhan = office.login("sabhan");
  const Reply elsewhere = office.redeem(sabhan, 1, "press-1", {{"office", "doha"}});
  CHECK(elsewhere.status == 403);
  CHECK(elsewhere.field() == "office");
  office.add("carl", "clerk");
  CHECK(office.redeem(office.login("carl"), 1, "press-1").status == 403);
  const Reply mistyped = office.post("/fills/redeem", sabhan, {{"code", "400000000019"}, {"key", "press-1"}});
  const Reply short_one = office.post("/fills/redeem", sabhan, {{"code", "1234"}, {"key", "press-1"}});
  for (const Reply& wrong : {mistyped, short_one}) {
    CHECK(wrong.status == 422);
    CHECK(wrong.field() == "code");
  }
  CHECK(office.redeem(sabhan, 1, "a b").field() == "key");
  for (const char* key : {"a", "b", "c", "d"}) CHECK(office.redeem(sabhan, 7, key).status == 200);
  const Reply locked = office.redeem(sabhan, 1, "e");
  CHECK(locked.status == 429);
  CHECK(locked.code() == "locked");
  CHECK(office.redeem(sabhan, 7, "d").status == 200);  // as it was answered first
  office.advance(std::chrono::seconds(60));
  CHECK(office.redeem(sabhan, 1, "e").body.at("outcome").as_string() == "redeemed");
}

}  // namespace shubbak::admin::testing
