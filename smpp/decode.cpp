// Decoding: one forward pass over the octets, every read bounded, no copy and no allocation.
#include <algorithm>
#include <cstring>

#include "smpp/pdu.hpp"

namespace shubbak::smpp {
namespace {

std::uint32_t read_u32(const std::uint8_t* at) {
  return static_cast<std::uint32_t>(at[0]) << 24 | static_cast<std::uint32_t>(at[1]) << 16 |
         static_cast<std::uint32_t>(at[2]) << 8 | at[3];
}

[[gnu::cold, gnu::noinline]] DecodeError error_at(std::ptrdiff_t offset, CommandStatus status, const char* reason,
                                                  const char* field) {
  return DecodeError{status, static_cast<std::uint32_t>(offset), reason, field};
}

struct OctetField {
  std::uint8_t& to;
  const char* name;
};

// Reads the body of a PDU. The first failure is kept and ends all reading, so that callers check once at the end.
class Reader {
 public:
  explicit Reader(Bytes pdu) : begin_(pdu.data()), at_(begin_ + header_octets), end_(begin_ + pdu.size()) {}

  [[nodiscard]] bool at_end() const { return at_ == end_; }
  [[nodiscard]] bool failed() const { return error_.reason != nullptr; }
  [[nodiscard]] const DecodeError& error() const { return error_; }

  std::uint8_t octet(const char* field) {
    if (at_ == end_) [[unlikely]] {
      fail(CommandStatus::invalid_command_length, "the PDU ends before this field", field);
      return 0;
    }
    return *at_++;
  }

  // Neighbouring fields of one octet each, under one check of what is left.
  template <class... Fields>
  void octets_of(Fields... fields) {
    if (static_cast<std::size_t>(end_ - at_) >= sizeof...(fields)) [[likely]] {
      ((fields.to = *at_++), ...);
    } else {
      ((fields.to = octet(fields.name)), ...);
    }
  }

  // A C-octet string of at most `characters_max` characters and its NUL.
  std::string_view text(std::size_t characters_max, const char* field) {
    if (at_ != end_ && *at_ == 0) {  // most texts are empty
      ++at_;
      return {};
    }
    const auto left = static_cast<std::size_t>(end_ - at_);
    const void* nul = std::memchr(at_, 0, std::min(left, characters_max + 1));
    if (nul == nullptr) [[unlikely]] {
      if (left > characters_max) {
        fail(CommandStatus::invalid_parameter_length, "longer than the specification allows", field);
      } else {
        fail(CommandStatus::invalid_command_length, "the PDU ends before the NUL of this field", field);
      }
      return {};
    }
    const auto length = static_cast<std::size_t>(static_cast<const std::uint8_t*>(nul) - at_);
    const std::string_view read(reinterpret_cast<const char*>(at_), length);
    at_ += length + 1;
    return read;
  }

  Bytes octets(std::size_t length, const char* field) {
    if (length > static_cast<std::size_t>(end_ - at_)) [[unlikely]] {
      fail(CommandStatus::invalid_message_length, "longer than the rest of the PDU", field);
      return {};
    }
    const Bytes read(at_, length);
    at_ += length;
    return read;
  }

  Address address(std::size_t digits_max, const char* field) {
    Address read;
    octets_of(OctetField{read.ton, field}, OctetField{read.npi, field});
    read.digits = text(digits_max, field);
    return read;
  }

  Bytes rest() {
    const Bytes read(at_, end_);
    at_ = end_;
    return read;
  }

  TlvList tlvs() {
    if (at_ == end_) return {};
    const std::size_t offset = static_cast<std::size_t>(at_ - begin_);
    const auto checked = TlvList::check(rest(), offset);
    if (checked) return *checked;
    error_ = checked.error();
    return {};
  }

  void no_more() {
    if (!failed() && at_ != end_) {
      fail(CommandStatus::invalid_command_length, "octets behind the end of the body", "body");
    }
  }

 private:
  void fail(CommandStatus status, const char* reason, const char* field) {
    if (!failed()) error_ = error_at(at_ - begin_, status, reason, field);
    at_ = end_;
  }

