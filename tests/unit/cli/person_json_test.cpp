#include "cli/person_json.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "payments/receipt.hpp"

namespace shubbak::cli {
namespace {

namespace json = boost::json;

WallTime at(std::int64_t seconds) {
  return WallTime(std::chrono::seconds(1'790'000'000 + seconds));
}

json::object parsed(const store::PersonFile& file, const std::vector<audit::Record>& records = {}) {
  const std::string text = person_json(*NationalId::parse(Country::syria, "01020304050"), file, records);
  REQUIRE(text.ends_with("}\n"));
  return json::parse(text).as_object();
}

Msisdn msisdn_of_sample() {
  return *Msisdn::parse("963933123456");
}

store::PersonFile sample_file() {
  const Msisdn msisdn = msisdn_of_sample();
  store::KeptLink kept{
      .link = {.id = 7,
               .msisdn = msisdn,
               .national_id = NationalId::parse(Country::syria, "01020304050").value(),
               .record = {},
               .asked_by = {}},
      .history = {{.link_id = 7,
                   .national_id = {},
                   .event = identity::LinkEvent::import,
                   .at = at(0),
                   .by = {Actor::Kind::command_line, "root"}}},
      .readings = {{"ref", msisdn, "homs", "4521", 77, "2026-11", at(2), store::ReadingState::delivered}}};
  kept.link.record.state = store::LinkState::active;
  kept.link.record.made = at(0);
  kept.link.record.since = at(1);
  kept.locale = "ar";
  kept.carrier = "mtn";
  kept.refuses_broadcasts = true;
  kept.walks = {{store::WalkChannel::sms, "r1", at(3)}};
  kept.texts = {{1, "mtn", msisdn, "bill 12345678", at(4), at(5)},
                {2, "mtn", msisdn, "رمزك ١٢٣٤٥٦", at(4), at(5)},
                {3, "mtn", msisdn, "654321 is your code, not 12345", at(4), at(5)}};
  kept.subscriptions = {{msisdn, "aleppo", "2100345", "mtn", at(2), at(3), 0, "21"}};
  store::PersonFile file;
  file.links.push_back(std::move(kept));
  file.pin_since = at(6);
  file.tries = otp::Tries{{2, at(7)}, {}};
  file.voucher_tries = vouchers::Tries{at(8), 4, at(9)};
  file.wallets.push_back({{"1234567890", Currency::SYP}, at(10), 70'000});
  file.payments.push_back({.number = 12,
                           .key = "k",
                           .msisdn = msisdn,
                           .link = "mtn",
                           .company = "homs",
                           .account = "4521",
                           .amount = {30'000, Currency::SYP},
                           .state = ledger::State::posted,
                           .at = at(11),
                           .not_after = at(12)});
  file.fills.push_back(
      {.payment = 12, .is = {.state = vouchers::FillState::over, .gallons = 3'000}, .code = "402917385561"});
  file.placements.push_back({.placement = {.number = 7,
                                           .charge = 2,
                                           .card = "1234567890",
                                           .refund = {},
                                           .reason = "bank_says_theirs",
                                           .maker = "amal",
                                           .proposed = at(11),
                                           .state = store::PlacementState::done,
                                           .checker = "basel",
                                           .decided = at(12)},
                             .amount = {30'100, Currency::SYP}});
  store::KeptCase outage{.is = {.id = 1, .number = 123'456'789, .address = "by the mill"}, .events = {}};
  outage.is.is.kind = "outage";
  outage.is.is.stage = "crew";
  outage.is.is.from.company = "homs";
  outage.is.is.opened = at(20);
  outage.is.is.appointment = cases::Slot{"crew_1", at(100), at(200)};
  outage.is.visit_code = "4711";
  outage.is.is.fee = cases::Fee{{500'000, Currency::SYP}, "2100345", cases::FeeState::due, at(21)};
  outage.events.push_back({.version = 1,
                           .act = cases::Act::open,
                           .at = at(20),
                           .by = {Actor::Kind::citizen, "ussd"},
                           .stage = "received",
                           .text = "no light"});
  file.cases.push_back(std::move(outage));
  return file;
}

TEST_CASE("the file of a person has everything in full, but no code") {
  const json::object all = parsed(sample_file());
  CHECK(all.at("national_id") == json::value{{"country", "SY"}, {"digits", "01020304050"}});
  const json::object& link = all.at("links").as_array().at(0).as_object();
  CHECK(link.at("msisdn") == "+963933123456");
  CHECK(link.at("state") == "active");
  CHECK(link.at("made") == "2026-09-21T14:13:20Z");
  CHECK(link.at("quarantine_end").is_null());
  CHECK(link.at("language") == "ar");
  CHECK(link.at("operator") == "mtn");
  CHECK(link.at("refuses_broadcasts") == true);
  CHECK(link.at("history").as_array().at(0).at("event") == "import");
  CHECK(link.at("history").as_array().at(0).at("name") == "root");
  CHECK(link.at("readings").as_array().at(0).at("value") == 77);
  CHECK(link.at("readings").as_array().at(0).at("state") == "delivered");
  CHECK(link.at("saved_walks").as_array().at(0).at("channel") == "sms");
  CHECK(
      link.at("bill_notices") ==
      json::value{
          {{"company", "aleppo"}, {"account", "2100345"}, {"governorate", "21"}, {"since", "2026-09-21T14:13:22Z"}}});
  const json::array& texts = link.at("waiting_texts").as_array();
  CHECK(texts.at(0).at("text") == "bill 12345678");
  CHECK(texts.at(1).at("text") == "رمزك ******");
  CHECK(texts.at(2).at("text") == "****** is your code, not 12345");
  CHECK(all.at("pin").at("set") == true);
  CHECK(all.at("failed_tries").at("ussd").at("failures") == 2);
  CHECK(all.at("failed_tries").at("sms").at("locked_until").is_null());
  CHECK(all.at("failed_vouchers").at("failures") == 4);
  CHECK(
      all.at("cards") ==
      json::value{
          {{"number", "1234567890"}, {"currency", "SYP"}, {"balance", 70'000}, {"opened", "2026-09-21T14:13:30Z"}}});
  CHECK(all.at("payments") == json::value{{{"receipt", "00000125"},
                                           {"msisdn", msisdn_of_sample().masked()},
                                           {"company", "homs"},
                                           {"account", "4521"},
                                           {"amount", 30'000},
                                           {"currency", "SYP"},
                                           {"at", "2026-09-21T14:13:31Z"},
                                           {"state", "posted"}}});
  CHECK(all.at("placements") == json::value{{{"msisdn", nullptr},
                                             {"card", "1234567890"},
                                             {"amount", 30'100},
                                             {"currency", "SYP"},
                                             {"reason", "bank_says_theirs"},
                                             {"proposed", "2026-09-21T14:13:31Z"},
                                             {"decided", "2026-09-21T14:13:32Z"},
                                             {"state", "done"}}});
  CHECK(all.at("fills") == json::value{{{"receipt", payments::receipt_number(12)},
                                        {"state", "over"},
                                        {"gallons", 3'000},
                                        {"taken", 0},
                                        {"bought", nullptr},
                                        {"expires", nullptr}}});
  CHECK(all.at("cases") ==
        json::value{{{"tracking", cases::tracking_number(123'456'789)},
                     {"kind", "outage"},
                     {"stage", "crew"},
                     {"state", "open"},
                     {"company", "homs"},
                     {"accused_office", ""},
                     {"receipt", nullptr},
                     {"address", "by the mill"},
                     {"opened", "2026-09-21T14:13:40Z"},
                     {"rating", nullptr},
                     {"fee", json::object{{"amount", 500'000},
                                          {"currency", "SYP"},
                                          {"account", "2100345"},
                                          {"state", "due"},
                                          {"quoted", "2026-09-21T14:13:41Z"}}},
                     {"visit", json::object{{"from", "2026-09-21T14:15:00Z"}, {"until", "2026-09-21T14:16:40Z"}}},
                     {"history", json::array{{{"what", "opened"},
                                              {"at", "2026-09-21T14:13:40Z"},
                                              {"by", "citizen"},
                                              {"stage", "received"},
                                              {"text", "no light"}}}}}});
}

TEST_CASE("of a person of whom nothing is kept the file says so, and has the trail's records") {
  const json::object nothing = parsed({});
  CHECK(nothing.at("links").as_array().empty());
  CHECK(nothing.at("pin").is_null());
  CHECK(nothing.at("failed_tries").is_null());
  CHECK(nothing.at("failed_vouchers").is_null());
  CHECK(nothing.at("audit").as_array().empty());
  audit::Record record{.number = 3, .at = at(0), .action = "privacy.erased", .detail = "{}"};
  record.person = std::string(16, '\x01');
  const json::object told = parsed({}, {record});
  CHECK(told.at("audit").as_array().at(0).at("action") == "privacy.erased");
  CHECK(told.at("audit").as_array().at(0).at("person") == "01010101010101010101010101010101");
}

}  // namespace
}  // namespace shubbak::cli
