// What agents do by USSD: who they are, for whom they act and how long, and what nobody may do on their phone.
#include <algorithm>

#include "services/pin_hash.hpp"
#include "store/audit_trail.hpp"
#include "tests/unit/cases/sample_kinds.hpp"
#include "town.hpp"

namespace shubbak::services {
namespace {

const std::string agents_pin = "39517";
const Msisdn agents_phone = *Msisdn::parse("963955100201");
const std::string persons_number = "0933123456";
const std::vector<std::string> submitted{"readings.submit"};

// The town's caller is the person; an agent's phone is on the line.
struct AgentTown : Town {
  explicit AgentTown(const cases::Kinds& kinds = {}) : Town({}, {}, kinds) {
    const std::string hash = hash_pin(agents_pin).value();
    const Actor by{Actor::Kind::command_line, "test"};
    std::vector<store::Change> changes;
    const auto add = [&](store::StaffChange one) { changes.emplace_back(std::move(one)); };
    const staff::Grant clerk{staff::Role::clerk, {"*", "*", "post_7"}};
    add(store::AddAccount{"amal", "Amal Haddad", "", "no password", {clerk}, by, wall_now()});
    add(store::SetPhone{"amal", agents_phone, 0, by, wall_now()});
    add(store::SetStaffPin{"amal", hash, 0, by, wall_now()});
    changes.emplace_back(store::ChangeLink{caller, *person, identity::LinkEvent::import, by, wall_now(), {}});
    REQUIRE(commit(std::move(changes)).ok());
    world->for_agents.deployment = "town";
    world->for_agents.parse_number = [this](std::string_view typed) -> Result<Msisdn> {
      if (typed == persons_number) return caller;
      return Msisdn::parse(typed);
    };
    world->for_agents.words = words;
    world->for_agents.new_code = [] { return std::string("493817"); };
    world->random = [n = std::uint64_t{0}]() mutable { return ++n; };
  }
  Answer by_agent(std::string_view service, boost::json::object args, WallTime now = wall_now()) {
    Request request{.caller = {.subject = agent && agent->acts_for ? *agent->acts_for : agents_phone,
                               .line = agents_phone,
                               .link = "syriatel",
                               .person = agent && agent->acts_for ? person : std::nullopt,
                               .locale = "en",
                               .channel = channel,
                               .agent = agent},
                    .args = std::move(args),
                    .authorisation = {},
                    .deadline = std::chrono::steady_clock::now() + companies::patience,
                    .now = now};
    Answer came = companies::run(loop, run(*world, service, std::move(request)));
    if (came.agent) agent = came.agent;
    return came;
  }
  std::string outcome(std::string_view service, boost::json::object args) {
    return by_agent(service, std::move(args)).outcome.outcome;
  }
  void begin() {
    REQUIRE(outcome("agent.sign_in", {{"pin", agents_pin}}) == "ok");
    REQUIRE(outcome("agent.ask", {{"number", persons_number}}) == "ok");
    REQUIRE(outcome("agent.begin", {{"number", persons_number}, {"code", "493817"}}) == "ok");
  }
  std::optional<Agent> agent;
};

TEST_CASE_METHOD(AgentTown, "the service PIN of the account whose phone it is signs in, and nothing else does") {
  CHECK(outcome("agent.sign_in", {{"pin", "11223"}}) == "wrong");
  CHECK_FALSE(agent.has_value());
  SECTION("not by SMS, whose sender can be forged") {
    channel = flows::Channel::sms;
    CHECK(outcome("agent.sign_in", {{"pin", agents_pin}}) == "error");
    CHECK_FALSE(agent.has_value());
  }
  SECTION("right") {
    CHECK(outcome("agent.sign_in", {{"pin", agents_pin}}) == "ok");
    REQUIRE(agent.has_value());
    CHECK(agent->account == "amal");
    CHECK(agent->office == "post_7");
    CHECK_FALSE(agent->acts_for.has_value());
  }
}

TEST_CASE_METHOD(AgentTown,
                 "who has signed in serves at the first of their offices, as far as their grants reach it") {
  const auto granted = [](const std::string& office) { return staff::Grant{staff::Role::clerk, {"*", "*", office}}; };
  const Actor by{Actor::Kind::command_line, "test"};
  std::vector<staff::Grant> grants{
      granted("post_7"), granted("post_3"), {staff::Role::cashier, {"*", "*", "post_1"}}};
  std::string office = "post_3";
  SECTION("one is for all") {
    grants.push_back(granted("*"));
    office.clear();
  }
  REQUIRE(commit({store::StaffChange(store::SetGrants{"amal", grants, 0, by, wall_now()})}).ok());
  REQUIRE(outcome("agent.sign_in", {{"pin", agents_pin}}) == "ok");
  CHECK(agent->office == office);
  CHECK(outcome("agent.ask", {{"number", persons_number}}) == "ok");
  CHECK(sent.back().find(office.empty() ? "amal (town)" : "amal (post_3)") != std::string::npos);
  agent->office = "post_9";  // where nobody has let them serve
  CHECK(outcome("agent.begin", {{"number", persons_number}, {"code", "493817"}}) ==
        (office.empty() ? "ok" : "error"));
}

TEST_CASE_METHOD(AgentTown, "what an agent does at an office is committed by a grant for that office only") {
  begin();
  agent->office = "post_9";
  const auto changes = on_behalf(*agent, person, submitted, {store::SetLocale{caller, "en"}}, wall_now());
  CHECK(commit(changes).error().code == Errc::denied);
  CHECK(kept->find_person(caller)->locale.empty());
}

TEST_CASE_METHOD(AgentTown, "nobody who has not signed in asks for anything") {
  CHECK(outcome("agent.ask", {{"number", persons_number}}) == "error");
  CHECK(outcome("agent.begin", {{"number", persons_number}, {"code", "493817"}}) == "error");
  CHECK(outcome("agent.link", {{"number", persons_number}, {"person", "01234567890"}}) == "error");
  CHECK(sent.empty());
}

TEST_CASE_METHOD(AgentTown, "the code goes to the person's phone and names who asks") {
  REQUIRE(outcome("agent.sign_in", {{"pin", agents_pin}}) == "ok");
  CHECK(outcome("agent.ask", {{"number", persons_number}}) == "ok");
  REQUIRE(sent.size() == 1);  // the town checks to whom
  CHECK(sent[0].find("amal (post_7)") != std::string::npos);
  CHECK(sent[0].ends_with("493817"));
  CHECK(outcome("agent.begin", {{"number", persons_number}, {"code", "111111"}}) == "wrong");
  CHECK_FALSE(agent->acts_for.has_value());
  CHECK(outcome("agent.begin", {{"number", persons_number}, {"code", "493817"}}) == "ok");
  CHECK(agent->acts_for == caller);
}

TEST_CASE_METHOD(AgentTown, "each code that an agent has sent is on record, and none that was not sent") {
  REQUIRE(outcome("agent.sign_in", {{"pin", agents_pin}}) == "ok");
  CHECK(outcome("agent.ask", {{"number", persons_number}}) == "ok");
  CHECK(outcome("agent.ask", {{"number", "963955000009"}}) == "not_linked");
  std::vector<audit::Record> asked;
  const auto trail = store::AuditTrail::open(folder.file("shubbak.db")).value();
  const auto keep = [&](const audit::Record& record) {
    asked.push_back(record);
    return true;
  };
  REQUIRE(trail->each({.action = "assist."}, keep).ok());
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].action == "assist.asked");
  CHECK(asked[0].by == Actor{Actor::Kind::agent, "amal"});
  CHECK(asked[0].person == kept->pseudonym(*person));
  CHECK(asked[0].msisdn == kept->pseudonym(caller));
  CHECK(asked[0].detail == R"({"office":"post_7"})");
}

