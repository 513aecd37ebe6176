// What the checker proves: for each proof a flow that keeps to it and one fault after the other put into it.
#include "flows/checker.hpp"

#include <chrono>
#include <ctime>

#include <catch2/catch.hpp>

#include "examples.hpp"
#include "fixture.hpp"

using namespace shubbak;
using namespace shubbak::flows;
using namespace shubbak::flows::test;
using Catch::Matchers::Contains;
using namespace std::chrono_literals;

namespace {

// A deployment of one flow beside strings that are all used by it somewhere or not at all; unused ones are not told.
Deployment home(const std::string& slots, const std::string& states, const std::string& strings = {},
                const std::string& head = {}) {
  return {.flows = {{"home", "flow: home\nschema: 1\n" + head + "slots: {" + slots + "}\nstates:\n" + states}},
          .en = "ask: Ask\nmore: More\nshown: Shown\nno: No\n" + strings,
          .locales = {"en"}};
}

// The example with system strings as short as a deployment's are.
Deployment paying() {
  Deployment deployment = bill_pay();
  deployment.en += "sys_wrong_choice: Wrong.\nsys_yes: \"Yes\"\nsys_no: \"No\"\nnav_back: Back\nnav_home: Home\n";
  return deployment;
}

// "rule: message" of each, strings that nobody uses apart.
std::string found(const Deployment& deployment, const OperatorProfile& profile = {.name = "op"}) {
  std::string all;
  for (const Diagnostic& fault : check_faults(deployment, profile)) {
    if (fault.rule == Rule::unused_string) continue;
    all.append(all.empty() ? "" : "\n").append(to_string(fault.rule)).append(": ").append(fault.message);
  }
  return all;
}

Deployment with(Deployment deployment, const std::string& from, const std::string& to) {
  std::string& flow = deployment.flows.front().second;
  const std::size_t at = flow.find(from);
  REQUIRE(at != std::string::npos);
  flow.replace(at, from.size(), to);
  return deployment;
}

}  // namespace

TEST_CASE("claim: the example of the flow language has no fault") {
  CHECK(joined(check_faults(paying())).empty());
}

TEST_CASE("claim: a slot read before it is set on some path is told") {
  const std::string slots = "n: {int: [0, 9]}, w: {text: 20}";
  const auto faults = [&](const std::string& states) {
    return found(home(slots, states, "all: \"{n}\"\nword: \"{w}\"\n"));
  };
  SECTION("set on one way only, and the way without is told") {
    CHECK(faults("  first: {menu: {text: ask, items: [{key: \"1\", text: more, to: fill}, {key: \"2\", text: no, to: "
                 "all}]}}\n"
                 "  fill: {input: {type: digits, len: 1, save: n, text: ask}, then: all}\n"
                 "  all: {end: {text: all}}\n") ==
          "unset-slot: state 'all': 'n' in the text all may not be set: first -> all");
  }
  SECTION("set on both ways") {
    CHECK(faults("  first: {menu: {text: ask, items: [{key: \"1\", text: more, to: fill}, {key: \"2\", text: no, to: "
                 "zero}]}}\n"
                 "  fill: {input: {type: digits, len: 1, save: n, text: ask}, then: all}\n"
                 "  zero: {set: {n: 0}, then: all}\n"
                 "  all: {end: {text: all}}\n") == "");
  }
  SECTION("where it is asked about") {
    CHECK(faults("  first: {menu: {text: ask, items: [{key: \"1\", text: more, to: fill}, {key: \"2\", text: no, to: "
                 "which}]}}\n"
                 "  fill: {input: {type: digits, len: 1, save: n, text: ask}, then: which}\n"
                 "  which: {switch: [{when: \"isset(n)\", to: all}, {to: e}]}\n"
                 "  all: {end: {text: all}}\n  e: {end: {text: shown}}\n") == "");
    CHECK(faults("  first: {switch: [{when: \"!isset(n)\", to: e}, {to: all}]}\n"
                 "  all: {end: {text: all}}\n  e: {end: {text: shown}}\n") == "");
    CHECK_THAT(faults("  first: {switch: [{when: \"n > 3\", to: e}, {to: e}]}\n  e: {end: {text: shown}}\n"),
               Contains("'n' in a condition may not be set"));
  }
  SECTION("a service's results are there only where it answered ok") {
    CHECK(faults("  first:\n    call: {service: public.ask, timeout: 1s}\n    save: {n: $.number}\n"
                 "    then: {ok: all, timeout|error: late}\n"
                 "  all: {end: {text: all}}\n  late: {end: {text: all}}\n") ==
          "unset-slot: state 'late': 'n' in the text all may not be set: first -> late");
  }
  SECTION("a refusal is shown with what was there before") {
    CHECK_THAT(faults("  first:\n    input: {type: digits, len: 1, save: n, text: ask, refuse: [{when: \"n > 5\", "
                      "text: all}]}\n"
                      "    then: e\n  e: {end: {text: all}}\n"),
               Contains("state 'first': 'n' in the text all"));
  }
  SECTION("pieces are gone when they are collected anew, also for who goes back from there") {
    CHECK(faults("  first: {menu: {text: ask, items: [{key: \"1\", text: more, to: write}]}}\n"
                 "  write: {collect: {text: ask, more: word, save: w, done: \"1\"}, then: look}\n"
                 "  look: {menu: {text: word, items: [{key: \"1\", text: more, to: write}, {key: \"2\", text: no, "
                 "to: e}]}}\n"
                 "  e: {end: {text: word}}\n") == "");
    CHECK_THAT(faults("  first: {menu: {text: ask, items: [{key: \"1\", text: more, to: fill}]}}\n"
                      "  fill: {input: {type: text, save: w, text: ask}, then: look}\n"
                      "  look: {menu: {text: word, items: [{key: \"1\", text: more, to: write}]}}\n"
                      "  write: {collect: {text: ask, more: word, save: w, done: \"1\"}, then: e}\n"
                      "  e: {end: {text: word}}\n"),
               Contains("state 'look': 'w' in the text word may not be set"));
  }
}

