#include "gateways/connection.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace shubbak::gateways {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);

// What is read, and so answered, at once; the buffer grows to hold a longer PDU. About a hundred messages: the peer
// works on the answers to one batch while we step the next, and nobody waits for thousands of others. An echo costs
// 0.48 us of CPU with 16 KiB, 0.46 us with 64 KiB, 0.50 us with 256 KiB (out of the cache).
constexpr std::size_t read_octets = 16U << 10U;
constexpr std::size_t unsent_octets_pause = 1U << 20U;  // with more than this unsent nothing more is read
constexpr std::size_t batch_octets = 256U << 10U;       // outside of a read a batch of this size is written at once
constexpr std::size_t kept_octets = 4U << 20U;          // a buffer that grew beyond this is given back
constexpr milliseconds last_words{1'000};               // for the last octets of a session that closed
constexpr milliseconds hold_min{50};                    // the pause after the peer asked to slow down; doubles
constexpr milliseconds hold_max{2'000};
constexpr std::size_t tag_octets = sizeof(std::uint64_t);

// How many PDUs lie whole in these octets; they were framed before, so the lengths can be followed.
std::uint64_t count_pdus(const std::uint8_t* octets, std::size_t size) {
  std::uint64_t count = 0;
  while (size >= smpp::header_octets) {
    const std::size_t length = (std::size_t{octets[0]} << 24U) | (std::size_t{octets[1]} << 16U) |
                               (std::size_t{octets[2]} << 8U) | octets[3];
    if (length < smpp::header_octets || length > size) break;
    octets += length;
    size -= length;
    ++count;
  }
  return count;
}

std::string to_text(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  const std::string port = std::to_string(endpoint.port());
  return endpoint.address().is_v6() ? "[" + address + "]:" + port : address + ":" + port;
}

void empty(smpp::Buffer& buffer) {
  if (buffer.capacity() > kept_octets) {
    smpp::Buffer().swap(buffer);
  } else {
    buffer.clear();
  }
}

}  // namespace

Connection::Connection(const asio::any_io_executor& executor, ConnectionConfig config, std::uint64_t id,
                       ConnectionEvents& events, std::shared_ptr<LinkCounters> counters)
    : config_(std::move(config)),
      id_(id),
      events_(&events),
      counters_(std::move(counters)),
      socket_(executor),
      resolver_(executor),
      resume_reading_(executor, Instant::max()) {}

// Beginning
// ----------------------------------------------------------------------------------------------------------

void Connection::connect(std::string host, std::uint16_t port, milliseconds timeout) {
  endpoint_ = host + ":" + std::to_string(port);
  connect_timeout_ = timeout;
  connect_deadline_ = std::chrono::steady_clock::now() + timeout;
  asio::co_spawn(socket_.get_executor(), run_client(shared_from_this(), std::move(host), port), asio::detached);
}

asio::awaitable<void> Connection::run_client(std::shared_ptr<Connection> self, std::string host, std::uint16_t port) {
  std::vector<tcp::endpoint> endpoints;
  error_code not_an_address;
  const auto address = asio::ip::make_address(host, not_an_address);
  if (!not_an_address) {
    endpoints.emplace_back(address, port);
  } else {
    auto [error, found] = co_await self->resolver_.async_resolve(host, std::to_string(port), use_tuple);
    if (self->ended_) co_return;
    if (error) co_return self->finish("cannot resolve " + host + ": " + error.message());
    for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  }
  auto [error, endpoint] = co_await asio::async_connect(self->socket_, endpoints, use_tuple);
  if (self->ended_) co_return;
  if (error) co_return self->finish("cannot connect to " + self->endpoint_ + ": " + error.message());
  self->opened();
  self->session_->bind(self->now(), self->out_);
  self->flush();
  co_await read_loop(self);
}

void Connection::accept(tcp::socket socket) {
  socket_ = std::move(socket);
  opened();
  asio::co_spawn(socket_.get_executor(), read_loop(shared_from_this()), asio::detached);
}

void Connection::opened() {
  error_code ignored;  // a socket that is already reset says so at the first read
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  const auto remote = socket_.remote_endpoint(ignored);
  if (!ignored) peer_ = to_text(remote);
  ++counters_->connects;
  session_.emplace(config_.session, now());
  window_max_ = session_->window_free();
  sending_window_ = window_max_;
  capacity_ = read_octets;
  received_ = std::make_unique_for_overwrite<std::uint8_t[]>(capacity_);
}

// Reading
// ------------------------------------------------------------------------------------------------------------

asio::awaitable<void> Connection::read_loop(std::shared_ptr<Connection> self) {
  while (!self->ended_) {
    if (self->unsent() > unsent_octets_pause && self->failure_.empty()) {
      self->resume_reading_.expires_at(Instant::max());
      co_await self->resume_reading_.async_wait(use_tuple);
      continue;
    }
    self->make_room();
    const auto room = asio::buffer(self->received_.get() + self->end_, self->capacity_ - self->end_);
    auto [error, octets] = co_await self->socket_.async_read_some(room, use_tuple);
    if (self->ended_) co_return;
    if (error) {
      std::string reason = "the peer closed the connection";
      if (self->close_deadline_) {
        reason = self->close_reason_;
      } else if (!self->failure_.empty()) {
        reason = self->failure_;
      } else if (error != asio::error::eof) {
        reason = "reading failed: " + error.message();
      }
      co_return self->finish(reason);
    }
    self->take(octets);
  }
}

void Connection::make_room() {
  if (begin_ == end_) begin_ = end_ = 0;
  if (capacity_ - end_ >= capacity_ / 4) return;
  const std::size_t left = end_ - begin_;
  if (left > capacity_ / 2) {
    // A PDU bigger than half the buffer. The session refuses a length over pdu_octets_max, so this ends soon.
    capacity_ *= 2;
    auto bigger = std::make_unique_for_overwrite<std::uint8_t[]>(capacity_);
    std::memcpy(bigger.get(), received_.get() + begin_, left);
    received_ = std::move(bigger);
  } else {
    std::memmove(received_.get(), received_.get() + begin_, left);
  }
  begin_ = 0;
  end_ = left;
}

void Connection::take(std::size_t octets) {
  counters_->octets_in += octets;
  if (close_deadline_) return;  // the session closed: nothing is listened to any more
  end_ += octets;
  batch_now_ = std::chrono::steady_clock::now();
  in_batch_ = true;
  const std::uint8_t* first = received_.get() + begin_;
  const std::size_t consumed = session_->receive(smpp::Bytes(first, end_ - begin_), batch_now_, out_, *this);
  counters_->pdus_in += count_pdus(first, consumed);
  begin_ += consumed;
  settle();
}

void Connection::settle() {
  in_batch_ = false;
  if (ended_) return;
  pump_queue();
  flush();
  if (!failure_.empty()) return finish(failure_);
  if (session_->closed() && !close_deadline_) close_deadline_ = now() + last_words;
  if (close_deadline_ && unsent() == 0) finish(close_reason_);
}

// Sending
// ------------------------------------------------------------------------------------------------------------

Status Connection::send(const smpp::Sm& sm, std::uint64_t tag) {
  if (ended_ || !session_ || !session_->can_send()) return Error{Errc::unavailable, "not bound for sending"};
  if (unsent() + queue_.size() - queue_begin_ > config_.queue_octets_max) {
    return Error{Errc::limit, "the queue to this peer is full"};
  }
  if (!sends_at_once()) return enqueue(sm, tag);
  Status sent = session_->send(sm, tag, now(), out_);
  flush_soon();
  return sent;
}

Status Connection::enqueue(const smpp::Sm& sm, std::uint64_t tag) {
  const std::size_t before = queue_.size();
  std::array<std::uint8_t, tag_octets> tag_bytes{};
  std::memcpy(tag_bytes.data(), &tag, tag_octets);
  queue_.insert(queue_.end(), tag_bytes.begin(), tag_bytes.end());
  const auto id = config_.session.role == smpp::Role::esme ? smpp::CommandId::submit_sm : smpp::CommandId::deliver_sm;
  Status encoded = smpp::encode_sm(queue_, id, 0, sm);  // numbered when it goes out
  if (encoded) {
    ++queued_;
  } else {
    queue_.resize(before);
  }
  return encoded;
}

// The first PDU of the queue, with its tag.
std::pair<std::uint64_t, smpp::Bytes> Connection::front() const {
  std::uint64_t tag = 0;
  std::memcpy(&tag, queue_.data() + queue_begin_, tag_octets);
  const smpp::Bytes rest = smpp::Bytes(queue_).subspan(queue_begin_ + tag_octets);
  return {tag, rest.first(smpp::decode_header(rest).command_length)};
}

void Connection::pop_front() {
  queue_begin_ += tag_octets + front().second.size();
  --queued_;
  if (queued_ == 0) {
    empty(queue_);
    queue_begin_ = 0;
  } else if (queue_begin_ > batch_octets && queue_begin_ > queue_.size() / 2) {
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(queue_begin_));
    queue_begin_ = 0;
  }
}

