#include <array>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "companies/http_engine.hpp"

namespace shubbak::companies {

namespace {

constexpr int batch_max = 256;

std::uint32_t epoll_events_of(int what) {
  switch (what) {
    case CURL_POLL_IN:
      return EPOLLIN;
    case CURL_POLL_OUT:
      return EPOLLOUT;
    case CURL_POLL_INOUT:
      return EPOLLIN | EPOLLOUT;
    default:  // CURL_POLL_REMOVE, CURL_POLL_NONE
      return 0;
  }
}

int curl_bits_of(std::uint32_t events) {
  int bits = 0;
  if ((events & (EPOLLIN | EPOLLHUP)) != 0) bits |= CURL_CSELECT_IN;
  if ((events & EPOLLOUT) != 0) bits |= CURL_CSELECT_OUT;
  if ((events & EPOLLERR) != 0) bits |= CURL_CSELECT_ERR;
  return bits;
}

}  // namespace

SocketSet::SocketSet(const boost::asio::any_io_executor& executor) : epoll_(executor) {
  const int set = ::epoll_create1(EPOLL_CLOEXEC);
  SHUBBAK_ASSERT(set >= 0);  // out of descriptors at start-up: nothing could be asked anyway
  boost::system::error_code failed;
  epoll_.assign(set, failed);
  SHUBBAK_ASSERT(!failed);
}

SocketSet::Watch& SocketSet::at(curl_socket_t socket) {
  const auto index = static_cast<std::size_t>(socket);
  if (index >= watches_.size()) watches_.resize(index + 1);
  return watches_[index];
}

curl_socket_t SocketSet::open(const curl_sockaddr& address) {
  const curl_socket_t socket = ::socket(address.family, address.socktype | SOCK_CLOEXEC, address.protocol);
  if (socket < 0) return CURL_SOCKET_BAD;
  Watch fresh;
  fresh.ours = true;
  at(socket) = fresh;
  ++opened_;
  return socket;
}

void SocketSet::close(curl_socket_t socket) {
  at(socket) = Watch{};  // closing takes it out of the epoll set
  ::close(socket);
}

void SocketSet::drop(curl_socket_t socket, Watch& entry) {
  if (entry.registered == 0) return;
  ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, socket, nullptr);
  entry.registered = 0;
}

void SocketSet::watch(curl_socket_t socket, int what) {
  Watch& entry = at(socket);
  entry.wanted = epoll_events_of(what);
  if (entry.wanted == 0) {
    // A connection of ours stays registered: most often the next request wants the same again. Others (the resolver's
    // pipe) may be closed without our knowing, and their number given to another.
    if (!entry.ours) drop(socket, entry);
    return;
  }
  if (entry.registered != entry.wanted) set_events(socket, entry, entry.wanted);
}

void SocketSet::set_events(curl_socket_t socket, Watch& entry, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = socket;
  const int operation = entry.registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  // If it fails (no memory), the request meets its deadline; an error returned to curl would end all requests.
  if (::epoll_ctl(epoll_.native_handle(), operation, socket, &event) == 0) entry.registered = events;
}

// Something happens on a connection that nobody uses.
void SocketSet::unwanted(curl_socket_t socket, Watch& entry, std::uint32_t events) {
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) {  // it can be written to, as always: left from connecting
    set_events(socket, entry, EPOLLIN);
    return;
  }
  // Closed by the peer, or an answer that nobody asked for: it must never be read as the answer to the next request.
  // Curl finds a shut-down connection dead and takes another.
  ::shutdown(socket, SHUT_RDWR);
  drop(socket, entry);
}

const std::vector<SocketSet::Ready>& SocketSet::take_ready() {
  std::array<epoll_event, batch_max> events;
  const int count = ::epoll_wait(epoll_.native_handle(), events.data(), batch_max, 0);
  ready_.clear();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    const curl_socket_t socket = event.data.fd;
    Watch& entry = at(socket);
    if (entry.wanted == 0) {
      unwanted(socket, entry, event.events);
      continue;
    }
    ready_.push_back({socket, curl_bits_of(event.events)});
  }
  return ready_;
}

}  // namespace shubbak::companies
