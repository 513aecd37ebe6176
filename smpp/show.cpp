#include "smpp/show.hpp"

#include <array>
#include <cstdio>

#include "smpp/framer.hpp"

namespace shubbak::smpp {
namespace {

std::string hex_number(std::uint32_t value, int digits) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "0x%0*x", digits, value);
  return text.data();
}

void append_hex(std::string& out, Bytes octets) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const std::uint8_t octet : octets) {
    out += digits[octet >> 4];
    out += digits[octet & 0xF];
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto octet = static_cast<std::uint8_t>(c);
    if (octet < 0x20 || octet >= 0x7F || c == '"' || c == '\\') {
      out += "\\x";
      append_hex(out, Bytes(&octet, 1));
    } else {
      out += c;
    }
  }
  out += '"';
}

// Writes the fields of each body in the order of the wire. A resp that is a header only has no fields to write.
class Fields {
 public:
  Fields(FieldLines& lines, std::size_t pdu_octets) : lines_(lines), pdu_octets_(pdu_octets) {}

  void operator()(const NoBody&) {}
  void operator()(const OtherCommand& body) { lines_.octets("body", body.body); }
  void operator()(const Bind& body) {
    lines_.text("system_id", body.system_id);
    lines_.text("password", body.password);
    lines_.text("system_type", body.system_type);
    lines_.octet("interface_version", body.interface_version);
    lines_.octet("addr_ton", body.addr_ton);
    lines_.octet("addr_npi", body.addr_npi);
    lines_.text("address_range", body.address_range);
  }
  void operator()(const BindResp& body) {
    if (header_only()) return;
    lines_.text("system_id", body.system_id);
    tlvs(body.tlvs);
  }
  void operator()(const Sm& body) {
    lines_.text("service_type", body.service_type);
    source(body.source);
    destination(body.destination);
    lines_.octet("esm_class", body.esm_class);
    lines_.octet("protocol_id", body.protocol_id);
    lines_.octet("priority_flag", body.priority_flag);
    lines_.text("schedule_delivery_time", body.schedule_delivery_time);
    lines_.text("validity_period", body.validity_period);
    lines_.octet("registered_delivery", body.registered_delivery);
    lines_.octet("replace_if_present_flag", body.replace_if_present_flag);
    lines_.octet("data_coding", body.data_coding);
    lines_.octet("sm_default_msg_id", body.sm_default_msg_id);
    lines_.octet("sm_length", static_cast<std::uint8_t>(body.short_message.size()));
    lines_.octets("short_message", body.short_message);
    tlvs(body.tlvs);
  }
  void operator()(const DataSm& body) {
    lines_.text("service_type", body.service_type);
    source(body.source);
    destination(body.destination);
    lines_.octet("esm_class", body.esm_class);
    lines_.octet("registered_delivery", body.registered_delivery);
    lines_.octet("data_coding", body.data_coding);
    tlvs(body.tlvs);
  }
  void operator()(const SmResp& body) {
    if (header_only()) return;
    lines_.text("message_id", body.message_id);
    tlvs(body.tlvs);
  }
  void operator()(const QuerySm& body) {
    lines_.text("message_id", body.message_id);
    source(body.source);
  }
  void operator()(const QuerySmResp& body) {
    if (header_only()) return;
    lines_.text("message_id", body.message_id);
    lines_.text("final_date", body.final_date);
    lines_.octet("message_state", body.message_state);
    lines_.octet("error_code", body.error_code);
  }
  void operator()(const AlertNotification& body) {
    source(body.source);
    lines_.octet("esme_addr_ton", body.esme.ton);
    lines_.octet("esme_addr_npi", body.esme.npi);
    lines_.text("esme_addr", body.esme.digits);
    tlvs(body.tlvs);
  }
  void operator()(const Outbind& body) {
    lines_.text("system_id", body.system_id);
    lines_.text("password", body.password);
  }

 private:
  [[nodiscard]] bool header_only() const { return pdu_octets_ == header_octets; }
  void source(const Address& address) {
    lines_.octet("source_addr_ton", address.ton);
    lines_.octet("source_addr_npi", address.npi);
    lines_.text("source_addr", address.digits);
  }
  void destination(const Address& address) {
    lines_.octet("dest_addr_ton", address.ton);
    lines_.octet("dest_addr_npi", address.npi);
    lines_.text("destination_addr", address.digits);
  }
  void tlvs(const TlvList& list) {
    for (const Tlv tlv : list) lines_.tlv(tlv.tag, tlv.value);
  }

  FieldLines& lines_;
  std::size_t pdu_octets_;
};

