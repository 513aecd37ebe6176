#include "cli/conversation.hpp"

#include <catch2/catch.hpp>

#include "vouchers/number.hpp"

using namespace shubbak;
using namespace shubbak::cli;
using StepKind = ScriptStep::Kind;

namespace {

std::string first_fault(const std::string& text) {
  const auto loaded = load_conversations("talk.yaml", text);
  if (loaded) return "loaded";
  return to_string(loaded.error().front());
}

}  // namespace

TEST_CASE("a conversation is read with all its steps") {
  const auto loaded = load_conversations("talk.yaml", R"(conversation: reads the debt
given: {link: {msisdn: "+963933123456", national_id: "01234567890"}}
steps:
  - dial: "*123#"
  - expect: {contains: ["1", "الذمة"], not_contains: "خطأ", ended: false, max_octets: 140}
  - send: "1"
  - expect: {equals: "نعم"}
  - drop
  - redial
  - wait: 500ms
  - hang_up
  - sms: "فاتورة"
  - expect_sms: {contains: "SYP", max_parts: 2, within: 15s}
)");
  REQUIRE(loaded.ok());
  REQUIRE(loaded->size() == 1);
  const Conversation& talk = loaded->front();
  CHECK(talk.name == "reads the debt");
  REQUIRE(talk.link.has_value());
  CHECK(talk.link->national_id == "01234567890");
  REQUIRE(talk.phone.has_value());
  CHECK(talk.phone->value() == 963933123456);
  REQUIRE(talk.steps.size() == 10);
  CHECK(talk.steps[0].kind == StepKind::dial);
  CHECK(talk.steps[0].text == "*123#");
  CHECK(to_string(talk.steps[0].at) == "talk.yaml:4:5");
  CHECK(talk.steps[1].expectation.contains == std::vector<std::string>{"1", "الذمة"});
  CHECK(talk.steps[1].expectation.not_contains == std::vector<std::string>{"خطأ"});
  CHECK(talk.steps[1].expectation.ended == false);
  CHECK(talk.steps[1].expectation.max_octets == 140U);
  CHECK(talk.steps[3].expectation.equals == "نعم");
  CHECK(talk.steps[4].kind == StepKind::drop);
  CHECK(talk.steps[5].kind == StepKind::redial);
  CHECK(talk.steps[6].wait == std::chrono::milliseconds(500));
  CHECK(talk.steps[7].kind == StepKind::hang_up);
  CHECK(talk.steps[9].expectation.max_parts == 2U);
  CHECK(talk.steps[9].expectation.within == std::chrono::seconds(15));
}

TEST_CASE("a file may hold several conversations, and words of YAML stay text") {
  const auto loaded = load_conversations("talk.yaml",
                                         "conversation: one\nsteps: [{send: yes}, {expect: {contains: 08}}]\n---\n"
                                         "conversation: two\ngiven: {phone: \"+963944000001\"}\n"
                                         "steps: [{expect: {contains: on}}]\n");
  REQUIRE(loaded.ok());
  REQUIRE(loaded->size() == 2);
  CHECK(loaded->front().steps[0].text == "yes");
  CHECK(loaded->front().steps[1].expectation.contains.front() == "08");
  CHECK(loaded->back().steps[0].expectation.contains.front() == "on");
  CHECK(loaded->back().phone->value() == 963944000001);
  CHECK_FALSE(loaded->back().link.has_value());
}

TEST_CASE("a conversation may be an agent's, whose messages come to another phone") {
  const std::string staff = "conversation: a\ngiven: {staff: {name: amal, role: clerk, phone: \"+963955100201\"";
  const std::string link = "}, link: {msisdn: \"+963944000001\", national_id: \"01234567890\"}}\n";
  const std::string steps = "steps: [{expect_sms: {phone: \"+963944000001\", contains: amal}}]\n";
  const auto loaded = load_conversations("talk.yaml", staff + ", pin: \"39517\"" + link + steps);
  REQUIRE(loaded.ok());
  const Conversation& agents = loaded->front();
  CHECK(agents.staff->name == "amal");
  CHECK(agents.staff->role == "clerk");
  CHECK(agents.staff->pin == "39517");
  CHECK(agents.staff->msisdn->value() == 963955100201);
  CHECK(agents.phone->value() == 963955100201);
  CHECK(agents.link->msisdn.value() == 963944000001);
  CHECK(agents.steps[0].expectation.phone->value() == 963944000001);
  CHECK(first_fault(staff + link + steps) ==
        "talk.yaml:2:16: given.staff needs name and role, and both phone and pin or neither");
}

