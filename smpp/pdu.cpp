#include "smpp/pdu.hpp"

#include <cstring>

namespace shubbak::smpp {
namespace {

constexpr std::size_t tlv_head_octets = 4;

std::uint16_t read_u16(const std::uint8_t* at) {
  return static_cast<std::uint16_t>(at[0] << 8 | at[1]);
}

}  // namespace

std::optional<std::uint32_t> resp_of(std::uint32_t command_id) {
  switch (static_cast<CommandId>(command_id)) {
    case CommandId::bind_receiver:
    case CommandId::bind_transmitter:
    case CommandId::bind_transceiver:
    case CommandId::query_sm:
    case CommandId::submit_sm:
    case CommandId::deliver_sm:
    case CommandId::data_sm:
    case CommandId::unbind:
    case CommandId::enquire_link:
      return command_id | resp_bit;
    case CommandId::replace_sm:
    case CommandId::cancel_sm:
    case CommandId::submit_multi:
    case CommandId::outbind:
    case CommandId::alert_notification:
    case CommandId::generic_nack:
    case CommandId::bind_receiver_resp:
    case CommandId::bind_transmitter_resp:
    case CommandId::bind_transceiver_resp:
    case CommandId::query_sm_resp:
    case CommandId::submit_sm_resp:
    case CommandId::deliver_sm_resp:
    case CommandId::data_sm_resp:
    case CommandId::unbind_resp:
    case CommandId::cancel_sm_resp:
    case CommandId::enquire_link_resp:
      break;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> Tlv::as_uint() const {
  switch (value.size()) {
    case 1:
      return value[0];
    case 2:
      return read_u16(value.data());
    case 4:
      return static_cast<std::uint32_t>(read_u16(value.data())) << 16 | read_u16(value.data() + 2);
    default:
      return std::nullopt;
  }
}

Decoded<TlvList> TlvList::check(Bytes raw, std::size_t offset_in_pdu) {
  const auto fail = [&](const std::uint8_t* at, const char* reason) {
    const auto offset = static_cast<std::uint32_t>(offset_in_pdu + static_cast<std::size_t>(at - raw.data()));
    return DecodeError{CommandStatus::invalid_tlv_stream, offset, reason, "tlv"};
  };
  const std::uint8_t* at = raw.data();
  const std::uint8_t* const end = at + raw.size();
  for (std::size_t count = 0; at != end; ++count) {
    const auto left = static_cast<std::size_t>(end - at);
    if (left < tlv_head_octets) return fail(at, "octets that are no TLV");
    const std::size_t length = read_u16(at + 2);
    if (length > left - tlv_head_octets) return fail(at, "a TLV longer than the rest of the PDU");
    if (count == tlv_count_max) return fail(at, "more TLVs than allowed");
    at += tlv_head_octets + length;
  }
  return TlvList(raw);
}

Tlv TlvList::iterator::operator*() const {
  return Tlv{read_u16(rest_.data()), rest_.subspan(tlv_head_octets, read_u16(rest_.data() + 2))};
}

TlvList::iterator& TlvList::iterator::operator++() {
  rest_ = rest_.subspan(tlv_head_octets + read_u16(rest_.data() + 2));
  return *this;
}

std::optional<Bytes> TlvList::find(TlvTag tag) const {
  for (const Tlv tlv : *this) {
    if (tlv.tag == static_cast<std::uint16_t>(tag)) return tlv.value;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> TlvList::find_uint(TlvTag tag) const {
  const auto value = find(tag);
  if (!value) return std::nullopt;
  return Tlv{static_cast<std::uint16_t>(tag), *value}.as_uint();
}

TlvBuilder& TlvBuilder::add(TlvTag tag, Bytes value) {
  SHUBBAK_ASSERT(value.size() <= 0xFFFF);
  const auto number = static_cast<std::uint16_t>(tag);
  const std::size_t before = octets_.size();
  octets_.resize(before + tlv_head_octets + value.size());
  std::uint8_t* at = octets_.data() + before;
  *at++ = static_cast<std::uint8_t>(number >> 8);
  *at++ = static_cast<std::uint8_t>(number);
  *at++ = static_cast<std::uint8_t>(value.size() >> 8);
  *at++ = static_cast<std::uint8_t>(value.size());
  if (!value.empty()) std::memcpy(at, value.data(), value.size());
  return *this;
}

TlvBuilder& TlvBuilder::add_u8(TlvTag tag, std::uint8_t value) {
  return add(tag, Bytes(&value, 1));
}

TlvBuilder& TlvBuilder::add_u16(TlvTag tag, std::uint16_t value) {
  const std::uint8_t octets[2] = {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
  return add(tag, octets);
}

Bytes Sm::text_octets() const {
  if (short_message.empty() && !tlvs.empty()) {
    if (const auto payload = tlvs.find(TlvTag::message_payload)) return *payload;
  }
  return short_message;
}

}  // namespace shubbak::smpp