TEST_CASE_METHOD(AgentTown, "a phone whose SIM may have changed hands signs nobody in") {
  const Actor by{Actor::Kind::command_line, "test"};
  const NationalId clerk = *NationalId::parse(Country::syria, "08080808080");
  REQUIRE(commit({store::ChangeLink{agents_phone, clerk, identity::LinkEvent::import, by, wall_now(), {}}}).ok());
  CHECK(outcome("agent.sign_in", {{"pin", agents_pin}}) == "ok");
  agent.reset();
  const Actor network{Actor::Kind::operator_hook, "syriatel"};
  REQUIRE(commit({store::ChangeLink{agents_phone, std::nullopt, identity::LinkEvent::hold, network, wall_now(), {}}})
              .ok());
  CHECK(outcome("agent.sign_in", {{"pin", agents_pin}}) == "error");
  CHECK_FALSE(agent.has_value());
}

TEST_CASE_METHOD(AgentTown, "nobody is served who is not linked, is suspended, or holds the agent's own phone") {
  REQUIRE(outcome("agent.sign_in", {{"pin", agents_pin}}) == "ok");
  CHECK(outcome("agent.ask", {{"number", "963955000009"}}) == "not_linked");
  CHECK(outcome("agent.ask", {{"number", "12"}}) == "bad_number");
  CHECK(outcome("agent.ask", {{"number", agents_phone.reveal()}}) == "bad_number");
  const Actor by{Actor::Kind::command_line, "test"};
  REQUIRE(commit({store::ChangeLink{caller, std::nullopt, identity::LinkEvent::suspend, by, wall_now(), {}}}).ok());
  CHECK(outcome("agent.ask", {{"number", persons_number}}) == "suspended");
  CHECK(sent.empty());
}

