// What the sample gateway of bank cards has taken, held against the daemon's books. Thread: one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/kill/books.hpp"

namespace shubbak::kill {

struct GatewayCharge {  // a row of the gateway's table
  std::string transaction;
  std::string reference;
  std::int64_t minor = 0;
  bool is_acknowledged = false;  // a callback about it was answered with 200
};
// Ends the program with a message if the gateway does not answer.
std::vector<GatewayCharge> ask_gateway(const std::string& url);

enum class Reached : std::uint8_t {
  acknowledged,  // the books have what was acknowledged at least
  all,           // the gateway was asked for every order: the books have all that it has taken
};
// One line for each thing that does not agree: of what the gateway has taken, or of what the books have, which paid,
// is on cards or in dispute, each once.
std::vector<std::string> compare_charges(const OurBooks& ours, const std::vector<GatewayCharge>& theirs,
                                         Reached reached);

}  // namespace shubbak::kill
