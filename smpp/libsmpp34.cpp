// The only file that includes libsmpp34. The library is C without guards for C++, keeps its error text in a global
// buffer that its traces can overrun, and trusts lengths that it should check; everything here happens under one
// mutex and behind our own limits. Its structures are read and filled through its own field lists (def_frame,
// def_list), so that its idea of a PDU stays independent of the native codec's.
#include "smpp/libsmpp34.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <string_view>

#include "smpp/show.hpp"

// The library's headers need this order.
// clang-format off
extern "C" {
#include <libsmpp34/smpp34.h>
#include <libsmpp34/smpp34_structs.h>
#include <libsmpp34/smpp34_params.h>
#undef Reserved
}
// clang-format on

#include <libsmpp34/def_frame/alert_notification.tlv>
#include <libsmpp34/def_frame/bind_receiver_resp.tlv>
#include <libsmpp34/def_frame/bind_transceiver_resp.tlv>
#include <libsmpp34/def_frame/bind_transmitter_resp.tlv>
#include <libsmpp34/def_frame/data_sm.tlv>
#include <libsmpp34/def_frame/deliver_sm.tlv>
#include <libsmpp34/def_frame/submit_multi.tlv>
#include <libsmpp34/def_frame/submit_sm.tlv>

namespace shubbak::smpp::libsmpp34 {
namespace {

// Each TLV leaves up to about 60 characters in the library's trace of 2,048; beyond 30 it writes behind it.
constexpr std::size_t tlvs_max = 16;
constexpr std::size_t octets_max = std::size_t{24} * 1024;  // 16 TLVs of 1,024 octets and the longest body
constexpr std::size_t body_without_tlvs_max = 512;

std::mutex& library_mutex() {
  static std::mutex mutex;
  return mutex;
}

union AnyPdu {
  bind_transmitter_t bind_transmitter;
  bind_transmitter_resp_t bind_transmitter_resp;
  bind_receiver_t bind_receiver;
  bind_receiver_resp_t bind_receiver_resp;
  bind_transceiver_t bind_transceiver;
  bind_transceiver_resp_t bind_transceiver_resp;
  outbind_t outbind;
  unbind_t unbind;
  unbind_resp_t unbind_resp;
  generic_nack_t generic_nack;
  submit_sm_t submit_sm;
  submit_sm_resp_t submit_sm_resp;
  submit_multi_t submit_multi;
  submit_multi_resp_t submit_multi_resp;
  deliver_sm_t deliver_sm;
  deliver_sm_resp_t deliver_sm_resp;
  data_sm_t data_sm;
  data_sm_resp_t data_sm_resp;
  query_sm_t query_sm;
  query_sm_resp_t query_sm_resp;
  cancel_sm_t cancel_sm;
  cancel_sm_resp_t cancel_sm_resp;
  replace_sm_t replace_sm;
  replace_sm_resp_t replace_sm_resp;
  enquire_link_t enquire_link;
  enquire_link_resp_t enquire_link_resp;
  alert_notification_t alert_notification;
};

// The field that the library stumbled over, out of its trace "[name:value(OK)]...[name:value(Invalid value)]": name
// and complaint only, since values can be numbers and passwords. Under the mutex.
std::string last_words() {
  const std::string_view trace(smpp34_strerror, strnlen(smpp34_strerror, sizeof smpp34_strerror));
  const std::size_t begin = trace.rfind('[');
  const std::size_t colon = trace.find(':', begin == std::string_view::npos ? 0 : begin);
  const std::size_t complaint = trace.rfind('(');
  if (begin == std::string_view::npos || colon == std::string_view::npos || complaint == std::string_view::npos) {
    return "libsmpp34 refused the PDU";
  }
  std::string words = "libsmpp34: " + std::string(trace.substr(begin + 1, colon - begin - 1)) + ": ";
  for (const char c : trace.substr(complaint + 1)) {
    if (c == ')' || c == ']') break;
    words += c;
  }
  return words;
}

// --- TLVs, by the library's own table of each PDU: which are a number of 1, 2 or 4 octets, and how long others may
// be ---

// Puts a TLV into the library's form. Refuses a length that the library would ignore or read wrongly.
class TlvLoader {
 public:
  explicit TlvLoader(const Tlv& from) : from_(from) {}

