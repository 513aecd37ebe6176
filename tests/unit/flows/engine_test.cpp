// Walks through small flows: what each answer, key and outcome leads to.
#include <catch2/catch.hpp>

#include "fixture.hpp"

using namespace shubbak;
using namespace shubbak::flows;
using namespace shubbak::flows::test;
using Catch::Matchers::Contains;

namespace {

constexpr const char* strings = R"(
title: Menu
one: One
two: Two
three: Three
bye: Bye
ask: Number?
why: Wrong!
low: Too low
sure: Sure {n}?
got: Got {n}
list: Choose
item: "{label}"
chosen: "{it.id} {it.label} of {things.count}"
long: aaaaaaaaaa aaaaaaaaaa aaaaaaaaaa aaaaaaaaaa aaaaaaaaaa aaaaaaaaaa aaaaaaaaaa aaaaaaaaaa aaaaaaaaaa bbbbbbbbbb
by_sms: By SMS {n}
sms_only: SMS
money: "{m}"
)";

constexpr const char* home_flow = R"(
flow: home
schema: 1
entry: {sms: {keywords: [menu]}}
states:
  main:
    menu:
      text: title
      items:
        - {key: "1", text: one, to: second}
        - {key: "2", text: two, flow: f}
        - {key: "3", text: bye, to: bye}
  second:
    menu:
      text: one
      items: [{key: "1", text: three, to: third}, {key: "2", text: two, flow: f}]
  third:
    menu:
      text: three
      items: [{key: "1", text: one, to: second}, {key: "2", text: bye, to: bye}]
  bye: {end: {text: bye}}
)";

constexpr const char* input_flow = R"(
flow: f
schema: 1
entry: {ussd: "7", sms: {keywords: [number]}}
slots: {n: {int: [0, 5000]}}
states:
  ask:
    input: {type: digits, min: 1, max: 4, save: n, text: ask, refuse: [{when: "n < 10", text: low}]}
    then: [{when: "n == 1234", to: special}, {to: sure}]
    invalid: {retries: 1, text: why, to: bye}
  sure: {confirm: {text: sure, yes: got, no: bye}}
  special: {end: {text: got, sms: by_sms}}
  got: {end: {text: got}}
  bye: {end: {text: bye}}
)";

std::shared_ptr<const Revision> deployment(const std::string& flow = input_flow) {
  return must_load({.flows = {{"home", home_flow}, {"f", flow}}, .ar = strings, .en = strings});
}

constexpr const char* nav = "\n0 en nav_back\n00 en nav_home";

}  // namespace

TEST_CASE("engine: a menu leads where its keys say") {
  Phone phone(deployment());
  phone.dial();
  CHECK(phone.text() == "Menu\n1 One\n2 Two\n3 Bye");
  CHECK(phone.step.kind == Step::Kind::screen);
  phone.send("1");
  CHECK(phone.text() == std::string("One\n1 Three\n2 Two") + nav);
  phone.send("1");
  CHECK(phone.state() == "home.third");
  phone.send("2");
  CHECK(phone.ended());
  CHECK(phone.text() == "Bye");
}

TEST_CASE("claim: answers are taken as people type them, whatever their digits") {
  for (const char* typed : {"1", " 1 ", "١", "۱", "1\n",
                            "\xE2\x80\x8F"
                            "1",
                            "One", "ONE.", "\t1"}) {
    Phone phone(deployment());
    phone.dial().send(typed);
    INFO(typed);
    CHECK(phone.state() == "home.second");
  }
  for (const char* typed : {"", "4", "11", "1 1", "01", "1*", "xyz", "\xFF", "-1", "۱۱"}) {
    Phone phone(deployment());
    phone.dial().send(typed);
    INFO(typed);
    CHECK(phone.state() == "home.main");
    CHECK(phone.text() == "en sys_wrong_choice\nMenu\n1 One\n2 Two\n3 Bye");
  }
}

TEST_CASE("engine: back leads through the screens that were seen, home to the first") {
  Phone phone(deployment());
  phone.dial().send("1").send("1");
  CHECK(phone.state() == "home.third");
  phone.send("0");
  CHECK(phone.state() == "home.second");
  phone.send("0");
  CHECK(phone.state() == "home.main");
  CHECK(phone.session.back.empty());
  phone.send("1").send("1").send("00");
  CHECK(phone.state() == "home.main");
  CHECK(phone.session.back.empty());
}

