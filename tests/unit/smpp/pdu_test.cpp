#include "smpp/pdu.hpp"

#include <catch2/catch.hpp>

#include "octets.hpp"
#include "smpp/show.hpp"

using namespace shubbak;
using namespace shubbak::smpp;
using namespace shubbak::smpp::test;

namespace {

Buffer head(CommandId id, std::uint32_t status = 0, std::uint32_t sequence_number = 1) {
  Buffer out;
  encode_header_only(out, static_cast<std::uint32_t>(id), static_cast<CommandStatus>(status), sequence_number);
  return out;
}

Buffer pdu(CommandId id, std::string_view body, std::uint32_t status = 0) {
  Buffer out = head(id, status);
  const Buffer octets = octets_of(body);
  out.insert(out.end(), octets.begin(), octets.end());
  return with_length(out);
}

std::string text(Bytes octets) {
  return std::string(octets.begin(), octets.end());
}

// A deliver_sm with `tlvs` behind a short_message "hi".
Buffer deliver_with_tlvs(Bytes tlvs) {
  Buffer out = pdu(CommandId::deliver_sm, R"(00 01 01 "1" 00 01 01 "2" 00 00 00 00 00 00 00 00 00 00 02 "hi")");
  out.insert(out.end(), tlvs.begin(), tlvs.end());
  return with_length(out);
}

Buffer small_tlvs(std::size_t count) {
  Buffer out;
  for (std::size_t i = 0; i < count; ++i) {
    const Buffer one = octets_of("02 04 00 02 12 34");
    out.insert(out.end(), one.begin(), one.end());
  }
  return out;
}

}  // namespace

TEST_CASE("the header of the specification's example is read") {
  const Header header = decode_header(sample("bind_transmitter"));
  CHECK(header.command_length == 47);
  CHECK(header.id() == CommandId::bind_transmitter);
  CHECK(header.command_status == 0);
  CHECK(header.sequence_number == 1);
}

TEST_CASE("every sample is decoded, and encoded to the same octets") {
  for (const Sample& each : samples()) {
    INFO(each.name);
    const auto decoded = decode(each.octets);
    REQUIRE(decoded);
    Buffer again = {0xEE};  // encoders append
    REQUIRE(encode(again, *decoded));
    again.erase(again.begin());
    CHECK(again == each.octets);
  }
}

TEST_CASE("a bind is decoded field by field") {
  const auto decoded = decode(sample("bind_receiver"));
  REQUIRE(decoded);
  const Bind& bind = std::get<Bind>(decoded->body);
  CHECK(bind.system_id == "shubbak");
  CHECK(bind.password == "pw");
  CHECK(bind.system_type == "USSD");
  CHECK(bind.interface_version == 0x34);
  CHECK(bind.addr_ton == 0);
  CHECK(bind.addr_npi == 1);
  CHECK(bind.address_range == "^96");
}

TEST_CASE("a bind resp is decoded with its TLV, and as a header only") {
  const auto whole = decode(sample("bind_transceiver_resp"));
  REQUIRE(whole);
  CHECK(std::get<BindResp>(whole->body).system_id == "kuwwagw");
  CHECK(std::get<BindResp>(whole->body).tlvs.find_uint(TlvTag::sc_interface_version) == 0x34);
  for (const std::uint32_t status : {0x0U, 0xEU}) {
    const Buffer octets = head(CommandId::bind_transceiver_resp, status);
    const auto bare = decode(octets);
    REQUIRE(bare);
    CHECK(std::get<BindResp>(bare->body).system_id.empty());
    CHECK(bare->header.command_status == status);
  }
}

TEST_CASE("a submit_sm is decoded field by field") {
  const auto sm = decode_sm(sample("submit_sm"));
  REQUIRE(sm);
  CHECK(sm->service_type == "USSD");
  CHECK(sm->source.ton == 5);
  CHECK(sm->source.npi == 0);
  CHECK(sm->source.digits == "KUWWA");
  CHECK(sm->destination.ton == 1);
  CHECK(sm->destination.npi == 1);
  CHECK(sm->destination.digits == "963933123456");
  CHECK(sm->priority_flag == 1);
  CHECK(sm->schedule_delivery_time == "000000001000000R");
  CHECK(sm->validity_period == "000001000000000R");
  CHECK(sm->registered_delivery == 1);
  CHECK(sm->data_coding == 8);
  CHECK(sm->short_message.size() == 8);
  CHECK(sm->tlvs.find_uint(TlvTag::user_message_reference) == 0x1234);
  CHECK(sm->tlvs.find_uint(TlvTag::ussd_service_op) == 2);
  CHECK(sm->tlvs.find_uint(TlvTag::its_session_info) == 0x0100);
  CHECK(sm->tlvs.find_uint(static_cast<TlvTag>(0x1401)) == std::nullopt);  // three octets are no number
  CHECK(sm->tlvs.find(static_cast<TlvTag>(0x1401))->size() == 3);
  CHECK(sm->tlvs.find(TlvTag::message_payload) == std::nullopt);
}

