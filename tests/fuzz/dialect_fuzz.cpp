// Any octets as a message of a USSD gateway of any dialect. The input: what chooses the dialect, data_coding and TON;
// then sender, destination and text, each with its length before it; what is left are the TLVs.
// Properties: it is refused with a reason or read as a bounded input of valid UTF-8; an answer to it can be sent, and
// names the dialogue in a way that the same dialect reads back.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "domain/text.hpp"
#include "ussd/dialect.hpp"
#include "ussd/screen.hpp"

using namespace shubbak;
using namespace shubbak::smpp;
using namespace shubbak::ussd;

namespace {

Dialect dialect_of(std::uint8_t choice) {
  Dialect dialect;
  dialect.session_key = static_cast<SessionKey>(choice & 3U);
  dialect.end_bit = (choice & 4U) == 0;
  dialect.packs_gsm7 = (choice & 8U) != 0;
  if ((choice & 16U) != 0) dialect.abort_op = 0x81;
  if ((choice & 32U) != 0) dialect.session_number_mask = 0x7FFF;
  if ((choice & 64U) != 0) dialect.data_coding_ucs2 = 8;
  if ((choice & 128U) != 0) dialect.default_alphabet = Alphabet::latin1;
  return dialect;
}

Bytes take(Bytes& rest, std::size_t octets_max) {
  if (rest.empty()) return {};
  const std::size_t length = std::min({std::size_t{rest.front()}, octets_max, rest.size() - 1});
  const Bytes taken = rest.subspan(1, length);
  rest = rest.subspan(1 + length);
  return taken;
}

// A C-octet string ends at its first NUL.
std::string_view text_of(Bytes octets) {
  const std::string_view text(reinterpret_cast<const char*>(octets.data()), octets.size());
  return text.substr(0, text.find('\0'));
}

bool is_valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t before = at;
    if (next_code_point(text, at) == 0xFFFD && at - before == 1) return false;
  }
  return true;
}

void answer(const Dialect& dialect, const UssdInput& input, bool last) {
  const ScreenLimits limits{.octets_max = screen_octets_max(dialect)};
  const Page page = lay_out(Content{.body = input.text}, 0, limits);
  const UssdReply reply{.msisdn = input.msisdn.value(),
                        .session = input.session,
                        .last = last,
                        .text = page.text,
                        .service_code = "123"};
  ReplyBuilder builder;
  Buffer out;
  SHUBBAK_ASSERT(encode_sm(out, CommandId::submit_sm, 1, builder.build(dialect, reply)));
  const auto sent = decode_sm(out);
  SHUBBAK_ASSERT(sent);

  // The same dialogue when the phone answers it.
  TlvBuilder tlvs;
  for (const Tlv tlv : sent->tlvs) {
    if (tlv.tag != static_cast<std::uint16_t>(TlvTag::ussd_service_op)) tlvs.add(TlvTag{tlv.tag}, tlv.value);
  }
  tlvs.add_u8(TlvTag::ussd_service_op, dialect.answer_op);
  Sm back = *sent;
  back.source = sent->destination;
  back.tlvs = tlvs.list();
  const auto again = read_input(dialect, back);
  SHUBBAK_ASSERT(again.ok() && again->msisdn == input.msisdn && again->session == input.session);
  SHUBBAK_ASSERT(same_session(dialect, again->session, input.session));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const Dialect dialect = dialect_of(data[0]);
  Bytes rest(data + 3, size - 3);
  Sm sm;
  sm.data_coding = data[1];
  sm.source = {.ton = data[2], .npi = 1, .digits = text_of(take(rest, 20))};
  sm.destination = {.ton = 0, .npi = 1, .digits = text_of(take(rest, 20))};
  sm.short_message = take(rest, 255);
  const auto tlvs = TlvList::check(rest, 0);
  if (!tlvs) return 0;
  sm.tlvs = *tlvs;

  const auto input = read_input(dialect, sm);
  if (!input) {
    SHUBBAK_ASSERT(!input.error().message.empty());
    return 0;
  }
  SHUBBAK_ASSERT(is_ussd(sm));
  SHUBBAK_ASSERT(input->service_code.size() <= 20);
  SHUBBAK_ASSERT(is_valid_utf8(input->text) || input->text == input->service_code);
  SHUBBAK_ASSERT(input->kind != UssdInput::Kind::abort || dialect.abort_op || dialect.end_bit);
  answer(dialect, *input, false);
  answer(dialect, *input, true);
  return 0;
}
