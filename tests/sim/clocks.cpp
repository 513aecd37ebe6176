#include "tests/sim/clocks.hpp"

#include <atomic>
#include <cerrno>
#include <ctime>
#include <mutex>
#include <sys/timerfd.h>

#include <openssl/rand.h>

#include "tests/sim/random.hpp"

namespace shubbak::sim::clocks {
namespace {

// Far behind any real one: what waits until a time by the steady clock waits until it is told.
constexpr std::chrono::hours steady_begins{24 * 365 * 100};
constexpr std::chrono::sys_seconds wall_begins = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26);

std::atomic<Time::rep> current{0};
std::mutex octets_lock;
Random octets(0);

}  // namespace

void set(Time now) {
  current.store(now.count());
}

Time now() {
  return Time(current.load());
}

void seed_octets(std::uint64_t seed) {
  const std::lock_guard lock(octets_lock);
  octets = Random(seed);
}

std::chrono::nanoseconds really() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace shubbak::sim::clocks

// In place of libstdc++'s: the program's own definitions come first.
namespace std::chrono {  // NOLINT(cert-dcl58-cpp): this is what the file is for
inline namespace _V2 {

system_clock::time_point system_clock::now() noexcept {
  return system_clock::time_point(shubbak::sim::clocks::wall_begins.time_since_epoch() + shubbak::sim::clocks::now());
}
steady_clock::time_point steady_clock::now() noexcept {
  return steady_clock::time_point(shubbak::sim::clocks::steady_begins + shubbak::sim::clocks::now());
}

}  // namespace _V2
}  // namespace std::chrono

// Asio then looks at its timers, by the clock above, each time that the loop is polled.
extern "C" int timerfd_create(clockid_t /*clock*/, int /*flags*/) noexcept {
  errno = ENOSYS;
  return -1;
}

extern "C" int RAND_bytes(unsigned char* to, int count) {
  const std::lock_guard lock(shubbak::sim::clocks::octets_lock);
  for (int i = 0; i < count; ++i) to[i] = static_cast<unsigned char>(shubbak::sim::clocks::octets.next());
  return 1;
}