TEST_CASE("decoded values point into the octets that were given") {
  const Bytes octets = sample("deliver_sm");
  const auto sm = decode_sm(octets);
  REQUIRE(sm);
  CHECK(sm->short_message.data() > octets.data());
  CHECK(sm->short_message.data() < octets.data() + octets.size());
}

TEST_CASE("text_octets is the short_message, or the message_payload where that is empty") {
  CHECK(text(decode_sm(sample("deliver_sm"))->text_octets()) == "*123#");
  const Buffer payload =
      pdu(CommandId::deliver_sm, R"(00 01 01 "1" 00 01 01 "2" 00 00 00 00 00 00 00 00 00 00 00  04 24 00 04 "long")");
  const auto sm = decode_sm(payload);
  REQUIRE(sm);
  CHECK(sm->short_message.empty());
  CHECK(text(sm->text_octets()) == "long");
}

TEST_CASE("the other PDUs are decoded field by field") {
  const auto data = decode(sample("data_sm"));
  REQUIRE(data);
  CHECK(std::get<DataSm>(data->body).service_type == "WAP");
  CHECK(std::get<DataSm>(data->body).registered_delivery == 1);
  CHECK(text(*std::get<DataSm>(data->body).tlvs.find(TlvTag::message_payload)) == "hello");

  const auto query = decode(sample("query_sm"));
  REQUIRE(query);
  CHECK(std::get<QuerySm>(query->body).message_id == "0a1b2c3d");
  CHECK(std::get<QuerySm>(query->body).source.digits == "KUWWA");

  const auto answer = decode(sample("query_sm_resp"));
  REQUIRE(answer);
  CHECK(std::get<QuerySmResp>(answer->body).final_date == "240131120000000+");
  CHECK(std::get<QuerySmResp>(answer->body).message_state == 2);

  const auto alert = decode(sample("alert_notification"));
  REQUIRE(alert);
  CHECK(std::get<AlertNotification>(alert->body).source.digits == "963933123456");
  CHECK(std::get<AlertNotification>(alert->body).esme.digits == "1000");

  const auto outbind = decode(sample("outbind"));
  REQUIRE(outbind);
  CHECK(std::get<Outbind>(outbind->body).system_id == "smsc");
  CHECK(std::get<Outbind>(outbind->body).password == "pass");

  const auto cancel = decode(sample("cancel_sm"));
  REQUIRE(cancel);
  CHECK(std::get<OtherCommand>(cancel->body).body.size() == sample("cancel_sm").size() - header_octets);

  const Buffer vendor = pdu(static_cast<CommandId>(0x00010203), "DE AD");
  const auto other = decode(vendor);
  REQUIRE(other);
  CHECK(other->header.command_id == 0x00010203);
  CHECK(std::get<OtherCommand>(other->body).body.size() == 2);
}

