// Octets as an HTTP request, read as our endpoints read them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http.hpp>

namespace shubbak::fuzz {

namespace http = boost::beast::http;

// Nothing: it is none, is not all there, or is larger than a request may be.
inline std::optional<http::request<http::string_body>> read_request(const std::uint8_t* data, std::size_t size) {
  http::request_parser<http::string_body> parser;
  parser.eager(true);
  parser.header_limit(8 * 1024);
  parser.body_limit(64 * 1024);
  boost::system::error_code error;
  std::size_t read = 0;
  while (!error && !parser.is_done() && read < size) {
    const std::size_t now = parser.put(boost::asio::buffer(data + read, size - read), error);
    if (now == 0) break;
    read += now;
  }
  if (error || !parser.is_done()) return std::nullopt;
  return parser.release();
}

}  // namespace shubbak::fuzz