TEST_CASE("engine: a place passed before is not put on the way back twice") {
  Phone phone(deployment());
  phone.dial();
  for (int i = 0; i < 40; ++i) {
    phone.send("1");
    CHECK(phone.session.back.size() <= 2);
  }
  CHECK(phone.state() == "home.third");
  phone.send("0");
  CHECK(phone.state() == "home.second");
  phone.send("0");
  CHECK(phone.state() == "home.main");
}

TEST_CASE("engine: the way back keeps its newest sixteen places") {
  std::string flow = "flow: f\nschema: 1\nentry: {ussd: \"7\"}\nstates:\n";
  for (int i = 0; i < 20; ++i) {
    flow += "  s" + std::to_string(i) + ": {menu: {text: title, items: [{key: \"1\", text: one, to: s" +
            std::to_string(i + 1) + "}]}}\n";
  }
  flow += "  s20: {menu: {text: title, items: [{key: \"1\", text: one, to: s0}]}}\n";
  Phone phone(deployment(flow));
  phone.dial({"7"});
  for (int i = 0; i < 20; ++i) phone.send("1");
  CHECK(phone.state() == "f.s20");
  CHECK(phone.session.back.size() == back_max);
  for (int i = 0; i < 16; ++i) phone.send("0");
  CHECK(phone.state() == "f.s4");
  phone.send("0");
  CHECK_THAT(phone.text(), Contains("sys_wrong_choice"));
}

TEST_CASE("engine: back from a flow's first screen leads to where it was entered") {
  Phone phone(deployment());
  phone.dial().send("1").send("2");
  CHECK(phone.state() == "f.ask");
  CHECK(phone.text() == std::string("Number?") + nav);
  phone.send("0");
  CHECK(phone.state() == "home.second");
  // Dialled directly there is no place to go back to, but there is home.
  phone.dial({"7"});
  CHECK(phone.text() == "Number?\n00 en nav_home");
  phone.send("00");
  CHECK(phone.state() == "home.main");
}

TEST_CASE("engine: back into a flow with slots begins it anew, as they are gone") {
  const std::string flow = R"(
flow: f
schema: 1
slots: {n: {int: [0, 99]}}
states:
  ask:
    input: {type: digits, len: 2, save: n, text: ask}
    then: shown
  shown: {menu: {text: got, items: [{key: "1", text: one, flow: home}]}}
)";
  const std::string other =
      "flow: g\nschema: 1\nstates: {x: {menu: {text: title, items: [{key: \"1\", text: one, to: x}]}}}\n";
  std::string to_other = flow;
  to_other.replace(to_other.find("flow: home}"), 11, "flow: g}");
  Phone phone(
      must_load({.flows = {{"home", home_flow}, {"f", to_other}, {"g", other}}, .ar = strings, .en = strings}));
  phone.dial().send("2").send("42");
  CHECK(phone.text() == std::string("Got 42\n1 One") + nav);
  phone.send("1");
  CHECK(phone.state() == "g.x");
  CHECK(phone.session.slots.empty());
  phone.send("0");
  CHECK(phone.state() == "f.ask");
  phone.send("0");
  CHECK(phone.state() == "home.main");
}

TEST_CASE("claim: an input saves what fits, and says why it does not") {
  Phone phone(deployment());
  phone.dial({"7"}).send("5");
  CHECK(phone.text() == "Too low\nNumber?\n00 en nav_home");
  CHECK(phone.session.slots.empty());
  phone.send("٤٢");
  CHECK(phone.text() == "Sure 42?\n1 en sys_yes\n2 en sys_no\n0 en nav_back\n00 en nav_home");
  phone.send("1");
  CHECK(phone.text() == "Got 42");
  for (const char* typed : {"", "12345", "4 2", "x", "4.2", "-4", "5001"}) {
    Phone other(deployment());
    other.dial({"7"}).send(typed);
    INFO(typed);
    CHECK(other.text() == "Wrong!\nNumber?\n00 en nav_home");
    CHECK(other.session.wrong_answers == 1);
  }
}

TEST_CASE("engine: after its retries a state gives up where it says, or with the general word") {
  Phone phone(deployment());
  phone.dial({"7"}).send("x").send("y");
  CHECK(phone.ended());
  CHECK(phone.text() == "Bye");
  phone.dial().send("x").send("x");
  CHECK_FALSE(phone.ended());
  phone.send("x");
  CHECK(phone.ended());
  CHECK(phone.text() == "en sys_invalid");
}

TEST_CASE("engine: a right answer and a look elsewhere forgive the wrong ones") {
  Phone phone(deployment());
  phone.dial().send("x").send("x").send("1").send("0");
  CHECK(phone.session.wrong_answers == 0);
  phone.send("x").send("x");
  CHECK_FALSE(phone.ended());
}

