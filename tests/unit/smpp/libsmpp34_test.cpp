#include "smpp/libsmpp34.hpp"

#include <thread>

#include <catch2/catch.hpp>

#include "octets.hpp"
#include "smpp/show.hpp"

using namespace shubbak;
using namespace shubbak::smpp;
using namespace shubbak::smpp::test;

namespace {

constexpr std::uint32_t raw(CommandId id) {
  return static_cast<std::uint32_t>(id);
}

Pdu control(CommandId id, CommandStatus status = CommandStatus::ok, std::uint32_t sequence_number = 1) {
  return Pdu{Header{0, raw(id), static_cast<std::uint32_t>(status), sequence_number}, NoBody{}};
}

Buffer native(const Pdu& pdu) {
  Buffer out;
  REQUIRE(encode(out, pdu));
  return out;
}

Buffer by_library(const Pdu& pdu) {
  Buffer out;
  REQUIRE(libsmpp34::pack_any(out, pdu));
  return out;
}

Errc refusal(Bytes pdu) {
  const auto described = libsmpp34::describe(pdu);
  REQUIRE_FALSE(described);
  INFO(described.error().message);
  return described.error().code;
}

Buffer deliver(std::string_view tlvs, std::string_view ton_npi = "01 01", std::string_view times = "00 00") {
  return with_length(octets_of("00 00 00 00 00 00 00 05 00 00 00 00 00 00 00 01  00 " + std::string(ton_npi) +
                               R"("1" 00 01 01 "2" 00 00 00 00 )" + std::string(times) + "00 00 00 00 02 \"hi\"" +
                               std::string(tlvs)));
}

std::string repeated(std::string_view tlv, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += tlv;
  return out;
}

}  // namespace

TEST_CASE("both codecs read every sample the same, field by field") {
  for (const Sample& each : samples()) {
    INFO(each.name);
    const auto described = libsmpp34::describe(each.octets);
    if (each.name ==
        "bind_transmitter") {  // its interface_version 0 is the specification's example, but refused there
      REQUIRE_FALSE(described);
      CHECK(described.error().message == "libsmpp34: interface_version: Invalid value");
      continue;
    }
    if (each.name == "cancel_sm") {  // read there only
      REQUIRE(described);
      CHECK(described->find("destination_addr = \"963933123456\"") != std::string::npos);
      continue;
    }
    INFO((described ? "" : described.error().message));
    REQUIRE(described);
    const auto own = fields(each.octets);
    REQUIRE(own);
    CHECK(*described == *own);
  }
}

TEST_CASE("both codecs write every sample the same") {
  for (const Sample& each : samples()) {
    if (each.name == "bind_transmitter" || each.name == "cancel_sm") continue;
    INFO(each.name);
    const auto decoded = decode(each.octets);
    REQUIRE(decoded);
    CHECK(by_library(*decoded) == each.octets);
  }
}

TEST_CASE("both codecs write TLVs of every width the same") {
  TlvBuilder tlvs;
  const Buffer text = octets_of("\"0123456789\"");
  const Buffer four = octets_of("00 00 0E 10");
  tlvs.add_u8(TlvTag::sar_total_segments, 3)
      .add_u16(TlvTag::sar_msg_ref_num, 0xABCD)
      .add(TlvTag::message_payload, text);
  tlvs.add(static_cast<TlvTag>(0x0017), four);  // qos_time_to_live
  tlvs.add(static_cast<TlvTag>(0x1401), text);
  const Pdu pdu{Header{0, raw(CommandId::data_sm), 0, 5}, DataSm{"", {1, 1, "1"}, {1, 1, "2"}, 0, 0, 0, tlvs.list()}};
  CHECK(by_library(pdu) == native(pdu));
  const Buffer octets = native(pdu);
  const auto described = libsmpp34::describe(octets);
  REQUIRE(described);
  CHECK(*described == *fields(octets));
}

TEST_CASE("every control PDU that we send is packed by the library") {
  for (const CommandId id : {CommandId::unbind, CommandId::unbind_resp, CommandId::enquire_link,
                             CommandId::enquire_link_resp, CommandId::generic_nack}) {
    Buffer out = {7};
    REQUIRE(libsmpp34::pack(out, control(id)));
    CHECK(out.size() == 17);
    CHECK(Buffer(out.begin() + 1, out.end()) == native(control(id)));
  }
  Bind bind;
  bind.system_id = "123456789012345";
  bind.password = "12345678";
  bind.system_type = "123456789012";
  const std::string range(40, '9');
  bind.address_range = range;
  for (const CommandId id : {CommandId::bind_transmitter, CommandId::bind_receiver, CommandId::bind_transceiver}) {
    const Pdu pdu{Header{0, raw(id), 0, 1}, bind};
    Buffer out;
    REQUIRE(libsmpp34::pack(out, pdu));
    CHECK(out == native(pdu));
  }
}

