// SMPP PDUs: bounded decoding into views and encoding by appending (SMPP v3.4 issue 1.2; TLVs of v5.0 as well).
//
// Pure: no socket, clock or allocation in decoding. A decoded value only points into the octets it was given; they
// must outlive it. Decoding is tolerant where real SMSCs are (header-only resps, vendor statuses, any TON/NPI,
// unknown TLVs) and never reads outside the PDU. Limits: pdu_octets_max, tlv_count_max. Thread: any, nothing is
// shared.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/result.hpp"

namespace shubbak::smpp {

using Bytes = std::span<const std::uint8_t>;
using Buffer = std::vector<std::uint8_t>;  // encoders append to it

constexpr std::size_t header_octets = 16;
constexpr std::size_t pdu_octets_max = std::size_t{128} * 1024;  // a message_payload holds at most 64 KiB
constexpr std::size_t tlv_count_max = 256;

enum class CommandId : std::uint32_t {  // section 5.1.2.1
  generic_nack = 0x80000000,
  bind_receiver = 0x00000001,
  bind_receiver_resp = 0x80000001,
  bind_transmitter = 0x00000002,
  bind_transmitter_resp = 0x80000002,
  query_sm = 0x00000003,
  query_sm_resp = 0x80000003,
  submit_sm = 0x00000004,
  submit_sm_resp = 0x80000004,
  deliver_sm = 0x00000005,
  deliver_sm_resp = 0x80000005,
  unbind = 0x00000006,
  unbind_resp = 0x80000006,
  replace_sm = 0x00000007,
  cancel_sm = 0x00000008,
  cancel_sm_resp = 0x80000008,
  bind_transceiver = 0x00000009,
  bind_transceiver_resp = 0x80000009,
  outbind = 0x0000000B,
  enquire_link = 0x00000015,
  enquire_link_resp = 0x80000015,
  submit_multi = 0x00000021,
  alert_notification = 0x00000102,
  data_sm = 0x00000103,
  data_sm_resp = 0x80000103,
};
std::string_view to_string(CommandId id);  // "deliver_sm"; "unknown" for anything else
constexpr std::uint32_t resp_bit = 0x80000000;
// The command_id of the resp to a request that this room knows; nothing if it has none or is unknown.
std::optional<std::uint32_t> resp_of(std::uint32_t command_id);

enum class CommandStatus : std::uint32_t {  // section 5.1.3; any other value is kept as it came
  ok = 0x00,
  invalid_message_length = 0x01,
  invalid_command_length = 0x02,
  invalid_command_id = 0x03,
  incorrect_bind_status = 0x04,
  already_bound = 0x05,
  system_error = 0x08,
  bind_failed = 0x0D,
  invalid_password = 0x0E,
  invalid_system_id = 0x0F,
  message_queue_full = 0x14,
  submit_failed = 0x45,
  throttled = 0x58,
  temporary_app_error = 0x64,
  permanent_app_error = 0x65,
  rejected_app_error = 0x66,
  query_failed = 0x67,
  invalid_tlv_stream = 0xC0,
  invalid_parameter_length = 0xC2,
  missing_tlv = 0xC3,
  invalid_tlv_value = 0xC4,
  unknown_error = 0xFF,
};
std::string_view to_string(
    CommandStatus status);  // every status of v3.4: "throttled"; "vendor", "reserved" for others

enum class TlvTag : std::uint16_t {  // section 5.3.2
  source_subaddress = 0x0202,
  dest_subaddress = 0x0203,
  user_message_reference = 0x0204,
  source_port = 0x020A,
  destination_port = 0x020B,
  sar_msg_ref_num = 0x020C,
  language_indicator = 0x020D,
  sar_total_segments = 0x020E,
  sar_segment_seqnum = 0x020F,
  sc_interface_version = 0x0210,
  receipted_message_id = 0x001E,
  message_payload = 0x0424,
  message_state = 0x0427,
  ussd_service_op = 0x0501,
  network_error_code = 0x0423,
  more_messages_to_send = 0x0426,
  delivery_failure_reason = 0x0425,
  its_reply_type = 0x1380,
  its_session_info = 0x1383,
};
std::string_view to_string(TlvTag tag);  // every tag of v3.4: "sar_msg_ref_num"; "vendor", "unknown" for others

struct Header {
  std::uint32_t command_length = 0;
  std::uint32_t command_id = 0;  // raw: unknown commands are kept
  std::uint32_t command_status = 0;
  std::uint32_t sequence_number = 0;
  [[nodiscard]] CommandId id() const { return static_cast<CommandId>(command_id); }
};

struct DecodeError {
  CommandStatus status;    // what the specification answers
  std::uint32_t offset;    // octet in the PDU where reading stopped
  const char* reason;      // static text, for the log
  const char* field = "";  // static name of the field that was being read
};
template <class T>
using Decoded = Result<T, DecodeError>;

struct Tlv {
  std::uint16_t tag = 0;
  Bytes value;
  [[nodiscard]] std::optional<std::uint32_t> as_uint() const;  // 1, 2 or 4 octets big endian, else nothing
};

// The optional part of a PDU, already checked: every TLV lies inside it. All TLVs are kept, known or not.
class TlvList {
 public:
  TlvList() = default;
  static Decoded<TlvList> check(Bytes raw, std::size_t offset_in_pdu);

