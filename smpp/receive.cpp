// What the peer sends, and what it is answered (SMPP v3.4 sections 2.3 and 3.3).
#include <array>
#include <cstdio>

#include "smpp/framer.hpp"
#include "smpp/session.hpp"
#include "smpp/write_control.hpp"

namespace shubbak::smpp {
namespace {

constexpr std::uint32_t raw(CommandId id) {
  return static_cast<std::uint32_t>(id);
}

bool is_message(CommandId id) {
  return id == CommandId::submit_sm || id == CommandId::deliver_sm || id == CommandId::data_sm;
}
bool is_message_resp(CommandId id) {
  return id == CommandId::submit_sm_resp || id == CommandId::deliver_sm_resp || id == CommandId::data_sm_resp;
}
bool is_bind_resp(CommandId id) {
  return id == CommandId::bind_receiver_resp || id == CommandId::bind_transmitter_resp ||
         id == CommandId::bind_transceiver_resp;
}

BindMode mode_of(CommandId bind) {
  if (bind == CommandId::bind_transmitter) return BindMode::transmitter;
  return bind == CommandId::bind_receiver ? BindMode::receiver : BindMode::transceiver;
}

CommandStatus status_of(const Header& header) {
  return static_cast<CommandStatus>(header.command_status);
}

// A nack never means success, whatever its status says.
CommandStatus nack_status(const Header& header) {
  return header.command_status == 0 ? CommandStatus::unknown_error : status_of(header);
}

void write_nack(Buffer& out, CommandStatus status, std::uint32_t sequence_number) {
  const Header header{0, raw(CommandId::generic_nack), static_cast<std::uint32_t>(status), sequence_number};
  write_control(out, Pdu{header, NoBody{}});
}

// The error answer to a request: its resp without content, or a generic_nack if it has none. Message resps keep their
// message_id octet, which osmo-msc insists on.
void write_refusal(Buffer& out, const Header& request, CommandStatus status) {
  const auto resp = resp_of(request.command_id);
  if (!resp) return write_nack(out, status, request.sequence_number);
  if (!is_message(request.id())) return encode_header_only(out, *resp, status, request.sequence_number);
  const Status written = encode_sm_resp(out, static_cast<CommandId>(*resp), status, request.sequence_number, {});
  SHUBBAK_ASSERT(written.ok());
}

std::string number_text(const char* format, std::uint32_t number) {
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), format, number);
  return text.data();
}

// A data_sm in the form of an Sm; its text is in its TLV message_payload.
Sm as_sm(const DataSm& data) {
  Sm sm;
  sm.service_type = data.service_type;
  sm.source = data.source;
  sm.destination = data.destination;
  sm.esm_class = data.esm_class;
  sm.registered_delivery = data.registered_delivery;
  sm.data_coding = data.data_coding;
  sm.tlvs = data.tlvs;
  return sm;
}

}  // namespace

std::size_t Session::receive(Bytes received, Instant now, Buffer& out, SessionEvents& events) {
  if (closed()) return 0;
  const Call call{now, out, events};
  Framer framer(received, config_.pdu_octets_max);
  while (!closed()) {
    const auto pdu = framer.next();
    if (!pdu) break;
    last_received_ = now;
    take(*pdu, call);
  }
  const std::size_t consumed = received.size() - framer.rest().size();
  if (closed()) return consumed;
  if (framer.failed()) {
    stream_broken(framer.failed_length(), framer.rest(), call);
    return consumed;
  }
  if (framer.rest().empty()) {
    partial_since_.reset();
  } else if (consumed > 0 || !partial_since_) {
    partial_since_ = now;
  }
  return consumed;
}

void Session::take(Bytes pdu, const Call& call) {
  const Header header = decode_header(pdu);
  if (header.id() == CommandId::submit_sm || header.id() == CommandId::deliver_sm) return take_sm(header, pdu, call);
  if (is_message_resp(header.id())) return take_sm_resp(header, pdu, call);
  if (header.id() == CommandId::data_sm) return take_data_sm(header, pdu, call);
  take_other(header, pdu, call);
}

void Session::take_sm(const Header& header, Bytes pdu, const Call& call) {
  const CommandId expected = config_.role == Role::esme ? CommandId::deliver_sm : CommandId::submit_sm;
  if (header.id() != expected) {
    return refuse(header, CommandStatus::incorrect_bind_status, "a request that only the other side may send", call);
  }
  const auto sm = decode_sm(pdu);
  if (!sm) return undecodable(header, sm.error(), call);
  deliver(SessionEvents::Delivery{header, *sm}, call);
}

void Session::take_data_sm(const Header& header, Bytes pdu, const Call& call) {
  const auto decoded = decode(pdu);
  if (!decoded) return undecodable(header, decoded.error(), call);
  deliver(SessionEvents::Delivery{header, as_sm(std::get<DataSm>(decoded->body))}, call);
}