TEST_CASE_METHOD(AgentTown, "a code is for the dialogue that it was asked in") {
  REQUIRE(outcome("agent.sign_in", {{"pin", agents_pin}}) == "ok");
  REQUIRE(outcome("agent.ask", {{"number", persons_number}}) == "ok");
  REQUIRE(outcome("agent.sign_in", {{"pin", agents_pin}}) == "ok");
  CHECK(outcome("agent.begin", {{"number", persons_number}, {"code", "493817"}}) == "error");
}

TEST_CASE_METHOD(AgentTown, "the person's services are asked for as theirs, for five minutes") {
  begin();
  CHECK(outcome("bills.accounts", {}) == "ok");
  CHECK(by_agent("bills.accounts", {}, wall_now() + assist_lives).outcome.outcome == "error");
}

TEST_CASE_METHOD(AgentTown, "a reading that an agent sends is kept as theirs, with the office where they serve") {
  begin();
  Answer submitting =
      by_agent("readings.submit", {{"company", "aleppo"}, {"account", "2100345"}, {"value", std::int64_t{9999}}});
  REQUIRE(submitting.outcome.outcome == "ok");
  REQUIRE(commit(std::move(submitting.changes)).ok());
  const auto found = kept->readings_of_account("aleppo", "2100345", 10).value();
  REQUIRE(found.size() == 1);
  CHECK(found[0].source == store::ReadingSource::staff);
  CHECK(found[0].channel == store::WalkChannel::ussd);
  CHECK(found[0].office == "post_7");
}

TEST_CASE_METHOD(AgentTown, "whoever may no more, or whose account has changed, is answered nothing") {
  begin();
  const Actor by{Actor::Kind::command_line, "test"};
  REQUIRE(commit({store::StaffChange(store::SetDisabled{"amal", true, 0, by, wall_now()})}).ok());
  CHECK(outcome("bills.accounts", {}) == "error");
}

TEST_CASE_METHOD(AgentTown, "on an agent's phone nothing is answered that the person's own phone must say") {
  begin();
  CHECK(outcome("links.pending", {}) == "error");
  CHECK(outcome("links.confirm", {{"link", "1"}, {"hold", 0}}) == "error");
  CHECK(outcome("polls.question", {}) == "error");
  CHECK(outcome("polls.answer", {{"poll", "service"}, {"choice", "good"}}) == "error");
  CHECK(outcome("agent.ask", {{"number", persons_number}}) == "error");  // nor is another one served from there
}

TEST_CASE_METHOD(AgentTown, "a PIN of the person is not taken on an agent's phone, a code is, and locks no USSD") {
  begin();
  REQUIRE(
      commit({store::SetPin{*person, hash_pin("70214").value(), {Actor::Kind::citizen, "ussd"}, wall_now()}}).ok());
  const boost::json::object binds{{"account", "1"}};
  CHECK(outcome("otp.verify", {{"purpose", "a.b"}, {"binds", binds}, {"pin", "70214"}}) == "error");
  // At once, though the code that the agent asked for has only just been sent.
  REQUIRE(outcome("otp.send", {{"purpose", "a.b"}, {"binds", binds}, {"code", "555555"}, {"message", "555555"}}) ==
          "ok");
  CHECK(sent.back() == "555555");
  const auto tried = [&](const std::string& with) {
    return outcome("otp.verify", {{"purpose", "a.b"}, {"binds", binds}, {"code", with}});
  };
  CHECK(tried("000000") == "wrong");
  CHECK(tried("555555") == "ok");
}

TEST_CASE_METHOD(AgentTown, "each service that was carried out is on record by its name") {
  begin();
  const auto told = [&](const std::vector<std::string>& services) {
    std::vector<std::string> details;
    for (const auto& change : on_behalf(*agent, person, services, {store::SetLocale{caller, "en"}}, wall_now())) {
      if (const auto* record = std::get_if<store::AddAudit>(&change)) details.push_back(*record->detail.json());
    }
    return details;
  };
  CHECK(told({"readings.submit", "links.suspend"}) ==
        std::vector<std::string>{R"({"service":"readings.submit","office":"post_7"})",
                                 R"({"service":"links.suspend","office":"post_7"})"});
  CHECK(told({}) == std::vector<std::string>{R"({"office":"post_7"})"});  // what the dialogue itself writes
}

TEST_CASE_METHOD(AgentTown, "a card that an agent opens for a person is on record, once") {
  begin();
  REQUIRE(outcome("wallet.open", {}) == "ok");
  REQUIRE(outcome("wallet.open", {}) == "ok");  // there is one by now: nothing is carried out
  std::vector<std::string> told;
  const auto trail = store::AuditTrail::open(folder.file("shubbak.db"));
  REQUIRE(trail.ok());
  REQUIRE((*trail)
              ->each({},
                     [&](const audit::Record& record) {
                       told.push_back(record.by.name + " " + record.detail);
                       return true;
                     })
              .ok());
  CHECK(std::ranges::count(told, R"(amal {"service":"wallet.open","office":"post_7"})") == 1);
}