  void number(std::string_view name, std::uint16_t& to) {
    if (name == "tag") {
      to = from_.tag;
    } else if (name == "length") {
      to = static_cast<std::uint16_t>(from_.value.size());
    } else {
      load(to);
    }
  }
  void number(std::string_view, std::uint8_t& to) { load(to); }
  void number(std::string_view, std::uint32_t& to) { load(to); }
  void octets(std::uint8_t* to, std::size_t octets_limit) {
    fits_ = from_.value.size() <= octets_limit;
    if (fits_ && !from_.value.empty()) std::memcpy(to, from_.value.data(), from_.value.size());
  }
  [[nodiscard]] bool fits() const { return fits_; }

 private:
  template <class T>
  void load(T& to) {
    fits_ = from_.value.size() == sizeof(T);
    if (fits_) to = static_cast<T>(*from_.as_uint());
  }

  const Tlv& from_;
  bool fits_ = true;
};

#define U08(inst, par, str) loader.number(#par, inst par)
#define U16(inst, par, str) loader.number(#par, inst par)
#define U32(inst, par, str) loader.number(#par, inst par)
#define OCTET16(inst, par, size) \
  { loader.octets(inst par, size); }
#define SHUBBAK_LOAD_TLV(kind)                            \
  bool load_tlv_of_##kind(const Tlv& from, tlv_t* node) { \
    TlvLoader loader(from);                               \
    do_tlv_##kind(node);                                  \
    return loader.fits();                                 \
  }
SHUBBAK_LOAD_TLV(alert_notification)
SHUBBAK_LOAD_TLV(bind_receiver_resp)
SHUBBAK_LOAD_TLV(bind_transmitter_resp)
SHUBBAK_LOAD_TLV(bind_transceiver_resp)
SHUBBAK_LOAD_TLV(data_sm)
SHUBBAK_LOAD_TLV(deliver_sm)
SHUBBAK_LOAD_TLV(submit_sm)
#undef SHUBBAK_LOAD_TLV
#undef U08
#undef U16
#undef U32
#undef OCTET16

using LoadTlv = bool (*)(const Tlv&, tlv_t*);

LoadTlv tlv_table_of(std::uint32_t command_id) {
  switch (command_id) {
    case ALERT_NOTIFICATION:
      return load_tlv_of_alert_notification;
    case BIND_RECEIVER_RESP:
      return load_tlv_of_bind_receiver_resp;
    case BIND_TRANSMITTER_RESP:
      return load_tlv_of_bind_transmitter_resp;
    case BIND_TRANSCEIVER_RESP:
      return load_tlv_of_bind_transceiver_resp;
    case DATA_SM:
      return load_tlv_of_data_sm;
    case DELIVER_SM:
      return load_tlv_of_deliver_sm;
    case SUBMIT_SM:
      return load_tlv_of_submit_sm;
    default:
      return nullptr;  // the library knows no TLVs in this PDU
  }
}

// TLVs as the linked list that the library wants, in memory of ours.
class TlvChain {
 public:
  // False: too many, or one that the library would mistake.
  bool load(std::uint32_t command_id, const TlvList& tlvs) {
    const LoadTlv load_tlv = tlv_table_of(command_id);
    for (const Tlv tlv : tlvs) {
      if (load_tlv == nullptr || count_ == tlvs_max) return false;
      tlv_t& node = nodes_[count_];
      std::memset(&node, 0, sizeof node);
      if (!load_tlv(tlv, &node)) return false;
      if (count_ > 0) nodes_[count_ - 1].next = &node;
      ++count_;
    }
    return true;
  }
  [[nodiscard]] tlv_t* first() { return count_ == 0 ? nullptr : nodes_.data(); }