TEST_CASE("checker: what a subflow returns is set by the outcomes that set it") {
  const auto faults = [](const std::string& inner) {
    return found({.flows = {{"home",
                             "flow: home\nschema: 1\nslots: {n: {int: [0, 9]}}\nstates:\n"
                             "  first: {subflow: {flow: sub, results: {n: m}}, then: {good: all, bad: e}}\n"
                             "  all: {end: {text: all}}\n  e: {end: {text: shown}}\n"},
                            {"sub", "flow: sub\nschema: 1\nslots: {m: {int: [0, 9]}}\nstates:\n" + inner}},
                  .en = "ask: Ask\nall: \"{n}\"\nshown: Shown\n",
                  .locales = {"en"}});
  };
  CHECK(faults("  a: {input: {type: digits, len: 1, save: m, text: ask}, then: good, invalid: {to: bad}}\n"
               "  good: {return: good}\n  bad: {return: bad}\n") == "");
  CHECK_THAT(faults("  a: {input: {type: digits, len: 1, save: m, text: ask}, then: good, invalid: {to: bad}}\n"
                    "  good: {return: bad}\n  bad: {return: good}\n"),
             Contains("state 'all': 'n' in the text all may not be set"));
}

TEST_CASE("checker: a state from which no end can be reached") {
  CHECK(found(home("",
                   "  first: {menu: {text: ask, items: [{key: \"1\", text: more, to: second}]}}\n"
                   "  second: {menu: {text: ask, items: [{key: \"1\", text: more, to: first}]}}\n")) ==
        "no-end: no end can be reached from state 'first'\nno-end: no end can be reached from state 'second'");
}

TEST_CASE("checker: a flow takes no part in itself") {
  // The menu keeps it from being a round that never waits, which is another rule's matter.
  const std::string asks = "  ask: {menu: {text: sys_yes, items: [{key: \"1\", text: sys_no, to: x}]}}\n";
  const Deployment deployment{
      .flows = {{"a", "flow: a\nschema: 1\nstates:\n" + asks +
                          "  x: {subflow: {flow: b}, then: {done: y}}\n  y: {return: done}\n"},
                {"b", "flow: b\nschema: 1\nstates:\n" + asks +
                          "  x: {subflow: {flow: a}, then: {done: y}}\n  y: {return: done}\n"},
                {"home",
                 "flow: home\nschema: 1\nstates:\n  x: {subflow: {flow: a}, then: {done: y}}\n  y: {end: {text: "
                 "sys_yes}}\n"}},
      .locales = {"en"}};
  CHECK_THAT(found(deployment), Contains("subflow-use: a flow takes part in itself: a -> b -> a"));
}