TEST_CASE("what real SMSCs send beyond the specification is understood") {
  SECTION("a resp that is a header only, also with status ok") {
    for (const CommandId id : {CommandId::submit_sm_resp, CommandId::deliver_sm_resp, CommandId::data_sm_resp}) {
      const Buffer octets = head(id, 0);
      const auto resp = decode_sm_resp(octets);
      REQUIRE(resp);
      CHECK(resp->message_id.empty());
    }
    CHECK(decode(head(CommandId::query_sm_resp, 0x67)));
  }
  SECTION("a submit_sm_resp with an error and a body") {
    const Buffer octets = pdu(CommandId::submit_sm_resp, R"("abc" 00)", 0x58);
    const auto resp = decode_sm_resp(octets);
    REQUIRE(resp);
    CHECK(resp->message_id == "abc");
  }
  SECTION("a resp with TLVs behind the message_id") {
    const Buffer octets = pdu(CommandId::submit_sm_resp, R"("abc" 00  04 25 00 01 02)");
    const auto resp = decode_sm_resp(octets);
    REQUIRE(resp);
    CHECK(resp->tlvs.find_uint(TlvTag::delivery_failure_reason) == 2);
  }
  SECTION("a status of a vendor") {
    CHECK(decode(head(CommandId::submit_sm_resp, 0x4A1))->header.command_status == 0x4A1);
  }
  SECTION("sequence_number 0") {
    Buffer octets(sample("deliver_sm").begin(), sample("deliver_sm").end());
    octets[15] = 0;
    CHECK(decode(octets)->header.sequence_number == 0);
  }
  SECTION("any TON and NPI") {
    const Buffer octets = pdu(CommandId::deliver_sm, R"(00 07 02 "1" 00 FF 0D "2" 00 00 00 00 00 00 00 00 00 00 00)");
    const auto sm = decode_sm(octets);
    REQUIRE(sm);
    CHECK(sm->source.ton == 7);
    CHECK(sm->source.npi == 2);
    CHECK(sm->destination.ton == 255);
    CHECK(sm->destination.npi == 13);
  }
  SECTION("a schedule and validity time in a deliver_sm") {
    const Buffer octets = pdu(CommandId::deliver_sm, R"(
      00 01 01 "1" 00 01 01 "2" 00 00 00 00 "240131120000000+" 00 "000001000000000R" 00 00 00 00 00 00)");
    CHECK(decode_sm(octets)->validity_period == "000001000000000R");
  }
  SECTION("a short_message of 255 octets") {
    Buffer octets = pdu(CommandId::deliver_sm, R"(00 01 01 "1" 00 01 01 "2" 00 00 00 00 00 00 00 00 00 00 FF)");
    octets.resize(octets.size() + 255, 'x');
    CHECK(decode_sm(with_length(octets))->short_message.size() == 255);
  }
  SECTION("TLVs without a value, unknown ones, and the same one twice: the first counts") {
    const Buffer octets =
        deliver_with_tlvs(octets_of("13 0C 00 00  77 77 00 01 09  02 04 00 01 05  02 04 00 02 00 06"));
    const auto sm = decode_sm(octets);
    REQUIRE(sm);
    std::vector<std::uint16_t> tags;
    for (const Tlv tlv : sm->tlvs) tags.push_back(tlv.tag);
    CHECK(tags == std::vector<std::uint16_t>{0x130C, 0x7777, 0x0204, 0x0204});
    CHECK(sm->tlvs.find(static_cast<TlvTag>(0x130C))->empty());
    CHECK(sm->tlvs.find_uint(static_cast<TlvTag>(0x130C)) == std::nullopt);
    CHECK(sm->tlvs.find_uint(TlvTag::user_message_reference) == 5);
  }
}