 private:
  std::array<tlv_t, tlvs_max> nodes_;
  std::size_t count_ = 0;
};

// --- packing ---

template <std::size_t N>
bool copy(std::string_view from, std::uint8_t (&to)[N]) {
  if (from.size() >= N || from.find('\0') != std::string_view::npos) return false;
  if (!from.empty()) std::memcpy(to, from.data(), from.size());
  return true;
}

template <class T>
bool fill_source(const Address& from, T& to) {
  to.source_addr_ton = from.ton;
  to.source_addr_npi = from.npi;
  return copy(from.digits, to.source_addr);
}

template <class T>
bool fill_destination(const Address& from, T& to) {
  to.dest_addr_ton = from.ton;
  to.dest_addr_npi = from.npi;
  return copy(from.digits, to.destination_addr);
}

template <class T>
bool fill(const Bind& from, T& to, TlvChain&) {
  to.interface_version = from.interface_version;
  to.addr_ton = from.addr_ton;
  to.addr_npi = from.addr_npi;
  return copy(from.system_id, to.system_id) && copy(from.password, to.password) &&
         copy(from.system_type, to.system_type) && copy(from.address_range, to.address_range);
}

template <class T>
bool fill(const BindResp& from, T& to, TlvChain& tlvs) {
  to.tlv = tlvs.first();
  return copy(from.system_id, to.system_id);
}

template <class T>
bool fill(const Sm& from, T& to, TlvChain& tlvs) {
  to.esm_class = from.esm_class;
  to.protocol_id = from.protocol_id;
  to.priority_flag = from.priority_flag;
  to.registered_delivery = from.registered_delivery;
  to.replace_if_present_flag = from.replace_if_present_flag;
  to.data_coding = from.data_coding;
  to.sm_default_msg_id = from.sm_default_msg_id;
  to.tlv = tlvs.first();
  if (from.short_message.size() >= sizeof to.short_message) return false;  // the library packs at most 253
  to.sm_length = static_cast<std::uint8_t>(from.short_message.size());
  if (to.sm_length > 0) std::memcpy(to.short_message, from.short_message.data(), to.sm_length);
  return copy(from.service_type, to.service_type) && fill_source(from.source, to) &&
         fill_destination(from.destination, to) && copy(from.schedule_delivery_time, to.schedule_delivery_time) &&
         copy(from.validity_period, to.validity_period);
}

bool fill(const DataSm& from, data_sm_t& to, TlvChain& tlvs) {
  to.esm_class = from.esm_class;
  to.registered_delivery = from.registered_delivery;
  to.data_coding = from.data_coding;
  to.tlv = tlvs.first();
  return copy(from.service_type, to.service_type) && fill_source(from.source, to) &&
         fill_destination(from.destination, to);
}

bool fill(const SmResp& from, submit_sm_resp_t& to, TlvChain&) {
  // With an error status the library leaves out the message_id octet, which ours always carry.
  return to.command_status == 0 && copy(from.message_id, to.message_id);
}
bool fill(const SmResp& from, deliver_sm_resp_t& to, TlvChain&) {
  return copy(from.message_id, to.message_id);
}
bool fill(const SmResp& from, data_sm_resp_t& to, TlvChain&) {
  return copy(from.message_id, to.message_id);
}

bool fill(const QuerySm& from, query_sm_t& to, TlvChain&) {
  return copy(from.message_id, to.message_id) && fill_source(from.source, to);
}

bool fill(const QuerySmResp& from, query_sm_resp_t& to, TlvChain&) {
  to.message_state = from.message_state;
  to.error_code = from.error_code;
  return copy(from.message_id, to.message_id) && copy(from.final_date, to.final_date);
}

bool fill(const AlertNotification& from, alert_notification_t& to, TlvChain& tlvs) {
  to.esme_addr_ton = from.esme.ton;
  to.esme_addr_npi = from.esme.npi;
  to.tlv = tlvs.first();
  return fill_source(from.source, to) && copy(from.esme.digits, to.esme_addr);
}

bool fill(const Outbind& from, outbind_t& to, TlvChain&) {
  return copy(from.system_id, to.system_id) && copy(from.password, to.password);
}

template <class T>
bool fill(const NoBody&, T&, TlvChain&) {
  return true;
}

const TlvList* tlvs_of(const Body& body) {
  return std::visit(
      [](const auto& held) -> const TlvList* {
        if constexpr (requires { held.tlvs; }) return &held.tlvs;
        return nullptr;
      },
      body);
}

template <class T, class BodyType>
Status pack_as(Buffer& out, const Pdu& pdu) {
  const BodyType* body = std::get_if<BodyType>(&pdu.body);
  if (body == nullptr) return Error{Errc::invalid, "the body does not belong to the command_id"};
  TlvChain chain;
  const TlvList* tlvs = tlvs_of(pdu.body);
  if (tlvs != nullptr && !chain.load(pdu.header.command_id, *tlvs)) {
    return Error{Errc::limit, "TLVs that libsmpp34 cannot pack"};
  }
  T packed;
  std::memset(&packed, 0, sizeof packed);
  packed.command_id = pdu.header.command_id;
  packed.command_status = pdu.header.command_status;
  packed.sequence_number = pdu.header.sequence_number;
  if (!fill(*body, packed, chain)) return Error{Errc::limit, "a field over the limit of libsmpp34"};

  const std::size_t room = body_without_tlvs_max + header_octets + (tlvs == nullptr ? 0 : tlvs->raw().size());
  std::array<std::uint8_t, octets_max> octets;  // NOLINT(cppcoreguidelines-pro-type-member-init): written below
  if (room > octets.size()) return Error{Errc::limit, "a PDU over the limit of libsmpp34"};
  int length = 0;
  const std::lock_guard lock(library_mutex());
  if (smpp34_pack2(octets.data(), static_cast<int>(octets.size()), &length, &packed) != 0) {
    return Error{Errc::invalid, last_words()};
  }
  out.insert(out.end(), octets.begin(), octets.begin() + length);
  return {};
}

// --- reading ---

// Writes what the library read as FieldLines.
class Report {
 public:
  void number(std::string_view name, std::uint32_t value) {
    if (name == "command_length") header_.command_length = value;
    if (name == "command_id") header_.command_id = value;
    if (name == "command_status") header_.command_status = value;
    if (name == "sequence_number") {
      header_.sequence_number = value;
      lines_.header(header_);
    }
    if (name.starts_with("value.")) value_big_endian(value, 4);
  }
  void number(std::string_view name, std::uint16_t value) {
    if (name == "tag") {
      tag_ = value;
    } else if (name == "length") {
      length_ = value;
    } else {
      value_big_endian(value, 2);
    }
  }
  void number(std::string_view name, std::uint8_t value) {
    if (name.starts_with("value.")) {
      value_big_endian(value, 1);
    } else {
      lines_.octet(name, value);
    }
  }
  template <std::size_t N>
  void text(std::string_view name, const std::uint8_t (&value)[N]) {
    const char* characters = reinterpret_cast<const char*>(value);
    lines_.text(name, std::string_view(characters, strnlen(characters, N)));
  }
  void octets(std::string_view name, const std::uint8_t* value, std::size_t length) {
    lines_.octets(name, Bytes(value, length));
  }
  void tlv_octets(const std::uint8_t* value) { lines_.tlv(tag_, Bytes(value, length_)); }