std::string answer_to(const Header& header, CommandStatus status) {
  const std::string with =
      ", command_status " + hex_number(static_cast<std::uint32_t>(status), 8) + " " + std::string(to_string(status));
  const bool never = (header.command_id & resp_bit) != 0 || header.id() == CommandId::alert_notification;
  if (never) return "nothing: this command is never answered";
  const auto resp = resp_of(header.command_id);
  return std::string(to_string(static_cast<CommandId>(resp.value_or(0x80000000)))) + with;
}

void show_pdu(FieldLines& lines, Bytes pdu) {
  const Header header = decode_header(pdu);
  lines.header(header);
  const auto decoded = decode(pdu);
  if (!decoded) {
    const DecodeError& error = decoded.error();
    lines.line("error at octet " + std::to_string(error.offset) + ", " + error.field + ": " + error.reason);
    lines.line("answered with " + answer_to(header, error.status));
    return;
  }
  std::visit(Fields(lines, pdu.size()), decoded->body);
  if (std::holds_alternative<OtherCommand>(decoded->body)) {
    lines.line("not served; answered with " + ((header.command_id & resp_bit) != 0
                                                   ? std::string("nothing: a resp is never answered")
                                                   : answer_to(header, CommandStatus::invalid_command_id)));
  }
}

}  // namespace

void FieldLines::begin(std::string_view name, std::size_t octets) {
  if (offsets_ == Offsets::shown) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%5zu  ", offset_);
    lines_ += text.data();
  }
  offset_ += octets;
  lines_ += name;
  lines_ += " = ";
}

void FieldLines::header(const Header& header) {
  begin("command_length", 4);
  lines_ += std::to_string(header.command_length) + "\n";
  begin("command_id", 4);
  lines_ += hex_number(header.command_id, 8) + " " + std::string(to_string(header.id())) + "\n";
  begin("command_status", 4);
  const auto status = static_cast<CommandStatus>(header.command_status);
  lines_ += hex_number(header.command_status, 8) + " " + std::string(to_string(status)) + "\n";
  begin("sequence_number", 4);
  lines_ += std::to_string(header.sequence_number) + "\n";
}

void FieldLines::octet(std::string_view name, std::uint8_t value) {
  begin(name, 1);
  lines_ += std::to_string(value) + "\n";
}

void FieldLines::text(std::string_view name, std::string_view value) {
  begin(name, value.size() + 1);
  append_quoted(lines_, value);
  lines_ += "\n";
}

void FieldLines::octets(std::string_view name, Bytes value) {
  begin(name, value.size());
  append_hex(lines_, value);
  lines_ += "\n";
}

void FieldLines::tlv(std::uint16_t tag, Bytes value) {
  const std::string name = "tlv " + hex_number(tag, 4) + " " + std::string(to_string(static_cast<TlvTag>(tag))) +
                           " (" + std::to_string(value.size()) + ")";
  begin(name, 4 + value.size());
  append_hex(lines_, value);
  lines_ += "\n";
}

void FieldLines::line(std::string_view text) {
  lines_ += text;
  lines_ += "\n";
}

Decoded<std::string> fields(Bytes pdu) {
  const auto decoded = decode(pdu);
  if (!decoded) return decoded.error();
  FieldLines lines(FieldLines::Offsets::none);
  lines.header(decoded->header);
  std::visit(Fields(lines, pdu.size()), decoded->body);
  return lines.take();
}

std::string show(Bytes octets) {
  Framer framer(octets, pdu_octets_max);
  std::string text;
  while (const auto pdu = framer.next()) {
    if (!text.empty()) text += "\n";
    FieldLines lines(FieldLines::Offsets::shown);
    show_pdu(lines, *pdu);
    text += lines.take();
  }
  if (framer.failed()) {
    text += "command_length " + std::to_string(framer.failed_length()) + " is outside " +
            std::to_string(header_octets) + " to " + std::to_string(pdu_octets_max) +
            "\nanswered with generic_nack, command_status 0x00000002 invalid_command_length, and the connection is "
            "closed\n";
  } else if (!framer.rest().empty()) {
    text += "incomplete: " + std::to_string(framer.rest().size()) + " octets are here";
    if (framer.rest().size() >= 4) {
      const Bytes head = framer.rest();
      const std::uint32_t length = static_cast<std::uint32_t>(head[0]) << 24 |
                                   static_cast<std::uint32_t>(head[1]) << 16 |
                                   static_cast<std::uint32_t>(head[2]) << 8 | head[3];
      text += ", command_length says " + std::to_string(length);
    }
    text += "\n";
  }
  return text;
}

}  // namespace shubbak::smpp
