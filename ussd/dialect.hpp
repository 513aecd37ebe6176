// How gateways carry USSD in SMPP (TELECOM.md): the octets of ussd_service_op and its_session_info, per gateway, made
// into one form that the rest of Shubbak knows. Values are configuration, not code. Pure.
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
enum class SessionKey : std::uint8_t { its_session_info, none };

struct Dialect {
  SessionKey session_key = SessionKey::its_session_info;
  std::uint8_t begin_op = 0x01;          // PSSR indication: the phone dialled
  std::uint8_t answer_op = 0x12;         // USSR confirm: the phone answered a menu
  std::uint8_t continue_op = 0x02;       // USSR request: our menu
  std::uint8_t end_op = 0x11;            // PSSR response: our last page
  std::optional<std::uint8_t> abort_op;  // what a gateway sends when the person hung up, if it tells
  bool end_bit = true;                   // the lowest bit of its_session_info also says "last"
  std::uint8_t data_coding_gsm7 = 15;
  std::uint8_t data_coding_ucs2 = 72;
  smpp::Alphabet default_alphabet = smpp::Alphabet::gsm7;
};

struct UssdInput {
  enum class Kind : std::uint8_t { begin, answer, abort };
  Kind kind;
  Msisdn msisdn;
  std::uint16_t session;     // the gateway's number of this dialogue (without the end bit); 0 where there is none
  std::string text;          // UTF-8, what was dialled or typed
  std::string service_code;  // destination address as it came
};

// Is it USSD at all (does it carry ussd_service_op)?
bool is_ussd(const smpp::Sm& sm);
// Error: an op that the dialect does not know, no session number where there must be one, a sender that is no number.
Result<UssdInput> read_input(const Dialect& dialect, const smpp::Sm& sm);

struct UssdReply {
  std::uint64_t msisdn;
  std::uint16_t session;
  bool last;              // closes the dialogue
  std::string_view text;  // fits the screen
  std::string_view service_code;
};
// A submit_sm of the reply, built in place: `build` returns a view that lives until the next call of the same
// builder.
class ReplyBuilder {
 public:
  const smpp::Sm& build(const Dialect& dialect, const UssdReply& reply);

 private:
  smpp::Sm sm_;
  smpp::Buffer text_;
  smpp::TlvBuilder tlvs_;
  std::array<char, 16> msisdn_{};
};

}  // namespace shubbak::ussd
