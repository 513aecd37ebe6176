// Helpers of the SMPP tests: octets out of annotated hexadecimal text, and octets that end where memory ends.
#pragma once

#include <string_view>
#include <vector>

#include "smpp/pdu.hpp"

namespace shubbak::smpp::test {

// Hexadecimal pairs; everything from '#' to the end of its line is a remark. The text "..." between double quotes
// stands for its characters.
Buffer octets_of(std::string_view annotated);
// The characters of a text.
inline Buffer text_octets(std::string_view text) {
  return {text.begin(), text.end()};
}

// A PDU of every kind that the room knows, made by hand from the tables of the specification, each field remarked.
struct Sample {
  std::string_view name;
  Buffer octets;
};
const std::vector<Sample>& samples();
Bytes sample(std::string_view name);

// A copy of octets whose last one lies right before a page that cannot be read: a decoder that reads one octet too
// many is stopped by the machine.
class GuardedOctets {
 public:
  explicit GuardedOctets(Bytes octets);
  ~GuardedOctets();
  GuardedOctets(const GuardedOctets&) = delete;
  GuardedOctets& operator=(const GuardedOctets&) = delete;
  [[nodiscard]] Bytes bytes() const { return bytes_; }

 private:
  void* mapped_ = nullptr;
  std::size_t mapped_octets_ = 0;
  Bytes bytes_;
};

// The same PDU with its command_length set to the length it has.
Buffer with_length(Buffer pdu);

inline Bytes bytes_of(std::string_view text) {
  return Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

}  // namespace shubbak::smpp::test
