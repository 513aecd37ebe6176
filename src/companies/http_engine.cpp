// Curl's callbacks and the event loop around them.
#include "companies/http_engine.hpp"

#include <algorithm>

#include <boost/asio/post.hpp>

namespace shubbak::companies {

using std::chrono::milliseconds;

// --------------------------------------------------------------------------------------------------- curl's
// callbacks

int HttpClient::Impl::on_socket(CURL* /*easy*/, curl_socket_t socket, int what, void* self, void* /*entry*/) {
  static_cast<Impl*>(self)->sockets_.watch(socket, what);
  return 0;
}

int HttpClient::Impl::on_timeout(CURLM* /*multi*/, long timeout_ms, void* self) {
  Impl& impl = *static_cast<Impl*>(self);
  if (timeout_ms == 0) {
    impl.kick_needed_ = true;  // curl may not be called from inside its own callback
    impl.curl_due_ = Instant::max();
  } else if (timeout_ms < 0) {
    impl.curl_due_ = Instant::max();
  } else {
    impl.curl_due_ = std::chrono::steady_clock::now() + milliseconds(timeout_ms);
  }
  return 0;
}

curl_socket_t HttpClient::Impl::on_open(void* self, curlsocktype /*purpose*/, curl_sockaddr* address) {
  return static_cast<Impl*>(self)->sockets_.open(*address);
}

int HttpClient::Impl::on_close(void* self, curl_socket_t socket) {
  static_cast<Impl*>(self)->sockets_.close(socket);
  return 0;
}

std::size_t HttpClient::Impl::on_body(char* data, std::size_t size, std::size_t count, void* easy) {
  const Easy& slot = *static_cast<Easy*>(easy);
  Transfer& transfer = *slot.transfer;
  const std::size_t octets = size * count;
  std::string& body = transfer.response.body;
  if (octets > slot.owner->limits_.body_octets_max - body.size()) {
    transfer.too_large = true;
    return 0;  // curl ends the transfer and closes the connection
  }
  body.append(data, octets);
  return octets;
}

// The connection stands, the request goes out next. Once more: curl has lost the connection before an answer.
int HttpClient::Impl::on_send(void* easy, char* /*peer*/, char* /*here*/, int /*peer_port*/, int /*port*/) {
  Transfer& transfer = *static_cast<Easy*>(easy)->transfer;
  const bool is_again = ++transfer.starts > 1;
  return is_again && transfer.request.is_sent_once ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

std::size_t HttpClient::Impl::on_header(char* /*data*/, std::size_t size, std::size_t count, void* easy) {
  const Easy& slot = *static_cast<Easy*>(easy);
  Transfer& transfer = *slot.transfer;
  const std::size_t octets = size * count;
  transfer.header_octets += octets;
  if (transfer.header_octets > slot.owner->limits_.header_octets_max) {
    transfer.too_large = true;
    return 0;
  }
  return octets;
}

// ----------------------------------------------------------------------------------------------------- the event
// loop

// A batch of requests that begin in one turn of the loop is set going by one call.
void HttpClient::Impl::request_kick() {
  if (!kick_needed_ || kick_posted_) return;
  kick_posted_ = true;
  boost::asio::post(executor_, [weak = weak_from_this()] {
    if (const std::shared_ptr<Impl> impl = weak.lock()) {
      impl->kick_posted_ = false;
      impl->run_kick();
    }
  });
}

void HttpClient::Impl::run_kick() {
  if (kick_needed_) {
    kick_needed_ = false;
    int running = 0;
    curl_multi_socket_action(multi_.get(), CURL_SOCKET_TIMEOUT, 0, &running);
    drain();
  }
  settle();
}

void HttpClient::Impl::drain() {
  const Instant now = std::chrono::steady_clock::now();
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    void* private_data = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private_data);
    const CURLcode code = message->data.result;  // the message dies with detach()
    Transfer& transfer = *static_cast<Easy*>(private_data)->transfer;
    Host& host = *transfer.host;
    HttpResult result = outcome(transfer, code);
    detach(transfer);
    finish(transfer, std::move(result));
    start_waiting(host, now);
  }
}

void HttpClient::Impl::on_ready() {
  wait_armed_ = false;
  int running = 0;
  for (const SocketSet::Ready& ready : sockets_.take_ready()) {
    curl_multi_socket_action(multi_.get(), ready.socket, ready.bits, &running);
  }
  drain();
  if (kick_needed_) {  // what drain() started goes out now, not a turn later
    run_kick();
    return;
  }
  settle();
}

void HttpClient::Impl::settle() {
  request_kick();
  if (running_ + waiting_ == 0) {
    stand_down();
    return;
  }
  if (running_ > 0 && !wait_armed_) {
    wait_armed_ = true;
    sockets_.descriptor().async_wait(boost::asio::posix::stream_descriptor::wait_read,
                                     [weak = weak_from_this()](const boost::system::error_code& failed) {
                                       if (failed) return;
                                       if (const std::shared_ptr<Impl> impl = weak.lock()) impl->on_ready();
                                     });
  }
  schedule_timer();
}

// Idle, nothing of ours keeps the executor's run() from returning.
void HttpClient::Impl::stand_down() {
  if (wait_armed_) {
    wait_armed_ = false;
    boost::system::error_code ignored;
    sockets_.descriptor().cancel(ignored);
  }
  if (armed_for_ != Instant::max()) {
    armed_for_ = Instant::max();
    timer_.cancel();
  }
  waiting_due_ = Instant::max();
}

// Deadlines move forward with every request; the timer is only moved when it would ring too late, and found to have
// rung early otherwise.
void HttpClient::Impl::schedule_timer() {
  const Instant due = std::min(curl_due_, waiting_due_);
  if (due >= armed_for_) return;
  armed_for_ = due;
  timer_.expires_at(due);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& failed) {
    if (failed) return;
    if (const std::shared_ptr<Impl> impl = weak.lock()) impl->on_timer();
  });
}

void HttpClient::Impl::on_timer() {
  armed_for_ = Instant::max();
  const Instant now = std::chrono::steady_clock::now();
  if (curl_due_ <= now) {
    curl_due_ = Instant::max();
    kick_needed_ = true;
  }
  if (waiting_due_ <= now) look_after_waiting(now);
  run_kick();
}

// Ends the requests whose deadline is over, starts those that have waited long enough.
void HttpClient::Impl::look_after_waiting(Instant now) {
  waiting_due_ = Instant::max();
  for (auto& [origin, host] : hosts_) {
    waiting_ -= std::erase_if(host.waiting, [&](Transfer* transfer) {
      if (transfer->deadline > now) {
        waiting_due_ = std::min(waiting_due_, transfer->deadline);
        return false;
      }
      finish(*transfer, not_begun());
      return true;
    });
    start_waiting(host, now);
  }
}

}  // namespace shubbak::companies