TEST_CASE("a member of staff without a phone may act between a person's steps") {
  const std::string given =
      "conversation: a\ngiven: {phone: \"+963944000001\", staff: {name: samir, role: case_worker";
  const std::string steps =
      "steps:\n  - staff: [cases, take, \"{tracking}\", --seen, 1]\n  - expect_sms: {contains: a}\n";
  const auto loaded = load_conversations("talk.yaml", given + ", password: at the mill}}\n" + steps);
  REQUIRE(loaded.ok());
  const Conversation& talk = loaded->front();
  CHECK(talk.staff->password == "at the mill");
  CHECK_FALSE(talk.staff->msisdn.has_value());
  CHECK(talk.phone->value() == 963944000001);
  CHECK(talk.steps[0].kind == StepKind::staff);
  CHECK(talk.steps[0].words == std::vector<std::string>{"cases", "take", "{tracking}", "--seen", "1"});
  CHECK(first_fault(given + "}}\n" + steps) == "talk.yaml:4:5: who acts? given.staff needs a password for it");
  CHECK(first_fault("conversation: a\n" + steps) == "talk.yaml:3:5: who acts? given.staff needs a password for it");
}

TEST_CASE("a member of staff keeps a drawer, types what they are told, and may be refused") {
  const std::string given =
      "conversation: a\ngiven: {phone: \"+963944000001\", staff: {name: amal, role: clerk, password: at the mill, "
      "drawer: \"5000\"}}\n";
  const auto with_step = [&given](const std::string& step) {
    return given + "steps:\n  - staff: " + step + "\n  - expect_sms: {contains: a}\n";
  };
  const auto loaded = load_conversations(
      "talk.yaml", with_step("{does: [fills, redeem, --key, once], types: \"{fill}\", refused: true}"));
  REQUIRE(loaded.ok());
  CHECK(loaded->front().staff->drawer == "5000");
  const ScriptStep& step = loaded->front().steps[0];
  CHECK(step.words == std::vector<std::string>{"fills", "redeem", "--key", "once"});
  CHECK(step.types == "{fill}");
  CHECK(step.is_refused);
  const auto plain = load_conversations("talk.yaml", with_step("[cases, list]"));
  REQUIRE(plain.ok());
  CHECK(plain->front().steps[0].types.empty());
  CHECK_FALSE(plain->front().steps[0].is_refused);
  CHECK(first_fault(with_step("{types: x}")) == "talk.yaml:4:12: what is done? staff: {does: [cases, list]}");
  CHECK(first_fault(with_step("{do: x}")) ==
        "talk.yaml:4:13: unknown key 'do' in staff; known here: does, types, refused");
  CHECK(first_fault(with_step("{does: x, refused: maybe}")) == "talk.yaml:4:31: refused must be true or false");
}