void Connection::pump_queue() {
  while (queued_ > 0 && session_->can_send() && in_flight() < sending_window_ && !held() &&
         unsent() <= unsent_octets_pause) {
    const auto [tag, pdu] = front();
    const Status sent = session_->send_encoded(pdu, tag, now(), out_);
    SHUBBAK_ASSERT(sent.ok());  // we encoded it, and the window and the state were just asked
    pop_front();
  }
}

void Connection::acknowledge(const smpp::Header& request, smpp::CommandStatus status, std::string_view message_id) {
  if (ended_ || !session_) return;
  if (unacknowledged_ > 0) --unacknowledged_;
  session_->acknowledge(request, status, message_id, out_);
  flush_soon();
}

void Connection::answer_query(const smpp::Header& request, smpp::CommandStatus status,
                              const smpp::QuerySmResp& answer) {
  if (ended_ || !session_) return;
  session_->answer_query(request, status, answer, out_);
  flush_soon();
}

void Connection::unbind() {
  if (ended_ || !session_) return;
  session_->unbind(now(), out_);
  flush();
}

void Connection::flush_soon() {
  if (in_batch_ || flush_posted_) return;
  if (out_.size() > batch_octets) return flush();
  flush_posted_ = true;
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->flush_posted_ = false;
    self->flush();
  });
}

