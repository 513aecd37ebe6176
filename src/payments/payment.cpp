#include "payments/payment.hpp"

#include <algorithm>
#include <cstdlib>

namespace shubbak::payments {

Next next_step(Known known, WallTime not_after, WallTime now) {
  switch (known) {
    case Known::posted:
      return Next::settle;
    case Known::declined:
      return Next::release;
    case Known::absent:
      return is_out_of_reach(not_after, now) ? Next::release : Next::wait;
    case Known::nothing:
      return Next::wait;
  }
  std::abort();
}

std::chrono::seconds pause_after(std::uint32_t vain_questions) {
  constexpr std::uint32_t doublings_max = 8;  // beyond longest_pause
  return std::min(longest_pause, first_pause * (1 << std::min(vain_questions, doublings_max)));
}

}  // namespace shubbak::payments
