// How gateways carry USSD in SMPP (TELECOM.md): the octets of ussd_service_op and its_session_info, per gateway, made
// into one form that the rest of Shubbak knows. Values are configuration, not code. Pure. SMPP v5.0 sections 4.8.4.34
// (its_session_info) and 4.8.4.64 (ussd_service_op); 3GPP TS 23.038 section 5 (data coding of USSD).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/msisdn.hpp"
#include "smpp/pdu.hpp"
#include "smpp/text.hpp"

namespace shubbak::ussd {

// Where a gateway keeps the number of a dialogue, so that a late answer to an old one is told from the new one.
enum class SessionKey : std::uint8_t {
  its_session_info,        // 2 octets; all but the lowest bit
  user_message_reference,  // 2 octets, counted for each phone
  vendor_tlv,              // 4 octets under Dialect::vendor_session_tag
  none,                    // the phone's number is all there is
};

struct Dialect {
  SessionKey session_key = SessionKey::its_session_info;
  // Which of the 15 bits of its_session_info, without the end bit, name the dialogue. The standard has the number in
  // the first octet; the bits behind it count the units of the dialogue and differ from one message to the next.
  // Gateways with a 15-bit dialogue id: 0x7FFF.
  std::uint16_t session_number_mask = 0x7F80;
  std::uint16_t vendor_session_tag = 0x1501;
  std::uint8_t begin_op = 0x01;          // PSSR indication: the phone dialled
  std::uint8_t answer_op = 0x12;         // USSR confirm: the phone answered a menu
  std::uint8_t continue_op = 0x02;       // USSR request: our menu
  std::uint8_t end_op = 0x11;            // PSSR response: our last page
  std::optional<std::uint8_t> abort_op;  // what a gateway sends when the person hung up, if it tells
  std::optional<std::uint16_t>
      imsi_tlv;         // tag of the TLV with the SIM's IMSI: its digits, or packed (TS 29.002 TBCD)
  bool end_bit = true;  // the lowest bit of its_session_info also says "last", in both directions
  std::uint8_t data_coding_gsm7 = 15;
  std::uint8_t data_coding_ucs2 = 72;
  bool packs_gsm7 = false;  // GSM 7-bit as on the air, eight septets in seven octets, instead of one in each
  smpp::Alphabet default_alphabet = smpp::Alphabet::gsm7;
  std::uint8_t service_code_ton = 0;  // of our replies' source address
  std::uint8_t service_code_npi = 1;
  std::string service_type;  // of our replies, at most 5 characters; some gateways want "USSD"
};

// Octets on the air of the longest screen that fits short_message in this dialect: Latin ones take an octet for each
// septet there unless the gateway packs.
std::uint32_t screen_octets_max(const Dialect& dialect);

struct UssdInput {
  enum class Kind : std::uint8_t { begin, answer, abort };
  Kind kind;
  Msisdn msisdn;
  // The gateway's number of this dialogue as it came, without the end bit; 0 where there is none. A reply repeats the
  // one of the last input. Compare two with same_session().
  std::uint32_t session;
  // UTF-8, what was typed. Of a begin: all that was dialled ("*123*1#"), which some gateways give as the destination
  // address of an empty message.
  std::string text;
  std::string service_code;  // destination address as it came
  std::string imsi;          // of a begin, where the gateway carries it: 6 to 15 digits; else ""
};

// Is it USSD at all (does it carry ussd_service_op)?
bool is_ussd(const smpp::Sm& sm);
// Error: an op that the dialect does not know, no session number where there must be one, a sender that is no
// international number (smpp::number_of). An answer whose end bit is set is an abort: the gateway has closed the
// dialogue and would drop a reply.
Result<UssdInput> read_input(const Dialect& dialect, const smpp::Sm& sm);
// Do two session numbers name the same dialogue?
bool same_session(const Dialect& dialect, std::uint32_t one, std::uint32_t other);

struct UssdReply {
  std::uint64_t msisdn;
  std::uint32_t session;  // UssdInput::session
  bool last;              // closes the dialogue
  std::string_view text;  // fits the screen
  std::string_view service_code;
};
// A submit_sm of the reply, built in place: `build` returns a view that lives until the next call of the same
// builder, and as long as the dialect and the reply's service_code.
class ReplyBuilder {
 public:
  const smpp::Sm& build(const Dialect& dialect, const UssdReply& reply);

 private:
  void put_text(const Dialect& dialect, std::string_view text);
  void put_tlvs(const Dialect& dialect, const UssdReply& reply);

  smpp::Sm sm_;
  smpp::Buffer text_;
  smpp::Buffer septets_;  // before packing
  smpp::TlvBuilder tlvs_;
  std::array<char, 20> msisdn_{};  // the digits of any 64-bit number
};

}  // namespace shubbak::ussd
