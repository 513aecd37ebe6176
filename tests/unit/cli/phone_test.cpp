#include "cli/phone.hpp"

#include <catch2/catch.hpp>

using namespace shubbak;
using namespace shubbak::cli;
using namespace std::chrono_literals;

namespace {

// What the phone sent, kept with its octets.
struct Sent {
  std::string source, destination;
  std::uint8_t data_coding = 0, esm_class = 0;
  std::optional<std::uint32_t> op, info;
  std::string text;
};

struct FakeService final : Air, PhoneEvents {
  Status deliver(const smpp::Sm& sm) override {
    if (!bound) return Error{Errc::unavailable, "nobody is bound"};
    sent.push_back({std::string(sm.source.digits), std::string(sm.destination.digits), sm.data_coding, sm.esm_class,
                    sm.tlvs.find_uint(smpp::TlvTag::ussd_service_op),
                    sm.tlvs.find_uint(smpp::TlvTag::its_session_info),
                    smpp::decode_text(sm.short_message, sm.data_coding == 72 ? 8 : 0, smpp::Alphabet::gsm7)});
    return {};
  }
  void on_screen(const UssdScreen& screen) override { screens.push_back(screen); }
  void on_dialogue_ended(DialogueEnd end) override { ends.push_back(end); }
  void on_message(const ShortMessage& message) override { messages.push_back(message); }
  void on_fault(std::string_view what) override { faults.emplace_back(what); }

  bool bound = true;
  std::vector<Sent> sent;
  std::vector<UssdScreen> screens;
  std::vector<DialogueEnd> ends;
  std::vector<ShortMessage> messages;
  std::vector<std::string> faults;
};

struct Bench {
  Instant now{1000s};
  FakeService service;
  Phone phone{*Msisdn::parse("+963933123456"), PhoneConfig{}, service, service};

  // The service's reply to the last thing sent, with whatever is changed about it.
  smpp::CommandStatus reply(std::string_view text, bool last, auto change) {
    smpp::Sm sm;
    smpp::Buffer octets;
    if (smpp::measure(text).alphabet == smpp::Alphabet::gsm7) {
      smpp::encode_gsm7(octets, text);
      sm.data_coding = 15;
    } else {
      smpp::encode_ucs2(octets, text);
      sm.data_coding = 72;
    }
    std::uint32_t op = last ? 0x11 : 0x02;
    std::uint32_t info = service.sent.back().info.value() | (last ? 1U : 0U);
    change(sm, octets, op, info);
    sm.short_message = octets;
    smpp::TlvBuilder tlvs;
    tlvs.add_u8(smpp::TlvTag::ussd_service_op, static_cast<std::uint8_t>(op));
    tlvs.add_u16(smpp::TlvTag::its_session_info, static_cast<std::uint16_t>(info));
    sm.tlvs = tlvs.list();
    return phone.take(sm, now);
  }
  smpp::CommandStatus reply(std::string_view text, bool last = false) {
    return reply(text, last, [](smpp::Sm&, smpp::Buffer&, std::uint32_t&, std::uint32_t&) {});
  }
  // The one fault of a reply that was changed.
  std::string fault_of(std::string_view text, bool last, auto change) {
    REQUIRE(phone.dial("*123#", now).ok());
    CHECK(reply(text, last, change) == smpp::CommandStatus::ok);
    REQUIRE(service.screens.back().faults.size() == 1);
    return service.screens.back().faults.front();
  }
};

}  // namespace

TEST_CASE("dialling goes to the service as a USSD begin with the whole code") {
  Bench bench;
  REQUIRE(bench.phone.dial("*123*1#", bench.now).ok());
  REQUIRE(bench.service.sent.size() == 1);
  const Sent& sent = bench.service.sent.front();
  CHECK(sent.source == "963933123456");
  CHECK(sent.destination == "*123#");
  CHECK(sent.op == 0x01U);
  CHECK((sent.info.value() & 1U) == 0);
  CHECK(sent.data_coding == 15);
  CHECK(sent.text == "*123*1#");
  CHECK(bench.phone.state() == Phone::State::waiting_for_service);
}

TEST_CASE("codes of other services are not put through") {
  Bench bench;
  for (const char* code : {"*124#", "*123", "123", "*1234#", "", "*123*1", "*12#"}) {
    CAPTURE(code);
    CHECK(bench.phone.dial(code, bench.now).error().code == Errc::invalid);
  }
  CHECK(bench.service.sent.empty());
}

