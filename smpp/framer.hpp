// Cuts a stream of octets into PDUs by command_length (SMPP v3.4 section 3.2). Pure; bounded by one maximal PDU.
#pragma once

#include <optional>

#include "smpp/pdu.hpp"

namespace shubbak::smpp {

// Reads PDUs from the front of what has been received so far; the owner keeps the octets that are left over.
//   Framer framer(received); while (auto pdu = framer.next()) ...; keep framer.rest() or, on framer.failed(), close.
class Framer {
 public:
  Framer(Bytes received, std::size_t length_max) : rest_(received), length_max_(length_max) {}

  std::optional<Bytes> next();  // one whole PDU, or nothing: wait for more or failed()
  [[nodiscard]] Bytes rest() const { return rest_; }
  // A command_length under 16 or over the limit: the stream cannot be followed any further.
  [[nodiscard]] bool failed() const { return failed_length_.has_value(); }
  [[nodiscard]] std::uint32_t failed_length() const { return *failed_length_; }

 private:
  Bytes rest_;
  std::size_t length_max_;
  std::optional<std::uint32_t> failed_length_;
};

}  // namespace shubbak::smpp