TEST_CASE("the library packs no messages for us, and refuses what it does not know without appending anything") {
  Buffer out = {7};
  const auto refused = [&](const Pdu& pdu) {
    const Status status = libsmpp34::pack(out, pdu);
    REQUIRE_FALSE(status);
    CHECK(out == Buffer{7});
    return status.error();
  };
  CHECK(refused(Pdu{Header{0, raw(CommandId::submit_sm), 0, 1}, Sm{}}).code == Errc::invalid);
  CHECK(refused(control(CommandId::enquire_link, CommandStatus::ok, 0)).message ==
        "libsmpp34: sequence_number: Invalid value");
  CHECK(refused(control(CommandId::generic_nack, static_cast<CommandStatus>(0x4A1))).message ==
        "libsmpp34: command_status: Invalid value");
  CHECK(refused(Pdu{Header{0, raw(CommandId::unbind), 0, 1}, Bind{}}).code == Errc::invalid);
  Bind bind;
  bind.addr_ton = 7;
  CHECK(refused(Pdu{Header{0, raw(CommandId::bind_transceiver), 0, 1}, bind}).code == Errc::invalid);
}

TEST_CASE("limits are checked before the library, which cuts texts off silently") {
  const std::string all(300, '1');
  const std::string_view text(all);
  const auto code = [](const Pdu& pdu) {
    Buffer out;
    const Status status = libsmpp34::pack_any(out, pdu);
    REQUIRE_FALSE(status);
    CHECK(out.empty());
    return status.error().code;
  };
  Bind bind;
  bind.system_id = text.substr(0, 16);
  CHECK(code(Pdu{Header{0, raw(CommandId::bind_transceiver), 0, 1}, bind}) == Errc::limit);
  Sm sm;
  sm.source.digits = text.substr(0, 21);
  CHECK(code(Pdu{Header{0, raw(CommandId::submit_sm), 0, 1}, sm}) == Errc::limit);
  sm = {};
  sm.short_message = bytes_of(text.substr(0, 254));
  CHECK(code(Pdu{Header{0, raw(CommandId::submit_sm), 0, 1}, sm}) == Errc::limit);
  sm.short_message = bytes_of(text.substr(0, 253));
  const Pdu most{Header{0, raw(CommandId::submit_sm), 0, 1}, sm};
  CHECK(by_library(most) == native(most));
  CHECK(code(Pdu{Header{0, raw(CommandId::query_sm), 0, 1}, QuerySm{text.substr(0, 65), {}}}) == Errc::limit);
}

TEST_CASE("TLVs that would overrun the library's trace, or that it would mistake, never reach it") {
  SECTION("16 pass, more do not, in either direction") {
    const Buffer most = deliver(repeated("02 04 00 02 12 34 ", 16));
    const auto described = libsmpp34::describe(most);
    REQUIRE(described);
    CHECK(*described == *fields(most));
    for (const std::size_t count : {17U, 30U, 80U, 100U}) {
      const Buffer octets = deliver(repeated("02 04 00 02 12 34 ", count));
      CHECK(refusal(octets) == Errc::limit);
      Buffer out;
      CHECK_FALSE(libsmpp34::pack_any(out, *decode(octets)));
    }
  }
  SECTION("TLVs hidden in the value of a typed one, whose length the library ignores") {
    const std::string hidden = repeated("02 04 00 02 12 34 ", 66) + "02 04 00 00 00 00";
    const Buffer octets = deliver("02 04 01 92 " + hidden);
    REQUIRE(decode_sm(octets));  // 402 octets of value: natively one odd TLV
    CHECK(refusal(octets) == Errc::limit);
  }
  SECTION("a typed TLV of another length") {
    for (const std::string_view tlv :
         {"02 04 00 01 12", "02 04 00 03 12 34 56", "04 27 00 00", "04 23 00 04 01 02 03 04"}) {
      CHECK(refusal(deliver(tlv)) == Errc::limit);
    }
  }
  SECTION("a value longer than its field") {
    std::string long_value = "04 24 04 01";
    for (int i = 0; i < 1025; ++i) long_value += " 61";
    CHECK(refusal(deliver(long_value)) == Errc::limit);
  }
  SECTION("TLVs where the library knows none") {
    CHECK(refusal(with_length(
              octets_of(R"(00 00 00 00 80 00 00 04 00 00 00 00 00 00 00 01 "1" 00 04 25 00 01 02)"))) == Errc::limit);
  }
}

