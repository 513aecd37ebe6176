#include "ussd/dialect.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "ussd/screen.hpp"

using shubbak::Errc;
using shubbak::smpp::Buffer;
using shubbak::smpp::CommandId;
using shubbak::smpp::encode_sm;
using shubbak::smpp::Sm;
using shubbak::smpp::TlvBuilder;
using shubbak::smpp::TlvTag;
using shubbak::ussd::Dialect;
using shubbak::ussd::octets_on_air;
using shubbak::ussd::read_input;
using shubbak::ussd::ReplyBuilder;
using shubbak::ussd::same_session;
using shubbak::ussd::screen_octets_max;
using shubbak::ussd::SessionKey;
using shubbak::ussd::UssdInput;
using shubbak::ussd::UssdReply;

namespace {

// The dialects of TELECOM.md as an operator would configure them.
Dialect tata() {
  Dialect dialect;
  dialect.abort_op = 0x11;
  dialect.end_op = 0x02;
  return dialect;
}
Dialect six_d() {
  Dialect dialect;
  dialect.session_number_mask = 0x7FFF;
  dialect.abort_op = 0x81;
  dialect.end_op = 0x17;
  return dialect;
}
Dialect mica() {
  Dialect dialect;
  dialect.session_key = SessionKey::user_message_reference;
  dialect.abort_op = 0x81;
  dialect.end_op = 0x17;
  return dialect;
}
Dialect keyless() {
  Dialect dialect;
  dialect.session_key = SessionKey::none;
  return dialect;
}
Dialect legacy() {
  Dialect dialect;
  dialect.session_key = SessionKey::vendor_tlv;
  return dialect;
}

// A deliver_sm of a phone, with everything that its views point to.
struct Delivery {
  Sm sm;
  Buffer text;
  TlvBuilder tlvs;

  Delivery(std::uint8_t op, std::optional<std::uint16_t> session_info, std::string_view typed)
      : text(typed.begin(), typed.end()) {
    sm.source = {1, 1, "963933123456"};
    sm.destination = {0, 1, "123"};
    sm.data_coding = 15;
    sm.short_message = text;
    tlvs.add_u8(TlvTag::ussd_service_op, op);
    if (session_info) tlvs.add_u16(TlvTag::its_session_info, *session_info);
    sm.tlvs = tlvs.list();
  }
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;
  ~Delivery() = default;

  void set_text(Buffer octets, std::uint8_t data_coding) {
    text = std::move(octets);
    sm.short_message = text;
    sm.data_coding = data_coding;
  }
};

std::vector<std::uint8_t> octets_of(const Sm& sm) {
  return {sm.short_message.begin(), sm.short_message.end()};
}
std::vector<std::uint8_t> tlvs_of(const Sm& sm) {
  return {sm.tlvs.raw().begin(), sm.tlvs.raw().end()};
}

}  // namespace

TEST_CASE("USSD is told by ussd_service_op") {
  const Delivery ussd(0x01, 0x1200, "*123#");
  CHECK(shubbak::ussd::is_ussd(ussd.sm));
  CHECK_FALSE(shubbak::ussd::is_ussd(Sm{}));
}

TEST_CASE("a phone dials: PSSR indication begins a dialogue") {
  const Delivery delivery(0x01, 0x1202, "*123#");
  const auto input = read_input(Dialect{}, delivery.sm);
  REQUIRE(input.ok());
  CHECK(input->kind == UssdInput::Kind::begin);
  CHECK(input->msisdn.value() == 963933123456);
  CHECK(input->session == 0x0901);
  CHECK(input->text == "*123#");
  CHECK(input->service_code == "123");
}

TEST_CASE("a begin may carry no text, with all that was dialled as destination") {
  for (const std::string_view dialled : {"*123#", "*123*1*4#"}) {
    Delivery delivery(0x01, 0x1200, "");
    delivery.sm.destination.digits = dialled;
    const auto input = read_input(Dialect{}, delivery.sm);
    REQUIRE(input.ok());
    CHECK(input->text == dialled);
    CHECK(input->service_code == dialled);
  }
}

