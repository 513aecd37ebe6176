// A place in a source file of flows or strings, as an editor shows it.
#pragma once

#include <cstdint>

namespace shubbak::flows {

struct Position {
  std::uint16_t file = 0;   // index into the files given to load()
  std::int32_t line = 1;    // from 1
  std::int32_t column = 1;  // from 1, in characters
};

}  // namespace shubbak::flows