TEST_CASE("checker: no more states between two screens than the engine goes through") {
  std::string states = "  s0: {set: {n: 0}, then: s1}\n";
  for (int i = 1; i < 50; ++i)
    states += "  s" + std::to_string(i) + ": {set: {n: 0}, then: s" + std::to_string(i + 1) + "}\n";
  CHECK_THAT(found(home("n: {int: [0, 9]}", states + "  s50: {end: {text: shown}}\n")),
             Contains("limit: from state 's0' on more than 50 states follow each other"));
}

TEST_CASE("claim: every screen fits with its slots at their worst, in every language and for every operator") {
  SECTION("a list's entry that is longer than a page") {
    const std::string states =
        "  load: {call: {service: public.ask, timeout: 1s}, save: {l: $.list}, "
        "then: {ok: [{when: \"count(l) == 0\", to: e}, {to: pick}], timeout|error: e}}\n"
        "  pick: {menu: {text: ask, from: l, item: item}, pick: e}\n  e: {end: {text: shown}}\n";
    CHECK(found(home("l: {list: {label: {text: 40}}, max: 40}", states, "item: \"{label}\"\n")) == "");
    CHECK_THAT(found(home("l: {list: {label: {text: 70}}, max: 40}", states, "item: \"{label}\"\n")),
               Contains("screen-overflow: state 'pick' (en, op): an item needs 140 octets at worst"));
  }
  SECTION("a confirmation of several pages") {
    CHECK_THAT(found(with(paying(), "label: {text: 14}", "label: {text: 60}")),
               Contains("screen-overflow: state 'confirm' (en, op) needs"));
  }
  SECTION("an input whose next page nobody can turn to") {
    const std::string states =
        "  first: {input: {type: meter_reading, save: n, text: ask}, then: second}\n"
        "  second: {input: {type: meter_reading, save: n, text: long}, then: e}\n  e: {end: {text: shown}}\n";
    CHECK_THAT(found(home("n: {int: [0, 999999999]}", states, "long: \"" + std::string(180, 'x') + "\"\n")),
               Contains("the key 9 would be an answer, not the next page"));
    CHECK(found(home("n: {int: [0, 999999999]}", states, "long: \"" + std::string(120, 'x') + "\"\n")) == "");
  }
  SECTION("what is told with a code is one page") {
    Deployment deployment = paying();
    const std::size_t at = deployment.en.find("A code is on its way.");
    deployment.en.insert(at, std::string(170, 'x'));
    CHECK_THAT(found(deployment), Contains("state 'otp' (en, op) needs") && Contains("nothing can follow it"));
  }
  SECTION("an SMS has so many parts") {
    CHECK_THAT(found(paying(), {.name = "op", .sms_octets_max = 40}),
               Contains("the SMS needs") && Contains("of 40 octets at worst"));
  }
  SECTION("a narrower operator is told by its name") {
    CHECK_THAT(found(paying(), {.name = "narrow", .ussd_octets_max = 60}), Contains("(en, narrow)"));
  }
}