TEST_CASE("engine: a confirm takes 1, 2 and the words, nothing else") {
  const auto reply = [](std::string_view typed) {
    Phone phone(deployment());
    phone.dial({"7"}).send("42").send(typed);
    return phone.text();
  };
  CHECK(reply("1") == "Got 42");
  CHECK(reply("en sys_yes") == "Got 42");
  CHECK(reply("EN sys YES!") == "Got 42");
  CHECK(reply("2") == "Bye");
  CHECK(reply("en sys_no") == "Bye");
  CHECK(reply("Surely.") == "Got 42");
  CHECK(reply("nay") == "Bye");
  CHECK_THAT(reply("ay"), Contains("sys_wrong_choice"));
  CHECK_THAT(reply("3"), Contains("sys_wrong_choice"));
  CHECK_THAT(reply(""), Contains("sys_wrong_choice"));
}

TEST_CASE("engine: ready answers walk on, but never through a confirm") {
  Phone phone(deployment());
  phone.dial({"1", "1", "2"});
  CHECK(phone.text() == "Bye");
  phone.dial({"7", "42", "1"});
  CHECK(phone.state() == "f.sure");
  CHECK(phone.session.ready_answers.empty());
  phone.dial({"2", "42"});
  CHECK(phone.state() == "f.sure");
  phone.send("0");
  CHECK(phone.state() == "f.ask");
  phone.dial({"7", "1234"});
  CHECK(phone.text() == "Got 1234");
  CHECK(phone.step.sms == "By SMS 1234");
}

TEST_CASE("engine: a wrong ready answer shows the question and drops the rest") {
  Phone phone(deployment());
  phone.dial({"1", "9", "1"});
  CHECK(phone.state() == "home.second");
  CHECK_THAT(phone.text(), Contains("sys_wrong_choice"));
  CHECK(phone.session.ready_answers.empty());
  // Navigation keys are no ready answers.
  phone.dial({"1", "0"});
  CHECK(phone.state() == "home.second");
}

TEST_CASE("engine: direct dial prefers the longest code, and what it does not know is an answer to the home menu") {
  const std::string g = "flow: g\nschema: 1\nentry: {ussd: \"7*1\"}\nstates: {x: {end: {text: bye}}}\n";
  Phone phone(must_load({.flows = {{"home", home_flow}, {"f", input_flow}, {"g", g}}, .ar = strings, .en = strings}));
  phone.dial({"7"});
  CHECK(phone.state() == "f.ask");
  phone.dial({"7", "1"});
  CHECK(phone.state() == "g.x");
  phone.dial({"7", "2"});
  CHECK_THAT(phone.text(), Contains("Too low"));
  phone.dial({"99"});
  CHECK(phone.state() == "home.main");
  phone.dial({"", "", ""});
  CHECK(phone.state() == "home.main");
  CHECK_THAT(phone.text(), Contains("sys_wrong_choice"));
}

TEST_CASE("claim: the same flow serves USSD and SMS") {
  Phone phone(deployment());
  REQUIRE(phone.sms("menu"));
  CHECK(phone.text() == "Menu\n1 One\n2 Two\n3 Bye");
  phone.send("1");
  CHECK(phone.text() == "One\n1 Three\n2 Two");
  phone.send("0");
  CHECK(phone.state() == "home.main");
  REQUIRE(phone.sms("NUMBER ١٢٣٤"));
  CHECK(phone.ended());
  CHECK(phone.text() == "By SMS 1234");
  CHECK_FALSE(phone.step.sms.has_value());
  const Session before = phone.session;
  CHECK_FALSE(phone.sms("nothing of ours"));
  CHECK(phone.session.at == before.at);
}

TEST_CASE("claim: texts may differ by channel") {
  const std::string flow =
      "flow: f\nschema: 1\nentry: {ussd: \"7\", sms: {keywords: [number]}}\nstates: {x: {end: {text: {ussd: bye, "
      "sms: sms_only}}}}\n";
  Phone phone(deployment(flow));
  phone.dial({"7"});
  CHECK(phone.text() == "Bye");
  REQUIRE(phone.sms("number"));
  CHECK(phone.text() == "SMS");
}

