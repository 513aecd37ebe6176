#include "services/pin_hash.hpp"

#include <algorithm>
#include <ctime>

#include <catch2/catch.hpp>

namespace shubbak::services {
namespace {

TEST_CASE("a PIN matches its own hash only, and its hash says Argon2id with the named cost") {
  const auto hash = hash_pin("4821");
  REQUIRE(hash.ok());
  CHECK_THAT(*hash, Catch::StartsWith("$argon2id$v=19$m=65536,t=2,p=1$"));
  CHECK_THAT(*hash, !Catch::Contains("4821"));
  CHECK(pin_matches(*hash, "4821").value());
  CHECK_FALSE(pin_matches(*hash, "4822").value());
  CHECK_FALSE(pin_matches(*hash, "").value());
  CHECK_FALSE(pin_matches(*hash, std::string("4821\0", 5)).value());
  CHECK(hash_pin("4821").value() != *hash);  // another salt
}

TEST_CASE("a PIN of no or too many octets is refused, and the longest is taken whole") {
  const std::string longest(pin_octets_max, '7');
  CHECK(hash_pin("").error().code == Errc::limit);
  CHECK(hash_pin(longest + "7").error().code == Errc::limit);
  const auto hash = hash_pin(longest);
  REQUIRE(hash.ok());
  CHECK(pin_matches(*hash, longest).value());
  CHECK_FALSE(pin_matches(*hash, longest + "7").value());
}

TEST_CASE("a kept hash that is none is an error, not a wrong PIN") {
  for (const char* damaged : {"", "4821", "$argon2id$v=19$m=65536,t=2,p=1$"}) {
    CHECK(pin_matches(std::string(damaged), "4821").error().code == Errc::malformed);
  }
}

// Processor time of this thread, the least of three.
double cost(const std::optional<std::string>& hash, std::string_view pin) {
  double least = 1e9;
  for (int i = 0; i < 3; ++i) {
    std::timespec before{};
    std::timespec after{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    static_cast<void>(pin_matches(hash, pin));
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    least = std::min(least, static_cast<double>(after.tv_sec - before.tv_sec) +
                                1e-9 * static_cast<double>(after.tv_nsec - before.tv_nsec));
  }
  return least;
}

TEST_CASE("who has no PIN never matches and costs what the others cost") {
  CHECK_FALSE(pin_matches(std::nullopt, "4821").value());
  const auto hash = hash_pin("4821");
  REQUIRE(hash.ok());
  const double with_pin = cost(*hash, "1111");
  const double without = cost(std::nullopt, "1111");
  const double too_long = cost(*hash, std::string(1'000, '1'));
  CAPTURE(with_pin, without, too_long);
  CHECK(without == Approx(with_pin).epsilon(0.5));
  CHECK(too_long == Approx(with_pin).epsilon(0.5));
}

}  // namespace
}  // namespace shubbak::services