TEST_CASE("a menu is shown with its size, answered, and the last screen ends the dialogue") {
  Bench bench;
  REQUIRE(bench.phone.dial("*123#", bench.now).ok());
  CHECK(bench.reply("1. Debt") == smpp::CommandStatus::ok);
  REQUIRE(bench.service.screens.size() == 1);
  CHECK(bench.service.screens[0].text == "1. Debt");
  CHECK(bench.service.screens[0].units == 7);
  CHECK(bench.service.screens[0].octets == 7);  // 49 bits
  CHECK(bench.service.screens[0].number == 1);
  CHECK(bench.service.screens[0].faults.empty());
  CHECK(bench.phone.state() == Phone::State::waiting_for_person);

  REQUIRE(bench.phone.answer("٧", bench.now).ok());
  CHECK(bench.service.sent[1].op == 0x12U);
  CHECK(bench.service.sent[1].data_coding == 72);
  CHECK(bench.service.sent[1].text == "٧");
  // the number of the dialogue stays, that of its unit is the next
  CHECK((*bench.service.sent[0].info >> 8U) == (*bench.service.sent[1].info >> 8U));
  CHECK(*bench.service.sent[0].info != *bench.service.sent[1].info);

  CHECK(bench.reply("ذمة", true) == smpp::CommandStatus::ok);
  CHECK(bench.service.screens[1].last);
  CHECK(bench.service.screens[1].number == 2);
  CHECK(bench.service.screens[1].octets == 6);
  CHECK(bench.phone.state() == Phone::State::idle);
  CHECK(bench.phone.answer("1", bench.now).error().code == Errc::conflict);
}

TEST_CASE("a screen that breaks the operator's rules is shown with its fault") {
  using smpp::Buffer;
  using smpp::Sm;
  const auto same = [](Sm&, Buffer&, std::uint32_t&, std::uint32_t&) {};
  CHECK(Bench().fault_of(std::string(183, 'a'), false, same) == "161 octets on the air, 160 fit");
  CHECK(Bench().fault_of("", false, same) == "an empty screen");
  CHECK(Bench().fault_of("Debt", false, [](Sm& sm, Buffer& octets, std::uint32_t&, std::uint32_t&) {
    sm.data_coding = 72;
    octets.clear();
    smpp::encode_ucs2(octets, "Debt");
  }) == "sent as UCS-2 though GSM 7-bit has a place for every character");
  CHECK(Bench().fault_of("ذمة", false, [](Sm&, Buffer& octets, std::uint32_t&, std::uint32_t&) {
    octets.push_back(6);
  }) == "half a UCS-2 character at the end");
  CHECK(Bench().fault_of("ذمة", false, [](Sm&, Buffer& octets, std::uint32_t&, std::uint32_t&) {
    octets.insert(octets.end(), {0xD8, 0x00});
  }) == "half a surrogate pair");
  CHECK(Bench().fault_of("Debt", false, [](Sm&, Buffer& octets, std::uint32_t&, std::uint32_t&) {
    octets[0] = 0xC3;
  }) == "an octet over 0x7F in GSM 7-bit text");
  CHECK(Bench().fault_of("Debt", false, [](Sm& sm, Buffer&, std::uint32_t&, std::uint32_t&) {
    sm.data_coding = 4;
  }) == "data_coding 4, which this gateway does not show");
  CHECK(Bench().fault_of("Debt", true, [](Sm&, Buffer&, std::uint32_t&, std::uint32_t& info) { info &= ~1U; }) ==
        "the end bit of its_session_info and ussd_service_op contradict each other");
}

TEST_CASE("182 GSM letters and 80 Arabic ones just fit") {
  std::string arabic;
  for (int i = 0; i < 80; ++i) arabic += "ذ";
  for (const std::string& text : {std::string(182, 'a'), arabic}) {
    Bench bench;
    REQUIRE(bench.phone.dial("*123#", bench.now).ok());
    CHECK(bench.reply(text) == smpp::CommandStatus::ok);
    CHECK(bench.service.screens.front().octets == 160);
    CHECK(bench.service.screens.front().faults.empty());
  }
}

TEST_CASE("a late reply to a dialogue that is over never shows in its successor") {
  Bench bench;
  REQUIRE(bench.phone.dial("*123#", bench.now).ok());
  const auto first = bench.service.sent.back();
  bench.phone.drop();
  CHECK(bench.service.ends == std::vector<DialogueEnd>{DialogueEnd::dropped});
  CHECK(bench.reply("late") == smpp::CommandStatus::rejected_app_error);

  REQUIRE(bench.phone.redial(bench.now).ok());
  const auto of_the_first = [&](smpp::Sm&, smpp::Buffer&, std::uint32_t&, std::uint32_t& info) {
    info = first.info.value();
  };
  CHECK(bench.reply("late", false, of_the_first) == smpp::CommandStatus::rejected_app_error);
  CHECK(bench.service.screens.empty());
  CHECK(bench.reply("on time") == smpp::CommandStatus::ok);
  CHECK(bench.service.screens.size() == 1);
}

