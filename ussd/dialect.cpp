#include "ussd/dialect.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "smpp/sender.hpp"

namespace shubbak::ussd {
namespace {

using smpp::Bytes;
using smpp::TlvTag;

constexpr std::uint8_t ton_international = 1;
constexpr std::uint8_t npi_isdn = 1;
constexpr std::uint32_t short_message_octets_max = 254;  // SMPP v3.4 section 4.4.1

struct SessionField {
  std::uint32_t number = 0;
  bool ended = false;
};

Result<SessionField> read_its_session_info(const Dialect& dialect, const smpp::Sm& sm) {
  const std::optional<Bytes> value = sm.tlvs.find(TlvTag::its_session_info);
  if (!value) return Error{Errc::malformed, "its_session_info is missing"};
  if (value->size() != 2) return Error{Errc::malformed, "its_session_info must have 2 octets"};
  const auto field = static_cast<std::uint16_t>(((*value)[0] << 8U) | (*value)[1]);
  if (!dialect.end_bit) return SessionField{.number = static_cast<std::uint32_t>(field >> 1U)};
  return SessionField{.number = static_cast<std::uint32_t>(field >> 1U), .ended = (field & 1U) != 0};
}

Result<SessionField> read_session(const Dialect& dialect, const smpp::Sm& sm) {
  switch (dialect.session_key) {
    case SessionKey::its_session_info:
      return read_its_session_info(dialect, sm);
    case SessionKey::user_message_reference: {
      const std::optional<Bytes> value = sm.tlvs.find(TlvTag::user_message_reference);
      if (!value || value->size() != 2) return Error{Errc::malformed, "user_message_reference must have 2 octets"};
      return SessionField{.number = static_cast<std::uint32_t>(((*value)[0] << 8U) | (*value)[1])};
    }
    case SessionKey::vendor_tlv: {
      const std::optional<Bytes> value = sm.tlvs.find(static_cast<TlvTag>(dialect.vendor_session_tag));
      if (!value || value->size() != 4) return Error{Errc::malformed, "the gateway's session TLV must have 4 octets"};
      std::uint32_t number = 0;
      for (const std::uint8_t octet : *value) number = (number << 8U) | octet;
      return SessionField{.number = number};
    }
    case SessionKey::none:
      return SessionField{};
  }
  std::abort();
}

Result<UssdInput::Kind> kind_of(const Dialect& dialect, std::uint32_t op, bool ended) {
  if (op == dialect.begin_op) return UssdInput::Kind::begin;
  if (op == dialect.answer_op) return ended ? UssdInput::Kind::abort : UssdInput::Kind::answer;
  if (dialect.abort_op && op == *dialect.abort_op) return UssdInput::Kind::abort;
  return Error{Errc::invalid,
               "ussd_service_op " + std::to_string(op) + " is none that this gateway's dialect receives"};
}

bool has_high_bit(Bytes octets) {
  return std::any_of(octets.begin(), octets.end(), [](std::uint8_t octet) { return octet >= 0x80; });
}

bool is_imsi(std::string_view digits) {
  constexpr std::size_t shortest = 6;
  constexpr std::size_t longest = 15;  // 3GPP TS 23.003 section 2.2
  return digits.size() >= shortest && digits.size() <= longest &&
         digits.find_first_not_of("0123456789") == std::string_view::npos;
}

// Digits as text, or two an octet, the first in the low half, filled up with 1111. "" where it is neither.
std::string imsi_of(const Dialect& dialect, const smpp::Sm& sm) {
  if (!dialect.imsi_tlv) return {};
  const auto octets = sm.tlvs.find(static_cast<TlvTag>(*dialect.imsi_tlv));
  if (!octets) return {};
  std::string digits(octets->begin(), octets->end());
  if (digits.ends_with('\0')) digits.pop_back();  // as C strings travel in SMPP
  if (is_imsi(digits)) return digits;
  digits.clear();
  for (const std::uint8_t octet : *octets) {
    for (const unsigned half : {octet & 0x0FU, unsigned{octet} >> 4U}) {
      if (half != 0x0F) digits.push_back(static_cast<char>('0' + half));  // above 9: no digit, and so no IMSI
    }
  }
  return is_imsi(digits) ? digits : std::string();
}

// GSM 7-bit has no high bit when it comes one septet an octet. Where it is set all the same the gateway packs: UTF-8
// is no other reading here, since packed digits often are valid UTF-8.
std::string text_of(const Dialect& dialect, const smpp::Sm& sm) {
  const Bytes octets = sm.text_octets();
  if (sm.data_coding == dialect.data_coding_gsm7) {
    if (dialect.packs_gsm7 || has_high_bit(octets)) return smpp::decode_gsm7(smpp::unpack_gsm7_ussd(octets));
    return smpp::decode_gsm7(octets);
  }
  if (sm.data_coding == dialect.data_coding_ucs2) {
    constexpr std::uint8_t ucs2 =
        8;  // a gateway may have its own value, decode_text's tolerance is for the usual one
    return smpp::decode_text(octets, ucs2, dialect.default_alphabet);
  }
  return smpp::decode_text(octets, sm.data_coding, dialect.default_alphabet);
}

// Is there a character without a place in GSM 7-bit? Of all lead octets from 0xD0 up only 0xE2 can begin one that has
// a place, the euro sign: so Arabic is known by its first letter, and only other texts are looked at whole.
bool needs_ucs2(std::string_view text) {
  const bool has_far_letter = std::any_of(text.begin(), text.end(), [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return octet >= 0xD0 && octet != 0xE2;
  });
  return has_far_letter || smpp::measure(text).alphabet == smpp::Alphabet::ucs2;
}

}  // namespace

std::uint32_t screen_octets_max(const Dialect& dialect) {
  return dialect.packs_gsm7 ? short_message_octets_max
                            : smpp::TextSize{smpp::Alphabet::gsm7, short_message_octets_max}.octets();
}

bool is_ussd(const smpp::Sm& sm) {
  return sm.tlvs.find(TlvTag::ussd_service_op).has_value();
}

Result<UssdInput> read_input(const Dialect& dialect, const smpp::Sm& sm) {
  const std::optional<std::uint32_t> op = sm.tlvs.find_uint(TlvTag::ussd_service_op);
  if (!op) return Error{Errc::malformed, "ussd_service_op is missing or not a number"};
  Result<SessionField> session = read_session(dialect, sm);
  if (!session) return session.error();
  const Result<UssdInput::Kind> kind = kind_of(dialect, *op, session->ended);
  if (!kind) return kind.error();
  const Result<Msisdn> msisdn = smpp::number_of(sm.source);
  if (!msisdn) return msisdn.error();
  UssdInput input{.kind = *kind,
                  .msisdn = *msisdn,
                  .session = session->number,
                  .text = text_of(dialect, sm),
                  .service_code = std::string(sm.destination.digits),
                  .imsi = *kind == UssdInput::Kind::begin ? imsi_of(dialect, sm) : std::string()};
  if (*kind == UssdInput::Kind::begin && input.text.empty()) input.text = input.service_code;
  return input;
}

bool same_session(const Dialect& dialect, std::uint32_t one, std::uint32_t other) {
  switch (dialect.session_key) {
    case SessionKey::its_session_info:
      return ((one ^ other) & dialect.session_number_mask) == 0;
    case SessionKey::user_message_reference:
    case SessionKey::vendor_tlv:
      return one == other;
    case SessionKey::none:
      return true;
  }
  std::abort();
}

const smpp::Sm& ReplyBuilder::build(const Dialect& dialect, const UssdReply& reply) {
  const auto end = std::to_chars(msisdn_.data(), msisdn_.data() + msisdn_.size(), reply.msisdn);
  sm_.service_type = dialect.service_type;
  sm_.source = {dialect.service_code_ton, dialect.service_code_npi, reply.service_code};
  sm_.destination = {
      ton_international, npi_isdn, {msisdn_.data(), static_cast<std::size_t>(end.ptr - msisdn_.data())}};
  put_text(dialect, reply.text);
  put_tlvs(dialect, reply);
  return sm_;
}

void ReplyBuilder::put_text(const Dialect& dialect, std::string_view text) {
  text_.clear();
  if (needs_ucs2(text)) {
    smpp::encode_ucs2(text_, text);
    sm_.data_coding = dialect.data_coding_ucs2;
  } else if (dialect.packs_gsm7) {
    septets_.clear();
    smpp::encode_gsm7(septets_, text);
    smpp::pack_gsm7_ussd(text_, septets_);
    sm_.data_coding = dialect.data_coding_gsm7;
  } else {
    smpp::encode_gsm7(text_, text);
    sm_.data_coding = dialect.data_coding_gsm7;
  }
  sm_.short_message = text_;
}

void ReplyBuilder::put_tlvs(const Dialect& dialect, const UssdReply& reply) {
  tlvs_.clear();
  tlvs_.add_u8(TlvTag::ussd_service_op, reply.last ? dialect.end_op : dialect.continue_op);
  switch (dialect.session_key) {
    case SessionKey::its_session_info: {
      const std::uint32_t last = dialect.end_bit && reply.last ? 1 : 0;
      tlvs_.add_u16(TlvTag::its_session_info, static_cast<std::uint16_t>((reply.session << 1U) | last));
      break;
    }
    case SessionKey::user_message_reference:
      tlvs_.add_u16(TlvTag::user_message_reference, static_cast<std::uint16_t>(reply.session));
      break;
    case SessionKey::vendor_tlv: {
      const std::array<std::uint8_t, 4> number{
          static_cast<std::uint8_t>(reply.session >> 24U), static_cast<std::uint8_t>(reply.session >> 16U),
          static_cast<std::uint8_t>(reply.session >> 8U), static_cast<std::uint8_t>(reply.session)};
      tlvs_.add(static_cast<TlvTag>(dialect.vendor_session_tag), number);
      break;
    }
    case SessionKey::none:
      break;
  }
  sm_.tlvs = tlvs_.list();
}

}  // namespace shubbak::ussd
