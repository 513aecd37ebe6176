// What differs when a recording is walked on changed flows.
#include "rehearsal/replay.hpp"

#include "examples.hpp"
#include "fixture.hpp"
#include "recorded_walk.hpp"

using namespace shubbak;
using namespace shubbak::rehearsal;
using namespace shubbak::rehearsal::testing;
using Verdict = Comparison::Verdict;

namespace {

using flows::test::Deployment;
using flows::test::must_load;

// The example with one text in it replaced by another.
std::shared_ptr<const flows::Revision> changed(const std::string& from, const std::string& to) {
  Deployment deployment = flows::test::bill_pay();
  for (std::string* text : {&deployment.flows.front().second, &deployment.en}) {
    if (const std::size_t at = text->find(from); at != std::string::npos) {
      text->replace(at, from.size(), to);
      return must_load(deployment);
    }
  }
  FAIL("not in the example: " << from);
  return {};
}

const std::shared_ptr<const flows::Revision>& as_it_was() {
  static const auto loaded = must_load(flows::test::bill_pay());
  return loaded;
}

flows::CallOutcome company_answer(const flows::Call& call, const flows::Session&) {
  if (call.service == "bills.accounts")
    return {"ok", boost::json::parse(R"({"accounts": [{"id": "452100778899", "label": "Home"}]})").as_object()};
  if (call.service == "bills.due") return {"ok", {{"amount", 7654300}, {"count", 2}}};
  return {"ok", {}};
}

// Dials, picks the account, asks for the bill by SMS.
const Recording& by_sms() {
  static const Recording recording = [] {
    RecordedWalk walk(as_it_was(), company_answer);
    walk.dial({"1"});
    walk.send("1");
    walk.send("2");
    REQUIRE(walk.ended());
    return walk.recorded();
  }();
  return recording;
}

Comparison against(const std::shared_ptr<const flows::Revision>& candidate) {
  return compare(by_sms(), as_it_was(), candidate, profile());
}

}  // namespace

TEST_CASE("flows that only changed where nobody went are the same") {
  CHECK(against(as_it_was()).verdict == Verdict::same);
  CHECK(against(changed("Held, not lost.", "Kept.")).verdict == Verdict::same);
}

TEST_CASE("a changed text is told with its state, before and after") {
  const Comparison result = against(changed("Which account?", "Choose an account"));
  CHECK(result.verdict == Verdict::texts);
  REQUIRE(result.texts.size() == 1);
  CHECK(result.texts[0].at == "bill_pay.pick");
  CHECK_THAT(result.texts[0].before, Catch::StartsWith("Which account?"));
  CHECK_THAT(result.texts[0].after, Catch::StartsWith("Choose an account"));

  const Comparison message = against(changed("\"{acct.label}: {due}\"", "\"{acct.label} owes {due}\""));
  REQUIRE(message.texts.size() == 1);
  CHECK(message.texts[0].at == "bill_pay.sms");
  CHECK_THAT(message.texts[0].after, Catch::Contains(" owes "));
}

TEST_CASE("a way that parts is told with what was pressed and where it leads") {
  const Comparison result =
      against(changed(R"({key: "2", text: lbl_sms, to: sms})",
                      R"({key: "2", text: lbl_sms, to: bye}, {key: "3", text: lbl_sms, to: sms})"));
  CHECK(result.verdict == Verdict::way);
  CHECK(result.at == "bill_pay.show");
  CHECK(result.input == "2");
  CHECK(result.before == "bill_pay.sms (ends)");
  CHECK(result.after == "bill_pay.bye (ends)");
  CHECK(result.texts.size() == 1);  // the menu before it
}

TEST_CASE("a condition that is new is met with pseudonyms of the recorded size") {
  CHECK(against(changed(R"(to: confirm, when: "due > 0")", R"(to: confirm, when: "due > 100000")")).verdict ==
        Verdict::same);
  CHECK(against(changed(R"(to: confirm, when: "due > 0")", R"(to: confirm, when: "due > 10000000")")).verdict ==
        Verdict::texts);  // Pay is not offered
}

TEST_CASE("an answer that is no longer taken fails") {
  const Comparison result =
      against(changed(R"({key: "2", text: lbl_sms, to: sms})", R"({key: "3", text: lbl_sms, to: sms})"));
  CHECK(result.verdict == Verdict::failed);
  CHECK(result.at == "bill_pay.show");
  CHECK(result.input == "2");
  CHECK(result.reason == "does not take that answer");
}

TEST_CASE("a service that was not asked fails, and so does a member that was not saved") {
  const Comparison asked = against(
      changed("then: {ok: show, timeout|error|not_found: later}", R"(then: {ok: more, timeout|error|not_found: later}
  more:
    call: {service: payments.history, args: {company: acct.id, account: acct.id}, timeout: 3s}
    then: {ok: show, timeout|error|not_found: later})"));
  CHECK(asked.verdict == Verdict::failed);
  CHECK(asked.reason == "asks payments.history, which was not asked then");

  const Comparison again = against(
      changed("then: {ok: show, timeout|error|not_found: later}", R"(then: {ok: more, timeout|error|not_found: later}
  more:
    call: {service: bills.due, args: {company: acct.id, account: acct.id}, timeout: 3s}
    then: {ok: show, timeout|error|not_found: later})"));
  CHECK(again.verdict == Verdict::failed);
  CHECK(again.reason == "asks bills.due more often than then");

  Deployment saving = flows::test::bill_pay();
  std::string& flow = saving.flows.front().second;
  flow.replace(flow.find("save: {accounts: $.accounts}"), 28, "save: {accounts: $.accounts, n: $.missing}");
  const Comparison saved = against(must_load(saving));
  CHECK(saved.verdict == Verdict::failed);
  CHECK(saved.reason == "saves $.missing of bills.accounts, which was not saved then");
}

TEST_CASE("a state that was renamed is the same one where the flow says so") {
  Deployment renamed = flows::test::bill_pay();
  std::string& flow = renamed.flows.front().second;
  const auto replace = [&](const std::string& from, const std::string& to) {
    const std::size_t at = flow.find(from);
    REQUIRE(at != std::string::npos);
    flow.replace(at, from.size(), to);
  };
  replace("then: {ok: show,", "then: {ok: bill,");
  replace("  show:\n", "  bill:\n");
  CHECK(against(must_load(renamed)).verdict == Verdict::way);
  replace("{pick_account: pick}", "{show: bill}");
  CHECK(against(must_load(renamed)).verdict == Verdict::same);
}

TEST_CASE("a code or a language that is gone is told") {
  const Comparison gone = against(changed(R"(ussd: "1", sms)", R"(ussd: "7", sms)"));
  CHECK(gone.verdict == Verdict::way);
  CHECK(gone.at.empty());
  CHECK(gone.input == "*123*1#");

  Recording foreign = by_sms();
  foreign.locale = "fr";
  CHECK(compare(foreign, as_it_was(), as_it_was(), profile()).verdict == Verdict::not_reproduced);
}

TEST_CASE("a recording that its own flows do not lead along any more tells nothing") {
  Recording damaged = by_sms();
  damaged.inputs[1].at = "bill_pay.show";
  CHECK(compare(damaged, as_it_was(), as_it_was(), profile()).verdict == Verdict::not_reproduced);
  damaged = by_sms();
  damaged.outcomes.pop_back();
  CHECK(compare(damaged, as_it_was(), as_it_was(), profile()).verdict == Verdict::not_reproduced);
}