  const std::uint8_t* begin_;
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  DecodeError error_{CommandStatus::ok, 0, nullptr, ""};
};

void read(Reader& reader, Bind& body) {
  body.system_id = reader.text(15, "system_id");
  body.password = reader.text(8, "password");
  body.system_type = reader.text(12, "system_type");
  body.interface_version = reader.octet("interface_version");
  body.addr_ton = reader.octet("addr_ton");
  body.addr_npi = reader.octet("addr_npi");
  body.address_range = reader.text(40, "address_range");
  reader.no_more();
}

void read(Reader& reader, BindResp& body) {
  if (reader.at_end()) return;  // a header only, as many SMSCs send with an error
  body.system_id = reader.text(15, "system_id");
  body.tlvs = reader.tlvs();
}

void read(Reader& reader, Sm& body) {
  body.service_type = reader.text(5, "service_type");
  body.source = reader.address(20, "source_addr");
  body.destination = reader.address(20, "destination_addr");
  reader.octets_of(OctetField{body.esm_class, "esm_class"}, OctetField{body.protocol_id, "protocol_id"},
                   OctetField{body.priority_flag, "priority_flag"});
  body.schedule_delivery_time = reader.text(16, "schedule_delivery_time");
  body.validity_period = reader.text(16, "validity_period");
  std::uint8_t sm_length = 0;
  reader.octets_of(OctetField{body.registered_delivery, "registered_delivery"},
                   OctetField{body.replace_if_present_flag, "replace_if_present_flag"},
                   OctetField{body.data_coding, "data_coding"},
                   OctetField{body.sm_default_msg_id, "sm_default_msg_id"}, OctetField{sm_length, "sm_length"});
  body.short_message = reader.octets(sm_length, "short_message");
  body.tlvs = reader.tlvs();
}

void read(Reader& reader, DataSm& body) {
  body.service_type = reader.text(5, "service_type");
  body.source = reader.address(64, "source_addr");
  body.destination = reader.address(64, "destination_addr");
  body.esm_class = reader.octet("esm_class");
  body.registered_delivery = reader.octet("registered_delivery");
  body.data_coding = reader.octet("data_coding");
  body.tlvs = reader.tlvs();
}

void read(Reader& reader, SmResp& body) {
  if (reader.at_end()) return;  // the message_id octet is missing in the field, also with status ok
  body.message_id = reader.text(64, "message_id");
  body.tlvs = reader.tlvs();
}

void read(Reader& reader, QuerySm& body) {
  body.message_id = reader.text(64, "message_id");
  body.source = reader.address(20, "source_addr");
  reader.no_more();
}

void read(Reader& reader, QuerySmResp& body) {
  if (reader.at_end()) return;
  body.message_id = reader.text(64, "message_id");
  body.final_date = reader.text(16, "final_date");
  body.message_state = reader.octet("message_state");
  body.error_code = reader.octet("error_code");
  reader.no_more();
}

void read(Reader& reader, AlertNotification& body) {
  body.source = reader.address(64, "source_addr");
  body.esme = reader.address(64, "esme_addr");
  body.tlvs = reader.tlvs();
}

void read(Reader& reader, Outbind& body) {
  body.system_id = reader.text(15, "system_id");
  body.password = reader.text(8, "password");
  reader.no_more();
}

void read(Reader& reader, NoBody&) {
  reader.no_more();
}

void read(Reader& reader, OtherCommand& body) {
  body.body = reader.rest();
}

template <class T>
Decoded<T> decode_body(Bytes octets) {
  SHUBBAK_ASSERT(octets.size() >= header_octets);
  Reader reader(octets);
  Decoded<T> decoded{T{}};
  read(reader, *decoded);  // in its place: a copy of an Sm would cost as much as half of its decoding
  if (reader.failed()) [[unlikely]]
    decoded = reader.error();
  return decoded;
}

template <class T>
Decoded<Pdu> decode_as(const Header& header, Bytes octets) {
  auto body = decode_body<T>(octets);
  if (!body) return body.error();
  return Pdu{header, *std::move(body)};
}

}  // namespace

Header decode_header(Bytes octets) {
  SHUBBAK_ASSERT(octets.size() >= header_octets);
  const std::uint8_t* at = octets.data();
  return Header{read_u32(at), read_u32(at + 4), read_u32(at + 8), read_u32(at + 12)};
}

Decoded<Sm> decode_sm(Bytes octets) {
  return decode_body<Sm>(octets);
}

Decoded<SmResp> decode_sm_resp(Bytes octets) {
  return decode_body<SmResp>(octets);
}

Decoded<Pdu> decode(Bytes octets) {
  const Header header = decode_header(octets);
  switch (header.id()) {
    case CommandId::bind_receiver:
    case CommandId::bind_transmitter:
    case CommandId::bind_transceiver:
      return decode_as<Bind>(header, octets);
    case CommandId::bind_receiver_resp:
    case CommandId::bind_transmitter_resp:
    case CommandId::bind_transceiver_resp:
      return decode_as<BindResp>(header, octets);
    case CommandId::submit_sm:
    case CommandId::deliver_sm:
      return decode_as<Sm>(header, octets);
    case CommandId::submit_sm_resp:
    case CommandId::deliver_sm_resp:
    case CommandId::data_sm_resp:
      return decode_as<SmResp>(header, octets);
    case CommandId::data_sm:
      return decode_as<DataSm>(header, octets);
    case CommandId::query_sm:
      return decode_as<QuerySm>(header, octets);
    case CommandId::query_sm_resp:
      return decode_as<QuerySmResp>(header, octets);
    case CommandId::alert_notification:
      return decode_as<AlertNotification>(header, octets);
    case CommandId::outbind:
      return decode_as<Outbind>(header, octets);
    case CommandId::generic_nack:
    case CommandId::unbind:
    case CommandId::unbind_resp:
    case CommandId::enquire_link:
    case CommandId::enquire_link_resp:
      return decode_as<NoBody>(header, octets);
    case CommandId::replace_sm:
    case CommandId::cancel_sm:
    case CommandId::cancel_sm_resp:
    case CommandId::submit_multi:
      break;
  }
  return decode_as<OtherCommand>(header, octets);
}

}  // namespace shubbak::smpp
