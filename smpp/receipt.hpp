// SMSC delivery receipts (SMPP v3.4 appendix B and TLVs receipted_message_id, message_state). Pure; nothing fails:
// what a receipt does not say stays empty or unknown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "smpp/pdu.hpp"

namespace shubbak::smpp {

enum class MessageState : std::uint8_t {
  enroute = 1,
  delivered,
  expired,
  deleted,
  undeliverable,
  accepted,
  unknown,
  rejected
};
struct Receipt {
  std::string message_id;  // as the SMSC wrote it; at most 64 characters, empty if it wrote none
  MessageState state = MessageState::unknown;
  std::string error;  // "err:" as it came, else the decimal code of network_error_code; at most 16 characters
  // The one tie to the submit_sm where the SMSC gives no real message ids (osmo-msc, which keeps its low octet only).
  std::optional<std::uint16_t> user_message_reference;
};
// A receipt if esm_class says so (bits 5..2 = 0001) or it carries receipted_message_id with message_state. What a TLV
// says stands before what the text says. The text is read as
// "id:… sub:… dlvrd:… submit date:… done date:… stat:… err:… text:…" in any order, any case, with or without blanks
// after the colons; after "text:" nothing is read, for there the sender's own words begin.
std::optional<Receipt> parse_receipt(const Sm& sm);
// Do the id of a submit_sm_resp and of a receipt mean the same message? Equal, or equal as numbers (of at most 64
// bits) when one is written in hexadecimal and the other in decimal, leading zeros and case aside. An empty id means
// none.
bool same_message_id(std::string_view submitted, std::string_view receipted);

}  // namespace shubbak::smpp
