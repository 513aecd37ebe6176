// The kinds of states that go beyond menus and look-ups: set, collect, subflow, otp, money, and the inputs of money
// and identity; and the example of the flow language, from its first screen to the receipt.
#include <algorithm>

#include <catch2/catch.hpp>

#include "examples.hpp"
#include "fixture.hpp"

using namespace shubbak;
using namespace shubbak::flows;
using namespace shubbak::flows::test;

namespace {

constexpr const char* accounts = R"({"accounts":[{"id":"000000000012","label":"Home"}],"missing":0})";
constexpr const char* voucher_pin = "4539578763621481";  // its last one is a check digit

// As far as the screen that asks for confirmation.
void to_confirm(Phone& phone) {
  phone.dial({"1"}).outcome("ok", accounts).send("1").outcome("ok", R"({"amount":150000,"count":2})").send("1");
  REQUIRE(phone.text() == "Pay 1,500 for Home?\n1 en sys_yes\n2 en sys_no\n0 en nav_back\n00 en nav_home");
}
void to_code(Phone& phone) {
  to_confirm(phone);
  phone.send("1");
  REQUIRE(phone.called() ==
          R"(otp.send {"message":"123456 pays 1,500 for Home","code":"123456","purpose":"bill_pay.otp",)"
          R"("binds":{"acct.id":"000000000012","due":"150000 SYP"}})");
  phone.outcome("ok");
  REQUIRE(phone.ended());
  REQUIRE(phone.step.parked);
}
void to_payment(Phone& phone) {
  to_code(phone);
  phone.send("123456").outcome("ok");
  REQUIRE(phone.text() == "The card's number\n0 en nav_back\n00 en nav_home");
  phone.send(voucher_pin);
}

// One waiting state before what is tried, and one after it.
Deployment around(const std::string& slots, const std::string& states, const std::string& strings = {}) {
  return {.flows = {{"home", "flow: home\nschema: 1\nslots: {" + slots + "}\nstates:\n" + states}},
          .en = "ask: Ask\nmore: More\nshown: Shown\nno: No\n" + strings,
          .locales = {"en"}};
}

}  // namespace

TEST_CASE("claim: the example of the flow language pays a bill with a card") {
  Phone phone(must_load(bill_pay()));
  to_payment(phone);
  const std::string key = phone.step.call->payment_key;
  CHECK(phone.called() == R"(payments.pay {"account":"000000000012","amount":150000,"voucher":"4539578763621481"})");
  CHECK(key.size() == 32);
  CHECK(phone.step.call->changes);
  phone.outcome("ok", R"({"receipt":"R1234567"})");
  CHECK(phone.ended());
  CHECK(phone.text() == "Paid. Receipt R1234567");
  CHECK(phone.step.sms == "Receipt R1234567: 1,500 for Home");
}

TEST_CASE("claim: an unknown payment is told later, once it is known") {
  const auto revision = must_load(bill_pay());
  for (const std::string outcome : {"unknown", "timeout", "something else"}) {
    Phone phone(revision);
    to_payment(phone);
    phone.outcome(outcome);
    CHECK(phone.text() == "Held, not lost. You will hear.");
    CHECK(phone.step.sms_later);
    const CallOutcome paid{"ok", {{"receipt", "R7"}}};
    CHECK(late_sms(*revision, phone.session, paid, phone.context) == "Receipt R7: 1,500 for Home");
    CHECK_FALSE(late_sms(*revision, phone.session, {"declined", {}}, phone.context));
  }
}

TEST_CASE("what a payment answers and nobody can read is unknown, never declined") {
  Phone phone(must_load(bill_pay()));
  to_payment(phone);
  phone.outcome("ok", R"({"receipt":12})");
  CHECK(phone.state() == "bill_pay.pending");
}

TEST_CASE("the secret of a card is not saved with the walk") {
  const auto revision = must_load(bill_pay());
  Phone phone(revision);
  to_payment(phone);
  CHECK(save(*revision, phone.session).find(voucher_pin) == std::string::npos);
}