void Connection::flush() {
  if (in_batch_ || write_pending_ || ended_ || out_.empty() || !failure_.empty()) return;
  counters_->pdus_out += count_pdus(out_.data(), out_.size());
  error_code error;
  const std::size_t octets = socket_.write_some(asio::buffer(out_), error);
  if (error && error != asio::error::would_block && error != asio::error::try_again) {
    return fail_write(error.message());
  }
  counters_->octets_out += octets;
  if (octets == out_.size()) return empty(out_);
  sending_.swap(out_);
  sent_ = octets;
  write_rest();
}

void Connection::write_rest() {
  write_pending_ = true;
  socket_.async_write_some(asio::buffer(sending_) + sent_,
                           [self = shared_from_this()](const error_code& error, std::size_t octets) {
                             if (self->ended_) return;
                             if (error) return self->fail_write(error.message());
                             self->on_written(octets);
                           });
}

void Connection::on_written(std::size_t octets) {
  counters_->octets_out += octets;
  sent_ += octets;
  if (sent_ < sending_.size()) return write_rest();
  write_pending_ = false;
  empty(sending_);
  sent_ = 0;
  if (unsent() <= unsent_octets_pause) resume_reading_.cancel();
  settle();
}

// The reading side learns of it by its closed socket and ends the connection, so that no event comes from send().
void Connection::fail_write(std::string_view reason) {
  failure_ = "writing failed: " + std::string(reason);
  write_pending_ = false;
  close_socket();
}

bool Connection::held() const {
  return hold_until_ && now() < *hold_until_;
}

// Half the window at once, and a pause that doubles as long as nothing is taken in between. Told many times about one
// burst, it counts as one.
void Connection::slow_down() {
  if (held()) return;
  hold_ = std::clamp(hold_ * 2, hold_min, hold_max);
  hold_until_ = now() + hold_;
  sending_window_ = std::max(1U, sending_window_ / 2);
  taken_since_growth_ = 0;
}

// An eighth more for every window that was taken as a whole.
void Connection::speed_up() {
  if (held()) return;  // sent before we were told to slow down
  hold_ = milliseconds{0};
  if (++taken_since_growth_ < sending_window_) return;
  taken_since_growth_ = 0;
  sending_window_ = std::min(window_max_, sending_window_ + std::max(1U, sending_window_ / 8));
}

// Time and the end
// ---------------------------------------------------------------------------------------------------

