// What a network and a person do to a walk, on flows that pay.
#include "rehearsal/rehearsal.hpp"

#include <catch2/catch.hpp>

#include "fixture.hpp"

using namespace shubbak;
using namespace shubbak::rehearsal;
using flows::test::Deployment;
using flows::test::must_load;

namespace {

// What stands between the voucher and the payment may be more than nothing.
std::shared_ptr<const flows::Revision> paying(const std::string& after_voucher = "pay") {
  Deployment deployment{
      .flows = {{"pay", R"(
flow: pay
schema: 1
entry: {ussd: "1", sms: {keywords: [pay]}}
limits: {resume_ttl: 5m}
slots:
  account: {digits: [1, 12]}
  due: {money: SYP, max: 999900}
  voucher: {digits: 16, secret: true}
  receipt_no: {text: 19}
states:
  which: {input: {type: digits, min: 1, max: 12, save: account, text: which}, then: ask}
  ask:
    call: {service: bills.due, args: {company: account, account: account}, timeout: 3s}
    save: {due: $.amount}
    then: {ok: confirm, timeout|error|not_found: later}
  confirm: {confirm: {text: confirm, shows: [account, due], yes: otp, no: bye}}
  otp:
    otp: {binds: [account, due], text: sent, message: message}
    grants: paid_by_code
    then: {ok: voucher, fail|locked: bye}
  voucher: {input: {type: voucher_pin, save: voucher, text: voucher}, then: pay}
  pay:
    needs: [paid_by_code]
    money: {service: payments.pay, args: {account: account, amount: due, voucher: voucher}, timeout: 8s}
    save: {receipt_no: $.receipt}
    then: {ok: receipt, declined: bye, unknown: pending}
  receipt: {end: {text: receipt, sms: receipt}}
  pending: {end: {text: pending, sms_later: receipt}}
  later: {end: {text: later}}
  bye: {end: {text: bye}}
)"}},
      .en =
          "which: Which?\nconfirm: \"Pay {due} for {account}?\"\nsent: Dial *123*CODE#\n"
          "message: \"{code} pays {due} for {account}\"\n"
          "voucher: Card?\nreceipt: \"Receipt {receipt_no}\"\npending: Held\nlater: Later\nbye: Bye\n",
      .locales = {"en"}};
  std::string& flow = deployment.flows.front().second;
  const std::string then = "text: voucher}, then: pay}\n";
  flow.replace(flow.find(then), then.size(), "text: voucher}, then: " + after_voucher + "}\n");
  return must_load(deployment);
}

struct Town {
  MockServices services;
  Rehearsal walk{paying(), {.name = "op", .application_timeout = std::chrono::seconds(10)}, {}, services};

  Town() {
    services.set("bills.due", {{.outcome = "ok", .data = {{"amount", 150000}, {"count", 1}}, .later = {}}});
    services.set("payments.pay", {{.outcome = "ok", .data = {{"receipt", "R1"}}, .later = {}}});
  }
  void to_code() {
    walk.dial("*123*1#");
    walk.send("77");
    walk.send("1");
    REQUIRE(text() == "Dial *123*CODE#");
    REQUIRE(walk.screen()->ended);
  }
  std::string text() const { return walk.screen() ? walk.screen()->text : "nothing"; }
};

constexpr const char* card_number = "4539578763621481";
const std::string code_message = "123456 pays 1,500 for 77";

}  // namespace

TEST_CASE("a code that is dialled takes the walk on from where it waits") {
  Town town;
  town.to_code();
  town.walk.dial("*123*123456#");
  CHECK_THAT(town.text(), Catch::StartsWith("Card?"));
  town.walk.send(card_number);
  CHECK(town.text() == "Receipt R1");
  CHECK(town.walk.messages() == std::vector<std::string>{code_message, "Receipt R1"});
  CHECK(town.services.is_balanced());
  CHECK(town.walk.faults().empty());
}

TEST_CASE("who dials the bare code is at the code screen again, also after a crash") {
  Town town;
  town.to_code();
  town.walk.crash();
  town.walk.dial("*123#");
  CHECK_THAT(town.text(), Catch::StartsWith("Dial *123*CODE#"));
  town.walk.send("123456");
  CHECK_THAT(town.text(), Catch::StartsWith("Card?"));
}

TEST_CASE("a code may come as an SMS") {
  Town town;
  town.to_code();
  town.walk.sms("123456");
  REQUIRE(town.walk.messages().size() == 2);
  CHECK_THAT(town.walk.messages().back(), Catch::StartsWith("Card?"));
}

TEST_CASE("the third wrong code locks") {
  Town town;
  town.to_code();
  town.walk.dial("*123*111111#");
  CHECK_FALSE(town.walk.screen()->ended);
  town.walk.send("222222");
  town.walk.send("333333");
  CHECK(town.text() == "Bye");
}

TEST_CASE("a parked walk is gone when its time is over") {
  Town town;
  town.to_code();
  town.walk.wait(std::chrono::minutes(5));
  town.walk.dial("*123*123456#");
  CHECK_THAT(town.text(), !Catch::StartsWith("Card?"));
  CHECK(town.services.asked("otp.verify") == 0);
}

TEST_CASE("a payment whose answer is late is held, and told when it is known") {
  Town town;
  town.to_code();
  town.walk.dial("*123*123456#");
  town.walk.late();
  town.walk.send(card_number);
  CHECK(town.text() == "Held");
  CHECK(town.walk.messages() == std::vector<std::string>{code_message});
  town.walk.wait(std::chrono::seconds(30));
  CHECK(town.walk.messages() == std::vector<std::string>{code_message, "Receipt R1"});
  CHECK(town.services.asked("payments.pay") == 1);
}

TEST_CASE("an answer that takes longer than the network waits is never seen") {
  Town town;
  town.walk.dial("*123*1#");
  town.walk.slow(std::chrono::seconds(2));
  town.walk.send("77");
  CHECK_THAT(town.text(), Catch::StartsWith("Pay 1,500"));
  town.walk.dial("*123*1#");
  town.walk.slow(std::chrono::seconds(3));
  town.walk.send("77");
  CHECK(town.text() == "Later");
}

TEST_CASE("a double press does not pay twice") {
  Town town;
  town.to_code();
  town.walk.dial("*123*123456#");
  town.walk.send(card_number);
  town.walk.duplicate();
  CHECK(town.text() == "en sys_session_lost");
  CHECK(town.services.asked("payments.pay") == 1);
  CHECK(town.services.is_balanced());
}

TEST_CASE("a payment's key gets the same answer, and counts once") {
  MockServices services;
  services.set("payments.pay", {{.outcome = "ok", .data = {{"receipt", "R1"}}, .later = {}},
                                {.outcome = "ok", .data = {{"receipt", "R2"}}, .later = {}}});
  flows::Call call{"payments.pay", {}, std::chrono::seconds(1), true, "key"};
  CHECK(services.ask(call).data.at("receipt").as_string() == "R1");
  CHECK(services.ask(call).data.at("receipt").as_string() == "R1");
  call.payment_key = "other";
  CHECK(services.ask(call).data.at("receipt").as_string() == "R2");
  CHECK(services.is_balanced());
}

TEST_CASE("a silent dialogue is dropped, and taken up where it was") {
  Town town;
  town.walk.dial("*123*1#");
  town.walk.send("77");
  town.walk.wait(std::chrono::seconds(120));
  CHECK_FALSE(town.walk.in_dialogue());
  town.walk.dial("*123#");
  CHECK_THAT(town.text(), Catch::StartsWith("Pay 1,500 for 77?"));
}

TEST_CASE("claim: the session is saved and reloaded between every two steps") {
  // A secret is never saved. Asked for right before the payment it is there; with a screen between, where the service
  // starts anew, it is gone, and the payment is not even asked for.
  const std::string sure = "sure}\n  sure: {menu: {text: confirm, items: [{key: \"1\", text: bye, to: pay}]}";
  for (const bool has_screen_between : {false, true}) {
    MockServices services;
    services.set("bills.due", {{.outcome = "ok", .data = {{"amount", 150000}, {"count", 1}}, .later = {}}});
    services.set("payments.pay", {{.outcome = "ok", .data = {{"receipt", "R1"}}, .later = {}}});
    Rehearsal walk(paying(has_screen_between ? sure : "pay"), {.name = "op"}, {}, services);
    walk.dial("*123*1*77#");
    walk.send("1");
    walk.dial("*123*123456#");
    walk.send(card_number);
    if (has_screen_between) {
      walk.crash();
      walk.dial("*123#");
      walk.send("1");
    }
    REQUIRE(walk.screen());
    CHECK(walk.screen()->text == (has_screen_between ? "Bye" : "Receipt R1"));
    CHECK(services.asked("payments.pay") == (has_screen_between ? 0U : 1U));
    CHECK(walk.faults().empty());
  }
}

TEST_CASE("claim: the length of every reply is asserted") {
  Town town;
  Rehearsal narrow(paying(), {.name = "op", .sms_octets_max = 5}, {}, town.services);
  narrow.dial("*123*1*77#");
  narrow.send("1");
  narrow.dial("*123*123456#");
  REQUIRE(narrow.faults().size() == 1);
  CHECK_THAT(narrow.faults().back(), Catch::StartsWith("a text of 21 octets, over the limit of 5"));
  narrow.send(card_number);
  REQUIRE(narrow.faults().size() == 2);
  CHECK_THAT(narrow.faults().back(), Catch::StartsWith("a text of 9 octets, over the limit of 5"));
}

TEST_CASE("claim: a conversation drops, redials, is late, doubled, slow and crashes") {
  Town town;
  town.walk.slow(std::chrono::seconds(2));
  town.walk.dial("*123*1*77#");
  CHECK_THAT(town.text(), Catch::StartsWith("Pay 1,500 for 77?"));
  CHECK(town.walk.now() >= std::chrono::seconds(2));
  town.walk.drop();
  CHECK_FALSE(town.walk.in_dialogue());
  town.walk.redial();
  CHECK(town.walk.in_dialogue());
  CHECK_THAT(town.text(), Catch::StartsWith("Pay 1,500 for 77?"));
  town.walk.late();
  town.walk.redial();
  CHECK(town.text() == "Later");
  town.walk.redial();
  town.walk.send("1");
  town.walk.crash();
  town.walk.dial("*123*123456#");
  CHECK_THAT(town.text(), Catch::StartsWith("Card?"));
  town.walk.send(card_number);
  CHECK(town.text() == "Receipt R1");
  town.walk.duplicate();
  CHECK(town.text() == "en sys_session_lost");
  CHECK(town.services.asked("payments.pay") == 1);
  CHECK(town.walk.faults().empty());
}