TEST_CASE("a payment that was taken up again asks for the same one, without the secret that is not kept") {
  const auto revision = must_load(bill_pay());
  Phone phone(revision);
  to_payment(phone);
  const std::string key = phone.step.call->payment_key;
  Session asked = phone.session;
  asked.waits_for_call = false;
  auto taken_up = load_session(*revision, save(*revision, asked));
  REQUIRE(taken_up.ok());
  const Step step = show(*revision, *taken_up, phone.context);
  REQUIRE(step.call);
  CHECK(step.call->service == "payments.pay");
  CHECK(step.call->payment_key == key);
  CHECK_FALSE(step.call->authorisation.empty());
  CHECK(step.call->args == boost::json::object{{"account", "000000000012"}, {"amount", 150'000}, {"voucher", ""}});
}

TEST_CASE("each confirmation makes a payment's key, and showing it again keeps it") {
  Phone phone(must_load(bill_pay()));
  to_confirm(phone);
  const std::string first = phone.session.payment_key;
  phone.redial();
  CHECK(phone.session.payment_key == first);
  phone.send("0").send("1");
  CHECK(phone.state() == "bill_pay.confirm");
  CHECK_FALSE(phone.session.payment_key.empty());
  CHECK(phone.session.payment_key != first);
}

TEST_CASE("a grant dies when the person goes back") {
  Phone phone(must_load(bill_pay()));
  to_code(phone);
  phone.send("123456").outcome("ok");
  CHECK((phone.session.grants & 1) == 1);
  phone.send("0");
  CHECK(phone.session.grants == 0);
  CHECK(phone.state() != "bill_pay.voucher");
}

TEST_CASE("a wrong code is asked for again, and the lock ends the walk") {
  Phone phone(must_load(bill_pay()));
  to_code(phone);
  phone.redial();
  CHECK(phone.text() == "A code is on its way. Dial *123*CODE#\n0 en nav_back\n00 en nav_home");
  SECTION("what is no code is not sent to be verified") {
    phone.send("12345");
    CHECK(phone.step.kind == Step::Kind::screen);
    CHECK_THAT(phone.text(), Catch::StartsWith("en sys_wrong_input"));
  }
  SECTION("a wrong one is told") {
    phone.send("111111");
    CHECK(
        phone.called() ==
        R"(otp.verify {"code":"111111","purpose":"bill_pay.otp","binds":{"acct.id":"000000000012","due":"150000 SYP"}})");
    phone.outcome("wrong");
    CHECK_THAT(phone.text(), Catch::StartsWith("en sys_wrong_input"));
    phone.send("123456").outcome("ok");
    CHECK(phone.state() == "bill_pay.voucher");
  }
  SECTION("locked") {
    phone.send("111111").outcome("locked");
    CHECK(phone.text() == "Goodbye.");
  }
}

TEST_CASE("money without its grant is declined without asking the service") {
  // As if somebody had forged a session at the voucher without a code.
  Phone phone(must_load(bill_pay()));
  to_code(phone);
  phone.send("123456").outcome("ok");
  phone.session.grants = 0;
  phone.send(voucher_pin);
  CHECK(phone.state() == "bill_pay.declined");
}

TEST_CASE("a payment whose amount is gone is declined only where it was never asked for") {
  const auto revision = must_load(bill_pay());
  Phone phone(revision);
  const auto forget_amount = [&] {
    const std::vector<Slot>& slots = revision->flow(phone.session.at).slots;
    const auto due = std::ranges::find(slots, "due", &Slot::name);
    REQUIRE(due != slots.end());
    phone.session.slots.at(static_cast<std::size_t>(due - slots.begin())) = Value();
  };
  SECTION("never asked for") {
    to_code(phone);
    phone.send("123456").outcome("ok");
    forget_amount();
    phone.send(voucher_pin);
    CHECK(phone.state() == "bill_pay.declined");
  }
  SECTION("asked for, and taken up again: nobody knows what became of it") {
    to_payment(phone);
    phone.session.waits_for_call = false;
    forget_amount();
    phone.redial();
    CHECK(phone.state() == "bill_pay.pending");
    CHECK(phone.text() == "Held, not lost. You will hear.");
  }
  SECTION("asked for, and without what authorised it") {
    to_payment(phone);
    phone.session.waits_for_call = false;
    phone.session.grants = 0;
    phone.redial();
    CHECK(phone.state() == "bill_pay.pending");
  }
  CHECK_FALSE(phone.step.call);
}

TEST_CASE("by SMS the code is answered to the text that asks for it") {
  Phone phone(must_load(bill_pay()));
  REQUIRE(phone.sms("bill"));
  phone.outcome("ok", accounts).send("1").outcome("ok", R"({"amount":150000,"count":2})").send("1").send("1");
  phone.outcome("ok");
  CHECK(phone.step.kind == Step::Kind::screen);
  phone.send("١٢٣٤٥٦");
  CHECK_THAT(phone.called(), Catch::Contains(R"("code":"123456")"));
}

TEST_CASE("a voucher PIN with a slip of the finger is asked for again, retries times") {
  Phone phone(must_load(bill_pay()));
  to_code(phone);
  phone.send("123456").outcome("ok");
  phone.send("4539578763621482");
  CHECK(phone.state() == "bill_pay.voucher");
  phone.send("453957876362148").send("1234567890123456");
  CHECK(phone.text() == "Goodbye.");
}

TEST_CASE("a renamed state is found under its new name") {
  const auto revision = must_load(bill_pay());
  Phone phone(revision);
  phone.dial({"1"}).outcome("ok", accounts);
  std::string saved = save(*revision, phone.session);
  const std::size_t at = saved.find("\"pick\"");
  REQUIRE(at != std::string::npos);
  saved.replace(at, 6, "\"pick_account\"");
  const auto session = load_session(*revision, saved);
  REQUIRE(session);
  CHECK(revision->state_name(session->at) == "pick");
}

TEST_CASE("claim: set writes values and other slots") {
  const auto revision =
      must_load(around("n: {int: [0, 99]}, m: {int: [0, 999]}, t: {text: 10}, d: {money: SYP, max: 5000}", R"(
  first: {set: {n: 12, m: n, t: "n", d: 1550}, then: shown}
  shown: {end: {text: all}}
)",
                       "all: \"{n} {m} {t} {d}\"\n"));
  Phone phone(revision);
  phone.dial();
  CHECK(phone.text() == "12 12 n 15.50");
}

TEST_CASE("set refuses what a slot cannot hold") {
  const auto faults = [](const std::string& set) {
    return faults_of(around("n: {int: [0, 9]}, m: {int: [0, 99]}, l: {list: {id: {digits: 3}}, max: 2}",
                            "  first: {set: {" + set + "}, then: shown}\n  shown: {end: {text: shown}}\n"));
  };
  CHECK_THAT(faults("n: 10"), Catch::Contains("'10' is neither a slot nor a value of 'n'"));
  CHECK_THAT(faults("n: m"), Catch::Contains("'n' cannot hold every value of 'm'"));
  CHECK_THAT(faults("l: 1"), Catch::Contains("'l' is a list or a ref"));
  CHECK_THAT(faults("x: 1"), Catch::Contains("unknown slot 'x'"));
  CHECK_THAT(faults("locale: fr"), Catch::Contains("does not speak 'fr'"));
  CHECK(faults("m: n").empty());
}

TEST_CASE("amounts are typed as people write them") {
  const auto revision = must_load(around("a: {money: SYP, min: 100, max: 99999999}", R"(
  first:
    input: {type: amount, save: a, text: ask}
    then: shown
  shown: {end: {text: all}}
)",
                                         "all: \"{a}\"\n"));
  const std::vector<std::pair<std::string, std::string>> table{{"1500", "1,500"},
                                                               {"1,500", "1,500"},
                                                               {"1500.5", "1,500.50"},
                                                               {"١٥٠٠", "1,500"},
                                                               {"١٬٥٠٠٫٢٥", "1,500.25"},
                                                               {"1 500", "1,500"},
                                                               {"12,345", "12,345"},
                                                               {"1", "1"},
                                                               {"", "Ask"},
                                                               {"0", "Ask"},
                                                               {"1.555", "Ask"},
                                                               {"1,50", "Ask"},
                                                               {"1500.", "Ask"},
                                                               {",500", "Ask"},
                                                               {"1,5000", "Ask"},
                                                               {"-5", "Ask"},
                                                               {"abc", "Ask"},
                                                               {"9999999999", "Ask"},
                                                               {"1e5", "Ask"},
                                                               {"99999999999999999999", "Ask"},
                                                               {"1234,567", "Ask"},
                                                               {".5", "Ask"},
                                                               {"12.", "Ask"}};
  for (const auto& [typed, shown] : table) {
    CAPTURE(typed);
    Phone phone(revision);
    phone.dial().send(typed);
    if (shown == "Ask") {
      CHECK(phone.state() == "home.first");
    } else {
      CHECK(phone.text() == shown);
    }
  }
}

TEST_CASE("days are typed as people write them") {
  const auto revision = must_load(around("d: {date: day}", R"(
  first:
    input: {type: date, save: d, text: ask}
    then: shown
  shown: {end: {text: all}}
)",
                                         "all: \"{d}\"\n"));
  const std::vector<std::pair<std::string, std::string>> table{{"25/11/2026", "2026-11-25"},
                                                               {"5-1-2026", "2026-01-05"},
                                                               {"2026-11-25", "2026-11-25"},
                                                               {"٢٥/١١/٢٠٢٦", "2026-11-25"},
                                                               {"25112026", "2026-11-25"},
                                                               {"25.11.2026", "2026-11-25"},
                                                               {"25 11 2026", "2026-11-25"},
                                                               {"31/2/2026", ""},
                                                               {"29/2/2024", "2024-02-29"},
                                                               {"29/2/2026", ""},
                                                               {"25/11/26", ""},
                                                               {"25/13/2026", ""},
                                                               {"tomorrow", ""},
                                                               {"1/2/3/2026", ""},
                                                               {"0/1/2026", ""}};
  for (const auto& [typed, day] : table) {
    CAPTURE(typed);
    Phone phone(revision);
    phone.dial().send(typed);
    CHECK((phone.ended() ? phone.text() : std::string()) == day);
  }
}

