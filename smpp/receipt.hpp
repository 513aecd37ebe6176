// SMSC delivery receipts (SMPP v3.4 appendix B and TLVs receipted_message_id, message_state). Pure.
#pragma once

#include <optional>
#include <string>

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
  std::string message_id;  // as the SMSC wrote it
  MessageState state = MessageState::unknown;
  std::string error;  // "err:" as it came
};
// A receipt if esm_class says so (bits 5..2 = 0001) or it carries receipted_message_id with message_state.
std::optional<Receipt> parse_receipt(const Sm& sm);
// Do the id of a submit_sm_resp and of a receipt mean the same message? Equal, or equal as numbers when one is
// written in hexadecimal and the other in decimal, leading zeros aside.
bool same_message_id(std::string_view submitted, std::string_view receipted);

}  // namespace shubbak::smpp
