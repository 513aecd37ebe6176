// Time and random octets of the whole program, in the simulator's hand. The program has its own
// std::chrono::system_clock::now() and steady_clock::now() in place of the library's, timers of Asio go by them, and
// OpenSSL's RAND_bytes() gives what the seed says. Neither clock moves but by set(). Thread: any may read; one sets.
#pragma once

#include <chrono>
#include <cstdint>

namespace shubbak::sim::clocks {

using Time = std::chrono::milliseconds;  // since the run began

void set(Time now);
Time now();
void seed_octets(std::uint64_t seed);  // of RAND_bytes()

std::chrono::nanoseconds really();  // by the machine's clock, for how long to go on

}  // namespace shubbak::sim::clocks
