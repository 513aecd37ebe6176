#include "load_smsc.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "smpp/framer.hpp"

namespace shubbak::bench {
namespace {

constexpr std::size_t read_octets = 1U << 20U;

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "bench: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

}  // namespace

LoadSmsc::LoadSmsc(OnSubmit on_submit) : on_submit_(std::move(on_submit)), in_(2 * read_octets) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_, 1) != 0) {
    die("cannot listen");
  }
  socklen_t length = sizeof address;
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
  port_ = ntohs(address.sin_port);
}

LoadSmsc::~LoadSmsc() {
  if (socket_ >= 0) ::close(socket_);
  ::close(listener_);
}

void LoadSmsc::wait_until_bound(std::chrono::milliseconds timeout) {
  pollfd waiting{listener_, POLLIN, 0};
  if (::poll(&waiting, 1, static_cast<int>(timeout.count())) != 1) die("nobody connected");
  socket_ = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (socket_ < 0) die("accept");
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const auto give_up = std::chrono::steady_clock::now() + timeout;
  while (!bound_) {
    pump(std::chrono::milliseconds(10));
    if (std::chrono::steady_clock::now() > give_up) die("nobody bound");
  }
}

void LoadSmsc::hang_up() {
  ::close(std::exchange(socket_, -1));
  bound_ = false;
  in_used_ = sent_ = 0;
  out_.clear();
}

void LoadSmsc::deliver(const smpp::Sm& sm) {
  sequence_ = sequence_ % 0x7FFFFFFF + 1;
  if (!smpp::encode_sm(out_, smpp::CommandId::deliver_sm, sequence_, sm)) die("deliver_sm over a limit");
}

void LoadSmsc::write() {
  while (sent_ < out_.size()) {
    const ssize_t written = ::write(socket_, out_.data() + sent_, out_.size() - sent_);
    if (written < 0) {
      if (errno == EAGAIN) return;
      die("write");
    }
    sent_ += static_cast<std::size_t>(written);
  }
  out_.clear();
  sent_ = 0;
}

bool LoadSmsc::read() {
  const ssize_t got = ::read(socket_, in_.data() + in_used_, in_.size() - in_used_);
  if (got < 0 && errno == EAGAIN) return false;
  if (got <= 0) die("the daemon closed the link");
  in_used_ += static_cast<std::size_t>(got);
  smpp::Framer framer(smpp::Bytes(in_).first(in_used_), smpp::pdu_octets_max);
  while (const auto pdu = framer.next()) handle(*pdu);
  if (framer.failed()) die("not SMPP");
  const smpp::Bytes rest = framer.rest();
  std::memmove(in_.data(), rest.data(), rest.size());
  in_used_ = rest.size();
  return true;
}

void LoadSmsc::pump(std::chrono::nanoseconds timeout) {
  write();
  if (read()) {
    write();
    return;
  }
  pollfd waiting{socket_, static_cast<short>(POLLIN | (unsent() > 0 ? POLLOUT : 0)), 0};
  const timespec longest{.tv_sec = timeout.count() / 1'000'000'000, .tv_nsec = timeout.count() % 1'000'000'000};
  if (timeout.count() > 0 && ::ppoll(&waiting, 1, &longest, nullptr) > 0) {
    read();
    write();
  }
}

void LoadSmsc::handle(smpp::Bytes pdu) {
  const smpp::Header header = smpp::decode_header(pdu);
  switch (header.id()) {
    case smpp::CommandId::submit_sm: {
      const auto sm = smpp::decode_sm(pdu);
      if (!sm) die("undecodable submit_sm");
      const auto encoded = smpp::encode_sm_resp(out_, smpp::CommandId::submit_sm_resp, smpp::CommandStatus::ok,
                                                header.sequence_number, "1");
      if (!encoded) die("submit_sm_resp");
      on_submit_(*sm);
      return;
    }
    case smpp::CommandId::deliver_sm_resp:
      (header.command_status == 0 ? acknowledged_ : refused_) += 1;
      return;
    case smpp::CommandId::bind_transceiver: {
      const smpp::Pdu resp{
          .header = {.command_length = 0,
                     .command_id = static_cast<std::uint32_t>(smpp::CommandId::bind_transceiver_resp),
                     .command_status = 0,
                     .sequence_number = header.sequence_number},
          .body = smpp::BindResp{.system_id = "load", .tlvs = {}}};
      if (!smpp::encode(out_, resp)) die("bind_transceiver_resp");
      bound_ = true;
      return;
    }
    case smpp::CommandId::enquire_link:
      smpp::encode_header_only(out_, static_cast<std::uint32_t>(smpp::CommandId::enquire_link_resp),
                               smpp::CommandStatus::ok, header.sequence_number);
      return;
    case smpp::CommandId::unbind:
      smpp::encode_header_only(out_, static_cast<std::uint32_t>(smpp::CommandId::unbind_resp),
                               smpp::CommandStatus::ok, header.sequence_number);
      return;
    default:
      std::fprintf(stderr, "bench: unexpected command %08x\n", header.command_id);
      std::exit(1);
  }
}

}  // namespace shubbak::bench
