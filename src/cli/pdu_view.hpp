// Captured octets as `shubbak pdu` shows them: every PDU as our decoder reads it and, beside it, as libsmpp34 does.
// Pure; any octets are accepted. Shows everything, numbers and passwords too. Any thread.
#pragma once

#include <string>

#include "smpp/pdu.hpp"

namespace shubbak::cli {

struct PduView {
  std::string text;    // lines for a terminal, which nothing in the octets can steer
  bool whole = false;  // every octet belongs to a PDU, and every PDU was understood
};
PduView view_pdus(smpp::Bytes octets);

}  // namespace shubbak::cli