TEST_CASE("a national number is one of the deployment's country") {
  const auto revision = must_load(around("id: {digits: [11, 14]}", R"(
  first:
    input: {type: national_id, save: id, text: ask}
    then: shown
  shown: {end: {text: shown}}
)"));
  Phone phone(revision);
  phone.dial().send("0123456789");
  CHECK(phone.state() == "home.first");
  phone.send("٠١٢٣٤٥٦٧٨٩٠");
  CHECK(phone.text() == "Shown");
}

TEST_CASE("claim: a choice by name forgives one slip where it is unambiguous") {
  const auto revision =
      must_load(around("list: {list: {id: {digits: 2}, label: {text: 20}}, max: 9}, chosen: {ref: list}", R"(
  load:
    call: {service: public.ask, timeout: 1s}
    save: {list: $.list}
    then: {ok: first, timeout|error: shown}
  first:
    input: {type: choice, from: list, save: chosen, text: ask}
    then: all
  all: {end: {text: all}}
  shown: {end: {text: shown}}
)",
                       "all: \"{chosen.id}\"\n"));
  constexpr const char* list =
      R"({"list":[{"id":"21","label":"Aleppo"},{"id":"31","label":"Homs"},{"id":"33","label":"Hama"},{"id":"11","label":"ريف دمشق"}]})";
  const std::vector<std::pair<std::string, std::string>> table{
      {"aleppo", "21"},    {"Alepo", "21"},    {"homs", "31"}, {"homa", ""},
      {"ريف  دمشق", "11"}, {"رِيف دمشق", "11"}, {"1", ""},      {"", ""}};
  for (const auto& [typed, id] : table) {
    CAPTURE(typed);
    Phone phone(revision);
    phone.dial().outcome("ok", list).send(typed);
    CHECK((phone.ended() ? phone.text() : std::string()) == id);
  }
}

