// What must be known of a caller before a service is asked: shown by the checker, guarded by the engine, and both by
// the same definition (flows/assurance.hpp).
#include <catch2/catch.hpp>

#include "fixture.hpp"
#include "flows/checker.hpp"

using namespace shubbak::flows;
using namespace shubbak::flows::test;
using Catch::Contains;
using Catch::StartsWith;

namespace {

// A flow that submits a reading; `between` is what lies between typing it and submitting it.
Deployment reading(const std::string& start, const std::string& between) {
  return {.flows = {{"home", R"(
flow: home
schema: 1
slots: {value: {int: [0, 99999]}}
states:
  enter: {input: {type: meter_reading, max: 5, save: value, text: ask}, then: )" +
                                 start +
                                 R"(}
)" + between + R"(  submit:
    call: {service: readings.submit, args: {company: value, account: value, value: value}, timeout: 4s}
    then: {ok: taken, too_low|implausible|already|not_open|not_found|timeout|error: bye}
  taken: {end: {text: taken}}
  bye: {end: {text: bye}}
)"}},
          .en = "ask: Reading?\nsure: \"Send {value}?\"\ntaken: Taken\nbye: Bye\n",
          .locales = {"en"}};
}

const std::string confirm = "  sure: {confirm: {text: sure, yes: submit, no: bye}}\n";

// The service PIN, which a code comes before.
Deployment pin(const std::string& needs = "    needs: [proven]\n") {
  return {
      .flows = {{"home", R"(
flow: home
schema: 1
slots: {pin: {digits: 5, secret: true}}
states:
  prove:
    otp: {text: sent, enter: enter, message: message, pin: old}
    grants: proven
    then: {ok: ask, fail|locked: bye}
  ask: {input: {type: digits, len: 5, save: pin, text: ask}, then: set}
  set:
    call: {service: pin.set, args: {pin: pin}, timeout: 5s}
)" + needs + R"(    then: {ok: done, weak: ask, timeout|error: bye}
  done: {end: {text: done}}
  bye: {end: {text: bye}}
)"}},
      .en =
          "sent: Sent\nenter: Code?\nmessage: \"{code} sets your PIN\"\nold: Old?\nask: New?\ndone: Done\nbye: Bye\n",
      .locales = {"en"}};
}

// The same, begun by a text as well.
Deployment texted(Deployment deployment) {
  std::string& flow = deployment.flows.front().second;
  flow.insert(flow.find("slots:"), "entry: {sms: {keywords: [go]}}\n");
  return deployment;
}
void begin(Phone& phone, Channel channel) {
  if (channel == Channel::ussd)
    phone.dial({});
  else
    REQUIRE(phone.sms("go"));
  REQUIRE(phone.session.channel == channel);
}

// "rule: message" of the first fault that is none of an unused string; empty if there is none.
std::string checked(const Deployment& deployment) {
  const auto revision = deployment.load();
  const OperatorProfile profile{.name = "op"};
  const auto faults =
      revision ? check(**revision, {.operators = {&profile, 1}, .published = nullptr}) : revision.error();
  for (const Diagnostic& fault : faults) {
    if (fault.rule != Rule::unused_string) return std::string(to_string(fault.rule)) + ": " + fault.message;
  }
  return {};
}

}  // namespace

TEST_CASE("assurance: a service that needs a confirmation is found without one, with the way to it") {
  CHECK(checked(reading("sure", confirm)).empty());
  CHECK_THAT(checked(reading("submit", "")),
             Contains("unconfirmed: state 'submit' may be come to without a confirm") && Contains("enter -> submit"));
}

TEST_CASE("assurance: yes is void once what was confirmed is another value") {
  const std::string changed =
      "  sure: {confirm: {text: sure, yes: more, no: bye}}\n  more: {set: {value: 7}, then: submit}\n";
  CHECK_THAT(checked(reading("sure", changed)), Contains("unconfirmed") && Contains("sure -> more -> submit"));
  // The engine guards the same, whatever was checked.
  Phone phone(must_load(reading("sure", changed)));
  phone.dial({}).send("42").send("1");
  CHECK(phone.called().empty());
  CHECK(phone.text() == "Bye");
}

TEST_CASE("assurance: a yes need not show what was written at length just before, but holds for these words only") {
  const auto complaint = [](const std::string& text, const std::string& behind_yes) -> Deployment {
    return {.flows = {{"home",
                       R"(
flow: home
schema: 1
slots: {kind: {text: 8}, words: {text: 160}}
states:
  kind: {input: {type: text, save: kind, text: ask}, then: tell}
  tell: {input: {type: text, save: words, text: ask}, then: sure}
  sure: {confirm: {text: sure, yes: )" +
                           behind_yes + ", no: bye}}\n" +
                           (behind_yes == "again" ? "  again: {set: {words: \"other words\"}, then: open}\n" : "") +
                           R"(  open:
    call: {service: cases.open, args: {kind: kind, text: words}, timeout: 2s}
    then: {ok|already|too_many|not_found|timeout|error: bye}
  bye: {end: {text: bye}}
)"}},
            .en = "ask: Yes?\nsure: \"" + text + "\"\nbye: Bye\n",
            .locales = {"en"}};
  };
  CHECK_THAT(checked(complaint("Send {kind}?", "open")), !Contains("unconfirmed"));
  CHECK_THAT(checked(complaint("Send it?", "open")), Contains("without a confirm that shows 'kind'"));
  CHECK_THAT(checked(complaint("Send {kind}?", "again")), Contains("unconfirmed"));
  Phone phone(must_load(complaint("Send {kind}?", "again")));
  phone.dial({}).send("outage").send("no light").send("1");
  CHECK(phone.called().empty());
}

TEST_CASE("assurance: no takes back an earlier yes") {
  const std::string twice =
      "  sure: {confirm: {text: sure, yes: again, no: bye}}\n  again: {confirm: {text: sure, yes: submit, no: "
      "submit}}\n";
  CHECK_THAT(checked(reading("sure", twice)), Contains("unconfirmed") && Contains("sure -> again -> submit"));
  Phone phone(must_load(reading("sure", twice)));
  phone.dial({}).send("42").send("1").send("2");
  CHECK(phone.called().empty());
}

TEST_CASE("assurance: one yes is good for one submission") {
  Phone phone(must_load(reading("sure", confirm)));
  phone.dial({}).send("42").send("1");
  CHECK_THAT(phone.called(), Contains("readings.submit"));
  phone.outcome("ok", R"({"reference": "R"})");
  CHECK(phone.text() == "Taken");
  CHECK((phone.session.grants & confirmed_grant) == 0);
}

TEST_CASE(
    "where the PIN that was judged is not the person's any more, what proves it now is asked for, without a reason") {
  Phone phone(must_load(pin()));
  phone.dial({}).outcome("pin");
  const std::string asked = phone.text();
  REQUIRE_THAT(asked, StartsWith("Old?"));
  phone.send("48151").outcome("wrong");
  REQUIRE_THAT(phone.text(), StartsWith("en sys_wrong_input"));
  phone.send("48152").outcome("again");
  CHECK_THAT(phone.called(), StartsWith("otp.send"));
  SECTION("another PIN") {
    phone.outcome("pin");
    CHECK(phone.text() == asked);
    phone.send("48152");
    CHECK_THAT(phone.called(), Contains(R"("pin":"48152")"));
  }
  SECTION("none: a code is on its way") {
    phone.outcome("ok");
    CHECK(phone.step.parked);
    phone.redial();
    phone.send("123456");
    CHECK_THAT(phone.called(), Contains(R"("code":"123456")"));
  }
  phone.outcome("ok");
  CHECK_THAT(phone.text(), StartsWith("New?"));
}

TEST_CASE("assurance: a service that needs a link is refused without one, on every channel") {
  const Channel channel = GENERATE(Channel::ussd, Channel::sms);
  CAPTURE(channel == Channel::sms);
  Phone phone(must_load(texted(reading("sure", confirm))));
  begin(phone, channel);
  phone.send("42");
  phone.context.linked = false;  // suspended in between
  phone.send("1");
  CHECK(phone.called().empty());
  CHECK(phone.text() == "en sys_not_linked");
}

TEST_CASE("assurance: a service that needs a code says so where the flow has none") {
  CHECK_THAT(checked(pin("")), Contains("unauthorised: pin.set needs a code or PIN"));
  CHECK(checked(pin()).empty());
}

TEST_CASE("assurance: the code's binding goes with the call that it authorises, and only then") {
  Phone phone(must_load(pin()));
  phone.dial({});
  CHECK(phone.called() == R"(otp.send {"message":"123456 sets your PIN","code":"123456","pin":true,)"
                          R"("purpose":"home.prove","binds":{}})");
  phone.outcome("ok", "{}");
  CHECK(phone.step.parked);
  phone.send("123456");
  CHECK(phone.called() == R"(otp.verify {"code":"123456","purpose":"home.prove","binds":{}})");
  CHECK(phone.step.call->authorisation.empty());
  phone.outcome("ok", "{}").send("39517");
  CHECK(phone.called() == R"(pin.set {"pin":"39517"})");
  CHECK(phone.step.call->authorisation == authorisation_text("home.prove", {}));
}

TEST_CASE("assurance: who goes back behind the code must give another one") {
  Phone phone(must_load(pin()));
  phone.dial({}).outcome("ok", "{}");
  phone.send("123456").outcome("ok", "{}");
  phone.session.grants = 0;  // as going back does
  phone.send("39517");
  CHECK(phone.called().empty());
  CHECK(phone.text() == "Bye");
}

TEST_CASE("assurance: who has a service PIN is asked for it by USSD, and may have a code instead") {
  Phone phone(must_load(pin()));
  phone.dial({}).outcome("pin", "{}");
  CHECK(phone.text() == "Old?\n1 en sys_code_by_sms");
  SECTION("the PIN") {
    phone.send("11111");
    CHECK(phone.called() == R"(otp.verify {"pin":"11111","purpose":"home.prove","binds":{}})");
    phone.outcome("wrong", "{}");
    CHECK_THAT(phone.text(), Contains("Old?"));
    phone.send("24680").outcome("ok", "{}");
    CHECK_THAT(phone.text(), Contains("New?"));
  }
  SECTION("a code instead") {
    phone.send("1");
    CHECK_THAT(phone.called(), Contains("otp.send") && !Contains("\"pin\""));
    phone.outcome("ok", "{}");
    CHECK(phone.text() == "Sent");
    CHECK(phone.step.parked);
  }
  SECTION("it is still asked for after a drop") {
    phone.redial();
    CHECK_THAT(phone.text(), Contains("Old?"));
  }
}

TEST_CASE("assurance: by SMS the message with the code is the question") {
  Deployment deployment = pin();
  deployment.flows.front().second.insert(deployment.flows.front().second.find("slots:"),
                                         "entry: {sms: {keywords: [pin]}}\n");
  Phone phone(must_load(deployment));
  phone.session.channel = Channel::sms;
  REQUIRE(phone.sms("pin"));
  CHECK_THAT(phone.called(), Contains("otp.send") && !Contains("\"pin\""));
  phone.outcome("ok", "{}");
  CHECK(phone.step.kind == Step::Kind::screen);
  CHECK(phone.step.is_silent);
}

TEST_CASE("assurance: a deployment may raise what a service asks for, and the flow must follow") {
  Deployment deployment = reading("sure", confirm);
  deployment.raised = {{"readings.submit", Assurance::code}};
  CHECK_THAT(checked(deployment), Contains("unauthorised: readings.submit needs a code or PIN"));
  deployment.raised = {{"readings.submit", Assurance::link}};  // never lowers
  deployment.flows.front().second = reading("submit", "").flows.front().second;
  CHECK_THAT(checked(deployment), Contains("unconfirmed"));
}

TEST_CASE(
    "assurance: a visit is booked and a case rated on a yes, not without, and by a code only where that is raised") {
  const bool books = GENERATE(true, false);
  CAPTURE(books);
  const std::string service = books ? "cases.book" : "cases.rate";
  const auto acting = [&](const std::string& behind) -> Deployment {
    return {.flows = {{"home", R"(
flow: home
schema: 1
slots: {tracking: {digits: 10}, slot: {text: 22}, stars: {int: [0, 9]}}
states:
  number: {input: {type: digits, len: 10, save: tracking, text: ask}, then: when}
  when: {input: {type: text, save: slot, text: ask}, then: how}
  how: {input: {type: digits, len: 1, save: stars, text: ask}, then: )" +
                                   behind + R"(}
)" + (behind == "sure" ? "  sure: {confirm: {text: sure, yes: act, no: bye}}\n" : "") +
                                   "  act:\n    call: {service: " + service + ", args: {tracking: tracking, " +
                                   (books ? "slot: slot" : "stars: stars") +
                                   "}, timeout: 2s}\n    then: {ok|not_found|not_now|" + (books ? "taken|" : "") +
                                   "timeout|error: bye}\n  bye: {end: {text: bye}}\n"}},
            .en = "ask: Which?\nsure: \"{tracking} {slot} {stars}?\"\nbye: Bye\n",
            .locales = {"en"}};
  };
  CHECK_THAT(checked(acting("sure")), !Contains("unconfirmed") && !Contains("unauthorised"));
  CHECK_THAT(checked(acting("act")), Contains("unconfirmed"));
  Phone phone(must_load(acting("sure")));
  phone.dial({}).send("2234567892").send("2026-12-01 09:00-12:00").send("4").send("1");
  CHECK_THAT(phone.called(), StartsWith(service));
  Deployment raised = acting("sure");
  raised.raised = {{service, Assurance::code}};
  CHECK_THAT(checked(raised), Contains("unauthorised: " + service + " needs a code or PIN"));
}

TEST_CASE("assurance: a raised service is not asked for on a yes alone, and is with the code, on every channel") {
  const Channel channel = GENERATE(Channel::ussd, Channel::sms);
  CAPTURE(channel == Channel::sms);
  Deployment deployment = texted(reading("sure", confirm));
  deployment.raised = {{"readings.submit", Assurance::code}};
  SECTION("a yes alone is not even taken over") {
    const auto revision = deployment.load();
    REQUIRE_FALSE(revision);
    CHECK_THAT(joined(revision.error()), Contains("readings.submit needs a code or PIN"));
  }
  SECTION("with the code") {
    std::string& flow = deployment.flows.front().second;
    flow.replace(flow.find("yes: submit"), 11, "yes: prove");
    flow.insert(flow.find("  submit:"),
                "  prove:\n    otp: {text: sent, enter: enter, message: message, binds: [value]}\n"
                "    grants: proven\n    then: {ok: submit, fail|locked: bye}\n");
    flow.insert(flow.find("    then: {ok: taken"), "    needs: [proven]\n");
    deployment.en += "sent: Sent\nenter: Code?\nmessage: \"{code} sends {value}\"\n";
    CHECK(checked(deployment).empty());
    Phone phone(must_load(deployment));
    begin(phone, channel);
    phone.send("42").send("1");
    REQUIRE_THAT(phone.called(), StartsWith("otp.send"));
    phone.outcome("ok").send("123456");
    REQUIRE_THAT(phone.called(), StartsWith("otp.verify"));
    phone.outcome("ok");
    CHECK_THAT(phone.called(), StartsWith("readings.submit"));
    CHECK_THAT(phone.step.call->authorisation, Contains("42"));
  }
}

TEST_CASE("assurance: a flow may ask for a code where the service needs none, and is held to it") {
  Deployment deployment = reading("sure", confirm);
  std::string& flow = deployment.flows.front().second;
  flow.insert(flow.find("    then: {ok: taken"), "    needs: [proven]\n");
  CHECK_THAT(checked(deployment), Contains("without the grant 'proven' of an otp"));
}

TEST_CASE("assurance: {code} belongs to the message alone, and must be in it") {
  Deployment deployment = pin();
  const auto without = [&](const std::string& old, const std::string& fresh) {
    Deployment changed = deployment;
    changed.en.replace(changed.en.find(old), old.size(), fresh);
    return checked(changed);
  };
  CHECK_THAT(without("{code} sets", "This sets"),
             Contains("placeholder: the message 'message' does not always have {code}"));
  CHECK_THAT(without("New?", "New? {code}"),
             Contains("unset-slot") && Contains("'code' in the text ask may not be set"));
}
