// A PDU for people: every field with its name, offset and value, for `shubbak pdu <hex>` and for comparing decoders.
// Shows everything, also numbers and passwords: only for octets that the administrator typed in, never for logs. Any
// thread.
#pragma once

#include <string>

#include "smpp/pdu.hpp"

namespace shubbak::smpp {

// Lines "field = value". Both decoders write through it, so that their readings can be compared as texts.
class FieldLines {
 public:
  enum class Offsets : std::uint8_t { none, shown };
  explicit FieldLines(Offsets offsets) : offsets_(offsets) {}

  void header(const Header& header);
  void octet(std::string_view name, std::uint8_t value);
  void text(std::string_view name, std::string_view value);
  void octets(std::string_view name, Bytes value);
  void tlv(std::uint16_t tag, Bytes value);
  void line(std::string_view text);

  [[nodiscard]] std::size_t offset() const { return offset_; }
  [[nodiscard]] std::string take() { return std::move(lines_); }

 private:
  void begin(std::string_view name, std::size_t octets);

  Offsets offsets_;
  std::size_t offset_ = 0;  // of the next field in the PDU
  std::string lines_;
};

// One PDU, decoded, as FieldLines without offsets; the native reading to set beside libsmpp34::describe().
Decoded<std::string> fields(Bytes pdu);

// All PDUs in `octets`, with offsets; where one cannot be read: where, why, and what the specification answers.
std::string show(Bytes octets);

}  // namespace shubbak::smpp