TEST_CASE("lengths that the library would read past never reach it") {
  for (std::size_t length = 0; length < header_octets; ++length) {
    const GuardedOctets guarded(sample("enquire_link").first(length));
    CHECK(refusal(guarded.bytes()) == Errc::limit);
  }
  for (const Sample& each : samples()) {
    for (std::size_t length = 0; length < each.octets.size(); ++length) {
      INFO(each.name << " cut to " << length);
      const Bytes cut = Bytes(each.octets).first(length);
      CHECK(refusal(cut) == Errc::limit);  // its command_length says more
      if (length < header_octets) continue;
      const Buffer shorter = with_length(Buffer(cut.begin(), cut.end()));
      const GuardedOctets guarded(shorter);
      const auto described = libsmpp34::describe(guarded.bytes());
      const auto own = fields(guarded.bytes());
      if (described && own && decode_header(shorter).id() != CommandId::cancel_sm) CHECK(*described == *own);
      if (described) CHECK(own);
    }
  }
}

TEST_CASE("what real SMSCs send and the library refuses is read natively") {
  struct Case {
    const char* what;
    Buffer octets;
  };
  const auto bare = [](std::uint32_t id, std::uint32_t status, std::uint32_t sequence_number) {
    Buffer out;
    encode_header_only(out, id, static_cast<CommandStatus>(status), sequence_number);
    return out;
  };
  const std::vector<Case> cases = {
      {"header-only bind_transceiver_resp", bare(0x80000009, 0x0E, 1)},
      {"header-only submit_sm_resp with ok", bare(0x80000004, 0, 1)},
      {"header-only deliver_sm_resp", bare(0x80000005, 0, 1)},
      {"header-only query_sm_resp", bare(0x80000003, 0x67, 1)},
      {"submit_sm_resp with an error and a body",
       with_length(octets_of(R"(00 00 00 00 80 00 00 04 00 00 00 58 00 00 00 01 "1" 00)"))},
      {"a vendor's status", bare(0x80000004, 0x4A1, 1)},
      {"sequence_number 0", bare(0x00000015, 0, 0)},
      {"TON 7", deliver("", "07 01")},
      {"NPI 2", deliver("", "01 02")},
      {"NPI 13", deliver("", "01 0D")},
      {"a validity period in a deliver_sm", deliver("", "01 01", "00 \"000001000000000R\" 00")},
      {"a schedule time in a deliver_sm", deliver("", "01 01", "\"000001000000000R\" 00 00")},
      {"an unknown command", bare(0x00010203, 0, 1)},
  };
  for (const Case& each : cases) {
    INFO(each.what);
    CHECK(refusal(each.octets) == Errc::malformed);
    CHECK(decode(each.octets));
  }
}

TEST_CASE("submit_multi never reaches the library") {
  Buffer out;
  encode_header_only(out, raw(CommandId::submit_multi), CommandStatus::ok, 1);
  CHECK(refusal(out) == Errc::limit);
  out.clear();
  encode_header_only(out, raw(CommandId::submit_multi) | resp_bit, CommandStatus::ok, 1);
  CHECK(refusal(out) == Errc::limit);
}

TEST_CASE("a refusal names the field but never its value") {
  const Buffer octets = with_length(octets_of(R"(
      00 00 00 00 00 00 00 02 00 00 00 00 00 00 00 01 "id" 00 "secret" 00 00 33 00 00 00)"));
  const auto described = libsmpp34::describe(octets);
  REQUIRE_FALSE(described);
  CHECK(described.error().message == "libsmpp34: interface_version: Invalid value");
}

TEST_CASE("many threads may use the library at once") {
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 300; ++i) {
        Buffer out;
        const auto decoded = decode(sample("submit_sm"));
        const bool packed = libsmpp34::pack_any(out, *decoded).ok() && std::ranges::equal(out, sample("submit_sm"));
        const auto described = libsmpp34::describe(sample("deliver_sm"));
        if (packed && described && *described == *fields(sample("deliver_sm"))) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(right == 8 * 300);
}
