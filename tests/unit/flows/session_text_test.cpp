#include <catch2/catch.hpp>

#include "fixture.hpp"

using namespace shubbak;
using namespace shubbak::flows;
using namespace shubbak::flows::test;
using Catch::Matchers::Contains;

namespace {

constexpr const char* texts =
    "ask: Number?\nlist: Choose\nitem: \"{label}\"\nshown: \"{m} {it.label} {n}\"\nlow: Low\none: One\n";

std::string flow_with(const std::string& slots) {
  return "flow: f\nschema: 1\nentry: {ussd: \"7\"}\nlimits: {resume_ttl: 10m}\nslots:\n" + slots + R"(
states:
  load:
    call: {service: public.ask, timeout: 1s}
    save: {things: $.list, m: $.money}
    then: {ok: pick, timeout|error: bye}
  pick:
    menu: {text: list, from: things, item: item, save: it}
    pick: ask
  ask:
    input: {type: digits, len: 3, save: n, text: ask, refuse: [{when: "n < 200", text: low}]}
    then: shown
  shown: {menu: {text: shown, items: [{key: "1", text: one, to: bye}]}}
  bye: {end: {text: one}}
)";
}
const std::string slots =
    "  things: {list: {id: {digits: 4}, label: {text: 12}}, max: 9}\n  it: {ref: things}\n  n: {int: [0, 999]}\n  m: "
    "{money: SYP, max: 1000000}\n";

std::shared_ptr<const Revision> revision_with(const std::string& declared) {
  return must_load({.flows = {{"f", flow_with(declared)}}, .ar = texts, .en = texts});
}

// A walk up to `shown`, saved.
std::string saved_walk(const std::shared_ptr<const Revision>& revision) {
  Phone phone(revision);
  phone.dial({"7"})
      .outcome("ok", R"({"list":[{"id":"1","label":"بيت"},{"id":"2","label":"shop \"x\""}],"money":123450})")
      .send("2")
      .send("300");
  CHECK(phone.text() == "1,234.50 shop \"x\" 300\n1 One\n0 en nav_back\n00 en nav_home");
  return save(*revision, phone.session);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string why_refused(const std::shared_ptr<const Revision>& revision, const std::string& saved) {
  const auto session = load_session(*revision, saved);
  return session ? std::string() : session.error().message;
}

}  // namespace

TEST_CASE("session text: a walk is taken up as it was, slots, way and all") {
  const auto revision = revision_with(slots);
  const std::string saved = saved_walk(revision);
  const auto session = load_session(*revision, saved);
  REQUIRE(session.ok());
  CHECK(session->back.size() == 2);
  CHECK(resume_ttl(*revision, *session) == std::chrono::minutes(10));
  CHECK(save(*revision, *session) == saved);
  Session shown = *session;
  Context context;
  CHECK(show(*revision, shown, context).text == "1,234.50 shop \"x\" 300\n1 One\n0 en nav_back\n00 en nav_home");
}

TEST_CASE("session text: it names what it means, and a revision where that changed refuses it") {
  const std::string saved = saved_walk(revision_with(slots));
  CHECK_THAT(saved, Contains(R"("at":["f","shown"])"));
  // The same declarations in another order are the same.
  CHECK(why_refused(revision_with("  m: {money: SYP, max: 1000000}\n  n: {int: [0, 999]}\n  it: {ref: things}\n"
                                  "  things: {list: {id: {digits: 4}, label: {text: 12}}, max: 9}\n"),
                    saved)
            .empty());
  const auto narrower = revision_with(replaced(slots, "int: [0, 999]", "int: [0, 299]"));
  CHECK(why_refused(narrower, saved) == "the saved session does not fit these flows: its slots have changed");
  const auto other_type = revision_with(replaced(slots, "m: {money: SYP, max: 1000000}", "m: {digits: [3, 3]}"));
  CHECK(why_refused(other_type, saved) == "the saved session does not fit these flows: its slots have changed");
  const auto more_fields =
      revision_with(replaced(slots, "label: {text: 12}", "label: {text: 12}, more: {int: [0, 1]}"));
  CHECK(why_refused(more_fields, saved) == "the saved session does not fit these flows: its slots have changed");
  const auto plain = must_load({.flows = {}, .ar = texts, .en = texts});
  CHECK(why_refused(plain, saved) == "the saved session does not fit these flows: its place is gone");
}

TEST_CASE("session text: whatever is not what save() writes is refused") {
  const auto revision = revision_with(slots);
  const std::string saved = saved_walk(revision);
  const auto [from, to, why] = GENERATE(table<std::string, std::string, std::string>({
      {R"("shown"])", R"("gone"])", "its place is gone"},
      {R"("at":)", R"("was":)", "its place is gone"},
      {R"(["f","shown"])", R"(["f","load"])", "nothing waits at its place"},
      {R"(["f","shown"])", R"(["f"])", "its place is gone"},
      {R"("locale":"en")", R"("locale":"fr")", "its way is gone"},
      {R"("channel":"ussd")", R"("channel":"x")", "its way is gone"},
      {R"("channel":"ussd")", R"("channel":"ussd","page":70000)", "its way is gone"},
      {R"("channel":"ussd")", R"("channel":"ussd","wrong":-1)", "its way is gone"},
      {R"("channel":"ussd")", R"("channel":"ussd","reason":2)", "its way is gone"},
      {R"("channel":"ussd")", R"("channel":"ussd","call":true)", "nothing waits at its place"},
      {R"("channel":"ussd")", R"("channel":"ussd","ready":[1])", "its answers are malformed"},
      {R"([["f","pick"])", R"([["f","load"])", "its way is gone"},
      {R"("back":[)", R"("back":[0,)", "its way is gone"},
      {R"("n":300)", R"("n":"300")", "its slots have changed"},
      {R"("n":300)", R"("n":1000)", "its slots have changed"},
      {R"("m":123450)", R"("m":-1)", "its slots have changed"},
      {R"("it":["2")", R"("it":["2","3")", "its slots have changed"},
      {R"("slots":{)", R"("slots":{"zz":1,)", "its slots have changed"},
  }));
  INFO(to);
  CHECK(why_refused(revision, replaced(saved, from, to)) == "the saved session does not fit these flows: " + why);
}

TEST_CASE("session text: broken and huge texts") {
  const auto revision = revision_with(slots);
  const std::string saved = saved_walk(revision);
  for (std::size_t length = 0; length < saved.size(); ++length)
    CHECK_FALSE(load_session(*revision, saved.substr(0, length)).ok());
  CHECK_FALSE(load_session(*revision, std::string(600'000, ' ')).ok());
  CHECK_FALSE(load_session(*revision, std::string(100'000, '[')).ok());
  CHECK_FALSE(load_session(*revision, "null").ok());
  CHECK_FALSE(load_session(*revision, "[]").ok());
  // The reason says nothing of the text.
  CHECK(load_session(*revision, "{\"national_id\":\"01234567890\"}").error().message.find("01234567890") ==
        std::string::npos);
}

TEST_CASE("session text: the reason of a wrong answer and a page survive") {
  const auto revision = revision_with(slots);
  Phone phone(revision);
  phone.dial({"7"}).outcome("ok", R"({"list":[{"id":"1","label":"a"}],"money":1})").send("1").send("150");
  CHECK(phone.text() == "Low\nNumber?\n0 en nav_back\n00 en nav_home");
  phone.redial();
  CHECK(phone.text() == "Low\nNumber?\n0 en nav_back\n00 en nav_home");
}