namespace {

constexpr const char* call_flow = R"(
flow: f
schema: 1
entry: {ussd: "7", sms: {keywords: [things]}}
slots:
  things: {list: {id: {digits: [1, 12]}, label: {text: 12}}, max: 20}
  it: {ref: things}
  n: {int: [0, 99]}
  m: {money: SYP, max: 1000000}
  id: {digits: 8}
states:
  load:
    call: {service: public.ask, timeout: 2500ms}
    save: {things: $.list, n: $.number}
    then: {ok: [{when: "count(things) == 0", to: none}, {to: pick}], timeout: late, error: bad}
  pick:
    menu: {text: list, from: things, item: item, save: it, page: auto}
    pick: chosen
    invalid: {retries: 1}
  chosen: {menu: {text: chosen, items: [{key: "1", text: one, to: again, when: "n > 5"}, {key: "2", text: two, to: none}]}}
  again:
    call: {service: public.ask, timeout: 1s}
    save: {m: $.money, id: $.id}
    then: {ok: paid, timeout|error: bad}
  paid: {end: {text: money}}
  none: {end: {text: bye}}
  late: {end: {text: two}}
  bad: {end: {text: three}}
)";

std::string things(int count, int number = 7) {
  std::string list;
  for (int i = 1; i <= count; ++i) {
    list += std::string(i == 1 ? "" : ",") + R"({"id":")" + std::to_string(1000 + i) + R"(","label":"Thing )" +
            std::to_string(i) + "\"}";
  }
  return R"({"list":[)" + list + R"(],"number":)" + std::to_string(number) + "}";
}

}  // namespace

TEST_CASE("engine: a call is handed over and its outcome taken") {
  Phone phone(deployment(call_flow));
  phone.dial({"7"});
  CHECK(phone.step.kind == Step::Kind::call);
  CHECK(phone.called() == "public.ask {}");
  CHECK(phone.step.call->timeout == std::chrono::milliseconds(2500));
  CHECK_FALSE(phone.step.call->changes);
  CHECK(phone.session.waits_for_call);
  phone.outcome("ok", things(2));
  CHECK(phone.text() == "Choose\n1 Thing 1\n2 Thing 2\n00 en nav_home");
  phone.send("2");
  CHECK(phone.text() == std::string("1002 Thing 2 of 2\n1 One\n2 Two") + nav);
}

TEST_CASE("engine: outcomes lead where the flow says, unknown ones as errors") {
  const auto end_of = [](std::string_view outcome, std::string_view json = "{}") {
    Phone phone(deployment(call_flow));
    phone.dial({"7"}).outcome(outcome, json);
    return phone.text();
  };
  CHECK(end_of("ok", things(0)) == "Bye");
  CHECK(end_of("timeout") == "Two");
  CHECK(end_of("error") == "Three");
  CHECK(end_of("never heard of") == "Three");
  CHECK(end_of("") == "Three");
}

TEST_CASE("engine: a result that does not fit its slot is an error, and nothing of it is kept") {
  for (const char* json :
       {"{}", R"({"list":[],"number":100})", R"({"list":[],"number":"7"})", R"({"list":{},"number":7})",
        R"({"list":[{"id":"x","label":""}],"number":7})", R"({"list":[{"id":"1"}],"number":7})",
        R"({"list":[null],"number":7})", R"({"number":7})"}) {
    Phone phone(deployment(call_flow));
    phone.dial({"7"}).outcome("ok", json);
    INFO(json);
    CHECK(phone.text() == "Three");
    CHECK(phone.session.slots.empty());
  }
  Phone phone(deployment(call_flow));
  phone.dial({"7"}).outcome("ok", things(1)).send("1").send("1");
  phone.outcome("ok", R"({"money":1000001,"id":"12345678"})");
  CHECK(phone.text() == "Three");
}

TEST_CASE("engine: amounts and items with conditions") {
  Phone phone(deployment(call_flow));
  phone.dial({"7"})
      .outcome("ok", things(1))
      .send("1")
      .send("1")
      .outcome("ok", R"({"money":123450,"id":"12345678","more":[1,2]})");
  CHECK(phone.text() == "1,234.50");
  phone.dial({"7"}).outcome("ok", things(1, 5)).send("1");
  CHECK(phone.text() == std::string("1001 Thing 1 of 1\n2 Two") + nav);
  phone.send("1");
  CHECK_THAT(phone.text(), Contains("sys_wrong_choice"));
  phone.send("One");
  CHECK_THAT(phone.text(), Contains("sys_wrong_choice"));
}