TEST_CASE("checker: wherever the person is asked to choose there is something to choose") {
  const std::string slots =
      "l: {list: {label: {text: 9}}, max: 9}, m: {list: {label: {text: 9}}, max: 9}, n: {int: [0, 9]}";
  const auto faults = [&](const std::string& ways, const std::string& more = {}) {
    return found(home(slots,
                      "  load: {call: {service: public.ask, timeout: 1s}, save: {l: $.list, m: $.list, n: $.number}, "
                      "then: {ok: " +
                          ways +
                          ", timeout|error: e}}\n"
                          "  pick: {menu: {text: ask, from: l, item: item}, pick: " +
                          (more.empty() ? "e" : "again") + "}\n" + more + "  e: {end: {text: shown}}\n",
                      "item: \"{label}\"\n"));
  };
  const std::string empty = "empty-menu: state 'pick': 'l' may have no entries, so there would be nothing to choose";
  CHECK(faults("pick") == empty);
  CHECK(faults("[{when: \"count(l) == 0\", to: e}, {to: pick}]").empty());
  CHECK(faults("[{when: \"count(l) < 1\", to: e}, {to: pick}]").empty());
  CHECK(faults("[{when: \"count(l) >= 1\", to: pick}, {to: e}]").empty());
  CHECK(faults("[{when: \"count(l) != 1\", to: e}, {to: pick}]").empty());
  // Of another list, with other questions beside it, or the wrong way round.
  CHECK(faults("[{when: \"count(m) == 0\", to: e}, {to: pick}]") == empty);
  CHECK(faults("[{when: \"count(l) == 0 && n > 3\", to: e}, {to: pick}]") == empty);
  CHECK(faults("[{when: \"count(l) == 0\", to: pick}, {to: e}]") == empty);
  CHECK(faults("[{when: \"count(l) < 5\", to: pick}, {to: e}]") == empty);
  // Filled anew on the way back to it.
  CHECK(
      faults("[{when: \"count(l) == 0\", to: e}, {to: pick}]",
             "  again: {call: {service: public.ask, timeout: 1s}, save: {l: $.list}, then: {ok: pick, timeout|error: "
             "e}}\n") == empty);
  CHECK(found(home("n: {int: [0, 9]}",
                   "  first: {input: {type: digits, len: 1, save: n, text: ask}, then: second}\n"
                   "  second: {menu: {text: ask, items: [{key: \"1\", text: more, to: e, when: \"n > 3\"}, {key: "
                   "\"2\", text: no, to: e, when: \"n < 3\"}]}}\n  e: {end: {text: shown}}\n")) ==
        "empty-menu: state 'second': every item has a condition, so there may be nothing to choose");
}

TEST_CASE(
    "checker: who goes back to a list's menu finds the entries that were there, unless they were asked for anew") {
  const auto faults = [](const std::string& picked) {
    return found(
        home("l: {list: {label: {text: 9}}, max: 9}, n: {int: [0, 9]}",
             "  first: {menu: {text: ask, items: [{key: \"1\", text: more, to: load}, {key: \"2\", text: no, "
             "to: other}]}}\n"
             "  load: {call: {service: public.ask, timeout: 1s}, save: {l: $.list}, then: {ok: [{when: "
             "\"count(l) == 0\", to: e}, {to: pick}], timeout|error: e}}\n"
             "  pick: {menu: {text: ask, from: l, item: item}, pick: " +
                 picked +
                 "}\n"
                 "  anew: {call: {service: public.ask, timeout: 1s}, save: {l: $.list}, then: {ok: both, "
                 "timeout|error: e}}\n"
                 "  other: {input: {type: digits, len: 1, save: n, text: ask}, then: [{when: \"n == 0\", to: "
                 "anew}, {to: both}]}\n"
                 "  both: {menu: {text: ask, items: [{key: \"1\", text: more, to: e}]}}\n"
                 "  e: {end: {text: shown}}\n",
             "item: \"{label}\"\n"));
  };
  CHECK(faults("both").empty());
  CHECK_THAT(faults("anew"), Contains("empty-menu: state 'pick': 'l' may have no entries"));
}

TEST_CASE("checker: what is not shown again after a wrong answer needs no room for the reason") {
  const std::string sure = "sure: \"" + std::string(80, 'a') + "{w}?\"\n";
  const auto faults = [&](const std::string& invalid) {
    return found(home("w: {digits: 5}",
                      "  first: {input: {type: digits, len: 5, save: w, text: ask}, then: sure}\n"
                      "  sure: {confirm: {text: sure, shows: [w], yes: e, no: e}, invalid: {text: long, " +
                          invalid + "}}\n  e: {end: {text: shown}}\n",
                      sure + "long: \"" + std::string(100, 'b') + "\"\n"));
  };
  CHECK(faults("retries: 0, to: e").empty());
  CHECK_THAT(faults("retries: 1, to: e"), Contains("screen-overflow: state 'sure'"));
}