  std::string take() { return lines_.take(); }

 private:
  void value_big_endian(std::uint32_t value, std::size_t octets) {
    std::array<std::uint8_t, 4> written{};
    for (std::size_t i = 0; i < octets; ++i) {
      written[i] = static_cast<std::uint8_t>(value >> (8 * (octets - 1 - i)));
    }
    lines_.tlv(tag_, Bytes(written.data(), octets));
  }

  FieldLines lines_{FieldLines::Offsets::none};
  Header header_;
  std::uint16_t tag_ = 0;
  std::uint16_t length_ = 0;
};

// The library builds its list backwards.
std::vector<const tlv_t*> in_order_of_the_wire(const tlv_t* last) {
  std::vector<const tlv_t*> nodes;
  for (const tlv_t* node = last; node != nullptr; node = node->next) nodes.push_back(node);
  std::ranges::reverse(nodes);
  return nodes;
}

#define PUTLOG_DISCARDED(format, param, value, parse)
#undef PUTLOG
#define PUTLOG PUTLOG_DISCARDED
#define instancia t1->
#define DAD(inst, par, do_dad)
#define UDAD(inst, par, do_udad)

#define U08(inst, par, str) report.number(#par, inst par)
#define U16(inst, par, str) report.number(#par, inst par)
#define U32(inst, par, str) report.number(#par, inst par)
#define C_OCTET(inst, par, size) report.text(#par, inst par)
#define O_C_OCTET(inst, par, size) \
  if (inst command_status == 0) report.text(#par, inst par)
#define OCTET8(inst, par, size, length) report.octets(#par, inst par, length)
#define OCTET16(inst, par, size) \
  { report.tlv_octets(inst par); }
#define TLV(inst, par, do_tlv)                                     \
  for (const tlv_t* const node : in_order_of_the_wire(inst par)) { \
    do_tlv(node);                                                  \
  }
int report_fields(std::uint32_t type, void* tt, Report& report) {
#include <libsmpp34/def_list/smpp34_protocol.def>
  return 0;
}
#undef U08
#undef U16
#undef U32
#undef C_OCTET
#undef O_C_OCTET
#undef OCTET8
#undef OCTET16
#undef TLV

#define U08(inst, par, str)
#define U16(inst, par, str)
#define U32(inst, par, str)
#define C_OCTET(inst, par, size)
#define O_C_OCTET(inst, par, size)
#define OCTET8(inst, par, size, length)
#define OCTET16(inst, par, size)
#define TLV(inst, par, do_tlv) destroy_tlv(inst par)
int free_tlvs(std::uint32_t type, void* tt) {
#include <libsmpp34/def_list/smpp34_protocol.def>
  return 0;
}
#undef U08
#undef U16
#undef U32
#undef C_OCTET
#undef O_C_OCTET
#undef OCTET8
#undef OCTET16
#undef TLV
#undef DAD
#undef UDAD
#undef instancia
#undef PUTLOG
#undef PUTLOG_DISCARDED

// A zeroed PDU of the library, and the TLVs that it allocated, given back on every path.
class Unpacked {
 public:
  explicit Unpacked(std::uint32_t command_id) : command_id_(command_id) { std::memset(&pdu_, 0, sizeof pdu_); }
  ~Unpacked() { free_tlvs(command_id_, &pdu_); }
  Unpacked(const Unpacked&) = delete;
  Unpacked& operator=(const Unpacked&) = delete;
  void* get() { return &pdu_; }

 private:
  std::uint32_t command_id_;
  AnyPdu pdu_;
};

Error outside_guard(std::string_view why) {
  return Error{Errc::limit, "not given to libsmpp34: " + std::string(why)};
}

Status guard(Bytes pdu) {
  if (pdu.size() < header_octets || pdu.size() > octets_max) return outside_guard("its length");
  const Header header = decode_header(pdu);
  if (header.command_length != pdu.size()) return outside_guard("its command_length is not the length it has");
  if ((header.command_id & ~resp_bit) == SUBMIT_MULTI) return outside_guard("submit_multi");
  // The native reading finds where the TLVs are; what it refuses is not tried.
  const auto decoded = decode(pdu);
  if (!decoded) return outside_guard(decoded.error().reason);
  const TlvList* tlvs = tlvs_of(decoded->body);
  const std::size_t without_tlvs = pdu.size() - header_octets - (tlvs == nullptr ? 0 : tlvs->raw().size());
  if (without_tlvs > body_without_tlvs_max) return outside_guard("its body is too long");
  TlvChain chain;
  if (tlvs != nullptr && !chain.load(header.command_id, *tlvs)) {
    return outside_guard("TLVs of other lengths, or more of them, than the library can stand");
  }
  return {};
}

}  // namespace

Status pack_any(Buffer& out, const Pdu& pdu) {
  switch (pdu.header.command_id) {
    case BIND_RECEIVER:
      return pack_as<bind_receiver_t, Bind>(out, pdu);
    case BIND_RECEIVER_RESP:
      return pack_as<bind_receiver_resp_t, BindResp>(out, pdu);
    case BIND_TRANSMITTER:
      return pack_as<bind_transmitter_t, Bind>(out, pdu);
    case BIND_TRANSMITTER_RESP:
      return pack_as<bind_transmitter_resp_t, BindResp>(out, pdu);
    case BIND_TRANSCEIVER:
      return pack_as<bind_transceiver_t, Bind>(out, pdu);
    case BIND_TRANSCEIVER_RESP:
      return pack_as<bind_transceiver_resp_t, BindResp>(out, pdu);
    case OUTBIND:
      return pack_as<outbind_t, Outbind>(out, pdu);
    case UNBIND:
      return pack_as<unbind_t, NoBody>(out, pdu);
    case UNBIND_RESP:
      return pack_as<unbind_resp_t, NoBody>(out, pdu);
    case ENQUIRE_LINK:
      return pack_as<enquire_link_t, NoBody>(out, pdu);
    case ENQUIRE_LINK_RESP:
      return pack_as<enquire_link_resp_t, NoBody>(out, pdu);
    case GENERIC_NACK:
      return pack_as<generic_nack_t, NoBody>(out, pdu);
    case QUERY_SM:
      return pack_as<query_sm_t, QuerySm>(out, pdu);
    case QUERY_SM_RESP:
      return pack_as<query_sm_resp_t, QuerySmResp>(out, pdu);
    case SUBMIT_SM:
      return pack_as<submit_sm_t, Sm>(out, pdu);
    case SUBMIT_SM_RESP:
      return pack_as<submit_sm_resp_t, SmResp>(out, pdu);
    case DELIVER_SM:
      return pack_as<deliver_sm_t, Sm>(out, pdu);
    case DELIVER_SM_RESP:
      return pack_as<deliver_sm_resp_t, SmResp>(out, pdu);
    case DATA_SM:
      return pack_as<data_sm_t, DataSm>(out, pdu);
    case DATA_SM_RESP:
      return pack_as<data_sm_resp_t, SmResp>(out, pdu);
    case ALERT_NOTIFICATION:
      return pack_as<alert_notification_t, AlertNotification>(out, pdu);
    default:
      return Error{Errc::invalid, "a command that is not packed by libsmpp34 here"};
  }
}

Status pack(Buffer& out, const Pdu& pdu) {
  switch (pdu.header.command_id & ~resp_bit) {
    case GENERIC_NACK & ~resp_bit:
    case BIND_RECEIVER:
    case BIND_TRANSMITTER:
    case BIND_TRANSCEIVER:
    case UNBIND:
    case ENQUIRE_LINK:
    case QUERY_SM:
      return pack_any(out, pdu);
    default:
      return Error{Errc::invalid, "not a control PDU"};
  }
}

namespace {

// Unpacks behind the guard and hands what came out to `use`, while the library is ours.
template <class R, class Use>
R unpack(Bytes pdu, Use&& use) {
  if (const Status inside = guard(pdu); !inside) return inside.error();
  const std::uint32_t command_id = decode_header(pdu).command_id;
  // A copy with a NUL behind it: the library looks for the end of a text before it looks at how much is left.
  Buffer octets(pdu.begin(), pdu.end());
  octets.insert(octets.end(), 4, 0);
  const std::lock_guard lock(library_mutex());
  Unpacked unpacked(command_id);
  if (smpp34_unpack2(unpacked.get(), octets.data(), static_cast<int>(pdu.size())) != 0) {
    return Error{Errc::malformed, last_words()};
  }
  return use(command_id, unpacked);
}

}  // namespace

Result<std::string> describe(Bytes pdu) {
  return unpack<Result<std::string>>(pdu, [](std::uint32_t command_id, Unpacked& unpacked) -> Result<std::string> {
    Report report;
    if (report_fields(command_id, unpacked.get(), report) != 0) return Error{Errc::malformed, "an unknown command"};
    return report.take();
  });
}

Status unpack_any(Bytes pdu) {
  return unpack<Status>(pdu, [](std::uint32_t, Unpacked&) { return Status(); });
}

}  // namespace shubbak::smpp::libsmpp34
