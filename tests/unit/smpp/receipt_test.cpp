#include "smpp/receipt.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "octets.hpp"
#include "smpp/text.hpp"

using namespace shubbak::smpp;
using shubbak::smpp::test::text_octets;

namespace {

Sm receipt_sm(Bytes text) {
  Sm sm;
  sm.source.digits = "963933123456";
  sm.destination.digits = "1234";
  sm.esm_class = 0x04;
  sm.short_message = text;
  return sm;
}

Receipt parsed(std::string_view text) {
  const Buffer octets = text_octets(text);
  auto receipt = parse_receipt(receipt_sm(octets));
  REQUIRE(receipt.has_value());
  return *receipt;
}

}  // namespace

TEST_CASE("a receipt in the form of appendix B is read") {
  const Receipt receipt = parsed(
      "id:0123456789 sub:001 dlvrd:001 submit date:2411220915 done date:2411220916 stat:DELIVRD err:000 text:Your "
      "bill");
  CHECK(receipt.message_id == "0123456789");
  CHECK(receipt.state == MessageState::delivered);
  CHECK(receipt.error == "000");
  CHECK_FALSE(receipt.user_message_reference.has_value());
}

TEST_CASE("receipts are read in the forms that SMSCs write") {
  struct Row {
    std::string_view text;
    std::string_view id;
    MessageState state;
    std::string_view error;
  };
  using enum MessageState;
  const std::vector<Row> rows{
      {"ID:1A2B SUB:001 DLVRD:000 SUBMIT DATE:2411220915 DONE DATE:2411220915 STAT:UNDELIV ERR:04F TEXT:", "1A2B",
       undeliverable, "04F"},
      {"id: 77 sub: 001 dlvrd: 001 submit date: 241122091500 done date: 241122091501 stat: EXPIRED err: 5", "77",
       expired, "5"},
      {"stat:REJECTD id:9 err:11", "9", rejected, "11"},
      {"id:9,stat:ACCEPTD,err:0", "9", accepted, "0"},
      {"id:9\nstat:DELETED\nerr:0\n", "9", deleted, "0"},
      {"id:9 stat:ENROUTE", "9", enroute, ""},
      {"id:9 stat:UNKNOWN", "9", unknown, ""},
      {"id:9 stat:DELIVERED", "9", delivered, ""},
      {"id:9 stat:UNDELIVERABLE", "9", undeliverable, ""},
      {"id:9 stat:FAILED err:27", "9", undeliverable, "27"},
      {"id:9 stat:delivrd", "9", delivered, ""},
      {"id:9 stat:", "9", unknown, ""},
      {"id:9 err: stat:DELIVRD", "9", delivered, ""},
      {"id: sub:001 stat:DELIVRD", "", delivered, ""},
      {"id:12:34-ab stat:DELIVRD", "12:34-ab", delivered, ""},
      {"grid:5 restat:DELIVRD", "", unknown, ""},
      {"stat:DELIVRD", "", delivered, ""},
      {"", "", unknown, ""},
      {"hello", "", unknown, ""},
      {"id:9 id:10 stat:EXPIRED stat:DELIVRD err:1 err:2", "9", expired, "1"},
      {"id:", "", unknown, ""},
      {"id:   ", "", unknown, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const Receipt receipt = parsed(row.text);
    CHECK(receipt.message_id == row.id);
    CHECK(receipt.state == row.state);
    CHECK(receipt.error == row.error);
  }
}

TEST_CASE("the words of the sender after text: cannot change a receipt") {
  const Receipt receipt = parsed("id:9 sub:001 text:id:10 stat:DELIVRD err:000");
  CHECK(receipt.message_id == "9");
  CHECK(receipt.state == MessageState::unknown);
  CHECK(receipt.error.empty());
  const Receipt later = parsed("id:9 stat:EXPIRED err:1 text:id:10 stat:DELIVRD");
  CHECK(later.message_id == "9");
  CHECK(later.state == MessageState::expired);
}

TEST_CASE("a receipt of osmo-msc has no usable id, only the reference") {
  const Buffer octets = text_octets(
      "id:00000006 sub:001 dlvrd:001 submit date:YYMMDDhhmm done date:YYMMDDhhmm stat:DELIVRD err:000 text:");
  TlvBuilder tlvs;
  tlvs.add_u16(TlvTag::user_message_reference, 0x0034);
  Sm sm = receipt_sm(octets);
  sm.data_coding = 2;
  sm.tlvs = tlvs.list();
  const auto receipt = parse_receipt(sm);
  REQUIRE(receipt.has_value());
  CHECK(receipt->message_id == "00000006");
  CHECK(receipt->state == MessageState::delivered);
  CHECK(receipt->user_message_reference == 0x34);
  CHECK_FALSE(same_message_id("msg_id_not_implemented", receipt->message_id));
}

TEST_CASE("what TLVs say stands before what the text says") {
  const Buffer octets = text_octets("id:5 stat:DELIVRD err:000");
  TlvBuilder tlvs;
  tlvs.add(TlvTag::receipted_message_id, text_octets(std::string_view("A1B2\0", 5))).add_u8(TlvTag::message_state, 5);
  Sm sm = receipt_sm(octets);
  sm.tlvs = tlvs.list();
  const auto receipt = parse_receipt(sm);
  REQUIRE(receipt.has_value());
  CHECK(receipt->message_id == "A1B2");
  CHECK(receipt->state == MessageState::undeliverable);
  CHECK(receipt->error == "000");
}

TEST_CASE("a receipt may consist of TLVs only") {
  TlvBuilder tlvs;
  tlvs.add(TlvTag::receipted_message_id, text_octets("77"))  // without the final zero
      .add_u8(TlvTag::message_state, 2)
      .add(TlvTag::network_error_code, Buffer{3, 0x01, 0x05});
  Sm sm = receipt_sm({});
  sm.esm_class = 0;
  sm.tlvs = tlvs.list();
  const auto receipt = parse_receipt(sm);
  REQUIRE(receipt.has_value());
  CHECK(receipt->message_id == "77");
  CHECK(receipt->state == MessageState::delivered);
  CHECK(receipt->error == "261");
}

TEST_CASE("every message_state has its meaning") {
  using enum MessageState;
  const std::vector<MessageState> states{enroute,  enroute, delivered, expired,       deleted, undeliverable,
                                         accepted, unknown, rejected,  undeliverable, unknown};
  for (std::size_t value = 0; value < states.size(); ++value) {
    TlvBuilder tlvs;
    tlvs.add_u8(TlvTag::message_state, static_cast<std::uint8_t>(value));
    Sm sm = receipt_sm({});
    sm.tlvs = tlvs.list();
    CAPTURE(value);
    CHECK(parse_receipt(sm)->state == states[value]);
  }
}

TEST_CASE("only receipts are receipts") {
  const Buffer octets = text_octets("id:5 stat:DELIVRD err:000");
  Sm sm = receipt_sm(octets);
  for (const int esm_class : {0x00, 0x01, 0x08, 0x10, 0x18, 0x20, 0x24, 0x40, 0xC3}) {
    sm.esm_class = static_cast<std::uint8_t>(esm_class);
    CAPTURE(esm_class);
    CHECK_FALSE(parse_receipt(sm).has_value());
  }
  for (const int esm_class : {0x04, 0x05, 0x07, 0x84}) {
    sm.esm_class = static_cast<std::uint8_t>(esm_class);
    CAPTURE(esm_class);
    CHECK(parse_receipt(sm).has_value());
  }
  // Kannel writes receipted_message_id on ordinary messages.
  TlvBuilder tlvs;
  tlvs.add(TlvTag::receipted_message_id, text_octets("77"));
  sm.esm_class = 0;
  sm.tlvs = tlvs.list();
  CHECK_FALSE(parse_receipt(sm).has_value());
}

TEST_CASE("a receipt is found in message_payload, behind a header and in UCS-2") {
  TlvBuilder tlvs;
  tlvs.add(TlvTag::message_payload, text_octets("id:5 stat:DELIVRD"));
  Sm sm = receipt_sm({});
  sm.tlvs = tlvs.list();
  CHECK(parse_receipt(sm)->message_id == "5");

  const Buffer with_header = text_octets(std::string_view("\x05\x00\x03\x01\x01\x01id:6 stat:EXPIRED", 23));
  sm = receipt_sm(with_header);
  sm.esm_class = 0x44;
  CHECK(parse_receipt(sm)->message_id == "6");
  CHECK(parse_receipt(sm)->state == MessageState::expired);
  sm.short_message = Bytes(with_header).first(3);  // a header that overruns
  CHECK(parse_receipt(sm)->message_id.empty());

  Buffer wide;
  encode_ucs2(wide, "id:7 stat:DELIVRD text:فاتورة");
  sm = receipt_sm(wide);
  sm.data_coding = 8;
  CHECK(parse_receipt(sm)->message_id == "7");
  CHECK(parse_receipt(sm)->state == MessageState::delivered);
}

TEST_CASE("what a receipt holds is bounded") {
  const Receipt receipt = parsed("id:" + std::string(200, '7') + " err:" + std::string(200, '8'));
  CHECK(receipt.message_id == std::string(64, '7'));
  CHECK(receipt.error == std::string(16, '8'));
}

TEST_CASE("message ids are compared as SMSCs write them") {
  struct Row {
    std::string_view submitted;
    std::string_view receipted;
    bool same;
  };
  const std::vector<Row> rows{
      {"abc-1", "abc-1", true},
      {"abc-1", "abc-2", false},
      {"1A2B", "1a2b", true},
      {"1A2B", "6699", true},      // hexadecimal, then decimal
      {"6699", "1A2B", true},      // the reverse
      {"00001A2B", "6699", true},  // with leading zeros on either side
      {"1a2b", "0000006699", true},
      {"0000000123", "123", true},
      {"123", "0000000123", true},
      {"10", "16", true},  // both readings are allowed, so this cannot be told
      {"16", "10", true},
      {"6699", "6700", false},
      {"1A2C", "6699", false},
      {"0", "000", true},
      {"", "", false},
      {"", "0", false},
      {"7", "", false},
      {"FFFFFFFFFFFFFFFF", "18446744073709551615", true},
      {"10000000000000000", "18446744073709551616", false},  // over 64 bits: only as written
      {"000123456789012345678901234567890", "123456789012345678901234567890", true},
      {"msg_id_not_implemented", "00000006", false},
      {"-5", "5", false},
      {"+5", "5", false},
      {" 5", "5", false},
      {"5g", "5", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.submitted, row.receipted);
    CHECK(same_message_id(row.submitted, row.receipted) == row.same);
  }
}
