// Encoding: limits are checked, the size is summed, the buffer grows once, and the octets are written without checks.
#include <algorithm>
#include <cstring>

#include "smpp/pdu.hpp"

namespace shubbak::smpp {
namespace {

template <class Word>
bool copy_word(std::uint8_t* to, const char* from) {
  constexpr Word ones = static_cast<Word>(~Word{0}) / 0xFF;  // 0x0101...
  Word word;
  std::memcpy(&word, from, sizeof word);
  std::memcpy(to, &word, sizeof word);
  return ((word - ones) & ~word & (ones << 7)) != 0;  // not 0 exactly if one of its octets is
}

// Copies a text and tells whether a NUL is in it. Texts are short, so that this is twice as quick as memchr and
// memcpy: whole words, the last one overlapping the one before.
bool copy_text(std::uint8_t* to, const char* from, std::size_t length) {
  using Long = std::uint64_t;
  using Short = std::uint32_t;
  bool nul = false;
  if (length >= sizeof(Long)) {
    for (std::size_t i = 0; i + sizeof(Long) < length; i += sizeof(Long)) nul |= copy_word<Long>(to + i, from + i);
    nul |= copy_word<Long>(to + length - sizeof(Long), from + length - sizeof(Long));
    return nul;
  }
  if (length >= sizeof(Short)) {
    nul = copy_word<Short>(to, from);
    nul |= copy_word<Short>(to + length - sizeof(Short), from + length - sizeof(Short));
    return nul;
  }
  for (std::size_t i = 0; i < length; ++i) {
    to[i] = static_cast<std::uint8_t>(from[i]);
    nul |= from[i] == 0;
  }
  return nul;
}

class Writer {
 public:
  explicit Writer(std::uint8_t* at) : at_(at) {}

  void octet(std::uint8_t value) { *at_++ = value; }
  void u32(std::uint32_t value) {
    *at_++ = static_cast<std::uint8_t>(value >> 24);
    *at_++ = static_cast<std::uint8_t>(value >> 16);
    *at_++ = static_cast<std::uint8_t>(value >> 8);
    *at_++ = static_cast<std::uint8_t>(value);
  }
  void octets(Bytes value) {
    if (!value.empty()) std::memcpy(at_, value.data(), value.size());
    at_ += value.size();
  }
  void text(std::string_view value) {
    nul_inside_ |= copy_text(at_, value.data(), value.size());
    at_ += value.size();
    *at_++ = 0;
  }
  void address(const Address& value) {
    octet(value.ton);
    octet(value.npi);
    text(value.digits);
  }
  void header(std::size_t command_length, const Header& value) {
    u32(static_cast<std::uint32_t>(command_length));
    u32(value.command_id);
    u32(value.command_status);
    u32(value.sequence_number);
  }
  [[nodiscard]] bool nul_inside() const { return nul_inside_; }  // a text that the peer would read as shorter

 private:
  std::uint8_t* at_;
  bool nul_inside_ = false;
};

// Sums the size of a body and finds the first field that is over its limit.
class Measure {
 public:
  Measure& fixed(std::size_t octets) {
    size_ += octets;
    return *this;
  }
  Measure& text(std::string_view value, std::size_t characters_max, const char* field) {
    size_ += value.size() + 1;
    if (value.size() > characters_max && refused_ == nullptr) [[unlikely]]
      refused_ = field;
    return *this;
  }
  Measure& octets(Bytes value, std::size_t octets_max, const char* field) {
    size_ += value.size();
    if (value.size() > octets_max && refused_ == nullptr) [[unlikely]]
      refused_ = field;
    return *this;
  }
  Measure& tlvs(const TlvList& value) { return octets(value.raw(), pdu_octets_max - 1024, "tlvs"); }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const char* refused() const { return refused_; }

