// Cases as their persons meet them: opened once, looked at by nobody else, rated and reopened; and what they are
// told.
#include "payments/receipt.hpp"
#include "services/case_words.hpp"
#include "services/reading_rules.hpp"
#include "tests/unit/cases/sample_kinds.hpp"
#include "tests/unit/services/paying_town.hpp"
#include "tests/unit/services/switching.hpp"

namespace shubbak::services {
namespace {

using cases::Act;

cases::Kinds kinds_of_town() {
  cases::Kinds all = cases::sample_kinds();
  all[0].joins_within = std::chrono::hours(6);
  all.push_back(cases::sample_request());
  all.push_back(
      {.name = "payment_complaint",
       .label_ar = "شكوى على تسديد",
       .label_en = "About a payment",
       .about = cases::About::payment,
       .stages = {{.name = "received", .label_ar = "مسجلة", .label_en = "Received", .next = {"resolved"}}}});
  return all;
}

cases::Slots slots_of_tomorrow() {
  const WallTime nine = std::chrono::floor<std::chrono::days>(wall_now()) + std::chrono::hours(24 + 9);
  const std::chrono::hours three(3);
  return {{"crew_1", nine, nine + three}, {"crew_1", nine + three, nine + 2 * three}};
}

struct CaseTown : PayingTown {
  CaseTown() : PayingTown({}, {}, "01234567890", kinds_of_town()) {
    world->random = [this] { return ++drawn; };
  }
  // A second company, at which nobody answers.
  void add_homs() {
    reach({companies::config_of("aleppo", sample.url(), {"21"}),
           companies::config_of("homs", "http://127.0.0.1:1", {"31"})});
  }
  // What it comes to, with what it wants written.
  std::string told_of(std::string_view service, boost::json::object args) {
    Answer answer = ask(service, std::move(args));
    told = std::move(answer.outcome.data);
    if (!answer.changes.empty()) done(std::move(answer.changes));
    return answer.outcome.outcome;
  }
  std::string open_outage(const std::string& text = "no light") {
    return told_of("cases.open", {{"kind", "outage"}, {"text", text}, {"address", "by the mill"}});
  }
  std::string text(const char* name) { return std::string(told.at(name).as_string()); }
  std::int64_t count(const char* name) { return told.at(name).as_int64(); }
  std::string tracking() { return text("tracking"); }
  std::int64_t number_of(const std::string& typed) { return *cases::parse_tracking_number(typed); }
  void by_staff(const std::string& typed, const cases::Asked& asked, const std::string& text = {}) {
    done({store::CitizenCaseChange(store::ActOnCitizenCase{
        .number = number_of(typed), .asked = asked, .text = text, .by = by_maker, .at = wall_now()})});
  }

  void quote(const std::string& typed, std::int64_t amount) {
    by_staff(typed, {.act = Act::quote, .amount = {amount, Currency::SYP}, .account = "2100345"});
  }
  std::string open_request_with_fee(std::int64_t amount) {
    REQUIRE(told_of("cases.open", {{"kind", "connection"}, {"address", "by the mill"}}) == "ok");
    const std::string opened = tracking();
    by_staff(opened, {.act = Act::move, .stage = "fee"});
    quote(opened, amount);
    return opened;
  }
  // With one code, which only what is paid uses up.
  std::string paid_fee(const std::string& typed, std::int64_t amount) {
    if (granted.empty()) granted = grant();
    Request asked = request("2100345", amount, granted, payment_key, {});
    asked.args.emplace("tracking", typed);
    Answer answer = companies::run(loop, services::run(*world, "payments.pay", std::move(asked)));
    if (!answer.changes.empty()) done(std::move(answer.changes));
    return answer.outcome.outcome;
  }