TEST_CASE("checker: what is promised for later is about a payment of the same flow") {
  CHECK_THAT(found(with(paying(), "declined: {end: {text: declined}}",
                        "declined: {end: {text: declined, sms_later: receipt_long}}")),
             Contains("late-message: state 'declined': its sms_later would never be sent"));
  // A payment inside a subflow: the answer would come for slots that are gone.
  Deployment deployment =
      with(paying(), "pending: {end: {text: pending, sms_later: receipt_long}}", "pending: {return: held}");
  for (const std::string end :
       {"receipt: {end: {text: receipt, sms: receipt_long}}", "declined: {end: {text: declined}}",
        "sms: {end: {text: sms_sent, sms: due_long}}", "none: {end: {text: no_accounts}}",
        "later: {end: {text: try_later}}", "bye: {end: {text: goodbye}}"})
    deployment = with(deployment, end, end.substr(0, end.find(':')) + ": {return: over}");
  deployment = with(deployment, "entry: {ussd: \"1\", sms: {keywords: [bill, فاتورة]}}\n", "");
  deployment.flows.push_back(
      {"home",
       "flow: home\nschema: 1\nstates:\n"
       "  pay: {subflow: {flow: bill_pay}, then: {held: held, over: over}}\n"
       "  held: {end: {text: pending, sms_later: goodbye}}\n  over: {end: {text: goodbye}}\n"});
  CHECK_THAT(found(deployment), Contains("late-message: state 'held': its sms_later would never be sent"));
}

TEST_CASE("claim: stages and time keep to what the flow promises and the operator allows") {
  CHECK_THAT(found(with(paying(), "max_stages: 8", "max_stages: 3")),
             Contains("too-many-stages: up to 4 screens follow each other in one dialogue, limits.max_stages are 3: "
                      "bill_pay.pick -> bill_pay.show -> bill_pay.confirm -> bill_pay.otp"));
  CHECK_THAT(found(with(paying(), "budget: 100s", "budget: 20s")), Contains("over-budget: a dialogue takes up to"));
  CHECK_THAT(found(paying(), {.name = "short", .stages_max = 3}), Contains("the stages of short are 3"));
  CHECK_THAT(found(paying(), {.name = "short", .session_budget = 25s}), Contains("the session of short is 25s"));
  CHECK_THAT(found(with(paying(), "timeout: 8s", "timeout: 11s")),
             Contains("service-timeout: services may take 11s from an answer to the next screen, op waits 10s: "
                      "bill_pay.pay"));
  // What is asked one after the other without a screen between adds up.
  CHECK_THAT(
      found(with(paying(), "then: {ok: show, timeout|error|not_found: later}",
                 "then: {ok: again, timeout|error|not_found: later}\n  again:\n    call: {service: bills.accounts, "
                 "timeout: 8s}\n    then: {ok: show, timeout|error: later}")),
      Contains("services may take 11s from an answer to the next screen, op waits 10s: bill_pay.detail -> "
               "bill_pay.again"));
}

