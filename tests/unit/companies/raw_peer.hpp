// A peer that does exactly what a test tells it, octet by octet: one thread per connection, on blocking sockets.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

namespace shubbak::companies {

class RawPeer {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Script = std::function<void(Socket& socket, int connection)>;  // connections are counted from 0

  explicit RawPeer(Script script)
      : acceptor_(loop_, {boost::asio::ip::make_address("127.0.0.1"), 0}), script_(std::move(script)) {
    port_ = acceptor_.local_endpoint().port();
    thread_ = std::thread([this] { serve(); });
  }
  ~RawPeer() {
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);  // ends the blocking accept
    thread_.join();
    for (std::thread& connection : connections_) connection.join();
  }
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/x"; }

  // One request with a body of known length; "" at the end of the connection.
  static std::string read_request(Socket& socket) {
    boost::asio::streambuf buffer;
    boost::system::error_code failed;
    boost::asio::read_until(socket, buffer, "\r\n\r\n", failed);
    std::string text(boost::asio::buffers_begin(buffer.data()), boost::asio::buffers_end(buffer.data()));
    if (failed) return "";
    const std::size_t at = text.find("Content-Length: ");
    const std::size_t length = at == std::string::npos ? 0 : std::stoul(text.substr(at + 16));
    const std::size_t whole = text.find("\r\n\r\n") + 4 + length;
    if (text.size() < whole) {
      const std::size_t have = text.size();
      text.resize(whole);
      boost::asio::read(socket, boost::asio::buffer(text.data() + have, whole - have), failed);
    }
    return failed ? "" : text;
  }
  static bool write(Socket& socket, const std::string& octets) {
    boost::system::error_code failed;
    boost::asio::write(socket, boost::asio::buffer(octets), failed);
    return !failed;
  }
  static std::string response(const std::string& body, const std::string& status = "200 OK") {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

 private:
  void serve() {
    for (int count = 0;; ++count) {
      boost::system::error_code failed;
      auto socket = std::make_shared<Socket>(loop_);
      acceptor_.accept(*socket, failed);
      if (failed) return;
      connections_.emplace_back([this, socket, count] { script_(*socket, count); });
    }
  }

  boost::asio::io_context loop_;
  boost::asio::ip::tcp::acceptor acceptor_;
  Script script_;
  unsigned port_ = 0;
  std::vector<std::thread> connections_;
  std::thread thread_;
};

}  // namespace shubbak::companies
