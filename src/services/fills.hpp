// Water for tankers as the deployment sells it: by steps of so many gallons, at a price, paid onto an account of the
// company's. Thread: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "domain/money.hpp"

namespace shubbak::services {

struct FillSale {
  std::string company{};         // its name; "": no water is sold
  std::string account{};         // there, that all of it is paid onto: digits
  Money price{};                 // of a step
  std::uint32_t step = 1'000;    // gallons
  std::uint32_t steps_max = 20;  // at once
  std::chrono::milliseconds code_lives = std::chrono::days(30);

  [[nodiscard]] std::int64_t most() const { return std::int64_t{step} * steps_max; }
};

}  // namespace shubbak::services