TEST_CASE("claim: a list is paged by itself, and its keys mean what is shown") {
  Phone phone(deployment(call_flow));
  phone.context.screen.octets_max = 80;
  phone.dial({"7"}).outcome("ok", things(20));
  std::vector<std::string> pages{phone.text()};
  while (phone.text().find("9 en nav_next") != std::string::npos) {
    phone.send("9");
    pages.push_back(phone.text());
    REQUIRE(pages.size() < 30);
  }
  REQUIRE(pages.size() > 2);
  std::string all;
  for (const std::string& page : pages) all += page + "\n";
  for (int i = 1; i <= 20; ++i) CHECK_THAT(all, Contains(" Thing " + std::to_string(i) + "\n"));
  // No next page any more: the key is no answer.
  phone.send("9");
  CHECK_THAT(phone.text(), Contains("sys_wrong_choice"));
  CHECK(phone.session.page == 0);
  phone.dial({"7"}).outcome("ok", things(20)).send("9");
  const std::string second = phone.text();
  CHECK(second == pages[1]);
  phone.send("8");
  CHECK(phone.text() == pages[0]);
  phone.send("8");
  CHECK_THAT(phone.text(), Contains("sys_wrong_choice"));
  phone.send("9").send("8").send("9");
  const std::string shown = phone.text();
  const std::size_t at = shown.find("1 Thing ");
  REQUIRE(at != std::string::npos);
  const std::string label = shown.substr(at + 2, shown.find('\n', at) - at - 2);
  phone.send("1");
  CHECK_THAT(phone.text(), Contains(label + " of 20"));
}

TEST_CASE("engine: with the reason in front, the keys still mean what is shown") {
  Phone phone(deployment(call_flow));
  phone.context.screen.octets_max = 60;
  phone.dial({"7"}).outcome("ok", things(20)).send("9").send("x");
  CHECK_THAT(phone.text(), Contains("sys_wrong_choice"));
  while (phone.text().find("1 Thing ") == std::string::npos) phone.send("9");
  const std::string shown = phone.text();
  const std::size_t at = shown.find("1 Thing ");
  const std::string label = shown.substr(at + 2, shown.find('\n', at) - at - 2);
  phone.send("1");
  CHECK_THAT(phone.text(), Contains(label + " of 20"));
}

TEST_CASE("engine: an entry may be named by its id or its label in full") {
  for (const char* typed : {"1013", "١٠١٣", "Thing 13", "thing  13.", " 1013 "}) {
    Phone phone(deployment(call_flow));
    phone.dial({"7"}).outcome("ok", things(20)).send(typed);
    INFO(typed);
    CHECK_THAT(phone.text(), Contains("1013 Thing 13 of 20"));
  }
  Phone phone(deployment(call_flow));
  phone.dial({"7"})
      .outcome("ok",
               R"({"list":[{"id":"5","label":"same"},{"id":"6","label":"SAME"},{"id":"1","label":"x"}],"number":1})")
      .send("same");
  CHECK_THAT(phone.text(), Contains("sys_wrong_choice"));
  phone.send("6");
  CHECK_THAT(phone.text(), Contains("6 SAME of 3"));
  // The number on the screen goes before an id.
  phone.send("0").send("1");
  CHECK_THAT(phone.text(), Contains("5 same of 3"));
}

TEST_CASE("engine: words after an SMS command choose from the list that the service brings") {
  Phone phone(deployment(call_flow));
  REQUIRE(phone.sms("things 1013 2"));
  CHECK(phone.session.ready_answers.size() == 2);
  phone.outcome("ok", things(20));
  CHECK(phone.text() == "Bye");
}

TEST_CASE("engine: a list longer than its slot allows is cut after its last entry") {
  Phone phone(deployment(call_flow));
  phone.dial({"7"}).outcome("ok", things(25)).send("1020");
  CHECK_THAT(phone.text(), Contains("of 20"));
}

TEST_CASE("engine: an outcome that nobody waits for, and an answer while a service is asked, change nothing") {
  Phone phone(deployment(call_flow));
  phone.dial({"7"}).send("1");
  CHECK(phone.step.kind == Step::Kind::call);
  phone.outcome("ok", things(2)).outcome("ok", things(5));
  CHECK(phone.text() == "Choose\n1 Thing 1\n2 Thing 2\n00 en nav_home");
  phone.dial({"7"}).redial();
  CHECK(phone.called() == "public.ask {}");
}