void Session::deliver(const SessionEvents::Delivery& delivery, const Call& call) {
  if (!peer_may_deliver()) {
    return refuse(delivery.header, CommandStatus::incorrect_bind_status, "a message on a session not bound for it",
                  call);
  }
  switch (call.events.on_delivery(delivery)) {
    case SessionEvents::Ack::now:
      return acknowledge(delivery.header, CommandStatus::ok, {}, call.out);
    case SessionEvents::Ack::later:
      return;
  }
}

void Session::take_sm_resp(const Header& header, Bytes pdu, const Call& call) {
  const auto resp = decode_sm_resp(pdu);
  if (!resp) return undecodable(header, resp.error(), call);
  finish_request(header, resp->message_id, call);
}

void Session::take_other(const Header& header, Bytes pdu, const Call& call) {
  const auto decoded = decode(pdu);
  if (!decoded) return undecodable(header, decoded.error(), call);
  switch (header.id()) {
    case CommandId::bind_receiver:
    case CommandId::bind_transmitter:
    case CommandId::bind_transceiver:
      return take_bind(header, std::get<Bind>(decoded->body), call);
    case CommandId::bind_receiver_resp:
    case CommandId::bind_transmitter_resp:
    case CommandId::bind_transceiver_resp:
      return take_bind_resp(header, std::get<BindResp>(decoded->body).system_id, call);
    case CommandId::query_sm:
      return take_query(header, std::get<QuerySm>(decoded->body), call);
    case CommandId::query_sm_resp:
      return take_query_resp(header, std::get<QuerySmResp>(decoded->body), call);
    case CommandId::unbind:
      return take_unbind(header, call);
    case CommandId::enquire_link:
      return write_control(call.out,
                           Pdu{Header{0, raw(CommandId::enquire_link_resp), 0, header.sequence_number}, NoBody{}});
    case CommandId::unbind_resp:
    case CommandId::enquire_link_resp:
      return take_control_resp(header, call);
    case CommandId::generic_nack:
      return take_nack(header, call);
    case CommandId::alert_notification:
      if (config_.role == Role::esme && peer_may_deliver()) {
        return call.events.on_alert(std::get<AlertNotification>(decoded->body));
      }
      return count_error(header.command_id, 4, "alert_notification is not expected here", call);  // never answered
    case CommandId::outbind:
      return count_error(header.command_id, 4, "outbind is not followed", call);
    case CommandId::submit_sm:
    case CommandId::deliver_sm:
    case CommandId::data_sm:
    case CommandId::submit_sm_resp:
    case CommandId::deliver_sm_resp:
    case CommandId::data_sm_resp:
      SHUBBAK_ASSERT(false);  // take() has its own way for these
    case CommandId::replace_sm:
    case CommandId::cancel_sm:
    case CommandId::cancel_sm_resp:
    case CommandId::submit_multi:
      break;
  }
  if ((header.command_id & resp_bit) != 0) {
    return call.events.on_protocol_error(header.command_id, 4, "a resp to nothing that was asked");
  }
  refuse(header, CommandStatus::invalid_command_id, "a command that is not served", call);
}

void Session::take_bind(const Header& header, const Bind& bind, const Call& call) {
  if (config_.role != Role::smsc) {
    return refuse(header, CommandStatus::incorrect_bind_status, "a request that only the other side may send", call);
  }
  if (state_ != SessionState::open) {
    const auto status = was_bound_ ? CommandStatus::already_bound : CommandStatus::incorrect_bind_status;
    return refuse(header, status, "a bind on a session that is already bound", call);
  }
  const BindMode mode = mode_of(header.id());
  const CommandStatus status = call.events.on_bind_request(mode, bind);
  if (closed()) return;
  if (status != CommandStatus::ok) return refuse(header, status, "the bind was refused", call);
  state_ = SessionState::bound;
  was_bound_ = true;
  mode_ = mode;
  TlvBuilder tlvs;
  if (bind.interface_version >= 0x34) tlvs.add_u8(TlvTag::sc_interface_version, 0x34);  // older peers know no TLVs
  const std::string_view own_id = config_.system_id.c_str();  // what the peer would read of it
  write_control(call.out, Pdu{Header{0, header.command_id | resp_bit, 0, header.sequence_number},
                              BindResp{own_id.substr(0, 15), tlvs.list()}});
  call.events.on_bound(bind.system_id);
}

void Session::take_bind_resp(const Header& header, std::string_view system_id, const Call& call) {
  // Any kind of bind resp: osmo-msc answers bind_receiver with bind_transmitter_resp. The sequence_number decides.
  if (!bind_.is(header.sequence_number)) {
    return call.events.on_protocol_error(header.command_id, 12, "a bind resp to no bind of ours");
  }
  bind_ = {};
  if (header.command_status != 0) {
    const std::string name(to_string(status_of(header)));
    return close("the bind was refused: " + name + number_text(" (0x%08x)", header.command_status), call.events);
  }
  if (state_ != SessionState::binding) return;  // unbind() came before it; its answer follows
  state_ = SessionState::bound;
  was_bound_ = true;
  call.events.on_bound(system_id);
}