TEST_CASE_METHOD(AgentTown, "what is carried out stands behind what the agent may, with its record") {
  begin();
  const auto changes = on_behalf(*agent, person, submitted, {store::SetLocale{caller, "en"}}, wall_now());
  REQUIRE(changes.size() == 3);
  CHECK(commit(changes).ok());
  const Actor by{Actor::Kind::command_line, "test"};
  REQUIRE(commit({store::StaffChange(store::SetDisabled{"amal", true, 0, by, wall_now()})}).ok());
  const auto refused = on_behalf(*agent, person, submitted, {store::SetLocale{caller, "ar"}}, wall_now());
  CHECK(commit(refused).error().code == Errc::denied);
  CHECK(kept->find_person(caller)->locale == "en");
}

// A person with cases, at the counter.
struct AgentWithCases : AgentTown {
  static constexpr std::int64_t outage = 111'111'111;
  static constexpr std::int64_t bribe = 222'222'222;

  AgentWithCases() : AgentTown(cases::sample_kinds()) {
    open_case(outage, "outage");
    open_case(bribe, "staff_complaint");
    begin();
  }
  void open_case(std::int64_t number, const std::string& kind) {
    const store::OpenCitizenCase opened{.number = number,
                                        .person = *person,
                                        .msisdn = caller,
                                        .link = "syriatel",
                                        .kind = kind,
                                        .from = {"aleppo", {}, {}},
                                        .text = "what it is about",
                                        .address = "by the mill",
                                        .by = {Actor::Kind::citizen, "ussd"},
                                        .at = wall_now()};
    REQUIRE(commit({store::CitizenCaseChange(opened)}).ok());
  }
};

TEST_CASE_METHOD(AgentWithCases, "a complaint about staff is not there for the clerk who serves its person") {
  const std::string tracking = cases::tracking_number(bribe);
  const Answer shown = by_agent("cases.mine", {});
  REQUIRE(shown.outcome.outcome == "ok");
  CHECK(shown.outcome.data.at("count").as_int64() == 1);
  CHECK(shown.outcome.data.at("cases").at(0).at("tracking").as_string() == cases::tracking_number(outage).c_str());
  CHECK(outcome("cases.status", {{"tracking", tracking}}) == "not_found");
  CHECK(outcome("cases.rate", {{"tracking", tracking}, {"stars", 1}}) == "not_found");
  CHECK(outcome("cases.reopen", {{"tracking", tracking}}) == "not_found");
  CHECK(outcome("cases.answer", {{"tracking", tracking}, {"text", "it was him"}}) == "not_found");
  CHECK(outcome("cases.status", {{"tracking", cases::tracking_number(outage)}}) == "ok");

  CHECK(ask("cases.mine").outcome.data.at("count").as_int64() == 2);  // on the person's own phone
  CHECK(ask("cases.status", {{"tracking", tracking}}).outcome.outcome == "ok");
}

TEST_CASE_METHOD(AgentWithCases, "the code of a visitor is told to the person's phone, never on an agent's") {
  const std::string tracking = cases::tracking_number(outage);
  const WallTime nine = std::chrono::floor<std::chrono::days>(wall_now()) + std::chrono::hours(24 + 9);
  const cases::Slots offered{{"crew_1", nine, nine + std::chrono::hours(3)},
                             {"crew_1", nine + std::chrono::hours(3), nine + std::chrono::hours(6)}};
  const store::ActOnCitizenCase offer{.number = outage,
                                      .asked = {.act = cases::Act::offer, .slots = offered},
                                      .by = {Actor::Kind::staff, "basel"},
                                      .at = wall_now()};
  REQUIRE(commit({store::CitizenCaseChange(offer)}).ok());
  const auto code = [](const Answer& answer) {
    return std::string(answer.outcome.data.at("visit_code").as_string());
  };
  CHECK(code(by_agent("cases.status", {{"tracking", tracking}})).empty());  // there is no appointment
  const Answer booked = by_agent("cases.book", {{"tracking", tracking}, {"slot", cases::slot_text(offered[0], {})}});
  REQUIRE(booked.outcome.outcome == "ok");
  CHECK(code(booked) == "-");
  REQUIRE(commit(booked.changes).ok());
  CHECK(code(by_agent("cases.status", {{"tracking", tracking}})) == "-");
  CHECK(code(ask("cases.status", {{"tracking", tracking}})).size() == cases::visitor_code_digits);
}

}  // namespace
}  // namespace shubbak::services