TEST_CASE("claim: requires only strengthens what the services need") {
  const std::string by_flow =
      "flow: f\nschema: 1\nentry: {ussd: \"7\"}\nrequires: [active_link]\nstates: {x: {menu: {text: title, items: "
      "[{key: \"1\", text: one, to: x}]}}}\n";
  Phone phone(deployment(by_flow));
  phone.context.linked = false;
  phone.dial({"7"});
  CHECK(phone.ended());
  CHECK(phone.text() == "en sys_not_linked");
  phone.dial().send("2");
  CHECK(phone.text() == "en sys_not_linked");
  // The link may be suspended while the dialogue goes on.
  phone.context.linked = true;
  phone.dial({"7"});
  CHECK(phone.text() == "Menu\n1 One\n00 en nav_home");
  phone.context.linked = false;
  phone.send("1");
  CHECK(phone.text() == "en sys_not_linked");
  phone.redial();
  CHECK(phone.text() == "en sys_not_linked");

  const std::string by_service =
      "flow: f\nschema: 1\nentry: {ussd: \"7\"}\nslots: {n: {int: [0, 9]}}\nstates:\n"
      "  x: {menu: {text: title, items: [{key: \"1\", text: one, to: y}]}}\n"
      "  y: {call: {service: bills.debts, timeout: 1s}, save: {n: $.count}, then: {ok: z, timeout|error: z}}\n"
      "  z: {end: {text: bye}}\n";
  Phone other(deployment(by_service));
  other.context.linked = false;
  other.dial({"7"});
  CHECK(other.text() == "Menu\n1 One\n00 en nav_home");
  other.send("1");
  CHECK(other.text() == "en sys_not_linked");
  other.context.linked = true;
  other.dial({"7"}).send("1");
  CHECK(other.called() == "bills.debts {}");
  other.context.linked = false;
  other.outcome("ok", R"({"count":1})");
  CHECK(other.text() == "en sys_not_linked");
}

TEST_CASE(
    "engine: a service that is not switched on ends the walk in the deployment's words, without a branch for it") {
  const std::string by_service =
      "flow: f\nschema: 1\nentry: {ussd: \"7\"}\nslots: {n: {int: [0, 9]}}\nstates:\n"
      "  x: {menu: {text: title, items: [{key: \"1\", text: one, to: y}]}}\n"
      "  y: {call: {service: bills.debts, timeout: 1s}, save: {n: $.count}, then: {ok: z, timeout|error: z}}\n"
      "  z: {end: {text: bye}}\n";
  Phone phone(deployment(by_service));
  phone.context.linked = true;
  phone.dial({"7"}).send("1");
  CHECK(phone.called() == "bills.debts {}");
  phone.outcome("switched_off");
  CHECK(phone.ended());
  CHECK(phone.text() == "en sys_not_yet");
}

TEST_CASE("engine: an argument that is not set asks nothing and counts as an error") {
  const std::string flow =
      "flow: f\nschema: 1\nentry: {ussd: \"7\"}\nslots: {g: {digits: 2}, s: {digits: 5}}\nstates:\n"
      "  x: {call: {service: bills.lookup, args: {governorate: g, subscription: s}, timeout: 1s}, then: {ok: y, "
      "not_found|unknown_governorate|limited|timeout: y, error: z}}\n"
      "  y: {end: {text: one}}\n  z: {end: {text: bye}}\n";
  Phone phone(deployment(flow));
  phone.dial({"7"});
  CHECK(phone.text() == "Bye");
}

TEST_CASE("engine: an end longer than a page is read page by page, and then it is the end") {
  const std::string flow =
      "flow: f\nschema: 1\nentry: {ussd: \"7\"}\nstates: {x: {end: {text: long, sms: sms_only}}}\n";
  Phone phone(deployment(flow));
  phone.context.screen.octets_max = 60;
  phone.dial({"7"});
  CHECK(phone.step.kind == Step::Kind::screen);
  CHECK_THAT(phone.text(), Contains("9 en nav_next"));
  CHECK(phone.step.sms == "SMS");
  const std::string first = phone.text();
  phone.send("9");
  CHECK_FALSE(phone.step.sms.has_value());
  phone.send("8");
  CHECK(phone.text() == first);
  phone.redial();
  CHECK(phone.text() == first);
  CHECK_FALSE(phone.step.sms.has_value());
  int pages = 1;
  for (; !phone.ended(); ++pages) {
    REQUIRE(pages < 10);
    phone.send("9");
  }
  CHECK(pages > 1);
  CHECK_THAT(phone.text(), Contains("bbbbbbbbbb"));
}