namespace {

struct Malformed {
  const char* what;
  CommandId id;
  const char* body;
  CommandStatus status;
  std::uint32_t offset;
  const char* field;
};

const char* const good_sm = R"(00 01 01 "1" 00 01 01 "2" 00 00 00 00 00 00 00 00 00 00 )";

const std::vector<Malformed>& malformed() {
  static const std::string sm = good_sm;
  static const std::string text_too_long = sm + R"(03 "hi")";
  static const std::string tlv_too_long = sm + R"(00 02 04 00 03 12 34)";
  static const std::string half_tlv = sm + R"(00 02 04 00)";
  static const std::string second_tlv = sm + R"(00  02 04 00 02 12 34  05 01 00 02 01)";
  static const std::string smuggled = sm + R"(00 02 04 01 92 12 34)";
  static const std::vector<Malformed> table = {
      {"no body at all", CommandId::deliver_sm, "", CommandStatus::invalid_command_length, 16, "service_type"},
      {"service_type without its NUL", CommandId::deliver_sm, R"("abc")", CommandStatus::invalid_command_length, 16,
       "service_type"},
      {"service_type of 6 characters", CommandId::deliver_sm, R"("abcdef" 00 01 01 "1" 00)",
       CommandStatus::invalid_parameter_length, 16, "service_type"},
      {"source_addr of 21 characters", CommandId::deliver_sm, R"(00 01 01 "123456789012345678901" 00 01 01)",
       CommandStatus::invalid_parameter_length, 19, "source_addr"},
      {"ends in the source's TON", CommandId::deliver_sm, "00", CommandStatus::invalid_command_length, 17,
       "source_addr"},
      {"destination_addr of 21 characters", CommandId::submit_sm,
       R"(00 01 01 "1" 00 01 01 "123456789012345678901" 00 00 00)", CommandStatus::invalid_parameter_length, 23,
       "destination_addr"},
      {"a validity period of 17 characters", CommandId::submit_sm,
       R"(00 01 01 "1" 00 01 01 "2" 00 00 00 00 00 "0000010000000000R" 00 00 00 00 00 00)",
       CommandStatus::invalid_parameter_length, 29, "validity_period"},
      {"sm_length over the rest", CommandId::deliver_sm, text_too_long.c_str(), CommandStatus::invalid_message_length,
       35, "short_message"},
      {"ends before sm_length", CommandId::deliver_sm, good_sm, CommandStatus::invalid_command_length, 34,
       "sm_length"},
      {"a TLV longer than the rest", CommandId::deliver_sm, tlv_too_long.c_str(), CommandStatus::invalid_tlv_stream,
       35, "tlv"},
      {"half the head of a TLV", CommandId::deliver_sm, half_tlv.c_str(), CommandStatus::invalid_tlv_stream, 35,
       "tlv"},
      {"the second TLV longer than the rest", CommandId::deliver_sm, second_tlv.c_str(),
       CommandStatus::invalid_tlv_stream, 41, "tlv"},
      {"the smuggled TLV: length 402 of 2 octets", CommandId::deliver_sm, smuggled.c_str(),
       CommandStatus::invalid_tlv_stream, 35, "tlv"},
      {"a message_id of 65 characters", CommandId::submit_sm_resp,
       R"("01234567890123456789012345678901234567890123456789012345678901234" 00)",
       CommandStatus::invalid_parameter_length, 16, "message_id"},
      {"a message_id without its NUL", CommandId::submit_sm_resp, R"("12")", CommandStatus::invalid_command_length,
       16, "message_id"},
      {"stray octets behind the message_id", CommandId::submit_sm_resp, R"("12" 00 "345")",
       CommandStatus::invalid_tlv_stream, 19, "tlv"},
      {"a system_id of 16 characters", CommandId::bind_transceiver, R"("0123456789012345" 00 00 00 34 00 00 00)",
       CommandStatus::invalid_parameter_length, 16, "system_id"},
      {"a password of 9 characters", CommandId::bind_transmitter, R"("id" 00 "012345678" 00 00 34 00 00 00)",
       CommandStatus::invalid_parameter_length, 19, "password"},
      {"a bind without its address_range", CommandId::bind_receiver, R"("id" 00 "pw" 00 00 34 00 00)",
       CommandStatus::invalid_command_length, 26, "address_range"},
      {"octets behind a bind", CommandId::bind_transceiver, R"("id" 00 "pw" 00 00 34 00 00 00 AA)",
       CommandStatus::invalid_command_length, 27, "body"},
      {"octets behind an enquire_link", CommandId::enquire_link, "00", CommandStatus::invalid_command_length, 16,
       "body"},
      {"a final_date of 17 characters", CommandId::query_sm_resp, R"("1" 00 "2401311200000000+" 00 02 00)",
       CommandStatus::invalid_parameter_length, 18, "final_date"},
      {"an alert without its esme", CommandId::alert_notification, R"(01 01 "1" 00)",
       CommandStatus::invalid_command_length, 20, "esme_addr"},
      {"a query without its source", CommandId::query_sm, R"("1" 00)", CommandStatus::invalid_command_length, 18,
       "source_addr"},
  };
  return table;
}

}  // namespace

TEST_CASE("a malformed PDU is refused with the status of the specification, the octet and the field") {
  for (const Malformed& each : malformed()) {
    INFO(each.what);
    const Buffer octets = pdu(each.id, each.body);
    const GuardedOctets guarded(octets);
    const auto decoded = decode(guarded.bytes());
    REQUIRE_FALSE(decoded);
    CHECK(decoded.error().status == each.status);
    CHECK(decoded.error().offset == each.offset);
    CHECK(std::string(decoded.error().field) == each.field);
  }
}

