// A bare socket for peers that no SMPP implementation would play. It remembers what it reads, or never reads at all.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include "fixture.hpp"
#include "smpp/framer.hpp"

namespace shubbak::gateways::testing {

using boost::asio::ip::tcp;

class RawPeer : public std::enable_shared_from_this<RawPeer> {
 public:
  explicit RawPeer(tcp::socket socket) : socket_(std::move(socket)) {}

  void read() {
    socket_.async_read_some(boost::asio::buffer(chunk_),
                            [self = shared_from_this()](const auto& error, std::size_t n) {
                              if (error) {
                                self->closed = true;
                                return;
                              }
                              self->received.insert(self->received.end(), self->chunk_.begin(),
                                                    self->chunk_.begin() + static_cast<std::ptrdiff_t>(n));
                              self->read();
                            });
  }
  void write(smpp::Buffer octets) {
    auto kept = std::make_shared<smpp::Buffer>(std::move(octets));
    boost::asio::async_write(socket_, boost::asio::buffer(*kept), [kept](const auto&, std::size_t) {});
  }
  // The same again and again until the connection breaks.
  void flood(smpp::Buffer octets) {
    flood_ = std::move(octets);
    keep_flooding();
  }
  [[nodiscard]] std::vector<smpp::Header> headers() const {
    std::vector<smpp::Header> headers;
    smpp::Framer framer(received, smpp::pdu_octets_max);
    while (const auto pdu = framer.next()) headers.push_back(smpp::decode_header(*pdu));
    return headers;
  }
  [[nodiscard]] tcp::endpoint local() const { return socket_.local_endpoint(); }

  smpp::Buffer received;
  bool closed = false;

 private:
  void keep_flooding() {
    boost::asio::async_write(socket_, boost::asio::buffer(flood_),
                             [self = shared_from_this()](const auto& error, std::size_t) {
                               if (!error) self->keep_flooding();
                             });
  }
  tcp::socket socket_;
  std::array<std::uint8_t, 4096> chunk_{};
  smpp::Buffer flood_;
};

// Accepts whoever comes.
class RawListener {
 public:
  explicit RawListener(boost::asio::io_context& io) : acceptor_(io, tcp::endpoint(tcp::v4(), 0)) { accept(); }
  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::vector<std::shared_ptr<RawPeer>> peers;
  std::function<void(RawPeer&)> accepted = [](RawPeer& peer) { peer.read(); };

 private:
  void accept() {
    acceptor_.async_accept([this](const auto& error, tcp::socket socket) {
      if (error) return;
      peers.push_back(std::make_shared<RawPeer>(std::move(socket)));
      accepted(*peers.back());
      accept();
    });
  }
  tcp::acceptor acceptor_;
};

inline std::shared_ptr<RawPeer> dial(boost::asio::io_context& io, std::uint16_t port) {
  tcp::socket socket(io);
  socket.connect(tcp::endpoint(boost::asio::ip::address_v4::loopback(), port));
  auto peer = std::make_shared<RawPeer>(std::move(socket));
  peer->read();
  return peer;
}

// SMPP v3.4 section 4.1.6 by hand: the answer to the first PDU of a link, which has sequence_number 1.
inline smpp::Buffer bind_transceiver_resp() {
  return {0, 0, 0, 0x11, 0x80, 0, 0, 0x09, 0, 0, 0, 0, 0, 0, 0, 1, 0};
}

}  // namespace shubbak::gateways::testing