TEST_CASE("engine: one digit style in the whole of a screen that has Arabic letters") {
  const std::string ar = std::string(strings) + "title: القائمة 12\n";
  Deployment made{.flows = {{"home", home_flow}, {"f", input_flow}}, .ar = ar.substr(ar.find("one:")), .en = strings};
  Phone phone(must_load(made), "ar");
  phone.context.digits = DigitStyle::arabic;
  phone.dial();
  CHECK(phone.text() == "القائمة ١٢\n١ One\n٢ Two\n٣ Bye");
  phone.send("١");
  CHECK(phone.text() == "One\n1 Three\n2 Two\n0 ar nav_back\n00 ar nav_home");
  phone.session.locale = 1;
  phone.dial();
  CHECK(phone.text() == "Menu\n1 One\n2 Two\n3 Bye");
}

TEST_CASE("claim: navigation keys are the flow's own") {
  std::string flow = input_flow;
  flow.replace(flow.find("slots:"), 0, "nav: {back: \"#\", home: \"##\"}\n");
  Phone phone(deployment(flow));
  phone.dial().send("2");
  CHECK(phone.text() == "Number?\n# en nav_back\n## en nav_home");
  phone.send("0");
  CHECK_THAT(phone.text(), Contains("Too low"));
  phone.send("#");
  CHECK(phone.state() == "home.main");
}

TEST_CASE("engine: accounts are typed in groups, free text as it is") {
  const std::string flow = R"(
flow: f
schema: 1
entry: {ussd: "7", sms: {keywords: [tell]}}
slots: {a: {digits: [3, 20]}, t: {text: 30}}
states:
  account:
    input: {type: account, save: a, text: ask}
    then: words
  words:
    input: {type: text, max: 30, save: t, text: ask}
    then: shown
  shown: {end: {text: told}}
)";
  const std::string told = std::string(strings) + "told: \"{a}|{t}\"\n";
  Phone phone(must_load({.flows = {{"home", home_flow}, {"f", flow}}, .ar = told, .en = told}));
  phone.dial({"7"}).send("12-3456 ٧٨").send(" لا  ماء ");
  CHECK(phone.text() == "12345678|لا  ماء");
  phone.dial({"7"}).send("12").send("123456789012345678901").send("12345").send(std::string(31, 'x'));
  CHECK_THAT(phone.text(), Contains("sys_wrong_input"));
  phone.send("{a} '\n\x01%s");
  CHECK(phone.text() == "12345|{a} '%s");
  REQUIRE(phone.sms("tell 12345 the meter is broken"));
  CHECK(phone.text() == "12345|the meter is broken");
  REQUIRE(phone.sms("Tell: 12345, The lamp - عند المدرسة، ٥!"));
  CHECK(phone.text() == "12345|The lamp عند المدرسة، 5!");
  REQUIRE(phone.sms("tell 12-3456 since 10-25"));
  CHECK(phone.text() == "123456|since 10-25");
}

TEST_CASE(
    "engine: a dash behind a keyword makes one answer of numbers, which is taken or refused as it is on screens") {
  const std::string flow = R"(
flow: f
schema: 1
entry: {ussd: "7", sms: {keywords: [owed]}}
slots: {g: {digits: 2}, a: {digits: [3, 20]}, m: {money: SYP, max: 10000000}}
states:
  place:
    input: {type: digits, len: 2, save: g, text: ask}
    then: account
  account:
    input: {type: account, save: a, text: ask}
    then: amount
  amount:
    input: {type: amount, save: m, text: ask}
    then: shown
  shown: {end: {text: told}}
)";
  const std::string told = std::string(strings) + "told: \"{g}|{a}\"\n";
  Phone phone(must_load({.flows = {{"home", home_flow}, {"f", flow}}, .ar = told, .en = told}));
  REQUIRE(phone.sms("owed 21-4521-99 500"));
  CHECK(phone.text() == "21|452199");
  for (const char* none : {"10-25", "-25", "\u201325", "\u221225"}) {
    CAPTURE(none);
    REQUIRE(phone.sms(std::string("owed 21 4521-99 ") + none));
    CHECK(phone.state() == "f.amount");
  }
  phone.dial({"7"}).send("21").send("4521-99").send("10-25");
  CHECK(phone.state() == "f.amount");
}

