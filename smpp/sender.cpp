#include "smpp/sender.hpp"

namespace shubbak::smpp {
namespace {

constexpr std::uint8_t ton_national = 2;
constexpr std::uint8_t ton_alphanumeric = 5;

}  // namespace

Result<Msisdn> number_of(const Address& source) {
  if (source.ton == ton_national) {
    return Error{Errc::invalid, "the sender is a national number (TON 2); the gateway must send international ones"};
  }
  if (source.ton == ton_alphanumeric) return Error{Errc::invalid, "the sender is a name (TON 5), not a number"};
  return Msisdn::parse(source.digits);
}

}  // namespace shubbak::smpp