TEST_CASE("what is read out of an SMS is told apart by its form") {
  CHECK(card_in("٤٤٥٥٦٦ رمز التأكيد لتعبئة بطاقة الخدمات رقم 1234567890. أجب به") == "1234567890");
  CHECK_FALSE(card_in("paid 120 SYP to 2100345, receipt 00000013").has_value());
  const auto drawn = vouchers::FillCode::draw([] { return std::uint64_t{20'901'122'334}; });
  std::string fill(drawn.reveal());
  CHECK(fill_in("رمز التعبئة " + fill + " لـ 1000 غالون") == fill);
  fill.back() = fill.back() == '9' ? '0' : static_cast<char>(fill.back() + 1);
  CHECK_FALSE(fill_in("Fill code " + fill + " for 1000 gallons").has_value());
  CHECK(reading_in("Reading of facility 10245678 recorded: 18300. Receipt number 7KQ2M0ZX.") == "7KQ2M0ZX");
  CHECK(reading_in("رقمها 31415926. للتحقق أرسل: قراءة رقم 31415926") == "31415926");
  CHECK_FALSE(reading_in("Reading 18300 of 2100345, sent 2026-11-26 14:05").has_value());
}

TEST_CASE("a tracking number is found in an SMS by its check digit") {
  CHECK(tracking_in("سجلنا طلبك برقم المتابعة ٢٢٣٤٥٦٧٨٩٣. للمتابعة أرسل") == "2234567893");
  CHECK(tracking_in("paid to 2234567891, case 2234567893") == "2234567893");
  CHECK_FALSE(tracking_in("paid to 2100345").has_value());
}

TEST_CASE("a conversation may presuppose what is switched on where") {
  const auto with_rollout = [](const std::string& rules) {
    return "conversation: a\ngiven: {phone: \"+963944000001\", rollout: " + rules +
           "}\nsteps: [{expect: {contains: b}}]\n";
  };
  const auto loaded = load_conversations(
      "talk.yaml",
      with_rollout("[{company: homs, share: 0}, {service: payments, from: 2026-12-01, until: 2026-12-02}]"));
  REQUIRE(loaded.ok());
  REQUIRE(loaded->front().rollout.size() == 2);
  CHECK(loaded->front().rollout[0].service == "*");
  CHECK(loaded->front().rollout[0].company == "homs");
  CHECK(loaded->front().rollout[0].share_percent == 0);
  CHECK(loaded->front().rollout[1].service == "payments");
  CHECK(loaded->front().rollout[1].from == "2026-12-01");
  CHECK(loaded->front().rollout[1].until == "2026-12-02");
  CHECK(loaded->front().rollout[1].share_percent == 100);
  CHECK(first_fault(with_rollout("homs")) ==
        "talk.yaml:2:42: given.rollout must be a list: [{company: homs, share: 0}]");
  CHECK(first_fault(with_rollout("[{share: all}]")) == "talk.yaml:2:51: share must be a whole number");
}

TEST_CASE("faults of a conversation are told with their place") {
  CHECK(first_fault("conversation: a\nstepz: []\n") ==
        "talk.yaml:2:1: unknown key 'stepz' in a conversation; known here: conversation, operator, locale, given, "
        "assert, steps");
  CHECK(first_fault("conversation: a\nconversation: b\nsteps: []\n") ==
        "talk.yaml:2:1: key 'conversation' is there twice");
  CHECK(first_fault("conversation: a\nsteps:\n  - dail: \"*123#\"\n").substr(0, 37) ==
        "talk.yaml:3:5: unknown step 'dail'; k");
  CHECK(first_fault("conversation: a\nsteps:\n  - expect: {contain: x}\n").substr(0, 44) ==
        "talk.yaml:3:14: unknown key 'contain' in exp");
  CHECK(first_fault("conversation: a\nsteps:\n  - send\n") == "talk.yaml:3:5: the step 'send' needs a value");
  CHECK(first_fault("conversation: a\nsteps:\n  - drop: now\n") ==
        "talk.yaml:3:11: drop, redial and other steps that need no value stand alone");
  CHECK(first_fault("conversation: a\nsteps:\n  - expect: {}\n") ==
        "talk.yaml:3:13: this expects nothing in particular: say what must be seen");
  CHECK(first_fault("conversation: a\nsteps:\n  - expect: {ended: yes}\n") ==
        "talk.yaml:3:21: ended must be true or false");
  CHECK(first_fault("conversation: a\nsteps:\n  - wait: 5\n  - expect: {contains: a}\n").substr(0, 22) ==
        "talk.yaml:3:11: wait m");
  CHECK(first_fault("conversation: a\ngiven: {phone: 12}\nsteps: [{expect: {contains: a}}]\n").substr(0, 21) ==
        "talk.yaml:2:16: a mob");
  CHECK(first_fault("conversation: a\nsteps: [{dial: \"*1#\"}]\n") ==
        "talk.yaml:1:1: a conversation without any expect checks nothing");
  CHECK(first_fault("conversation: a\nsteps: [\n").substr(0, 12) == "talk.yaml:3:");
  CHECK(first_fault("") == "talk.yaml: there is no conversation in this file");
  CHECK(first_fault("- a\n- b\n") == "talk.yaml:1:1: a conversation must be a mapping");
}