TEST_CASE("two replies to one answer are a fault of the service") {
  Bench bench;
  REQUIRE(bench.phone.dial("*123#", bench.now).ok());
  CHECK(bench.reply("one") == smpp::CommandStatus::ok);
  CHECK(bench.reply("two") == smpp::CommandStatus::rejected_app_error);
  CHECK(bench.service.faults == std::vector<std::string>{"a second reply to one answer"});
  CHECK(bench.service.screens.size() == 1);
}

TEST_CASE("the network ends dialogues that wait too long, on either side") {
  Bench bench;
  REQUIRE(bench.phone.dial("*123#", bench.now).ok());
  bench.phone.tick(bench.now + 19s);
  CHECK(bench.service.ends.empty());
  bench.phone.tick(bench.now + 20s);
  CHECK(bench.service.ends.back() == DialogueEnd::no_answer);

  REQUIRE(bench.phone.redial(bench.now).ok());
  CHECK(bench.reply("menu") == smpp::CommandStatus::ok);
  CHECK(bench.phone.next_deadline() == bench.now + 60s);
  bench.phone.tick(bench.now + 60s);
  CHECK(bench.service.ends.back() == DialogueEnd::idle);

  REQUIRE(bench.phone.redial(bench.now).ok());
  for (int i = 0; i < 3; ++i) {
    CHECK(bench.reply("menu") == smpp::CommandStatus::ok);
    bench.now += 50s;
    bench.phone.tick(bench.now);
    REQUIRE(bench.phone.answer("1", bench.now).ok());
  }
  CHECK(bench.phone.next_deadline() == bench.now + 20s);
  CHECK(bench.reply("menu") == smpp::CommandStatus::ok);
  bench.phone.tick(bench.now + 30s);  // 180 s since it was dialled
  CHECK(bench.service.ends.back() == DialogueEnd::too_long);
  CHECK_FALSE(bench.phone.next_deadline().has_value());
}

TEST_CASE("nothing is sent and no dialogue begins while nobody is bound") {
  Bench bench;
  bench.service.bound = false;
  CHECK(bench.phone.dial("*123#", bench.now).error().code == Errc::unavailable);
  CHECK(bench.phone.state() == Phone::State::idle);
  CHECK_FALSE(bench.phone.send_sms("bill").ok());
}

TEST_CASE("short messages leave in their alphabet, and long ones in parts") {
  Bench bench;
  REQUIRE(bench.phone.send_sms("bill").ok());
  CHECK(bench.service.sent.back().destination == "123");
  CHECK(bench.service.sent.back().text == "bill");
  CHECK_FALSE(bench.service.sent.back().op.has_value());
  REQUIRE(bench.phone.send_sms("فاتورة").ok());
  CHECK(bench.service.sent.back().data_coding == 8);
  bench.service.sent.clear();
  REQUIRE(bench.phone.send_sms(std::string(300, 'a')).ok());
  REQUIRE(bench.service.sent.size() == 2);
  CHECK((bench.service.sent[0].esm_class & 0x40U) != 0);
}

TEST_CASE("long answers by short message are put together") {
  Bench bench;
  std::string text;
  for (int i = 0; i < 100; ++i) text += "ذ";
  const auto parts = smpp::split_text(text, smpp::LongTextMethod::udh8, 7, smpp::Alphabet::gsm7, 4);
  REQUIRE(parts.ok());
  REQUIRE(parts->size() == 2);
  for (const smpp::OutgoingPart& part : *parts) {
    smpp::Sm sm;
    sm.source = {3, 0, "123"};
    sm.destination = {1, 1, "963933123456"};
    sm.esm_class = part.esm_class;
    sm.data_coding = part.data_coding;
    sm.short_message = part.short_message;
    CHECK(bench.phone.take(sm, bench.now) == smpp::CommandStatus::ok);
  }
  REQUIRE(bench.service.messages.size() == 1);
  CHECK(bench.service.messages[0].text == text);
  CHECK(bench.service.messages[0].parts == 2);
  CHECK(bench.service.messages[0].from == "123");
  CHECK(bench.service.messages[0].alphabet == smpp::Alphabet::ucs2);
}

TEST_CASE("a dialogue that the service refuses is over") {
  Bench bench;
  REQUIRE(bench.phone.dial("*123#", bench.now).ok());
  bench.phone.refused();
  CHECK(bench.service.ends == std::vector<DialogueEnd>{DialogueEnd::refused});
  CHECK(bench.phone.state() == Phone::State::idle);
}