TEST_CASE("claim: collect takes free text piece by piece") {
  const auto revision = must_load(around("words: {text: 30}", R"(
  first:
    collect: {text: ask, more: more, save: words, done: "1"}
    then: all
  all: {end: {text: all}}
)",
                                         "all: \"[{words}]\"\n"));
  Phone phone(revision);
  SECTION("until the key") {
    phone.dial().send("no light");
    CHECK(phone.text() == "More");
    phone.send("since Monday");
    CHECK(phone.text() == "More");
    phone.send("1");
    CHECK(phone.text() == "[no light since Monday]");
  }
  SECTION("the key alone is a piece at first") {
    phone.dial().send("1").send("1");
    CHECK(phone.text() == "[1]");
  }
  SECTION("until the slot is full, and no further") {
    phone.dial().send("0123456789012345678901234567890123456789");
    CHECK(phone.text() == "[012345678901234567890123456789]");
  }
  SECTION("nothing is no piece") {
    phone.dial().send("   ");
    CHECK_THAT(phone.text(), Catch::StartsWith("en sys_wrong_input"));
  }
  SECTION("come to anew it begins anew") {
    phone.dial().send("no light");
    phone.dial();
    CHECK(phone.text() == "Ask");
  }
}

TEST_CASE("claim: a subflow takes arguments and returns results") {
  const Deployment deployment{
      .flows = {{"home", R"(
flow: home
schema: 1
slots: {account: {digits: 4}, amount: {int: [0, 99]}}
states:
  first: {input: {type: digits, len: 4, save: account, text: ask}, then: find}
  find:
    subflow: {flow: asked, args: {of: account}, results: {amount: found}}
    then: {good: shown, bad: refused}
  shown: {end: {text: shown}}
  refused: {end: {text: refused}}
)"},
                {"asked", R"(
flow: asked
schema: 1
slots: {of: {digits: 4}, found: {int: [1, 9]}}
takes: [of]
states:
  enter: {input: {type: digits, len: 1, save: found, text: inner}, then: judge}
  judge: {switch: [{when: "found > 5", to: good}, {to: bad}]}
  good: {return: good}
  bad: {return: bad}
)"}},
      .en = "ask: Ask\ninner: \"Of {of}\"\nshown: \"{account}: {amount}\"\nrefused: \"No {account}\"\n",
      .locales = {"en"}};
  Phone phone(must_load(deployment));
  phone.dial().send("1234");
  CHECK(phone.state() == "asked.enter");
  CHECK_THAT(phone.text(), Catch::StartsWith("Of 1234"));
  SECTION("one way") {
    phone.send("7");
    CHECK(phone.text() == "1234: 7");
  }
  SECTION("the other way") {
    phone.send("3");
    CHECK(phone.text() == "No 1234");
  }
  SECTION("back leads out of it, with the slots that were there") {
    phone.send("0");
    CHECK(phone.state() == "home.first");
    CHECK(phone.session.frames.empty());
  }
  SECTION("home leaves it") {
    phone.send("00");
    CHECK(phone.state() == "home.first");
    CHECK(phone.session.frames.empty());
  }
}

TEST_CASE("a subflow is used as what it is") {
  const auto faults = [](const std::string& use, const std::string& extra = "takes: [of]") {
    return faults_of({.flows = {{"home",
                                 "flow: home\nschema: 1\nslots: {a: {digits: 4}, b: {digits: 9}, n: {int: [0, "
                                 "9]}}\nstates:\n  first: " +
                                     use + "\n  shown: {end: {text: shown}}\n"},
                                {"sub", "flow: sub\nschema: 1\n" + extra +
                                            "\nslots: {of: {digits: 4}}\nstates:\n  back: {return: done}\n"}},
                      .en = "shown: Shown\n",
                      .locales = {"en"}});
  };
  // `a` is not set, which is another rule's matter.
  CHECK_THAT(faults("{subflow: {flow: sub}, then: {done: shown}}"), Catch::Contains("needs the argument 'of'"));
  CHECK_THAT(faults("{subflow: {flow: sub, args: {of: b}}, then: {done: shown}}"),
             Catch::Contains("'of' cannot hold every value of 'b'"));
  CHECK_THAT(faults("{subflow: {flow: sub, args: {of: a}}, then: {}}"),
             Catch::Contains("'done' of flow 'sub' leads nowhere"));
  CHECK_THAT(faults("{subflow: {flow: sub, args: {of: a}}, then: {done: shown, x: shown}}"),
             Catch::Contains("flow 'sub' has no outcome 'x'"));
  CHECK_THAT(faults("{subflow: {flow: sub, args: {of: a}, results: {n: of}}, then: {done: shown}}"),
             Catch::Contains("'n' cannot hold every value of 'of'"));
  CHECK_THAT(faults("{switch: [{flow: sub}]}"), Catch::Contains("returns to whoever uses it"));
  CHECK_THAT(faults("{subflow: {flow: home}, then: {done: shown}}"), Catch::Contains("flow 'home' never returns"));
  CHECK_THAT(faults("{subflow: {flow: sub, args: {of: a}}, then: {done: shown}}", "entry: {ussd: \"7\"}"),
             Catch::Contains("has no entry of its own"));
}

TEST_CASE("words behind a keyword that choose nothing are no wrong choice") {
  const auto revision = must_load({.flows = {{"home", R"(
flow: home
schema: 1
entry: {sms: {keywords: [meter]}}
states:
  first: {menu: {text: ask, items: [{key: "1", text: more, to: last}]}}
  last: {end: {text: shown}}
)"}},
                                   .en = "ask: Ask\nmore: More\nshown: Shown\n",
                                   .locales = {"en"}});
  Phone phone(revision);
  REQUIRE(phone.sms("meter reading please"));
  CHECK(phone.text() == "Ask\n1 More");
  CHECK(phone.session.wrong_answers == 0);
  REQUIRE(phone.sms("meter 1"));
  CHECK(phone.text() == "Shown");
}

TEST_CASE("an amount behind a keyword is taken as it was typed or refused, and marks part other answers") {
  const auto revision = must_load({.flows = {{"home", R"(
flow: home
schema: 1
entry: {sms: {keywords: [pay]}}
slots: {where: {digits: 2}, a: {money: KWD, max: 9999999}, n: {int: [0, 9]}}
states:
  first: {input: {type: digits, len: 2, save: where, text: ask}, then: second}
  second: {input: {type: amount, save: a, text: more}, then: third}
  third: {input: {type: digits, len: 1, save: n, text: no}, then: shown}
  shown: {end: {text: shown}}
)"}},
                                   .en = "ask: Ask\nmore: More\nno: No\nshown: \"{where} {a} {n}\"\n",
                                   .locales = {"en"}});
  Phone phone(revision);
  for (const auto& [typed, shown] : std::vector<std::pair<std::string, std::string>>{
           {"pay 21 10.25 1", "21 10.250 1"},
           {"pay ٢١ ١٠٫٢٥ ١", "21 10.250 1"},
           {"pay 21 1,500.5 1", "21 1,500.500 1"},
           {"pay 21, 10, 1", "21 10.000 1"},
           {"pay 21,10 1", "21 10.000 1"},
           {"pay 21.10.25 1", "21 10.250 1"},
       }) {
    CAPTURE(typed);
    REQUIRE(phone.sms(typed));
    CHECK(phone.text() == shown);
  }
  for (const char* typed : {"pay 21 10.2555 1", "pay 21 .250 1", "pay 21,.250 1", "pay 21 10,25 1", "pay 21 10/25 1",
                            "pay 21 10..25 1", "pay 21 ٫٢٥ 1"}) {
    CAPTURE(typed);
    REQUIRE(phone.sms(typed));
    CHECK(phone.state() == "home.second");
    CHECK(phone.session.wrong_answers == 1);
    CHECK(phone.session.ready_answers.empty());
  }
  REQUIRE(phone.sms("pay 21 10.25 1,5"));  // likewise of any number
  CHECK(phone.state() == "home.third");
  CHECK(phone.session.wrong_answers == 1);
}

TEST_CASE("a day behind a keyword is taken as people write it") {
  const auto revision = must_load({.flows = {{"home", R"(
flow: home
schema: 1
entry: {sms: {keywords: [visit]}}
slots: {d: {date: day}, n: {int: [0, 9]}}
states:
  first: {input: {type: date, save: d, text: ask}, then: second}
  second: {input: {type: digits, len: 1, save: n, text: more}, then: shown}
  shown: {end: {text: shown}}
)"}},
                                   .en = "ask: Ask\nmore: More\nshown: \"{d} {n}\"\n",
                                   .locales = {"en"}});
  Phone phone(revision);
  for (const char* typed : {"visit 25/11/2026 1", "visit 25-11-2026 1", "visit 2026-11-25, 1", "visit: ٢٥/١١/٢٠٢٦ ١",
                            "visit 25112026 1"}) {
    CAPTURE(typed);
    REQUIRE(phone.sms(typed));
    CHECK(phone.text() == "2026-11-25 1");
  }
  REQUIRE(phone.sms("visit 31-2-2026 1"));
  CHECK(phone.state() == "home.first");
}

TEST_CASE("a value that is also a key of navigation is the value where it is acceptable") {
  const auto revision = must_load(around("n: {int: [0, 99]}, last: {int: [0, 99]}", R"(
  first: {input: {type: digits, len: 2, save: last, text: ask}, then: second}
  second: {input: {type: meter_reading, save: n, text: more, refuse: [{when: "n < last", text: no}]}, then: shown}
  shown: {end: {text: shown}}
)"));
  Phone phone(revision);
  SECTION("a new meter stands at 0") {
    phone.dial().send("00");
    CHECK(phone.state() == "home.second");
    phone.send("0");
    CHECK(phone.text() == "Shown");
  }
  SECTION("where 0 is no answer it leads back") {
    phone.dial().send("12").send("0");
    CHECK(phone.state() == "home.first");
  }
}

TEST_CASE("a file of one long line is read as quickly as one of many lines") {
  std::string one_line = "{";
  for (int i = 0; i < 40'000; ++i) one_line += "s" + std::to_string(i) + ": \"text\", ";
  one_line += "last: \"text\"}\n";
  // Each character was counted anew for each word before: minutes, where this takes part of a second.
  CHECK(faults_of({.flows = {}, .en = one_line, .locales = {"en"}}).empty());
}

TEST_CASE("plural forms of what is no whole number are refused") {
  const auto fault = [](const std::string& text) {
    return faults_of(around("n: {int: [0, 9]}", "  first: {set: {n: 1}, then: all}\n  all: {end: {text: all}}\n",
                            "all: \"" + text + "\"\n"));
  };
  CHECK_THAT(fault("{n, plural, offset:1e300 one{a} other{b}}"), Catch::Contains("no whole number"));
  CHECK_THAT(fault("{n, plural, =1.5{a} one{a} other{b}}"), Catch::Contains("no whole number"));
  CHECK(fault("{n, plural, offset:1 =2{a} one{a} other{b}}").empty());
}

TEST_CASE("claim: a saved walk moves by migrate, else begins anew with a notice or ends with one") {
  const auto revision = [](const std::string& states, const std::string& more = {}) {
    return must_load(
        {.flows = {{"home",
                    "flow: home\nschema: 1\nentry: {sms: {keywords: [go]}}\nslots: {n: {int: [0, 9]}}\nstates:\n" +
                        states + more}},
         .en = "ask: Ask\nmore: More\nshown: Shown\n",
         .locales = {"en"}});
  };
  const std::string ask = "  ask: {input: {type: digits, len: 1, save: n, text: ask}, then: other}\n";
  const auto before = revision(ask +
                               "  other: {input: {type: digits, len: 1, save: n, text: more}, then: last}\n"
                               "  last: {end: {text: shown}}\n");
  Phone phone(before);
  phone.dial().send("7");
  const std::string saved = save(*before, phone.session);

  const auto renamed = revision(ask +
                                    "  other: {switch: [{to: second}]}\n  second: {input: {type: digits, len: 1, "
                                    "save: n, text: more}, then: last}\n"
                                    "  last: {end: {text: shown}}\n",
                                "migrate: {renamed: {other: second}}\n");
  const Moved moved = move_session(*renamed, saved);
  CHECK(moved.how == Moved::How::goes_on);
  CHECK(renamed->state_name(moved.session.at) == "second");

  const std::string gone =
      "  ask: {input: {type: digits, len: 1, save: n, text: ask}, then: last}\n  last: {end: {text: shown}}\n";
  const auto without = revision(gone);
  Moved restarted = move_session(*without, saved);
  REQUIRE(restarted.how == Moved::How::restarts);
  const Step step = restart(*without, restarted.session, phone.context);
  CHECK_THAT(step.text, Catch::StartsWith("en sys_changed\nAsk"));
  CHECK_THAT(answer(*without, restarted.session, "x", phone.context).text, Catch::StartsWith("en sys_wrong_input"));

  CHECK(move_session(*revision(gone, "migrate: {deleted: end}\n"), saved).how == Moved::How::ends);
  CHECK(move_session(*without, "nonsense").how == Moved::How::restarts);
  CHECK_FALSE(is_pinned(saved));
}

TEST_CASE("claim: a walk past the confirmation of a payment is pinned") {
  const auto revision = must_load(bill_pay());
  Phone phone(revision);
  phone.dial({"1"}).outcome("ok", accounts);
  CHECK_FALSE(is_pinned(save(*revision, phone.session)));
  phone.send("1").outcome("ok", R"({"amount":150000,"count":2})").send("1");
  CHECK(is_pinned(save(*revision, phone.session)));
  phone.send("1").outcome("ok");
  CHECK(is_pinned(save(*revision, phone.session)));
}