TEST_CASE("claim: money moves only after payee and amount were confirmed and authorised, and as they were then") {
  SECTION("a way around the confirmation") {
    CHECK_THAT(found(with(paying(), "key: \"2\", text: lbl_sms, to: sms",
                          "key: \"2\", text: lbl_sms, to: otp}, {key: \"3\", text: lbl_sms, to: sms")),
               Contains("money-unconfirmed"));
  }
  SECTION("a confirmation that does not show the amount") {
    CHECK_THAT(
        found(with(paying(), "shows: [acct.label, due]", "shows: [acct.label]")),
        Contains("money-unconfirmed: the payment 'pay' may be come to without a confirm screen that shows 'acct' "
                 "and 'due': load -> pick -> detail -> show -> confirm -> otp -> voucher -> pay"));
  }
  SECTION("a confirmation that names the amount but does not print it") {
    Deployment deployment = paying();
    const std::size_t at = deployment.en.find("Pay {due} for {acct.label}?");
    deployment.en.replace(at, 27, "Pay for {acct.label}?");
    CHECK_THAT(found(deployment), Contains("is to show 'due', but its text 'confirm_ask' (en) does not always"));
  }
  SECTION("a code that is not bound to the payee") {
    CHECK_THAT(
        found(with(paying(), "binds: [acct.id, due]", "binds: [due]")),
        Contains("money-unauthorised: the payment 'pay' may be come to without the grant 'authorised' of an otp "
                 "that binds 'acct' and 'due'"));
  }
  SECTION("no code at all") {
    CHECK_THAT(found(with(paying(), "yes: otp, no: bye", "yes: voucher, no: otp")), Contains("money-unauthorised"));
  }
  SECTION("who says no does not pay") {
    CHECK_THAT(found(with(paying(), "yes: otp, no: bye", "yes: otp, no: otp")), Contains("money-unconfirmed"));
  }
  SECTION("the amount changes between code and payment") {
    CHECK_THAT(
        found(with(paying(), "then: {ok: voucher, fail|locked: bye}",
                   "then: {ok: change, fail|locked: bye}\n  change: {set: {due: 5}, then: voucher}")),
        Contains("money-changed: the payment 'pay' may be come to with another 'acct' or 'due' than was confirmed"));
  }
  SECTION("back to before the code, and around it") {
    // From the voucher back to a menu behind the confirmation, which leads to the voucher without a code.
    const Deployment deployment = with(
        with(paying(), "yes: otp, no: bye", "yes: how, no: bye"), "  otp:\n",
        "  how: {menu: {text: otp_ask, items: [{key: \"1\", text: lbl_pay, to: otp}, {key: \"2\", text: lbl_sms, to: "
        "voucher}]}}\n  otp:\n");
    CHECK_THAT(found(deployment), Contains("money-unauthorised"));
  }
  SECTION("a second payment after the first") {
    CHECK_THAT(
        found(with(paying(), "declined: {end: {text: declined}}",
                   "declined: {menu: {text: declined, items: [{key: \"1\", text: lbl_pay, to: voucher}, {key: \"2\", "
                   "text: lbl_sms, to: sms}]}}")),
        Contains("money-unconfirmed"));
  }
}

TEST_CASE("claim: no secret is in a screen or an SMS, nor goes to a service that does not need it") {
  Deployment deployment = paying();
  const std::size_t at = deployment.en.find("Paid. Receipt {receipt_no}");
  deployment.en.insert(at, "{voucher} ");
  CHECK_THAT(found(deployment),
             Contains("secret-shown: state 'receipt': the secret 'voucher' goes into the text 'receipt'"));
  CHECK_THAT(found(with(paying(), "args: {company: acct.id, account: acct.id}",
                        "args: {company: acct.id, account: voucher}")),
             Contains("secret-shown: state 'detail': the secret 'voucher' goes into the service bills.due"));
  // Kept only until the next screen.
  CHECK_THAT(found(with(paying(), "then: {ok: pay, fail: bye}",
                        "then: {ok: sure, fail: bye}\n  sure: {menu: {text: lbl_pay, items: [{key: \"1\", text: "
                        "lbl_pay, to: pay}]}}")),
             Contains("unset-slot: state 'pay': 'voucher' in the argument voucher may not be set"));
}

TEST_CASE("checker: strings of the deployment that no flow uses") {
  Deployment deployment = paying();
  deployment.en += "left: Over\n";
  CHECK_THAT(joined(check_faults(deployment)), Contains("strings/en.yaml:26:7: no flow uses the string 'left'"));
}

TEST_CASE("checker: a word that means yes and no is told where it stands") {
  const auto with = [](const std::string& strings) {
    return Deployment{.flows = {{"home", "flow: home\nschema: 1\nstates:\n  first: {end: {text: ask}}\n"}},
                      .en = "ask: Ask\n" + strings,
                      .locales = {"en"}};
  };
  const auto told = [&](const std::string& strings) { return joined(check_faults(with(strings))); };
  const std::string yes = "sys_yes: \"Yes\"\nsys_yes_words: ok, surely\n";
  CHECK(told(yes + "sys_no: \"No\"\nsys_no_words: nay, okay\n").empty());
  CHECK_THAT(told(yes + "sys_no: \"No\"\nsys_no_words: nay, OK\n"),
             Contains("strings/en.yaml:5:") && Contains("'ok' means yes and no"));
  CHECK(check_faults(with(yes + "sys_no: \"No\"\nsys_no_words: nay, OK\n")).at(0).rule == Rule::keyword_clash);
  CHECK_THAT(told(yes + "sys_no: \"No\"\nsys_no_words: \"yes\"\n"), Contains("'yes' means yes and no"));
  CHECK_THAT(told(yes + "sys_no: Surely\nsys_no_words: nay\n"),
             Contains("strings/en.yaml:4:") && Contains("'surely' means yes and no"));
}