TEST_CASE("30, 80, 100 and 256 TLVs are kept, 257 are refused") {
  for (const std::size_t count : {30U, 80U, 100U, 256U}) {
    const Buffer octets = deliver_with_tlvs(small_tlvs(count));
    const GuardedOctets guarded(octets);
    const auto sm = decode_sm(guarded.bytes());
    REQUIRE(sm);
    CHECK(std::ranges::distance(sm->tlvs.begin(), sm->tlvs.end()) == static_cast<std::ptrdiff_t>(count));
  }
  const Buffer octets = deliver_with_tlvs(small_tlvs(257));
  const auto sm = decode_sm(octets);
  REQUIRE_FALSE(sm);
  CHECK(sm.error().status == CommandStatus::invalid_tlv_stream);
  CHECK(sm.error().offset == 37 + 256 * 6);
}

TEST_CASE("every PDU cut off at every length is refused or read without reading behind its end") {
  for (const Sample& each : samples()) {
    for (std::size_t length = header_octets; length <= each.octets.size(); ++length) {
      INFO(each.name << " cut to " << length);
      const Buffer cut =
          with_length(Buffer(each.octets.begin(), each.octets.begin() + static_cast<std::ptrdiff_t>(length)));
      const GuardedOctets guarded(cut);
      const auto decoded = decode(guarded.bytes());
      const auto shown = show(guarded.bytes());
      CHECK_FALSE(shown.empty());
      if (!decoded) {
        CHECK(decoded.error().offset <= length);
        CHECK(decoded.error().status != CommandStatus::ok);
        CHECK(shown.find("error at octet " + std::to_string(decoded.error().offset)) != std::string::npos);
        continue;
      }
      Buffer again;
      REQUIRE(encode(again, *decoded));
      // What was understood is written again the same, but for the octets that a header-only resp gets.
      if (length > header_octets) CHECK(again == cut);
    }
  }
}

TEST_CASE("every single octet of every PDU may be anything without reading behind its end") {
  for (const Sample& each : samples()) {
    for (std::size_t at = 4; at < each.octets.size(); ++at) {
      for (const std::uint8_t value : std::initializer_list<std::uint8_t>{0x00, 0x01, 0x7F, 0x80, 0xFF}) {
        Buffer changed = each.octets;
        changed[at] = value;
        const GuardedOctets guarded(changed);
        const auto decoded = decode(guarded.bytes());
        if (!decoded) {
          CHECK(decoded.error().offset <= changed.size());
          continue;
        }
        Buffer again;
        const Status written = encode(again, *decoded);
        if (written && changed.size() > header_octets && (decoded->header.command_id & resp_bit) == 0) {
          CHECK(again == changed);
        }
      }
    }
  }
}

TEST_CASE("an encoder refuses what is over the limit and appends nothing") {
  const std::string long_text(300, 'x');
  const std::string_view all(long_text);
  Buffer out = {1, 2, 3};
  const auto refused = [&](const Status& status) {
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Errc::limit);
    CHECK(out == Buffer{1, 2, 3});
  };
  Sm sm;
  sm.service_type = all.substr(0, 6);
  refused(encode_sm(out, CommandId::submit_sm, 1, sm));
  sm = {};
  sm.source.digits = all.substr(0, 21);
  refused(encode_sm(out, CommandId::submit_sm, 1, sm));
  sm = {};
  sm.destination.digits = all.substr(0, 21);
  refused(encode_sm(out, CommandId::submit_sm, 1, sm));
  sm = {};
  sm.validity_period = all.substr(0, 17);
  refused(encode_sm(out, CommandId::submit_sm, 1, sm));
  sm = {};
  sm.short_message = bytes_of(all.substr(0, 255));
  refused(encode_sm(out, CommandId::submit_sm, 1, sm));
  sm.short_message = bytes_of(all.substr(0, 254));
  CHECK(encode_sm(out, CommandId::submit_sm, 1, sm));
  out.resize(3);
  refused(encode_sm_resp(out, CommandId::submit_sm_resp, CommandStatus::ok, 1, all.substr(0, 65)));
  Bind bind;
  bind.password = all.substr(0, 9);
  refused(encode(out, Pdu{Header{0, 9, 0, 1}, bind}));
}

TEST_CASE("an encoder refuses a text with a NUL inside, which the peer would read as another") {
  for (const std::size_t length : {1U, 2U, 3U, 4U, 5U, 7U, 8U, 9U, 12U, 15U, 16U, 17U, 20U}) {
    for (std::size_t at = 0; at < length; ++at) {
      INFO(at << " of " << length);
      std::string digits(length, '7');
      Sm sm;
      sm.source.digits = digits;
      Buffer out;
      REQUIRE(encode_sm(out, CommandId::submit_sm, 1, sm));
      CHECK(decode_sm(out)->source.digits == digits);
      digits[at] = '\0';
      sm.source.digits = digits;
      out.clear();
      CHECK_FALSE(encode_sm(out, CommandId::submit_sm, 1, sm));
      CHECK(out.empty());
    }
  }
}