void Connection::tick(Instant now) {
  if (ended_ || in_batch_) return;
  const auto self = shared_from_this();
  if (!session_) {
    if (connect_deadline_ && now >= *connect_deadline_) {
      finish("cannot connect to " + endpoint_ + ": no answer within " + std::to_string(connect_timeout_.count()) +
             " ms");
    }
    return;
  }
  if (close_deadline_) {
    if (now >= *close_deadline_) finish(close_reason_);
    return;
  }
  if (hold_until_ && now >= *hold_until_) hold_until_.reset();
  batch_now_ = now;
  in_batch_ = true;
  session_->tick(now, out_, *this);
  settle();
}

void Connection::close(std::string_view reason) {
  if (ended_) return;
  const auto self = shared_from_this();
  if (session_) flush();
  finish(reason);
}

void Connection::abandon() {
  events_ = nullptr;
  ended_ = true;
  close_socket();
}

void Connection::finish(std::string_view reason) {
  if (ended_) return;
  const auto self = shared_from_this();
  const std::string why(reason);  // `reason` may be a member that on_closed() changes
  ended_ = true;
  if (session_) session_->connection_lost(why, *this);
  while (queued_ > 0) {
    const std::uint64_t tag = front().first;
    pop_front();
    events_->on_response(*this, tag, Outcome::lost, smpp::CommandStatus::message_queue_full, {});
  }
  if (session_) ++counters_->disconnects;
  close_socket();
  events_->on_ended(*this, why);
}

void Connection::close_socket() {
  error_code ignored;
  resolver_.cancel();
  resume_reading_.cancel();
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  socket_.close(ignored);
}

std::uint32_t Connection::in_flight() const {
  return session_ ? window_max_ - session_->window_free() : 0;
}

bool Connection::sends_at_once() const {
  return queued_ == 0 && in_flight() < sending_window_ && !held();
}

bool Connection::idle() const {
  return queued_ == 0 && in_flight() == 0 && unacknowledged_ == 0;
}

std::optional<Instant> Connection::wake_at() const {
  return held() ? hold_until_ : std::nullopt;
}

Instant Connection::now() const {
  return in_batch_ ? batch_now_ : std::chrono::steady_clock::now();
}

// Events of the session
// ----------------------------------------------------------------------------------------------

smpp::CommandStatus Connection::on_bind_request(smpp::BindMode mode, const smpp::Bind& bind) {
  return events_->on_bind_request(*this, mode, bind);
}

void Connection::on_bound(std::string_view peer_system_id) {
  events_->on_bound(*this, peer_system_id);
}

smpp::SessionEvents::Ack Connection::on_delivery(const Delivery& delivery) {
  ++unacknowledged_;  // before, since acknowledge() may be called from within
  const Ack ack = events_->on_delivery(*this, delivery);
  if (ack == Ack::now) --unacknowledged_;
  return ack;
}

void Connection::on_response(std::uint64_t tag, Outcome outcome, smpp::CommandStatus status,
                             std::string_view message_id) {
  switch (outcome) {
    case Outcome::answered:
      if (status == smpp::CommandStatus::ok) {
        if (sending_window_ < window_max_) speed_up();
      } else if (status == smpp::CommandStatus::throttled || status == smpp::CommandStatus::message_queue_full) {
        ++counters_->throttled;
        slow_down();
      } else {
        ++counters_->refused;
      }
      break;
    case Outcome::timed_out:
      ++counters_->timed_out;
      break;
    case Outcome::lost:
      break;
  }
  events_->on_response(*this, tag, outcome, status, message_id);
}

void Connection::on_query(const smpp::Header& header, const smpp::QuerySm& query) {
  events_->on_query(*this, header, query);
}

void Connection::on_alert(const smpp::AlertNotification& /*alert*/) {
}  // tells nothing that we wait for, and has no resp

void Connection::on_protocol_error(std::uint32_t command_id, std::uint32_t offset, std::string_view reason) {
  ++counters_->protocol_errors;
  events_->on_protocol_error(*this, command_id, offset, reason);
}

void Connection::on_closed(std::string_view reason) {
  if (close_reason_.empty()) close_reason_ = reason;
}

milliseconds tick_interval(const smpp::SessionConfig& session) {
  milliseconds shortest = std::min({session.response_timeout, session.bind_timeout, session.partial_pdu_timeout});
  if (session.enquire_link_interval.count() > 0) shortest = std::min(shortest, session.enquire_link_interval);
  return std::clamp(shortest / 4, milliseconds{10}, milliseconds{250});
}

}  // namespace shubbak::gateways