TEST_CASE("an answer without text is empty, whatever its destination") {
  Delivery delivery(0x12, 0x1200, "");
  delivery.sm.destination.digits = "*123*1#";
  const auto input = read_input(Dialect{}, delivery.sm);
  REQUIRE(input.ok());
  CHECK(input->text.empty());
}

TEST_CASE("the longest screen of each kind can be sent, and no longer one is promised") {
  for (const bool packs : {false, true}) {
    CAPTURE(packs);
    Dialect dialect;
    dialect.packs_gsm7 = packs;
    const std::uint32_t octets_max = screen_octets_max(dialect);
    ReplyBuilder builder;
    const auto sends = [&](std::string_view text) {
      const UssdReply reply{.msisdn = 963933123456, .session = 1, .last = false, .text = text, .service_code = "123"};
      Buffer out;
      return encode_sm(out, CommandId::submit_sm, 1, builder.build(dialect, reply)).ok();
    };
    std::string latin;
    while (octets_on_air(latin + "x") <= octets_max) latin += 'x';
    CHECK(sends(latin));
    CHECK(sends(latin.substr(1) + "\r"));  // a CR may have to be doubled
    std::string arabic;
    while (octets_on_air(arabic + "ن") <= octets_max) arabic += "ن";
    CHECK(sends(arabic));
    CHECK_FALSE(sends(latin + "xxx"));
  }
}

TEST_CASE("USSR confirm is an answer, and one with the end bit set an abort") {
  const Delivery answer(0x12, 0x1204, "1");
  const auto input = read_input(Dialect{}, answer.sm);
  REQUIRE(input.ok());
  CHECK(input->kind == UssdInput::Kind::answer);
  CHECK(input->text == "1");
  const Delivery ended(0x12, 0x1205, "");
  const auto abort = read_input(Dialect{}, ended.sm);
  REQUIRE(abort.ok());
  CHECK(abort->kind == UssdInput::Kind::abort);
  CHECK(abort->session == input->session);

  Dialect without_end_bit;
  without_end_bit.end_bit = false;
  const auto still = read_input(without_end_bit, ended.sm);
  REQUIRE(still.ok());
  CHECK(still->kind == UssdInput::Kind::answer);
}

TEST_CASE("the sender is read as gateways write it") {
  struct Row {
    std::uint8_t ton;
    std::string_view digits;
    bool ok;
  };
  const auto row =
      GENERATE(Row{1, "963933123456", true}, Row{0, "963933123456", true}, Row{0, "+963933123456", true},
               Row{1, "+963933123456", true}, Row{0, "00963933123456", true}, Row{3, "963933123456", true},
               Row{2, "933123456", false}, Row{0, "0933123456", false}, Row{5, "963933123456", false},
               Row{1, "", false}, Row{1, "96393312x456", false}, Row{1, "9639331234567890", false});
  CAPTURE(row.ton, row.digits);
  Delivery delivery(0x01, 0x1200, "*123#");
  delivery.sm.source = {row.ton, 1, row.digits};
  const auto input = read_input(Dialect{}, delivery.sm);
  REQUIRE(input.ok() == row.ok);
  if (row.ok) {
    CHECK(input->msisdn.value() == 963933123456);
  } else if (!row.digits.empty()) {
    CHECK(input.error().message.find(row.digits) == std::string::npos);  // personal
  }
}