TEST_CASE("checker: a placeholder that one language lacks") {
  Deployment deployment = home("n: {int: [0, 9]}", "  a: {set: {n: 1}, then: b}\n  b: {end: {text: all}}\n");
  deployment.en = "all: \"{n}\"\n";
  deployment.ar = "all: \"شيء\"\n";
  deployment.locales = {"ar", "en"};
  CHECK(faults_of(deployment) ==
        "strings/ar.yaml:1:6: string 'all' (ar) lacks {n}, which 'en' has (every language must tell the same)");
}

TEST_CASE("claim: short codes that changed their meaning since the published revision are told") {
  const auto menu = [](const std::string& one, const std::string& two, const std::string& extra = {}) {
    return must_load(home("", "  first: {menu: {text: ask, items: [{key: \"1\", text: more, to: " + one +
                                  "}, {key: \"2\", text: no, to: " + two +
                                  "}]}}\n  a: {end: {text: shown}}\n  b: {end: "
                                  "{text: no}}\n" +
                                  extra));
  };
  const auto published = menu("a", "b");
  const auto faults = [&](const std::shared_ptr<const Revision>& candidate) {
    std::string all;
    for (const Diagnostic& fault : check(*candidate, {.operators = {}, .published = published.get()})) {
      if (fault.rule == Rule::moved_code) all += fault.message + "\n";
    }
    return all;
  };
  CHECK(faults(published).empty());
  CHECK(faults(menu("b", "a")) ==
        "*123*2# leads to home.a, in the published revision to home.b\n"
        "*123*1# leads to home.b, in the published revision to home.a\n");
  CHECK(faults(menu("c", "b",
                    "  c: {menu: {text: ask, items: [{key: \"1\", text: no, to: a}]}}\nmigrate: {renamed: {a: c}}\n"))
            .empty());
}

TEST_CASE("checker: forty flows in three languages for three operators are checked in less than three seconds") {
  const Deployment one = paying();
  std::vector<SourceFile> files{
      {"flows/home.yaml",
       "flow: home\nschema: 1\nstates:\n  main: {menu: {text: nav_home, items: [{key: \"1\", text: "
       "sys_yes, flow: bill_pay_0}]}}\n"}};
  for (int i = 0; i < 40; ++i) {
    const std::string name = "bill_pay_" + std::to_string(i);
    std::string flow = one.flows.front().second;
    flow.replace(flow.find("flow: bill_pay"), 14, "flow: " + name);
    const std::string entry = "entry: {ussd: \"1\", sms: {keywords: [bill, فاتورة]}}";
    flow.replace(flow.find(entry), entry.size(), "entry: {ussd: \"" + std::to_string(10 + i) + "\"}");
    files.push_back({"flows/" + name + ".yaml", std::move(flow)});
  }
  LoadOptions options;
  options.locales = {"en", "de", "nl"};
  options.services = services();
  for (const std::string& locale : options.locales) {
    files.push_back({"common/strings/" + locale + ".yaml", system_strings(locale)});
    files.push_back({"strings/" + locale + ".yaml", one.en});
  }
  const std::vector<OperatorProfile> operators{{.name = "one"}, {.name = "two"}, {.name = "three"}};
  const std::clock_t began = std::clock();  // the processor's time: other tests run beside this one
  const auto revision = load(files, options);
  if (!revision) FAIL(joined(revision.error()));
  CHECK(joined(check(**revision, {.operators = operators, .published = nullptr})).empty());
  const double seconds = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  CHECK(seconds < 3.0);
}