void Session::take_query(const Header& header, const QuerySm& query, const Call& call) {
  if (config_.role != Role::smsc || !peer_may_deliver()) {
    return refuse(header, CommandStatus::incorrect_bind_status, "a query on a session not bound for it", call);
  }
  call.events.on_query(header, query);
}

void Session::take_query_resp(const Header& header, const QuerySmResp& answer, const Call& call) {
  const auto request = window_.find(header.sequence_number);
  if (request && request->command_id == raw(CommandId::query_sm)) {
    call.events.on_query_answer(request->tag, status_of(header), answer);
  }
  finish_request(header, answer.message_id, call);
}

void Session::take_unbind(const Header& header, const Call& call) {
  write_control(call.out, Pdu{Header{0, raw(CommandId::unbind_resp), 0, header.sequence_number}, NoBody{}});
  close("the peer unbound", call.events);
}

void Session::take_control_resp(const Header& header, const Call& call) {
  if (header.id() == CommandId::unbind_resp && unbind_.is(header.sequence_number)) {
    return close("unbound", call.events);
  }
  if (header.id() == CommandId::enquire_link_resp && enquire_link_.is(header.sequence_number)) {
    enquire_link_ = {};
    return;
  }
  call.events.on_protocol_error(header.command_id, 12, "a resp to no request of ours");
}

void Session::take_nack(const Header& header, const Call& call) {
  const std::uint32_t sequence_number = header.sequence_number;
  if (bind_.is(sequence_number)) {
    return close("the bind was refused: generic_nack" + number_text(" (0x%08x)", header.command_status), call.events);
  }
  if (unbind_.is(sequence_number)) return close("unbound, by a generic_nack", call.events);
  if (enquire_link_.is(sequence_number)) {
    enquire_link_ = {};  // no friendly answer, but the peer lives
    return;
  }
  const auto request = window_.close(sequence_number);
  if (!request) return call.events.on_protocol_error(header.command_id, 12, "a generic_nack to no request of ours");
  call.events.on_response(request->tag, SessionEvents::Outcome::answered, nack_status(header), {});
}

void Session::finish_request(const Header& header, std::string_view message_id, const Call& call) {
  const auto request = window_.find(header.sequence_number);
  if (!request || (request->command_id | resp_bit) != header.command_id) {
    return call.events.on_protocol_error(header.command_id, 12,
                                         "a resp to no request of ours");  // or one come too late
  }
  window_.close(header.sequence_number);
  call.events.on_response(request->tag, SessionEvents::Outcome::answered, status_of(header), message_id);
}

void Session::undecodable(const Header& header, const DecodeError& error, const Call& call) {
  const std::string reason = std::string(error.field) + ": " + error.reason;
  if ((header.command_id & resp_bit) == 0) {
    if (header.id() != CommandId::alert_notification) write_refusal(call.out, header, error.status);
    return count_error(header.command_id, error.offset, reason, call);
  }
  call.events.on_protocol_error(header.command_id, error.offset, reason);
  if (closed()) return;
  // The status and number of a resp are in its header, which was read: the request has its answer, only without
  // details. Some SMSCs write every resp like this, so it is told and not counted.
  const CommandId id = header.id();
  if (is_bind_resp(id)) return take_bind_resp(header, {}, call);
  if (is_message_resp(id) || id == CommandId::query_sm_resp) return finish_request(header, {}, call);
  if (id == CommandId::unbind_resp || id == CommandId::enquire_link_resp) return take_control_resp(header, call);
  if (id == CommandId::generic_nack) return take_nack(header, call);
}

void Session::refuse(const Header& header, CommandStatus status, std::string_view reason, const Call& call) {
  write_refusal(call.out, header, status);
  count_error(header.command_id, 4, reason, call);
}

void Session::stream_broken(std::uint32_t command_length, Bytes rest, const Call& call) {
  const bool header_came = rest.size() >= header_octets;
  const Header header = header_came ? decode_header(rest) : Header{};
  write_nack(call.out, CommandStatus::invalid_command_length, header.sequence_number);
  const std::string reason = number_text("command_length %u is outside what a PDU may have", command_length);
  call.events.on_protocol_error(header.command_id, 0, reason);
  close(reason, call.events);
}

// An SMSC with a fault in one message of thousands must keep its link, however long that lives: only many at once end
// it.
void Session::count_error(std::uint32_t command_id, std::uint32_t offset, std::string_view reason, const Call& call) {
  call.events.on_protocol_error(command_id, offset, reason);
  if (errors_ == 0 || errors_since_ + config_.errors_window <= call.now) {
    errors_ = 0;
    errors_since_ = call.now;
  }
  ++errors_;
  if (errors_ >= config_.errors_max && !closed()) close("too many protocol errors of the peer", call.events);
}

}  // namespace shubbak::smpp
