// What flows say of a payment beyond account and amount: whose company it goes to, what it is paid with, and the
// outcomes that they tell apart.
#include <catch2/catch.hpp>

#include "fixture.hpp"
#include "flows/checker.hpp"

using namespace shubbak::flows;
using namespace shubbak::flows::test;
using Catch::Contains;

namespace {

constexpr const char* looked_up =
    "    save: {due: $.amount, company: $.company, company_label: $.company_label}\n"
    "    then: {ok: sure, not_found|unknown_governorate|limited|timeout|error: bye}\n";

// A flow that pays from the card what is due on anybody's account, whichever company it is of.
Deployment paying_anybody() {
  return {
      .flows = {{"home", std::string(R"(
flow: home
schema: 1
slots:
  place: {digits: 2}
  account: {digits: [4, 12]}
  company: {text: 12}
  company_label: {text: 12}
  due: {money: SYP, max: 999900}
  receipt: {text: 20}
  check: {text: 10}
states:
  where: {input: {type: digits, len: 2, save: place, text: ask}, then: which}
  which: {input: {type: account, min: 4, max: 12, save: account, text: ask}, then: ask}
  ask:
    call: {service: bills.lookup, args: {governorate: place, subscription: account}, timeout: 3s}
)") + looked_up + R"(  sure: {confirm: {text: sure, shows: [company_label, account, due], yes: prove, no: bye}}
  prove:
    otp: {binds: [company, account, due], text: sent, message: message}
    grants: proven
    then: {ok: pay, fail|locked: bye}
  pay:
    needs: [proven]
    money: {service: payments.pay, args: {account: account, amount: due, company: company}, timeout: 5s}
    save: {receipt: $.receipt, check: $.check}
    then: {ok: paid, declined: declined, unknown: held}
  paid: {end: {text: paid}}
  declined: {end: {text: declined}}
  held: {end: {text: held}}
  bye: {end: {text: bye}}
)"}},
      .en =
          "ask: Number?\nsure: \"Pay {company_label} {due} for {account}?\"\nsent: Sent\n"
          "message: \"{code} is your code\"\npaid: \"Paid {receipt} {check}\"\ndeclined: Declined\nheld: Held\n"
          "bye: Bye\nsys_wrong_choice: Wrong.\nsys_yes: \"Yes\"\nsys_no: \"No\"\nnav_back: Back\nnav_home: Home\n",
      .locales = {"en"}};
}

Deployment instead(Deployment deployment, const std::string& from, const std::string& to) {
  std::string& states = deployment.flows.front().second;
  const std::size_t at = states.find(from);
  REQUIRE(at != std::string::npos);
  states.replace(at, from.size(), to);
  return deployment;
}

// "rule: message" of each fault, strings that nobody uses apart.
std::string told_of(const Deployment& deployment) {
  const auto revision = deployment.load();
  const OperatorProfile profile{.name = "op", .sms_octets_max = 800};
  const std::vector<Diagnostic> faults =
      revision ? check(**revision, {.operators = {&profile, 1}, .published = nullptr}) : revision.error();
  std::string all;
  for (const Diagnostic& fault : faults) {
    if (fault.rule == Rule::unused_string) continue;
    all.append(all.empty() ? "" : "\n").append(to_string(fault.rule)).append(": ").append(fault.message);
  }
  return all;
}

void to_payment_of_anybody(Phone& phone) {
  phone.dial({"21", "2100345"}).outcome("ok", R"({"amount":150000,"company":"aleppo","company_label":"Aleppo Co."})");
  REQUIRE_THAT(phone.text(), Contains("Pay Aleppo Co. 1,500 for 2100345?"));
  phone.send("1");
  REQUIRE_THAT(phone.called(), Contains(R"("binds":{"company":"aleppo","account":"2100345","due":"150000 SYP"})"));
  phone.outcome("ok").send("123456").outcome("ok");
}

}  // namespace

TEST_CASE("what can only have a payment refused need not be shown, but is bound like what is paid") {
  const Deployment of_a_case = instead(paying_anybody(), "company: company}, timeout: 5s}",
                                       "company: company, tracking: place}, timeout: 5s}");
  CHECK_THAT(told_of(of_a_case), Contains("money-unauthorised"));
  CHECK(told_of(instead(of_a_case, "binds: [company", "binds: [place, company")).empty());
}

TEST_CASE("paying: what is optional may be left out, what is not must be given") {
  CHECK(told_of(paying_anybody()).empty());
  // Of one company's deployment, and without a voucher.
  const std::string args = "args: {account: account, amount: due, company: company}";
  CHECK(told_of(instead(paying_anybody(), args, "args: {account: account, amount: due}")).empty());
  CHECK_THAT(told_of(instead(paying_anybody(), args, "args: {account: account, company: company}")),
             Contains("payments.pay needs the argument 'amount'"));
  CHECK_THAT(told_of(instead(paying_anybody(), args, "args: {account: account, amount: due, firm: company}")),
             Contains("unknown key 'firm' in the arguments of payments.pay"));
  CHECK_THAT(told_of(instead(paying_anybody(), args, "args: {account: account, amount: due, company: due}")),
             Contains("type-mismatch: 'due' is not what payments.pay takes as company"));

  Phone phone(must_load(paying_anybody()));
  to_payment_of_anybody(phone);
  CHECK(phone.called() == R"(payments.pay {"account":"2100345","amount":150000,"company":"aleppo"})");
  phone.outcome("ok", R"({"receipt":"00000125","check":"1234567"})");
  CHECK(phone.text() == "Paid 00000125 1234567");
}

TEST_CASE("paying: an optional argument that is given must be set like any other") {
  const Deployment unset =
      instead(instead(paying_anybody(), "company: $.company, company_label: $.company_label", ""),
              "save: {due: $.amount, }", "save: {due: $.amount}");
  CHECK_THAT(told_of(unset), Contains("unset-slot: state 'pay': 'company' in the argument company may not be set"));
}

TEST_CASE("paying: outcomes that a flow does not tell apart are declined, what nobody knows stays unknown") {
  const auto revision = must_load(paying_anybody());
  for (const auto& [outcome, text] : std::vector<std::pair<std::string, std::string>>{{"declined", "Declined"},
                                                                                      {"insufficient", "Declined"},
                                                                                      {"voucher_refused", "Declined"},
                                                                                      {"not_over", "Declined"},
                                                                                      {"unknown", "Held"},
                                                                                      {"timeout", "Held"},
                                                                                      {"error", "Held"},
                                                                                      {"another", "Held"}}) {
    CAPTURE(outcome);
    Phone phone(revision);
    to_payment_of_anybody(phone);
    phone.outcome(outcome);
    CHECK(phone.text() == text);
  }
}

TEST_CASE("paying: an outcome that a flow names leads where it says") {
  const std::string then = "then: {ok: paid, declined: declined, unknown: held}";
  Phone phone(must_load(
      instead(paying_anybody(), then, "then: {ok: paid, insufficient: bye, declined: declined, unknown: held}")));
  to_payment_of_anybody(phone);
  SECTION("the one that it names") {
    phone.outcome("insufficient");
    CHECK(phone.text() == "Bye");
  }
  SECTION("another one is declined") {
    phone.outcome("voucher_refused");
    CHECK(phone.text() == "Declined");
  }
}

TEST_CASE("paying: declined and unknown must lead somewhere, and names are the service's") {
  const std::string then = "then: {ok: paid, declined: declined, unknown: held}";
  const auto faults = [&](const std::string& other) { return told_of(instead(paying_anybody(), then, other)); };
  CHECK_THAT(faults("then: {ok: paid, insufficient|voucher_refused: declined, unknown: held}"),
             Contains("missing-branch: the outcome 'declined' of payments.pay leads nowhere"));
  CHECK_THAT(faults("then: {ok: paid, declined|insufficient: declined}"),
             Contains("missing-branch: the outcome 'unknown' of payments.pay leads nowhere"));
  CHECK_THAT(faults("then: {ok: paid, declined|insuficient: declined, unknown: held}"),
             Contains("unknown-name: payments.pay has no outcome 'insuficient'"));
}

TEST_CASE("claim: a payment's company is confirmed and authorised like its account and amount") {
  SECTION("the code is not bound to it") {
    CHECK_THAT(told_of(instead(paying_anybody(), "binds: [company, account, due]", "binds: [account, due]")),
               Contains("money-unauthorised: the payment 'pay' may be come to without the grant 'proven'"));
  }
  SECTION("the code is bound to its label, which may be another company's too") {
    CHECK_THAT(
        told_of(instead(paying_anybody(), "binds: [company, account, due]", "binds: [company_label, account, due]")),
        Contains("money-unauthorised"));
  }
  SECTION("it is not shown") {
    CHECK_THAT(told_of(instead(paying_anybody(), "shows: [company_label, account, due]", "shows: [account, due]")),
               Contains("money-unconfirmed: the payment 'pay' may be come to without a confirm screen that shows"));
  }
  SECTION("it is shown itself") {
    Deployment shown =
        instead(paying_anybody(), "shows: [company_label, account, due]", "shows: [company, account, due]");
    shown.en.replace(shown.en.find("{company_label}"), 15, "{company}");
    CHECK(told_of(shown).empty());
  }
  SECTION("the label is to be shown, and the text has it not") {
    Deployment silent = paying_anybody();
    silent.en.replace(silent.en.find("{company_label} "), 16, "");
    CHECK_THAT(told_of(silent), Contains("money-unconfirmed: state 'sure' is to show 'company_label'"));
  }
  SECTION("it changes after the confirmation") {
    CHECK_THAT(
        told_of(instead(paying_anybody(), "yes: prove, no: bye}}\n",
                        "yes: more, no: bye}}\n  more: {set: {company: \"homs\", company_label: \"Homs\"}, then: "
                        "prove}\n")),
        Contains("money-changed: the payment 'pay' may be come to with another"));
  }
}

TEST_CASE("paying: a label stands for the company only where both are set together, from the same answer") {
  const std::string between = "then: {ok: sure, not_found";
  const auto with_state = [&](const std::string& slots, const std::string& state) {
    Deployment deployment = instead(paying_anybody(), between, "then: {ok: other, not_found");
    deployment = instead(deployment, "  receipt: {text: 20}\n", slots + "  receipt: {text: 20}\n");
    return instead(deployment, "  sure: {confirm", "  other: " + state + "\n  sure: {confirm");
  };
  const std::string unconfirmed = "money-unconfirmed: the payment 'pay' may be come to without a confirm";
  CHECK_THAT(told_of(with_state("", "{set: {company: \"homs\"}, then: sure}")), Contains(unconfirmed));
  CHECK_THAT(told_of(with_state("", "{set: {company_label: \"Homs\"}, then: sure}")), Contains(unconfirmed));
  CHECK_THAT(told_of(with_state("", "{input: {type: text, save: company_label, text: ask}, then: sure}")),
             Contains(unconfirmed));
  CHECK_THAT(told_of(with_state("  word: {text: 12}\n",
                                "{set: {word: \"x\", company: \"homs\", company_label: word}, then: sure}")),
             Contains(unconfirmed));
  CHECK_THAT(told_of(instead(paying_anybody(), "company_label: $.company_label", "company_label: $.company")),
             Contains(unconfirmed));
  CHECK(told_of(with_state("", "{set: {company: \"homs\", company_label: \"Homs\"}, then: sure}")).empty());

  // Of two entries of a list, and of one.
  const std::string lists =
      "  own: {list: {company: {text: 12}, label: {text: 12}}, max: 9}\n  one: {ref: own}\n  two: {ref: own}\n";
  const auto from_entry = [&](const std::string& label) {
    return with_state(lists,
                      "{call: {service: bills.accounts, timeout: 3s}, save: {own: $.accounts},\n"
                      "    then: {ok: [{when: \"count(own) == 0\", to: bye}, {to: first}], timeout|error: bye}}\n"
                      "  first: {menu: {text: ask, from: own, item: entry, save: one}, pick: second}\n"
                      "  second: {menu: {text: ask, from: own, item: entry, save: two}, pick: take}\n"
                      "  take: {set: {company: one.company, company_label: " +
                          label + "}, then: sure}");
  };
  Deployment same = from_entry("one.label");
  Deployment other = from_entry("two.label");
  same.en += "entry: \"{label}\"\n";
  other.en += "entry: \"{label}\"\n";
  CHECK(told_of(same).empty());
  CHECK_THAT(told_of(other), Contains(unconfirmed));

  // From a subflow in which they are set together, and from one in which they are not.
  const auto from_subflow = [&](const std::string& results, const std::string& found) {
    Deployment deployment =
        with_state("", "{subflow: {flow: part, args: {place: place, account: account}, results: {" + results +
                           "}}, then: {found: sure, absent: bye}}");
    deployment.flows.emplace_back("part", std::string(R"(
flow: part
schema: 1
slots:
  place: {digits: 2}
  account: {digits: [4, 12]}
  company: {text: 12}
  company_label: {text: 12}
takes: [place, account]
states:
  look:
    call: {service: bills.lookup, args: {governorate: place, subscription: account}, timeout: 3s}
    save: {company: $.company, company_label: $.company_label}
    then: {ok: then, not_found|unknown_governorate|limited|timeout|error: absent}
  then: )") + found + R"(
  absent: {return: absent}
)");
    return deployment;
  };
  const std::string both = "company: company, company_label: company_label";
  CHECK(told_of(from_subflow(both, "{return: found}")).empty());
  CHECK_THAT(told_of(from_subflow(both, "{set: {company_label: \"Homs\"}, then: over}\n  over: {return: found}")),
             Contains(unconfirmed));
  CHECK_THAT(told_of(from_subflow("company_label: company_label", "{return: found}")), Contains(unconfirmed));
}

// The way by a bank card, which brings no receipt, beside the one from the card, whose late SMS tells one.
TEST_CASE(
    "a late SMS may tell what each payment that is unknown there has answered, whatever other payments answer") {
  const auto two_ways = [](const std::string& unknown_order) {
    Deployment two = instead(paying_anybody(), "  receipt: {text: 20}\n",
                             "  receipt: {text: 20}\n  url: {text: 40}\n  way: {int: [0, 1]}\n");
    two = instead(two, "  sure: {confirm", R"(  how:
    menu: {text: how, items: [{key: "1", text: one, to: one}, {key: "2", text: two, to: two}]}
  one: {set: {way: 0}, then: sure}
  two: {set: {way: 1}, then: sure}
  sure: {confirm)");
    two = instead(two, "then: {ok: sure, not_found", "then: {ok: how, not_found");
    two = instead(two, "then: {ok: pay, fail|locked: bye}",
                  "then: {ok: [{when: \"way == 1\", to: order}, {to: pay}], fail|locked: bye}");
    two = instead(two, "  held: {end: {text: held}}",
                  "  held: {end: {text: held, sms_later: late}}\n  sent: {end: {text: link}}" +
                      std::string(unknown_order == "follows" ? "\n  follows: {end: {text: held}}" : ""));
    two = instead(two, "  paid: {end",
                  R"(  order:
    needs: [proven]
    money: {service: payments.pay_by_bank_card, args: {account: account, amount: due, company: company}, timeout: 5s}
    save: {url: $.url}
    then: {ok: sent, declined: declined, unknown: )" +
                      unknown_order + "}\n  paid: {end");
    two.en += "how: How?\none: One\ntwo: Two\nlink: \"Pay at {url}\"\nlate: \"Receipt {receipt} {check}\"\n";
    return two;
  };
  CHECK(told_of(two_ways("follows")) == "");
  CHECK_THAT(told_of(two_ways("held")), Contains("'receipt' in the text late may not be set"));
}

TEST_CASE("paying: what a service answers must have room, for half a receipt is worth nothing") {
  CHECK_THAT(
      told_of(instead(paying_anybody(), "receipt: {text: 20}", "receipt: {text: 18}")),
      Contains("type-mismatch: 'receipt' is too small for the result 'receipt', which comes up to 19 characters"));
  CHECK_THAT(told_of(instead(paying_anybody(), "check: {text: 10}", "check: {text: 6}")),
             Contains("'check' is too small for the result 'check', which comes up to 7 characters"));
  Deployment of_before = instead(paying_anybody(), "receipt: {text: 20}", "receipt: {text: 18}");
  of_before.only_finishes = true;  // another version has proven it
  CHECK(told_of(of_before) == "");
}

TEST_CASE("an outcome that a later version has added may be left out of a call, and leads where error does") {
  const std::string early = R"(flow: all
schema: 1
entry: {ussd: "1"}
requires: [active_link]
states:
  ask:
    call: {service: payments.quote_all, timeout: 4s}
    then: {ok|none|held: found, timeout|error: late}
  found: {end: {text: found}}
  late: {end: {text: late}}
)";
  const std::string both = "found: Found\nlate: Late\n";
  const Deployment left_out{.flows = {{"all", early}}, .ar = both, .en = both};
  CHECK(faults_of(left_out) == "");
  Phone phone(must_load(left_out));
  CHECK(phone.dial({"1"}).outcome("not_payable").text() == "Late");
  const std::string named = std::string(early).replace(early.find("held: found"), 4, "held|not_payable");
  Phone other(must_load({.flows = {{"all", named}}, .ar = both, .en = both}));
  CHECK(other.dial({"1"}).outcome("not_payable").text() == "Found");
}

TEST_CASE("numbers in the digits of an operator's phones leave links as they are") {
  const std::string text = "الرسم 12 عند\nhttp://pay.example/12 ثم 3";
  CHECK(in_digits(DigitStyle::latin, text) == text);
  CHECK(in_digits(DigitStyle::arabic, text) == "الرسم ١٢ عند\nhttp://pay.example/12 ثم ٣");
  CHECK(in_digits(DigitStyle::arabic, "Fee 12") == "Fee 12");
  CHECK(in_digits(DigitStyle::arabic, "").empty());
}
