// What we send, what time brings, and how a session ends. What the peer sends is in receive.cpp.
#include "smpp/session.hpp"

#include <algorithm>

#include "smpp/libsmpp34.hpp"
#include "smpp/write_control.hpp"

namespace shubbak::smpp {
namespace {

CommandId bind_command(BindMode mode) {
  switch (mode) {
    case BindMode::transmitter:
      return CommandId::bind_transmitter;
    case BindMode::receiver:
      return CommandId::bind_receiver;
    case BindMode::transceiver:
      return CommandId::bind_transceiver;
  }
  SHUBBAK_ASSERT(false);
}

Bind bind_of(const SessionConfig& config) {
  Bind bind;
  bind.system_id = config.system_id;
  bind.password = config.password;
  bind.system_type = config.system_type;
  bind.addr_ton = config.addr_ton;
  bind.addr_npi = config.addr_npi;
  bind.address_range = config.address_range;
  return bind;
}

void number(Buffer& out, std::size_t pdu_begin, std::uint32_t sequence_number) {
  for (std::size_t i = 0; i < 4; ++i) {
    out[pdu_begin + 12 + i] = static_cast<std::uint8_t>(sequence_number >> (24 - 8 * i));
  }
}

Error not_bound() {
  return Error{Errc::conflict, "the SMPP session is not bound for sending"};
}
Error window_full() {
  return Error{Errc::limit, "the SMPP window is full"};
}

}  // namespace

std::string_view to_string(SessionState state) {
  switch (state) {
    case SessionState::open:
      return "open";
    case SessionState::binding:
      return "binding";
    case SessionState::bound:
      return "bound";
    case SessionState::unbinding:
      return "unbinding";
    case SessionState::closed:
      return "closed";
  }
  SHUBBAK_ASSERT(false);
}

void write_control(Buffer& out, const Pdu& pdu) {
  if (libsmpp34::pack(out, pdu)) return;
  // A status of a vendor or a sequence_number 0 that the peer chose: the library has no words for them.
  const Status written = encode(out, pdu);
  SHUBBAK_ASSERT(written.ok());
}

Session::Session(SessionConfig config, Instant now)
    : config_(std::move(config)),
      mode_(config_.bind_mode),
      window_(config_.window_max, config_.response_timeout),
      opened_(now),
      last_received_(now) {}

Status Session::check(const SessionConfig& config) {
  Buffer scratch;
  return encode(scratch,
                Pdu{Header{0, static_cast<std::uint32_t>(CommandId::bind_transceiver), 0, 1}, bind_of(config)});
}

void Session::bind(Instant now, Buffer& out) {
  SHUBBAK_ASSERT(config_.role == Role::esme && state_ == SessionState::open);
  state_ = SessionState::binding;
  bind_ = Waiting{window_.skip(), now + config_.bind_timeout};
  const Header header{0, static_cast<std::uint32_t>(bind_command(mode_)), 0, bind_.sequence_number};
  if (const Status fits = check(config_); !fits) {
    unsendable_ = "the bind cannot be written: " + fits.error().message;
    return;
  }
  write_control(out, Pdu{header, bind_of(config_)});
}

void Session::unbind(Instant now, Buffer& out) {
  if (state_ == SessionState::unbinding || closed()) return;
  state_ = SessionState::unbinding;
  unbind_ = Waiting{window_.skip(), now + config_.response_timeout};
  write_control(out,
                Pdu{Header{0, static_cast<std::uint32_t>(CommandId::unbind), 0, unbind_.sequence_number}, NoBody{}});
}

bool Session::can_send() const {
  if (state_ != SessionState::bound) return false;
  switch (mode_) {
    case BindMode::transmitter:
      return config_.role == Role::esme;
    case BindMode::receiver:
      return config_.role == Role::smsc;
    case BindMode::transceiver:
      return true;
  }
  SHUBBAK_ASSERT(false);
}

bool Session::peer_may_deliver() const {
  if (!was_bound_ || closed()) return false;  // while we unbind, the peer may still deliver
  switch (mode_) {
    case BindMode::transmitter:
      return config_.role == Role::smsc;
    case BindMode::receiver:
      return config_.role == Role::esme;
    case BindMode::transceiver:
      return true;
  }
  SHUBBAK_ASSERT(false);
}

std::uint32_t Session::window_free() const {
  return window_.free();
}

Status Session::send(const Sm& sm, std::uint64_t tag, Instant now, Buffer& out) {
  if (!can_send()) return not_bound();
  if (window_.free() == 0) return window_full();
  const CommandId id = config_.role == Role::esme ? CommandId::submit_sm : CommandId::deliver_sm;
  const std::uint32_t sequence_number = window_.open(static_cast<std::uint32_t>(id), tag, now);
  Status written = encode_sm(out, id, sequence_number, sm);
  if (!written) window_.close(sequence_number);
  return written;
}

Status Session::send_encoded(Bytes pdu, std::uint64_t tag, Instant now, Buffer& out) {
  if (pdu.size() < header_octets) return Error{Errc::invalid, "not a whole PDU"};
  const Header header = decode_header(pdu);
  const CommandId own = config_.role == Role::esme ? CommandId::submit_sm : CommandId::deliver_sm;
  if (header.command_length != pdu.size() || (header.id() != own && header.id() != CommandId::data_sm)) {
    return Error{Errc::invalid, "not one whole message PDU of this role"};
  }
  if (!can_send()) return not_bound();
  if (window_.free() == 0) return window_full();
  const std::size_t begin = out.size();
  out.insert(out.end(), pdu.begin(), pdu.end());
  number(out, begin, window_.open(header.command_id, tag, now));
  return {};
}

Status Session::query(const QuerySm& query, std::uint64_t tag, Instant now, Buffer& out) {
  if (config_.role != Role::esme || !can_send()) return not_bound();
  if (window_.free() == 0) return window_full();
  const auto id = static_cast<std::uint32_t>(CommandId::query_sm);
  const std::uint32_t sequence_number = window_.open(id, tag, now);
  const Pdu pdu{Header{0, id, 0, sequence_number}, query};
  if (libsmpp34::pack(out, pdu)) return {};
  Status written = encode(out, pdu);
  if (!written) window_.close(sequence_number);
  return written;
}

void Session::acknowledge(const Header& request, CommandStatus status, std::string_view message_id, Buffer& out) {
  if (closed()) return;
  const auto resp = static_cast<CommandId>(request.command_id | resp_bit);
  if (encode_sm_resp(out, resp, status, request.sequence_number, message_id)) return;
  // An id that no resp can carry: the peer must still get its answer.
  const Status written = encode_sm_resp(out, resp, CommandStatus::system_error, request.sequence_number, {});
  SHUBBAK_ASSERT(written.ok());
}

void Session::answer_query(const Header& request, CommandStatus status, const QuerySmResp& answer, Buffer& out) {
  if (closed()) return;
  Pdu pdu{Header{0, static_cast<std::uint32_t>(CommandId::query_sm_resp), static_cast<std::uint32_t>(status),
                 request.sequence_number},
          answer};
  if (libsmpp34::pack(out, pdu) || encode(out, pdu)) return;
  pdu.header.command_status = static_cast<std::uint32_t>(CommandStatus::system_error);
  pdu.body = QuerySmResp{};
  write_control(out, pdu);
}

void Session::tick(Instant now, Buffer& out, SessionEvents& events) {
  if (closed()) return;
  const Call call{now, out, events};
  tick_deadlines(call);
  // At most as many as wait now: a handler that sends again must not keep us here.
  for (std::uint32_t left = window_.waiting(); left > 0 && !closed(); --left) {
    const auto expired = window_.pop_expired(now);
    if (!expired) break;
    events.on_response(expired->tag, SessionEvents::Outcome::timed_out, CommandStatus::unknown_error, {});
  }
  if (state_ != SessionState::bound || enquire_link_.sequence_number != 0) return;
  if (config_.enquire_link_interval.count() > 0 && now - last_received_ >= config_.enquire_link_interval) {
    enquire_link_ = Waiting{window_.skip(), now + config_.response_timeout};
    write_control(
        out, Pdu{Header{0, static_cast<std::uint32_t>(CommandId::enquire_link), 0, enquire_link_.sequence_number},
                 NoBody{}});
  }
}

void Session::tick_deadlines(const Call& call) {
  const auto passed = [&](const Waiting& waiting) {
    return waiting.sequence_number != 0 && waiting.deadline <= call.now;
  };
  if (!unsendable_.empty()) return close(unsendable_, call.events);
  if (passed(bind_)) return close("the bind was not answered in time", call.events);
  if (passed(unbind_)) return close("the unbind was not answered in time", call.events);
  if (passed(enquire_link_)) return close("silent peer: enquire_link was not answered in time", call.events);
  if (config_.role == Role::smsc && state_ == SessionState::open && opened_ + config_.bind_timeout <= call.now) {
    return close("no bind in time", call.events);
  }
  if (partial_since_ && *partial_since_ + config_.partial_pdu_timeout <= call.now) {
    return close("a PDU was begun and not completed in time", call.events);
  }
}

Instant Session::next_deadline() const {
  Instant next = Instant::max();
  const auto consider = [&](bool applies, Instant deadline) {
    if (applies) next = std::min(next, deadline);
  };
  if (closed()) return next;
  if (!unsendable_.empty()) return opened_;
  for (const Waiting& waiting : {bind_, unbind_, enquire_link_}) {
    consider(waiting.sequence_number != 0, waiting.deadline);
  }
  consider(config_.role == Role::smsc && state_ == SessionState::open, opened_ + config_.bind_timeout);
  consider(partial_since_.has_value(), partial_since_.value_or(opened_) + config_.partial_pdu_timeout);
  consider(state_ == SessionState::bound && enquire_link_.sequence_number == 0 &&
               config_.enquire_link_interval.count() > 0,
           last_received_ + config_.enquire_link_interval);
  if (const auto expiry = window_.next_expiry()) consider(true, *expiry);
  return next;
}

void Session::connection_lost(std::string_view reason, SessionEvents& events) {
  close(reason, events);
}

void Session::close(std::string_view reason, SessionEvents& events) {
  if (closed()) return;
  state_ = SessionState::closed;
  while (const auto request = window_.pop_any()) {
    events.on_response(request->tag, SessionEvents::Outcome::lost, CommandStatus::unknown_error, {});
  }
  events.on_closed(reason);
}

}  // namespace shubbak::smpp