TEST_CASE("what the dialect does not know is refused") {
  const Delivery unknown_op(0x55, 0x1200, "1");
  CHECK(read_input(Dialect{}, unknown_op.sm).error().code == Errc::invalid);
  const Delivery no_session(0x01, std::nullopt, "*123#");
  CHECK(read_input(Dialect{}, no_session.sm).error().code == Errc::malformed);
  CHECK(read_input(Dialect{}, Sm{}).error().code == Errc::malformed);

  Delivery long_session(0x01, std::nullopt, "*123#");
  long_session.tlvs.add(TlvTag::its_session_info, Buffer{1, 2, 3});
  long_session.sm.tlvs = long_session.tlvs.list();
  CHECK(read_input(Dialect{}, long_session.sm).error().code == Errc::malformed);

  Delivery empty_op(0x01, 0x1200, "*123#");
  empty_op.tlvs.clear();
  empty_op.tlvs.add(TlvTag::ussd_service_op, Buffer{}).add_u16(TlvTag::its_session_info, 0x1200);
  empty_op.sm.tlvs = empty_op.tlvs.list();
  CHECK(read_input(Dialect{}, empty_op.sm).error().code == Errc::malformed);

  CHECK_FALSE(read_input(mica(), no_session.sm).ok());
  CHECK_FALSE(read_input(legacy(), no_session.sm).ok());
  CHECK(read_input(keyless(), no_session.sm).ok());
}