  class iterator {
   public:
    using value_type = Tlv;
    using difference_type = std::ptrdiff_t;
    iterator() = default;
    explicit iterator(Bytes rest) : rest_(rest) {}
    Tlv operator*() const;
    iterator& operator++();
    void operator++(int) { ++*this; }
    bool operator==(const iterator& other) const { return rest_.size() == other.rest_.size(); }

   private:
    Bytes rest_;
  };
  [[nodiscard]] iterator begin() const { return iterator(raw_); }
  [[nodiscard]] iterator end() const { return iterator(raw_.last(0)); }
  [[nodiscard]] bool empty() const { return raw_.empty(); }
  [[nodiscard]] Bytes raw() const { return raw_; }

  [[nodiscard]] std::optional<Bytes> find(TlvTag tag) const;               // the first one
  [[nodiscard]] std::optional<std::uint32_t> find_uint(TlvTag tag) const;  // nothing if absent or of another length

 private:
  friend class TlvBuilder;
  explicit TlvList(Bytes raw) : raw_(raw) {}
  Bytes raw_;
};

// Builds the optional part for sending. Values are at most 65,535 octets.
class TlvBuilder {
 public:
  TlvBuilder& add(TlvTag tag, Bytes value);
  TlvBuilder& add_u8(TlvTag tag, std::uint8_t value);
  TlvBuilder& add_u16(TlvTag tag, std::uint16_t value);
  [[nodiscard]] TlvList list() const { return TlvList(octets_); }  // valid until the next change of the builder
  void clear() { octets_.clear(); }

 private:
  Buffer octets_;
};

struct Address {  // limits: 20 characters
  std::uint8_t ton = 0;
  std::uint8_t npi = 0;
  std::string_view digits;
};

struct Bind {                    // bind_transmitter, bind_receiver, bind_transceiver: section 4.1
  std::string_view system_id;    // at most 15 characters
  std::string_view password;     // at most 8
  std::string_view system_type;  // at most 12
  std::uint8_t interface_version = 0x34;
  std::uint8_t addr_ton = 0;
  std::uint8_t addr_npi = 0;
  std::string_view address_range;  // at most 40
};
struct BindResp {
  std::string_view system_id;  // empty when the resp is a header only
  TlvList tlvs;
};

// In esm_class (5.2.12): short_message begins with a user data header, 3GPP TS 23.040 9.2.3.24.
constexpr std::uint8_t udh_indicator = 0x40;

struct Sm {                       // submit_sm (4.4.1) and deliver_sm (4.6.1): one layout
  std::string_view service_type;  // at most 5
  Address source;
  Address destination;
  std::uint8_t esm_class = 0;
  std::uint8_t protocol_id = 0;
  std::uint8_t priority_flag = 0;
  std::string_view schedule_delivery_time;  // at most 16
  std::string_view validity_period;         // at most 16
  std::uint8_t registered_delivery = 0;
  std::uint8_t replace_if_present_flag = 0;
  std::uint8_t data_coding = 0;
  std::uint8_t sm_default_msg_id = 0;
  Bytes short_message;  // at most 254 sent; up to 255 understood
  TlvList tlvs;
  // short_message, or message_payload where that is used instead.
  [[nodiscard]] Bytes text_octets() const;
};
struct DataSm {  // 4.7.1
  std::string_view service_type;
  Address source;
  Address destination;
  std::uint8_t esm_class = 0;
  std::uint8_t registered_delivery = 0;
  std::uint8_t data_coding = 0;
  TlvList tlvs;
};
struct SmResp {                 // submit_sm_resp, deliver_sm_resp, data_sm_resp
  std::string_view message_id;  // empty when the resp is a header only; at most 64
  TlvList tlvs;
};
struct QuerySm {
  std::string_view message_id;
  Address source;
};
struct QuerySmResp {
  std::string_view message_id;
  std::string_view final_date;
  std::uint8_t message_state = 0;
  std::uint8_t error_code = 0;
};
struct AlertNotification {
  Address source;  // up to 64 characters here
  Address esme;
  TlvList tlvs;
};
struct Outbind {
  std::string_view system_id;
  std::string_view password;
};
struct NoBody {};      // unbind, unbind_resp, enquire_link, enquire_link_resp, generic_nack
struct OtherCommand {  // not decoded: replace_sm, cancel_sm, submit_multi, vendor commands
  Bytes body;
};

using Body = std::variant<NoBody, Bind, BindResp, Sm, DataSm, SmResp, QuerySm, QuerySmResp, AlertNotification,
                          Outbind, OtherCommand>;
struct Pdu {
  Header header;
  Body body;
};

// `octets` is at least header_octets long.
Header decode_header(Bytes octets);
// `octets` is one whole PDU as the framer cut it (its command_length is octets.size()).
Decoded<Pdu> decode(Bytes octets);
// The hot ones, without the variant.
Decoded<Sm> decode_sm(Bytes octets);
Decoded<SmResp> decode_sm_resp(Bytes octets);

// Encoders append one PDU. They refuse (Errc::limit) a field over its limit and then append nothing.
Status encode_sm(Buffer& out, CommandId id, std::uint32_t sequence_number, const Sm& sm);  // submit_sm or deliver_sm
Status encode_sm_resp(Buffer& out, CommandId id, CommandStatus status, std::uint32_t sequence_number,
                      std::string_view message_id);  // always carries the message_id octet
Status encode(Buffer& out, const Pdu& pdu);          // any PDU; header.command_length is computed
void encode_header_only(Buffer& out, std::uint32_t command_id, CommandStatus status, std::uint32_t sequence_number);

}  // namespace shubbak::smpp