TEST_CASE("engine: hostile answers never break a walk") {
  const std::string long_text(100'000, 'a');
  std::string marks;
  for (int i = 0; i < 5000; ++i) marks += "\xE2\x80\xAE";
  const std::vector<std::string> answers{
      long_text, marks,    std::string(200, '\0'),   "\xF0\x9F\x98\x80", "\xED\xA0\x80", "{n}",
      "*#06#",   "';drop", "99999999999999999999999"};
  for (const std::string& typed : answers) {
    for (const char* flow : {input_flow, call_flow}) {
      Phone phone(deployment(flow));
      phone.dial({"7"});
      if (phone.step.kind == Step::Kind::call) phone.outcome("ok", things(20));
      phone.send(typed).send(typed);
      phone.dial({typed, typed}).dial({"7", typed});
      phone.sms(typed);
      phone.sms("number " + typed);
    }
  }
  SUCCEED();
}

TEST_CASE("engine: as many ready answers as steps are taken, then it ends politely") {
  const std::string flow =
      "flow: f\nschema: 1\nentry: {ussd: \"7\"}\nstates: {x: {menu: {text: title, items: [{key: \"1\", text: one, "
      "to: x}]}}}\n";
  Phone phone(deployment(flow));
  std::vector<std::string> dialled(60, "1");
  dialled.front() = "7";
  phone.dial(dialled);
  CHECK(phone.ended());
  CHECK(phone.text() == "en sys_try_later");
  dialled.resize(40);
  phone.dial(dialled);
  CHECK(phone.text() == "Menu\n1 One\n00 en nav_home");
}

TEST_CASE("engine: a thousand switches in a row stop politely") {
  std::string flow = "flow: f\nschema: 1\nentry: {ussd: \"7\"}\nstates:\n";
  for (int i = 0; i < 900; ++i)
    flow += "  s" + std::to_string(i) + ": {switch: [{to: s" + std::to_string(i + 1) + "}]}\n";
  flow += "  s900: {end: {text: bye}}\n";
  Phone phone(deployment(flow));
  phone.dial({"7"});
  CHECK(phone.text() == "en sys_try_later");
}

TEST_CASE("engine: the language is told whenever it is chosen") {
  const std::string flow = R"(
flow: f
schema: 1
entry: {ussd: "7"}
states:
  x: {menu: {text: title, items: [{key: "1", text: one, to: ar}, {key: "2", text: two, to: en}]}}
  ar: {set: {locale: ar}, then: {flow: home}}
  en: {set: {locale: en}, then: x}
)";
  std::string ar = strings;
  ar.replace(ar.find("Menu"), 4, "قائمة");
  Phone phone(must_load({.flows = {{"home", home_flow}, {"f", flow}}, .ar = ar, .en = strings}));
  phone.dial({"7"});
  CHECK_FALSE(phone.step.locale_changed);
  phone.send("1");
  CHECK(phone.step.locale_changed);
  CHECK(phone.session.locale == 0);
  CHECK(phone.text() == "قائمة\n1 One\n2 Two\n3 Bye");
  phone.dial({"7"}).send("2");
  CHECK(phone.step.locale_changed);
  CHECK(phone.state() == "f.x");
}

TEST_CASE("engine: a flow is opened whatever was dialled, at the beginning that its channel has") {
  const std::string flow = R"(
flow: asked
schema: 1
entry: {sms: {keywords: [asked], start: code}}
slots: {code: {digits: 6}}
states:
  sure: {menu: {text: title, items: [{key: "1", text: one, to: bye}]}}
  code: {input: {type: digits, len: 6, save: code, text: two}, then: bye}
  bye: {end: {text: bye}}
)";
  const std::string front = "flow: home\nschema: 1\nstates: {main: {end: {text: title}}}\n";
  const auto revision = must_load({.flows = {{"home", front}, {"asked", flow}}, .ar = strings, .en = strings});
  const std::uint16_t asked = *revision->flow_index("asked");
  Phone phone(revision);
  phone.dial();
  phone.session.channel = Channel::ussd;
  Step step = open(*revision, phone.session, asked, {}, phone.context);
  CHECK(step.kind == Step::Kind::screen);
  CHECK(phone.state() == "asked.sure");
  phone.session.channel = Channel::sms;
  step = open(*revision, phone.session, asked, {}, phone.context);
  CHECK(phone.state() == "asked.code");
  step = open(*revision, phone.session, asked, {"123456"}, phone.context);
  CHECK(step.kind == Step::Kind::end);
  CHECK(phone.session.locale == 1);
}

TEST_CASE("engine: a deployment's texts outside any state") {
  const auto revision = deployment();
  Context context;
  CHECK(system_text(*revision, 1, "sys_unknown_command", context) == "en sys_unknown_command");
  CHECK(system_text(*revision, 0, "sys_session_lost", context) == "ar sys_session_lost");
}

TEST_CASE("engine: a session at a fixed menu holds no slots and little else") {
  Phone phone(deployment());
  phone.dial();
  CHECK(phone.session.slots.capacity() == 0);
  CHECK(phone.session.back.capacity() == 0);
  CHECK(sizeof(Session) <= 160);
}