TEST_CASE("the typed text is read in every coding that gateways use") {
  struct Row {
    const char* what;
    Buffer octets;
    std::uint8_t data_coding;
    const char* text;
  };
  const std::vector<Row> rows{
      {"septets, one an octet", {'1', '2'}, 15, "12"},
      {"at sign and extension", {0x00, 0x1B, 0x65}, 15, "@€"},
      {"packed, seen by the high bit", {0x31, 0xD9, 0x8C, 0x56, 0x03}, 15, "12345"},
      {"packed, seven digits and the filling", {0x31, 0xD9, 0x8C, 0x56, 0xB3, 0xDD, 0x1A}, 15, "1234567"},
      {"UCS-2 of 23.038", {0x06, 0x61, 0x06, 0x62}, 72, "١٢"},
      {"UCS-2 of SMPP", {0x06, 0x61}, 8, "١"},
      {"UCS-2, little endian with its mark", {0xFF, 0xFE, 0x61, 0x06}, 72, "١"},
      {"half a character", {0x06, 0x61, 0x06}, 72, "١"},
      {"default alphabet", {'*', '1', '#'}, 0, "*1#"},
      {"ASCII", {'4', '2'}, 1, "42"},
      {"Latin-1", {0xE9}, 3, "é"},
      {"nothing", {}, 15, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    Delivery delivery(0x12, 0x1200, "");
    delivery.set_text(row.octets, row.data_coding);
    const auto input = read_input(Dialect{}, delivery.sm);
    REQUIRE(input.ok());
    CHECK(input->text == row.text);
  }
}

TEST_CASE("a gateway that packs is believed even where no high bit shows it") {
  Dialect dialect;
  dialect.packs_gsm7 = true;
  Delivery delivery(0x12, 0x1200, "");
  delivery.set_text({0x31, 0x19}, 15);
  CHECK(read_input(dialect, delivery.sm)->text == "12");
}

TEST_CASE("a gateway's own data_coding for UCS-2 is understood and used") {
  Dialect dialect;
  dialect.data_coding_ucs2 = 0x11;
  Delivery delivery(0x12, 0x1200, "");
  delivery.set_text({0x06, 0x61}, 0x11);
  CHECK(read_input(dialect, delivery.sm)->text == "١");
  ReplyBuilder builder;
  const UssdReply reply{.msisdn = 963933123456, .session = 0, .last = false, .text = "نعم", .service_code = "123"};
  CHECK(builder.build(dialect, reply).data_coding == 0x11);
}

TEST_CASE("two session numbers are compared by the bits that name the dialogue") {
  const Dialect standard;
  CHECK(same_session(standard, 0x12FE >> 1, 0x1200 >> 1));  // the unit's sequence number does not count
  CHECK_FALSE(same_session(standard, 0x1200 >> 1, 0x1300 >> 1));
  CHECK_FALSE(same_session(six_d(), 0x12FE >> 1, 0x1200 >> 1));
  CHECK(same_session(six_d(), 0x12FE >> 1, 0x12FE >> 1));
  CHECK_FALSE(same_session(mica(), 1, 2));
  CHECK_FALSE(same_session(legacy(), 1, 0x10001));
  CHECK(same_session(keyless(), 1, 2));
}

TEST_CASE("a menu goes out as a submit_sm with USSR request and the session number repeated") {
  ReplyBuilder builder;
  const UssdReply reply{
      .msisdn = 963933123456, .session = 0x1204 >> 1, .last = false, .text = "1 Bill", .service_code = "*123#"};
  const Sm& sm = builder.build(Dialect{}, reply);
  CHECK(sm.destination.digits == "963933123456");
  CHECK(sm.destination.ton == 1);
  CHECK(sm.destination.npi == 1);
  CHECK(sm.source.digits == "*123#");
  CHECK(sm.source.ton == 0);
  CHECK(sm.source.npi == 1);
  CHECK(sm.service_type.empty());
  CHECK(sm.esm_class == 0);
  CHECK(sm.registered_delivery == 0);
  CHECK(sm.data_coding == 15);
  CHECK(octets_of(sm) == std::vector<std::uint8_t>{'1', ' ', 'B', 'i', 'l', 'l'});
  CHECK(tlvs_of(sm) == std::vector<std::uint8_t>{0x05, 0x01, 0x00, 0x01, 0x02, 0x13, 0x83, 0x00, 0x02, 0x12, 0x04});
}

TEST_CASE("each dialect says the last page in its own way") {
  struct Row {
    const char* what;
    Dialect dialect;
    std::vector<std::uint8_t> more;
    std::vector<std::uint8_t> last;
  };
  const std::vector<Row> rows{
      {"standard",
       Dialect{},
       {5, 1, 0, 1, 0x02, 0x13, 0x83, 0, 2, 0x2A, 0x06},
       {5, 1, 0, 1, 0x11, 0x13, 0x83, 0, 2, 0x2A, 0x07}},
      {"Tata",
       tata(),
       {5, 1, 0, 1, 0x02, 0x13, 0x83, 0, 2, 0x2A, 0x06},
       {5, 1, 0, 1, 0x02, 0x13, 0x83, 0, 2, 0x2A, 0x07}},
      {"6D",
       six_d(),
       {5, 1, 0, 1, 0x02, 0x13, 0x83, 0, 2, 0x2A, 0x06},
       {5, 1, 0, 1, 0x17, 0x13, 0x83, 0, 2, 0x2A, 0x07}},
      {"Mica",
       mica(),
       {5, 1, 0, 1, 0x02, 0x02, 0x04, 0, 2, 0x15, 0x03},
       {5, 1, 0, 1, 0x17, 0x02, 0x04, 0, 2, 0x15, 0x03}},
      {"keyless", keyless(), {5, 1, 0, 1, 0x02}, {5, 1, 0, 1, 0x11}},
      {"legacy",
       legacy(),
       {5, 1, 0, 1, 0x02, 0x15, 0x01, 0, 4, 0, 0, 0x15, 0x03},
       {5, 1, 0, 1, 0x11, 0x15, 0x01, 0, 4, 0, 0, 0x15, 0x03}},
  };
  ReplyBuilder builder;
  for (const Row& row : rows) {
    CAPTURE(row.what);
    UssdReply reply{.msisdn = 963933123456, .session = 0x1503, .last = false, .text = "x", .service_code = "123"};
    CHECK(tlvs_of(builder.build(row.dialect, reply)) == row.more);
    reply.last = true;
    CHECK(tlvs_of(builder.build(row.dialect, reply)) == row.last);
  }
}

TEST_CASE("each dialect's octets are read back") {
  const Delivery tata_hang_up(0x11, 0x2A06, "");
  CHECK(read_input(tata(), tata_hang_up.sm)->kind == UssdInput::Kind::abort);
  const Delivery six_d_hang_up(0x81, 0x2A06, "");
  CHECK(read_input(six_d(), six_d_hang_up.sm)->kind == UssdInput::Kind::abort);
  CHECK(read_input(six_d(), six_d_hang_up.sm)->session == 0x1503);

  Delivery reference(0x12, std::nullopt, "1");
  reference.tlvs.add_u16(TlvTag::user_message_reference, 0x8001);
  reference.sm.tlvs = reference.tlvs.list();
  CHECK(read_input(mica(), reference.sm)->session == 0x8001);

  Delivery vendor(0x12, std::nullopt, "1");
  vendor.tlvs.add(static_cast<TlvTag>(0x1501), Buffer{0x89, 0xAB, 0xCD, 0xEF});
  vendor.sm.tlvs = vendor.tlvs.list();
  CHECK(read_input(legacy(), vendor.sm)->session == 0x89ABCDEF);
}

TEST_CASE("an Arabic page goes out in UCS-2, and the builder's next page does not remember it") {
  ReplyBuilder builder;
  UssdReply reply{.msisdn = 96550000000, .session = 1, .last = true, .text = "نعم", .service_code = "123"};
  const Sm& arabic = builder.build(Dialect{}, reply);
  CHECK(arabic.data_coding == 72);
  CHECK(octets_of(arabic) == std::vector<std::uint8_t>{0x06, 0x46, 0x06, 0x39, 0x06, 0x45});
  reply.text = "yes";
  reply.msisdn = 201000000000;
  const Sm& english = builder.build(Dialect{}, reply);
  CHECK(english.data_coding == 15);
  CHECK(octets_of(english) == std::vector<std::uint8_t>{'y', 'e', 's'});
  CHECK(english.destination.digits == "201000000000");
}

TEST_CASE("what a dialect configures besides is in the reply: packing, service_type, address of the code") {
  Dialect dialect;
  dialect.packs_gsm7 = true;
  dialect.service_type = "USSD";
  dialect.service_code_ton = 3;
  dialect.service_code_npi = 9;
  ReplyBuilder builder;
  const UssdReply reply{
      .msisdn = 963933123456, .session = 0, .last = false, .text = "1234567", .service_code = "123"};
  const Sm& sm = builder.build(dialect, reply);
  CHECK(sm.service_type == "USSD");
  CHECK(sm.source.ton == 3);
  CHECK(sm.source.npi == 9);
  CHECK(octets_of(sm) == std::vector<std::uint8_t>{0x31, 0xD9, 0x8C, 0x56, 0xB3, 0xDD, 0x1A});
}

TEST_CASE("the IMSI that a gateway carries is read from a begin, as digits or packed, and anything else is none") {
  struct Row {
    std::vector<std::uint8_t> value;
    std::string imsi;
  };
  const std::vector<Row> rows{
      {{'4', '1', '7', '0', '1', '0', '0', '0', '0', '0', '0', '0', '0', '0', '1'}, "417010000000001"},
      {{'4', '1', '7', '0', '1', '0', '0', '0', '0', '0', '0', '0', '0', '0', '1', 0}, "417010000000001"},
      {{0x14, 0x07, 0x01, 0x00, 0x00, 0x00, 0x00, 0xF1},
       "417010000000001"},       // TS 29.002: low half first, filled up with 1111
      {{0x14, 0x07, 0xF1}, ""},  // 5 digits are none
      {{0x14, 0x07, 0x01, 0x0A, 0x00, 0x00}, ""},
      {std::vector<std::uint8_t>(20, 0x11), ""},
      {{}, ""},
  };
  Dialect dialect;
  dialect.imsi_tlv = 0x1600;
  for (const Row& row : rows) {
    CAPTURE(row.imsi, row.value.size());
    Delivery begin(0x01, 0x0100, "*123#");
    begin.tlvs.add(static_cast<TlvTag>(0x1600), row.value);
    begin.sm.tlvs = begin.tlvs.list();
    CHECK(read_input(dialect, begin.sm)->imsi == row.imsi);
    CHECK(read_input(Dialect{}, begin.sm)
              ->imsi.empty());  // a gateway that does not say so may mean anything by the tag
  }
}