TEST_CASE("a body that does not belong to its command is not written") {
  Buffer out;
  const Status status = encode(out, Pdu{Header{0, 0x00000005, 0, 1}, NoBody{}});
  REQUIRE_FALSE(status);
  CHECK(status.error().code == Errc::invalid);
  CHECK(out.empty());
}

TEST_CASE("a resp of a message always carries its message_id octet") {
  Buffer out;
  REQUIRE(encode_sm_resp(out, CommandId::deliver_sm_resp, CommandStatus::temporary_app_error, 9, ""));
  CHECK(out == octets_of("00 00 00 11  80 00 00 05  00 00 00 64  00 00 00 09  00"));
}

TEST_CASE("TLVs are built in order and read back") {
  TlvBuilder builder;
  CHECK(builder.list().empty());
  const Buffer payload(65'535, 'p');
  builder.add_u8(TlvTag::ussd_service_op, 0x11).add_u16(TlvTag::sar_msg_ref_num, 0xBEEF);
  builder.add(TlvTag::message_payload, payload).add(TlvTag::source_subaddress, {});
  const auto checked = TlvList::check(builder.list().raw(), 0);
  REQUIRE(checked);
  CHECK(checked->find_uint(TlvTag::ussd_service_op) == 0x11);
  CHECK(checked->find_uint(TlvTag::sar_msg_ref_num) == 0xBEEF);
  CHECK(checked->find(TlvTag::message_payload)->size() == 65'535);
  CHECK(checked->find(TlvTag::source_subaddress)->empty());
  builder.clear();
  CHECK(builder.list().empty());
}

TEST_CASE("numbers of TLVs are read in 1, 2 or 4 octets") {
  const auto number = [](std::string_view hex) {
    const Buffer octets = octets_of(hex);
    return Tlv{0x0204, octets}.as_uint();
  };
  CHECK(number("") == std::nullopt);
  CHECK(number("FE") == 0xFE);
  CHECK(number("01 02") == 0x0102);
  CHECK(number("01 02 03") == std::nullopt);
  CHECK(number("FF 02 03 04") == 0xFF020304);
  CHECK(number("01 02 03 04 05") == std::nullopt);
}

TEST_CASE("commands, statuses and TLVs have the names of the specification") {
  CHECK(to_string(CommandId::alert_notification) == "alert_notification");
  CHECK(to_string(static_cast<CommandId>(0x0000000A)) == "unknown");
  CHECK(to_string(CommandStatus::throttled) == "throttled");
  CHECK(to_string(static_cast<CommandStatus>(0x400)) == "vendor");
  CHECK(to_string(static_cast<CommandStatus>(0x68)) == "reserved");
  CHECK(to_string(TlvTag::its_session_info) == "its_session_info");
  CHECK(to_string(static_cast<TlvTag>(0x1501)) == "vendor");
}

TEST_CASE("show names every field with its offset, and an error with its answer") {
  const std::string good = show(sample("deliver_sm"));
  CHECK(good.find("    4  command_id = 0x00000005 deliver_sm\n") != std::string::npos);
  CHECK(good.find("   19  source_addr = \"963933123456\"\n") != std::string::npos);
  CHECK(good.find("tlv 0x0501 ussd_service_op (1) = 01\n") != std::string::npos);
  const std::string bad = show(pdu(CommandId::deliver_sm, std::string(good_sm) + R"(00 02 04 01 92 12 34)"));
  CHECK(bad.find("error at octet 35, tlv: a TLV longer than the rest of the PDU\n"
                 "answered with deliver_sm_resp, command_status 0x000000c0 invalid_tlv_stream\n") !=
        std::string::npos);
  const std::string unknown = show(pdu(static_cast<CommandId>(0x00010203), "DE AD"));
  CHECK(unknown.find("answered with generic_nack, command_status 0x00000003 invalid_command_id") !=
        std::string::npos);
  CHECK(show(octets_of("00 00 00 0F 00 00 00 05")).find("invalid_command_length") != std::string::npos);
  CHECK(show(octets_of("00 00 00 20 00 00 00 05")).find("incomplete: 8 octets are here, command_length says 32") !=
        std::string::npos);
  CHECK(show({}).empty());
}