  std::uint64_t drawn = 0;
  std::string granted;
};

}  // namespace

TEST_CASE("a case is opened with its tracking number, and the same again is there already") {
  CaseTown town;
  REQUIRE(town.open_outage() == "ok");
  const std::string tracking = town.tracking();
  CHECK(tracking.size() == cases::tracking_digits);
  const auto one = town.kept->cases().find_citizen_case(town.number_of(tracking)).value();
  REQUIRE(one);
  CHECK(one->is.from.company == "aleppo");  // the only one there is
  CHECK(one->address == "by the mill");
  CHECK(one->link == "syriatel");
  CHECK(one->msisdn == Town::caller);
  CHECK(town.open_outage() == "already");
  CHECK(town.kept->cases().citizen_cases_of(*town.person, 10)->size() == 1);
  CHECK(town.open_outage("no light, and it smells") == "ok");
}

TEST_CASE("what a kind needs must be said, and there must be such a kind and company") {
  CaseTown town;
  CHECK(town.told_of("cases.open", {{"kind", "estimate"}, {"text", "a"}, {"address", "b"}}) == "error");
  CHECK(town.told_of("cases.open", {{"kind", "outage"}, {"address", "b"}}) == "error");
  CHECK(town.told_of("cases.open", {{"kind", "outage"}, {"text", "a"}}) == "error");
  CHECK(town.told_of("cases.open", {{"kind", "outage"}, {"text", "a"}, {"address", "b"}, {"company", "nowhere"}}) ==
        "error");
  CHECK(town.kept->cases().citizen_cases(false, 0, 10)->empty());
}

TEST_CASE("requests are told to whoever asks for them, all other kinds to whoever asks for none in particular") {
  CaseTown town;
  const auto told_kinds = [&](boost::json::object args) {
    REQUIRE(town.told_of("cases.kinds", std::move(args)) == "ok");
    std::vector<std::string> kinds;
    for (const boost::json::value& one : town.told.at("kinds").as_array())
      kinds.emplace_back(one.at("kind").as_string());
    return kinds;
  };
  CHECK(told_kinds({}) == std::vector<std::string>{"outage", "staff_complaint", "payment_complaint"});
  CHECK(told_kinds({{"about", "request"}}) == std::vector<std::string>{"connection"});
  CHECK(told_kinds({{"about", "network"}}) == std::vector<std::string>{"outage"});
  CHECK(told_kinds({{"about", "weather"}}).empty());
}

TEST_CASE("companies at which nothing may be opened yet are told as such") {
  CaseTown town;
  town.add_homs();
  const auto states = [&] {
    REQUIRE(town.told_of("cases.kinds", {}) == "ok");
    std::vector<std::string> told;
    for (const boost::json::value& one : town.told.at("companies").as_array())
      told.emplace_back(one.at("state").as_string());
    return told;
  };
  CHECK(states() == std::vector<std::string>{"open", "open"});
  set_switch(town, "cases", "homs", 0);
  CHECK(states() == std::vector<std::string>{"open", "soon"});
  set_switch(town, "cases", "*", 0);
  CHECK(states() == std::vector<std::string>{"soon", "soon"});
  set_switch(town, "cases.open", "homs", 100);
  CHECK(states() == std::vector<std::string>{"soon", "open"});
}

TEST_CASE("a request is made without a word, but not without an address") {
  CaseTown town;
  CHECK(town.told_of("cases.open", {{"kind", "connection"}, {"text", "urgent"}}) == "error");
  REQUIRE(town.told_of("cases.open", {{"kind", "connection"}, {"address", "by the mill"}}) == "ok");
  const auto one = town.kept->cases().find_citizen_case(town.number_of(town.tracking())).value();
  REQUIRE(one);
  CHECK(one->is.stage == "received");
  CHECK(one->address == "by the mill");
  CHECK(town.told_of("cases.open", {{"kind", "connection"}, {"address", "by the mill"}}) == "already");
  CHECK(town.told_of("cases.open", {{"kind", "connection"}, {"address", "by the mill"}, {"text", "a shop"}}) == "ok");
}

TEST_CASE("a company's offices are told, and a complaint about its staff names one of them or none") {
  CaseTown town;
  CHECK(town.told_of("cases.offices", {}) == "none");
  companies::CompanyConfig aleppo = companies::config_of("aleppo", town.sample.url(), {"21"});
  aleppo.offices = {{"post_7", "بريد", "Post 7"}, {"post_8", "بريد 8", "Post 8"}};
  town.reach({aleppo});
  REQUIRE(town.told_of("cases.offices", {{"company", "aleppo"}}) == "ok");
  REQUIRE(town.told.at("offices").as_array().size() == 2);
  CHECK(town.told.at("offices").at(1).at("office").as_string() == "post_8");
  CHECK(town.told.at("offices").at(1).at("label").as_string() == "Post 8");
  CHECK(town.told_of("cases.offices", {{"company", "homs"}}) == "error");
  const auto complain = [&](boost::json::object about) {
    about["kind"] = "staff_complaint";
    about["text"] = "a bribe";
    return town.told_of("cases.open", std::move(about));
  };
  CHECK(complain({{"office", "post_9"}}) == "error");
  REQUIRE(complain({{"office", "post_8"}}) == "ok");
  CHECK(town.kept->cases().find_citizen_case(town.number_of(town.tracking())).value()->is.from.accused == "post_8");
  REQUIRE(complain({}) == "ok");
}

TEST_CASE("who has too many open of a kind opens no more of it, and others of another") {
  CaseTown town;
  for (int i = 0; i < 5; ++i) REQUIRE(town.open_outage("outage " + std::to_string(i)) == "ok");
  CHECK(town.open_outage("one more") == "too_many");
  CHECK(town.told_of("cases.open", {{"kind", "staff_complaint"}, {"text", "a bribe"}, {"office", "post_7"}}) == "ok");
  CHECK(town.kept->cases().find_citizen_case(town.number_of(town.tracking())).value()->is.from.accused == "post_7");
}

TEST_CASE("who tells of an outage that another has told of has a number of their own, and reads what becomes of it") {
  CaseTown town;
  const auto tell = [&](const char* text) {
    return town.told_of("cases.open",
                        {{"kind", "outage"}, {"text", text}, {"address", "by the mill"}, {"area", "21"}});
  };
  const auto is = [&](const std::string& typed) {
    return town.kept->cases().find_citizen_case(town.number_of(typed)).value().value().is;
  };
  REQUIRE(tell("no light") == "ok");
  const std::string first = town.tracking();
  CHECK(town.count("known") == 0);
  CHECK(town.text("since").empty());
  town.person = *NationalId::parse(Country::syria, "02345678901");
  REQUIRE(tell("all is dark") == "ok");
  const std::string own = town.tracking();
  REQUIRE(own != first);
  CHECK(is(own).joined == town.number_of(first));
  CHECK(town.count("known") == 1);
  CHECK(local_minute(is(first).opened, {}).ends_with(town.text("since")));
  CHECK(town.text("since").ends_with(local_minute(is(first).opened, {}).substr(11)));
  town.by_staff(first, {.act = Act::reply}, "a crew comes");
  town.by_staff(first, {.act = Act::resolve}, "a new cable");
  REQUIRE(town.told_of("cases.status", {{"tracking", own}}) == "ok");
  CHECK(town.text("state") == "resolved");
  CHECK(town.text("reply") == "a new cable");
  CHECK(town.count("may_rate") == 1);
  CHECK(boost::json::serialize(town.told).find(first) == std::string::npos);
  CHECK(town.told_of("cases.status", {{"tracking", first}}) == "not_found");
  REQUIRE(town.told_of("cases.rate", {{"tracking", own}, {"stars", 2}}) == "ok");
  CHECK(is(own).stars == 2);
  CHECK_FALSE(is(first).stars);
  REQUIRE(town.told_of("cases.reopen", {{"tracking", own}, {"text", "still dark"}}) == "ok");
  CHECK(is(own).state == cases::State::open);
  CHECK_FALSE(is(own).joined);
  CHECK(is(first).state == cases::State::resolved);
}

TEST_CASE("whoever is told of an outage is joined to it, or to none where it is over or taken out meanwhile") {
  CaseTown town;
  const auto opening = [&](const char* text) {
    return town.ask("cases.open", {{"kind", "outage"}, {"text", text}, {"address", "by the mill"}, {"area", "21"}});
  };
  const auto number_in = [&](const Answer& opened) {
    return town.number_of(std::string(opened.outcome.data.at("tracking").as_string()));
  };
  const Answer first = opening("no light");
  CHECK(first.outcome_on_conflict == "too_many");
  CHECK_FALSE(first.is_asked_again);
  town.done(first.changes);
  const std::int64_t main = number_in(first);
  const Answer second = opening("all is dark");
  REQUIRE(second.outcome.data.at("known").as_int64() == 1);
  CHECK(second.outcome_on_conflict == "error");
  CHECK(second.is_asked_again);
  const Answer third = opening("dark here too");
  town.done(second.changes);
  CHECK(town.kept->cases().find_citizen_case(number_in(second)).value()->is.joined == main);
  town.by_staff(cases::tracking_number(main), {.act = Act::resolve});
  CHECK(town.commit(third.changes).error().code == Errc::conflict);
  CHECK_FALSE(town.kept->cases().find_citizen_case(number_in(third)).value());
  const Answer again = opening("dark here too");
  CHECK(again.outcome.data.at("known").as_int64() == 0);
  town.done(again.changes);
  CHECK_FALSE(town.kept->cases().find_citizen_case(number_in(again)).value()->is.joined);
}

TEST_CASE("an outage that began on another day is told with that day") {
  CaseTown town;
  const WallTime now = wall_now();
  town.world->utc_offset = std::chrono::hours(12);
  town.world->case_kinds[0].joins_within = std::chrono::hours(48);
  const auto known_since = [&](WallTime opened, const char* area) {
    const std::int64_t number = cases::draw_number(++town.drawn);
    town.done({store::CitizenCaseChange(store::OpenCitizenCase{.number = number,
                                                               .person = *town.person,
                                                               .msisdn = Town::caller,
                                                               .link = "syriatel",
                                                               .kind = "outage",
                                                               .from = {"aleppo", {}, {}},
                                                               .area = area,
                                                               .by = by_maker,
                                                               .at = opened})});
    const Answer asked =
        town.ask("cases.open", {{"kind", "outage"}, {"text", "a"}, {"address", "b"}, {"area", area}});
    REQUIRE(asked.outcome.outcome == "ok");
    return std::string(asked.outcome.data.at("since").as_string());
  };
  const WallTime yesterday = now - std::chrono::hours(24);
  CHECK(known_since(yesterday, "21") == local_minute(yesterday, std::chrono::hours(12)));
  CHECK(local_minute(now, std::chrono::hours(12)).ends_with(known_since(now, "22")));
}

TEST_CASE("a number that is taken is drawn anew") {
  CaseTown town;
  REQUIRE(town.open_outage() == "ok");
  const std::string first = town.tracking();
  town.drawn = 0;
  REQUIRE(town.open_outage("another") == "ok");
  CHECK(town.tracking() != first);
}

TEST_CASE("a complaint about a payment names one of the person's own") {
  CaseTown town;
  REQUIRE(town.paid("2100345", 30'000, town.grant()) == "ok");
  const std::string receipt(town.told.at("receipt").as_string());
  const auto complain = [&](const std::string& about) {
    return town.told_of("cases.open", {{"kind", "payment_complaint"}, {"text", "paid twice"}, {"receipt", about}});
  };
  CHECK(complain("00000013") == "not_found");
  CHECK(complain("1") == "not_found");
  REQUIRE(complain(receipt) == "ok");
  const auto one = town.kept->cases().find_citizen_case(town.number_of(town.tracking())).value();
  CHECK(payments::receipt_number(one->payment.value()) == receipt);
  CHECK(one->is.from.company == "aleppo");
  town.person = *NationalId::parse(Country::syria, "02345678901");
  CHECK(complain(receipt) == "not_found");
}

TEST_CASE("a complaint about a payment is taken where cases are on for the company that was paid") {
  CaseTown town;
  REQUIRE(town.paid("2100345", 30'000, town.grant()) == "ok");
  const boost::json::object args{{"kind", "payment_complaint"},
                                 {"text", "paid twice"},
                                 {"receipt", std::string(town.told.at("receipt").as_string())}};
  // Of several companies the receipt alone tells which.
  town.add_homs();
  set_switch(town, "cases", "aleppo", 0);
  CHECK(town.ask("cases.open", args).outcome.outcome == flows::switched_off);
  set_switch(town, "cases", "*", 0);  // but for that company
  set_switch(town, "cases", "aleppo", 100);
  const Answer opened = town.ask("cases.open", args);
  REQUIRE(opened.outcome.outcome == "ok");
  put_switch(town, "cases", "aleppo", 0);  // meanwhile
  CHECK(town.commit(opened.changes).error().message == store::switched_off);
  CHECK(town.kept->cases().citizen_cases_of(*town.person, 10)->empty());
}

TEST_CASE("its person sees where a case stands and what was replied, to anybody else it is not there") {
  CaseTown town;
  REQUIRE(town.open_outage() == "ok");
  const std::string tracking = town.tracking();
  town.by_staff(tracking, {.act = Act::reply}, "a crew is on its way");
  town.by_staff(tracking, {.act = Act::move, .stage = "crew"});
  REQUIRE(town.told_of("cases.status", {{"tracking", tracking}}) == "ok");
  CHECK(town.text("kind") == "Outage");
  CHECK(town.text("stage") == "Crew on its way");
  CHECK(town.text("state") == "open");
  CHECK(town.text("reply") == "a crew is on its way");
  CHECK(town.count("may_rate") == 0);
  CHECK(town.count("may_reopen") == 0);
  REQUIRE(town.told_of("cases.mine", {}) == "ok");
  CHECK(town.count("count") == 1);
  CHECK(town.told.at("cases").at(0).at("tracking").as_string() == tracking.c_str());
  CHECK(town.told.at("cases").at(0).at("kind").as_string() == "Outage");

  town.person = *NationalId::parse(Country::syria, "02345678901");
  REQUIRE(town.told_of("cases.mine", {}) == "ok");
  CHECK(town.count("count") == 0);
  for (const std::string& typed : {tracking, cases::tracking_number(999'999'999), std::string("1234567890")}) {
    for (const auto& [service, args] :
         {std::pair("cases.status", boost::json::object{{"tracking", typed}}),
          std::pair("cases.rate", boost::json::object{{"tracking", typed}, {"stars", 1}}),
          std::pair("cases.reopen", boost::json::object{{"tracking", typed}}),
          std::pair("cases.answer", boost::json::object{{"tracking", typed}, {"text", "which door?"}})}) {
      CHECK(town.told_of(service, args) == "not_found");
      CHECK(town.told.empty());
    }
  }
}

TEST_CASE("an open case takes what its person answers, on one line, and offers it where staff have written") {
  CaseTown town;
  REQUIRE(town.open_outage() == "ok");
  const std::string tracking = town.tracking();
  const auto may_answer = [&] {
    REQUIRE(town.told_of("cases.status", {{"tracking", tracking}}) == "ok");
    return town.count("may_answer") == 1;
  };
  const auto answered = [&](const std::string& text) {
    return town.told_of("cases.answer", {{"tracking", tracking}, {"text", text}});
  };
  CHECK_FALSE(may_answer());
  CHECK(answered("there is a dog") == "ok");  // before anybody has asked
  town.by_staff(tracking, {.act = Act::move, .stage = "crew"});
  CHECK_FALSE(may_answer());
  town.by_staff(tracking, {.act = Act::reply}, "which door?");
  CHECK(may_answer());
  CHECK(answered("the blue\none \xE2\x80\xAE\x1b") == "ok");
  const auto one = town.kept->cases().find_citizen_case(town.number_of(tracking)).value();
  CHECK(one->is.answers == 1);
  const store::CitizenCaseEvent last = town.kept->cases().citizen_case_events(one->id)->back();
  CHECK(last.act == Act::answer);
  CHECK(last.by == Actor{Actor::Kind::citizen, "ussd"});
  CHECK(last.text.starts_with("the blue one"));
  CHECK(last.text.find('\x1b') == std::string::npos);
  REQUIRE(town.told_of("cases.status", {{"tracking", tracking}}) == "ok");
  CHECK(town.text("reply") == "which door?");  // of staff still

  CHECK(answered("") == "error");
  CHECK(answered(std::string(case_answer_letters_max, 'a')) == "ok");
  CHECK(answered(std::string(case_answer_letters_max + 1, 'a')) == "error");
  for (std::int64_t i = 2; i < cases::Limits::answers_most; ++i) REQUIRE(answered("again") == "ok");
  CHECK(answered("once more") == "too_many");
  CHECK_FALSE(may_answer());
  town.by_staff(tracking, {.act = Act::move, .stage = "check"});
  CHECK(answered("thank you") == "ok");
  town.by_staff(tracking, {.act = Act::resolve});
  CHECK(answered("still dark") == "resolved");
  CHECK_FALSE(may_answer());
}

TEST_CASE("a case that is resolved is rated once, and reopened with the reason") {
  CaseTown town;
  REQUIRE(town.open_outage() == "ok");
  const std::string tracking = town.tracking();
  CHECK(town.told_of("cases.rate", {{"tracking", tracking}, {"stars", 4}}) == "not_now");
  CHECK(town.told_of("cases.reopen", {{"tracking", tracking}}) == "not_now");
  town.by_staff(tracking, {.act = Act::resolve}, "the cable is new");
  REQUIRE(town.told_of("cases.status", {{"tracking", tracking}}) == "ok");
  CHECK(town.text("state") == "resolved");
  CHECK(town.text("reply") == "the cable is new");
  CHECK(town.count("may_rate") == 1);
  CHECK(town.count("may_reopen") == 1);
  CHECK(town.told_of("cases.rate", {{"tracking", tracking}, {"stars", 6}}) == "error");
  CHECK(town.told_of("cases.rate", {{"tracking", tracking}, {"stars", 4}}) == "ok");
  CHECK(town.told_of("cases.rate", {{"tracking", tracking}, {"stars", 5}}) == "not_now");
  CHECK(town.told_of("cases.reopen", {{"tracking", tracking}, {"text", "still dark"}}) == "ok");
  const auto one = town.kept->cases().find_citizen_case(town.number_of(tracking)).value();
  CHECK(one->is.state == cases::State::open);
  CHECK(town.kept->cases().citizen_case_events(one->id)->back().text == "still dark");
}

TEST_CASE("the fee of a request is paid from the card, and the request goes on") {
  CaseTown town;
  const std::string tracking = town.open_request_with_fee(30'000);
  REQUIRE(town.told_of("cases.fee", {{"tracking", tracking}}) == "ok");
  CHECK(town.text("company") == "aleppo");
  CHECK(town.text("account") == "2100345");
  CHECK(town.count("amount") == 30'000);
  REQUIRE(town.told_of("cases.status", {{"tracking", tracking}}) == "ok");
  CHECK(town.text("fee_state") == "due");
  CHECK(town.count("fee") == 30'000);
  CHECK(town.paid_fee(tracking, 30'000) == "ok");
  CHECK(town.on_card() == 70'000);
  REQUIRE(town.told_of("cases.status", {{"tracking", tracking}}) == "ok");
  CHECK(town.text("fee_state") == "paid");
  CHECK(town.text("stage") == "Being built");
  CHECK(town.told_of("cases.fee", {{"tracking", tracking}}) == "none");
}

TEST_CASE("a fee that was quoted anew, or is another's, is not paid, and nothing is taken") {
  CaseTown town;
  const std::string tracking = town.open_request_with_fee(30'000);
  town.quote(tracking, 40'000);  // while the person looks at the other one
  CHECK(town.paid_fee(tracking, 30'000) == "declined");
  CHECK(town.paid_fee(cases::tracking_number(999'999'999), 40'000) == "declined");
  CHECK(town.paid_fee("1234567890", 40'000) == "declined");
  CHECK(town.on_card() == 100'000);
  CHECK(town.paid_fee(tracking, 40'000) == "ok");
  CHECK(town.on_card() == 60'000);
  town.person = *NationalId::parse(Country::syria, "02345678901");
  CHECK(town.told_of("cases.fee", {{"tracking", tracking}}) == "not_found");
}

TEST_CASE("when somebody comes is chosen out of what is offered, and told with the visitor's code") {
  CaseTown town;
  REQUIRE(town.open_outage() == "ok");
  const std::string tracking = town.tracking();
  CHECK(town.told_of("cases.slots", {{"tracking", tracking}}) == "none");
  const cases::Slots offered = slots_of_tomorrow();
  town.by_staff(tracking, {.act = Act::reply}, "somebody comes");
  town.by_staff(tracking, {.act = Act::offer, .slots = offered}, "the times and crew_1");
  REQUIRE(town.told_of("cases.status", {{"tracking", tracking}}) == "ok");
  CHECK(town.count("offers") == 2);
  CHECK(town.text("visit").empty());
  CHECK(town.text("reply") == "somebody comes");  // what is offered is no reply
  REQUIRE(town.told_of("cases.slots", {{"tracking", tracking}}) == "ok");
  const std::string second = cases::slot_text(offered[1], {});
  REQUIRE(town.told.at("slots").as_array().size() == 2);
  CHECK(town.told.at("slots").at(1).at("slot").as_string() == second.c_str());
  CHECK(town.told_of("cases.book", {{"tracking", tracking}, {"slot", "2020-01-01 09:00-12:00"}}) == "not_now");
  REQUIRE(town.told_of("cases.book", {{"tracking", tracking}, {"slot", second}}) == "ok");
  CHECK(town.text("visit") == second);
  const std::string code = town.text("visit_code");
  CHECK(code.size() == cases::visitor_code_digits);
  REQUIRE(town.told_of("cases.status", {{"tracking", tracking}}) == "ok");
  CHECK(town.text("visit") == second);
  CHECK(town.text("visit_code") == code);
  CHECK(town.count("offers") == 0);
  CHECK(town.told_of("cases.book", {{"tracking", tracking}, {"slot", second}}) == "not_now");
  town.person = *NationalId::parse(Country::syria, "02345678901");
  CHECK(town.told_of("cases.slots", {{"tracking", tracking}}) == "not_found");
  CHECK(town.told_of("cases.book", {{"tracking", tracking}, {"slot", second}}) == "not_found");
}

TEST_CASE("a slot that another case has taken meanwhile is not booked, and that is told") {
  CaseTown town;
  std::vector<std::string> numbers;
  for (const char* text : {"no light", "no light upstairs"}) {
    REQUIRE(town.open_outage(text) == "ok");
    numbers.push_back(town.tracking());
    town.by_staff(numbers.back(), {.act = Act::offer, .slots = slots_of_tomorrow()});
  }
  const std::string first = cases::slot_text(slots_of_tomorrow()[0], {});
  const Answer late = town.ask("cases.book", {{"tracking", numbers[1]}, {"slot", first}});
  REQUIRE(late.outcome.outcome == "ok");
  REQUIRE(town.told_of("cases.book", {{"tracking", numbers[0]}, {"slot", first}}) == "ok");
  CHECK(town.commit(late.changes).error().code == Errc::conflict);
  CHECK(late.outcome_on_conflict == "taken");
}

TEST_CASE("a slot that another case has booked is offered no more, and none is where all are") {
  CaseTown town;
  std::vector<std::string> numbers;
  for (const char* text : {"no light", "no light upstairs", "no light below"}) {
    REQUIRE(town.open_outage(text) == "ok");
    numbers.push_back(town.tracking());
    town.by_staff(numbers.back(), {.act = Act::offer, .slots = slots_of_tomorrow()});
  }
  const std::string first = cases::slot_text(slots_of_tomorrow()[0], {});
  const std::string second = cases::slot_text(slots_of_tomorrow()[1], {});
  REQUIRE(town.told_of("cases.book", {{"tracking", numbers[0]}, {"slot", first}}) == "ok");
  REQUIRE(town.told_of("cases.slots", {{"tracking", numbers[1]}}) == "ok");
  REQUIRE(town.told.at("slots").as_array().size() == 1);
  CHECK(town.told.at("slots").at(0).at("slot").as_string() == second.c_str());
  REQUIRE(town.told_of("cases.book", {{"tracking", numbers[1]}, {"slot", second}}) == "ok");
  CHECK(town.told_of("cases.slots", {{"tracking", numbers[2]}}) == "none");
}

TEST_CASE("a case without a fee says so") {
  CaseTown town;
  REQUIRE(town.open_outage() == "ok");
  const std::string tracking = town.tracking();
  CHECK(town.told_of("cases.fee", {{"tracking", tracking}}) == "none");
  REQUIRE(town.told_of("cases.status", {{"tracking", tracking}}) == "ok");
  CHECK(town.text("fee_state") == "none");
  CHECK(town.count("fee") == 0);
}

TEST_CASE("news of a case go to its person's number, in their language, and to nobody who has it by now") {
  CaseTown town;
  REQUIRE(town.open_outage() == "ok");
  const std::string tracking = town.tracking();
  auto before = town.kept->cases().find_citizen_case(town.number_of(tracking)).value();
  REQUIRE(before);
  const auto words = two_languages();
  cases::Case after = before->is;
  after.stage = "crew";
  const auto news = [&](Act act, const std::string& text = {}) {
    return news_of_case(*town.kept, *words, town.world->case_kinds, *before, after, act, text);
  };
  CHECK(news(Act::move) == "ar sys_case_news " + tracking + ": فريق");
  CHECK(news(Act::reply, "نعم") == "ar sys_case_news " + tracking + ": نعم\nar sys_case_answer " + tracking);
  before->is.answers = 1;  // and how, the person knows
  CHECK(news(Act::reply, "نعم") == "ar sys_case_news " + tracking + ": نعم");
  before->is.answers = 0;
  CHECK(news(Act::resolve, "انتهى") == "ar sys_case_news " + tracking + ": ar sys_case_resolved انتهى");
  CHECK_FALSE(news(Act::escalate));  // nobody else has it
  after.office = "management";
  CHECK(news(Act::escalate) == "ar sys_case_news " + tracking + ": ar sys_case_late");
  after.fee = cases::Fee{{500'000, Currency::SYP}, "2100345", cases::FeeState::due, {}};
  const std::string fee =
      "ar sys_case_news " + tracking + ": ar sys_case_fee 5,000 SYP " + payments::masked_account("2100345");
  CHECK(news(Act::quote) == fee);
  CHECK(news(Act::quote, "للتركيب") == fee + ". للتركيب");
  CHECK(news(Act::offer) == "ar sys_case_news " + tracking + ": ar sys_case_visit_offered");
  CHECK(news(Act::cancel_visit, "مطر") == "ar sys_case_news " + tracking + ": ar sys_case_visit_cancelled مطر");
  CHECK_FALSE(news(Act::book));
  CHECK_FALSE(news(Act::visit));
  CHECK(news(Act::pay_fee) == "ar sys_case_news " + tracking + ": ar sys_case_fee_paid فريق");
  CHECK_FALSE(news(Act::take));
  CHECK_FALSE(news(Act::rate));
  town.done({store::SetLocale{Town::caller, "en"}});
  CHECK(news(Act::move) == "en sys_case_news " + tracking + ": Crew on its way");
  store::StoredCitizenCase erased = *before;
  erased.msisdn.reset();
  CHECK_FALSE(news_of_case(*town.kept, *words, town.world->case_kinds, erased, after, Act::move, {}));
  town.done({store::ChangeLink{Town::caller, *town.person, identity::LinkEvent::suspend,
                               Actor{Actor::Kind::command_line, "test"}, wall_now()}});
  CHECK_FALSE(news(Act::move));
}

}  // namespace shubbak::services
