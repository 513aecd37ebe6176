// In a walk by SMS: which texts are answers to what was asked, and which are commands.
#include <catch2/catch.hpp>

#include "fixture.hpp"

using namespace shubbak::flows;
using namespace shubbak::flows::test;

namespace {

constexpr const char* strings = "ask: Well?\nlist: Choose\nitem: \"{label}\"\nbye: Bye\n";
constexpr const char* flow = R"(
flow: f
schema: 1
entry: {ussd: "7", sms: {keywords: [meter], numbers: [[2, 2], [4, 12]]}}
slots:
  things: {list: {id: {digits: 4}, label: {text: 12}}, max: 9}
  it: {ref: things}
  n: {digits: [3, 20]}
  note: {text: 100}
  story: {text: 100}
  m: {money: SYP, max: 1000000}
states:
  load:
    call: {service: public.ask, timeout: 1s}
    save: {things: $.list, m: $.money}
    then: {ok: pick, timeout|error: bye}
  pick:
    menu: {text: list, from: things, item: item, save: it}
    pick: account
  account:
    input: {type: account, save: n, text: ask}
    then: sure
  sure: {confirm: {text: ask, yes: note, no: bye}}
  note:
    input: {type: text, max: 100, save: note, text: ask}
    then: more
  more:
    collect: {text: ask, more: ask, save: story, done: "1"}
    then: bye
  bye: {end: {text: bye}}
)";
constexpr const char* things =
    R"({"list":[{"id":"4521","label":"meter home"},{"id":"21","label":"shop"}],"money":1})";

// Answers that lead to a state, and what is an answer there.
struct Row {
  std::vector<std::string> walk;
  std::vector<std::string> answers;
  std::vector<std::string> others;
};

}  // namespace

TEST_CASE("takes: what the question takes is an answer, whatever command it looks like") {
  const auto revision = must_load({.flows = {{"f", flow}}, .ar = strings, .en = strings});
  for (const Row& row : {
           Row{{},
               {"1", "٢", "4521", "Meter home", "meter-home.", "shop"},
               {"meter", "meter 1", "3", "21 4521007", ""}},
           Row{{"1"}, {"4521", "45-21 007"}, {"meter", "45", "hello"}},
           Row{{"1", "4521"}, {"1", "en sys_yes"}, {"meter", "3"}},
           Row{{"1", "4521", "1"},
               {"the meter is broken", "meter broken", "21 4521007", "meter " + std::string(200, 'x'), "metre"},
               {"meter", "Meter!", "", " "}},
           Row{{"1", "4521", "1", "the meter is broken"},
               {"meter broken", "1", "meter " + std::string(3000, 'x')},
               {"meter", ""}},
       }) {
    Phone phone(revision);
    REQUIRE(phone.sms("meter"));
    phone.outcome("ok", things);
    for (const std::string& answer : row.walk) phone.send(answer);
    CAPTURE(phone.state());
    const std::string before = save(*revision, phone.session);
    for (const std::string& text : row.answers) {
      CAPTURE(text);
      CHECK(takes(*revision, phone.session, text, phone.context));
    }
    for (const std::string& text : row.others) {
      CAPTURE(text);
      CHECK_FALSE(takes(*revision, phone.session, text, phone.context));
    }
    CHECK(save(*revision, phone.session) == before);
  }
}

TEST_CASE("takes: what is too long for a question for free text is told so, and begins no flow") {
  const auto revision = must_load({.flows = {{"f", flow}}, .ar = strings, .en = strings});
  Phone phone(revision);
  REQUIRE(phone.sms("meter"));
  phone.outcome("ok", things).send("1").send("4521").send("1");
  REQUIRE(phone.state() == "f.note");
  const std::string long_text = "meter " + std::string(200, 'x');
  REQUIRE(takes(*revision, phone.session, long_text, phone.context));
  phone.send(long_text);
  CHECK(phone.state() == "f.note");
  CHECK_THAT(phone.text(), Catch::StartsWith("en sys_wrong_input"));
  phone.send("meter broken");
  CHECK(phone.state() == "f.more");
}

TEST_CASE("takes: nothing is an answer where nothing is asked") {
  const auto revision = must_load({.flows = {{"f", flow}}, .ar = strings, .en = strings});
  Phone phone(revision);
  REQUIRE(phone.sms("meter"));
  CHECK_FALSE(takes(*revision, phone.session, "1", phone.context));  // the service is being asked
}
