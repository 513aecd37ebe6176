// Flows for staff, which for everybody else are not there, and walks in which an agent's phone serves another person.
#include <catch2/catch.hpp>

#include "fixture.hpp"

using namespace shubbak::flows;
using namespace shubbak::flows::test;
using Catch::Contains;

namespace {

const std::string plain_home =
    "flow: home\nschema: 1\nstates:\n  main: {menu: {text: home, items: [{key: \"1\", text: one, to: bye}]}}\n"
    "  bye: {end: {text: bye}}\n";

std::string staff_flow(const std::string& entry, const std::string& more = {}) {
  return "flow: desk\nschema: 1\nentry: " + entry + "\nrequires: [staff]\n" + more +
         "slots: {pin: {digits: 5, secret: true}}\nstates:\n"
         "  ask: {input: {type: digits, len: 5, save: pin, text: ask}, then: judge}\n"
         "  judge:\n    call: {service: agent.sign_in, args: {pin: pin}, timeout: 5s}\n"
         "    then: {ok: bye, wrong: ask, locked|timeout|error: bye}\n"
         "  bye: {end: {text: bye}}\n";
}

Deployment with_desk(const std::string& desk, const std::string& home = plain_home) {
  return {.flows = {{"home", home}, {"desk", desk}},
          .en = "home: Home\none: One\nask: PIN?\nbye: Bye\n",
          .locales = {"en"}};
}

// The one flow asks for a code, or the PIN instead, before a service.
Deployment with_code(const std::string& service) {
  return {.flows = {{"home", R"(
flow: home
schema: 1
slots: {pin: {digits: 5}}
states:
  ask: {input: {type: digits, len: 5, save: pin, text: ask}, then: prove}
  prove:
    otp: {binds: [pin], text: sent, enter: enter, message: message, pin: old}
    grants: proven
    then: {ok: act, fail|locked: bye}
  act:
    call: {service: )" + service +
                                 R"(, timeout: 5s}
    needs: [proven]
    then: {ok: done, timeout|error: bye}
  done: {end: {text: done}}
  bye: {end: {text: bye}}
)"}},
          .en = "ask: What?\nsent: Sent\nenter: Code?\nmessage: \"{code} is it\"\nold: Old?\ndone: Done\nbye: Bye\n",
          .locales = {"en"}};
}

}  // namespace

TEST_CASE("a flow that requires staff is answered like a code that there is not, unless the phone serves people") {
  const auto revision = must_load(with_desk(staff_flow("{ussd: \"77\"}")));
  Phone other(revision);
  other.dial({"77"});
  Phone unknown(revision);
  unknown.dial({"78"});
  CHECK(other.text() == unknown.text());
  CHECK(other.state() == unknown.state());
  Phone agent(revision);
  agent.context.staff = true;
  CHECK_THAT(agent.dial({"77"}).text(), Contains("PIN?"));
  // Whoever is none any more does not go on there.
  agent.context.staff = false;
  CHECK(agent.send("39517").ended());
}

TEST_CASE("the longest code that is there is taken, as if the other one were not") {
  std::string home = plain_home;
  home.insert(home.find("states:"), "entry: {ussd: \"7\"}\n");
  const auto revision = must_load(with_desk(staff_flow("{ussd: \"7*1\"}"), home));
  Phone other(revision);
  other.dial({"7", "1"});
  CHECK(other.text() == "Bye");
}

TEST_CASE("does a code lead to staff?") {
  const auto revision = must_load(with_desk(staff_flow("{ussd: \"77\"}")));
  CHECK(leads_to_staff(*revision, std::vector<std::string>{"77", "1"}));
  CHECK_FALSE(leads_to_staff(*revision, std::vector<std::string>{"7"}));
  CHECK_FALSE(leads_to_staff(*revision, {}));
}

TEST_CASE("a flow for staff is begun by its code only, and not taken up again") {
  CHECK_THAT(faults_of(with_desk(staff_flow("{ussd: \"77\", sms: {keywords: [desk]}}"))),
             Contains("is not begun by SMS"));
  CHECK_THAT(faults_of(with_desk(staff_flow("{ussd: \"77\"}", "limits: {resume_ttl: 10m}\n"))),
             Contains("is not taken up again"));
  std::string home = plain_home;
  home.replace(home.find("to: bye"), 7, "flow: desk");
  CHECK_THAT(faults_of(with_desk(staff_flow("{ussd: \"77\"}"), home)),
             Contains("requires staff, which this one does not"));
}

TEST_CASE("a subflow that requires staff is used by flows that do too") {
  const auto with_part = [](const std::string& user) {
    return Deployment{.flows = {{"home", plain_home},
                                {"desk", "flow: desk\nschema: 1\nentry: {ussd: \"77\"}\n" + user +
                                             "states:\n  ask: {subflow: {flow: part}, then: {done: bye}}\n"
                                             "  bye: {end: {text: bye}}\n"},
                                {"part",
                                 "flow: part\nschema: 1\nrequires: [staff]\nstates:\n"
                                 "  first: {return: done}\n"}},
                      .en = "home: Home\none: One\nbye: Bye\n",
                      .locales = {"en"}};
  };
  const std::string faults = faults_of(with_part(""));
  CHECK_THAT(faults, Contains("flows/desk.yaml:5:25: flow 'part' requires staff, which this one does not"));
  CHECK_THAT(faults, Contains("requires: [staff]"));
  CHECK(faults_of(with_part("requires: [staff]\n")).empty());
}

TEST_CASE("what is for staff is asked by flows for staff only") {
  std::string desk = staff_flow("{ussd: \"77\"}");
  desk.erase(desk.find("requires: [staff]\n"), std::string("requires: [staff]\n").size());
  CHECK_THAT(faults_of(with_desk(desk)), Contains("is asked by flows for staff only"));
}

TEST_CASE("in an assisted walk the code is asked for at once, and no PIN instead") {
  Phone phone(must_load(with_code("bills.accounts")));
  phone.context.linked = true;
  phone.dial().send("12345");
  CHECK_THAT(phone.called(), Contains("\"pin\":true"));
  phone.context.assisted = true;
  phone.dial().send("12345");
  CHECK_THAT(phone.called(), Contains("otp.send") && !Contains("\"pin\":true"));
  phone.outcome("ok");
  CHECK_FALSE(phone.ended());
  CHECK_FALSE(phone.step.parked);
  CHECK_THAT(phone.text(), Contains("Code?"));
  phone.send("123456");
  CHECK_THAT(phone.called(), Contains("otp.verify") && Contains("\"code\":\"123456\""));
  phone.outcome("ok");
  CHECK_THAT(phone.called(), Contains("bills.accounts"));
}

TEST_CASE("what only a person's own phone answers is not asked on an agent's") {
  const Deployment deployment{.flows = {{"home", R"(
flow: home
schema: 1
states:
  load:
    call: {service: links.pending, timeout: 2s}
    then: {ok: bye, none|timeout|error: bye}
  bye: {end: {text: bye}}
)"}},
                              .en = "bye: Bye\n",
                              .locales = {"en"}};
  Phone phone(must_load(deployment));
  phone.context.linked = true;
  phone.dial();
  CHECK_THAT(phone.called(), Contains("links.pending"));
  phone.context.assisted = true;
  phone.dial();
  CHECK(phone.ended());
  CHECK(phone.step.broken_off == SystemString::own_phone);
}
