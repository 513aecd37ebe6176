#include "smpp/framer.hpp"

namespace shubbak::smpp {

std::optional<Bytes> Framer::next() {
  if (failed() || rest_.size() < 4) return std::nullopt;
  const std::uint32_t length = static_cast<std::uint32_t>(rest_[0]) << 24 |
                               static_cast<std::uint32_t>(rest_[1]) << 16 |
                               static_cast<std::uint32_t>(rest_[2]) << 8 | rest_[3];
  if (length < header_octets || length > length_max_) {
    failed_length_ = length;
    return std::nullopt;
  }
  if (rest_.size() < length) return std::nullopt;
  const Bytes pdu = rest_.first(length);
  rest_ = rest_.subspan(length);
  return pdu;
}

}  // namespace shubbak::smpp
