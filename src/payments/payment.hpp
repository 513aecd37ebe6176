// A payment between its reservation and its end (PRODUCT.md, Money; invariants 4 and 7): what the company's answer,
// or none, makes of it, and when it is asked again. Plain decisions; the ledger holds the money (ledger/ledger.hpp).
//
//   reserved, and sent to the company ─┬─ posted there ─▶ settled
//                                      ├─ declined, or absent for good ─▶ released
//                                      └─ anything else: unknown, the money stays reserved and the company is asked
//                                         by reference until it is known, or two members of staff have in
//                                         writing what it says
//
// What was sent names the moment after which the company refuses it. That a payment is absent there is no evidence
// before that moment is over on every clock: it may still be on its way. Pure. Thread: any.
#pragma once

#include <chrono>
#include <cstdint>

#include "domain/clock.hpp"

namespace shubbak::payments {

enum class Known : std::uint8_t {
  posted,    // the company has it
  declined,  // it will never have it
  absent,    // it has nothing under that reference, as yet
  nothing,   // no answer that can be trusted
};
enum class Next : std::uint8_t { wait, settle, release };

// For clocks that differ and requests that the company was still reading.
constexpr std::chrono::seconds late_margin{60};

// Whatever was sent for it, the company cannot take it any more.
constexpr bool is_out_of_reach(WallTime not_after, WallTime now) {
  return now > not_after + late_margin;
}

Next next_step(Known known, WallTime not_after, WallTime now);

// How long to wait once the company has been asked in vain that often, one after the other.
constexpr std::chrono::seconds first_pause{2};
constexpr std::chrono::seconds longest_pause{300};
std::chrono::seconds pause_after(std::uint32_t vain_questions);

}  // namespace shubbak::payments