 private:
  std::size_t size_ = header_octets;
  const char* refused_ = nullptr;
};

void measure(Measure& m, const Bind& body) {
  m.text(body.system_id, 15, "system_id")
      .text(body.password, 8, "password")
      .text(body.system_type, 12, "system_type");
  m.fixed(3).text(body.address_range, 40, "address_range");
}
void write(Writer& w, const Bind& body) {
  w.text(body.system_id);
  w.text(body.password);
  w.text(body.system_type);
  w.octet(body.interface_version);
  w.octet(body.addr_ton);
  w.octet(body.addr_npi);
  w.text(body.address_range);
}

void measure(Measure& m, const BindResp& body) {
  m.text(body.system_id, 15, "system_id").tlvs(body.tlvs);
}
void write(Writer& w, const BindResp& body) {
  w.text(body.system_id);
  w.octets(body.tlvs.raw());
}

void measure(Measure& m, const Sm& body) {
  m.text(body.service_type, 5, "service_type").text(body.source.digits, 20, "source_addr");
  m.text(body.destination.digits, 20, "destination_addr");
  m.text(body.schedule_delivery_time, 16, "schedule_delivery_time").text(body.validity_period, 16, "validity_period");
  m.fixed(12).octets(body.short_message, 254, "short_message").tlvs(body.tlvs);
}
void write(Writer& w, const Sm& body) {
  w.text(body.service_type);
  w.address(body.source);
  w.address(body.destination);
  w.octet(body.esm_class);
  w.octet(body.protocol_id);
  w.octet(body.priority_flag);
  w.text(body.schedule_delivery_time);
  w.text(body.validity_period);
  w.octet(body.registered_delivery);
  w.octet(body.replace_if_present_flag);
  w.octet(body.data_coding);
  w.octet(body.sm_default_msg_id);
  w.octet(static_cast<std::uint8_t>(body.short_message.size()));
  w.octets(body.short_message);
  w.octets(body.tlvs.raw());
}

void measure(Measure& m, const DataSm& body) {
  m.text(body.service_type, 5, "service_type").text(body.source.digits, 64, "source_addr");
  m.text(body.destination.digits, 64, "destination_addr").fixed(7).tlvs(body.tlvs);
}
void write(Writer& w, const DataSm& body) {
  w.text(body.service_type);
  w.address(body.source);
  w.address(body.destination);
  w.octet(body.esm_class);
  w.octet(body.registered_delivery);
  w.octet(body.data_coding);
  w.octets(body.tlvs.raw());
}

void measure(Measure& m, const SmResp& body) {
  m.text(body.message_id, 64, "message_id").tlvs(body.tlvs);
}
void write(Writer& w, const SmResp& body) {
  w.text(body.message_id);
  w.octets(body.tlvs.raw());
}

void measure(Measure& m, const QuerySm& body) {
  m.text(body.message_id, 64, "message_id").fixed(2).text(body.source.digits, 20, "source_addr");
}
void write(Writer& w, const QuerySm& body) {
  w.text(body.message_id);
  w.address(body.source);
}

void measure(Measure& m, const QuerySmResp& body) {
  m.text(body.message_id, 64, "message_id").text(body.final_date, 16, "final_date").fixed(2);
}
void write(Writer& w, const QuerySmResp& body) {
  w.text(body.message_id);
  w.text(body.final_date);
  w.octet(body.message_state);
  w.octet(body.error_code);
}

void measure(Measure& m, const AlertNotification& body) {
  m.fixed(4).text(body.source.digits, 64, "source_addr").text(body.esme.digits, 64, "esme_addr").tlvs(body.tlvs);
}
void write(Writer& w, const AlertNotification& body) {
  w.address(body.source);
  w.address(body.esme);
  w.octets(body.tlvs.raw());
}

void measure(Measure& m, const Outbind& body) {
  m.text(body.system_id, 15, "system_id").text(body.password, 8, "password");
}
void write(Writer& w, const Outbind& body) {
  w.text(body.system_id);
  w.text(body.password);
}

void measure(Measure&, const NoBody&) {}
void write(Writer&, const NoBody&) {}

void measure(Measure& m, const OtherCommand& body) {
  m.octets(body.body, pdu_octets_max - header_octets, "body");
}
void write(Writer& w, const OtherCommand& body) {
  w.octets(body.body);
}

[[gnu::cold]] Status over_limit(const char* field) {
  return Error{Errc::limit, std::string(field) + " is longer than SMPP allows"};
}

template <class T>
Status append(Buffer& out, const Header& header, const T& body) {
  Measure m;
  measure(m, body);
  if (m.refused() != nullptr) [[unlikely]]
    return over_limit(m.refused());
  const std::size_t before = out.size();
  out.resize(before + m.size());
  Writer w(out.data() + before);
  w.header(m.size(), header);
  write(w, body);
  if (w.nul_inside()) [[unlikely]] {
    out.resize(before);
    return Error{Errc::limit, "a text with a NUL inside"};
  }
  return {};
}

// Which body a command has, as an index of Body; OtherCommand for what this room does not decode.
template <class T>
bool holds(const Pdu& pdu) {
  return std::holds_alternative<T>(pdu.body);
}
bool body_fits(const Pdu& pdu) {
  switch (pdu.header.id()) {
    case CommandId::bind_receiver:
    case CommandId::bind_transmitter:
    case CommandId::bind_transceiver:
      return holds<Bind>(pdu);
    case CommandId::bind_receiver_resp:
    case CommandId::bind_transmitter_resp:
    case CommandId::bind_transceiver_resp:
      return holds<BindResp>(pdu);
    case CommandId::submit_sm:
    case CommandId::deliver_sm:
      return holds<Sm>(pdu);
    case CommandId::submit_sm_resp:
    case CommandId::deliver_sm_resp:
    case CommandId::data_sm_resp:
      return holds<SmResp>(pdu);
    case CommandId::data_sm:
      return holds<DataSm>(pdu);
    case CommandId::query_sm:
      return holds<QuerySm>(pdu);
    case CommandId::query_sm_resp:
      return holds<QuerySmResp>(pdu);
    case CommandId::alert_notification:
      return holds<AlertNotification>(pdu);
    case CommandId::outbind:
      return holds<Outbind>(pdu);
    case CommandId::generic_nack:
    case CommandId::unbind:
    case CommandId::unbind_resp:
    case CommandId::enquire_link:
    case CommandId::enquire_link_resp:
      return holds<NoBody>(pdu);
    case CommandId::replace_sm:
    case CommandId::cancel_sm:
    case CommandId::cancel_sm_resp:
    case CommandId::submit_multi:
      break;
  }
  return holds<OtherCommand>(pdu);
}

}  // namespace

Status encode_sm(Buffer& out, CommandId id, std::uint32_t sequence_number, const Sm& sm) {
  return append(out, Header{0, static_cast<std::uint32_t>(id), 0, sequence_number}, sm);
}

Status encode_sm_resp(Buffer& out, CommandId id, CommandStatus status, std::uint32_t sequence_number,
                      std::string_view message_id) {
  const Header header{0, static_cast<std::uint32_t>(id), static_cast<std::uint32_t>(status), sequence_number};
  return append(out, header, SmResp{message_id, {}});
}

Status encode(Buffer& out, const Pdu& pdu) {
  if (!body_fits(pdu)) return Error{Errc::invalid, "the body does not belong to the command_id"};
  return std::visit([&](const auto& body) { return append(out, pdu.header, body); }, pdu.body);
}

void encode_header_only(Buffer& out, std::uint32_t command_id, CommandStatus status, std::uint32_t sequence_number) {
  const std::size_t before = out.size();
  out.resize(before + header_octets);
  Writer w(out.data() + before);
  w.header(header_octets, Header{0, command_id, static_cast<std::uint32_t>(status), sequence_number});
}

}  // namespace shubbak::smpp
