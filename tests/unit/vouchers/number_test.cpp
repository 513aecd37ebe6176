#include "vouchers/number.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "domain/check_digit.hpp"

namespace shubbak::vouchers {
namespace {

TEST_CASE("a PIN is 16 digits of which the last checks the others") {
  const auto pin = Pin::parse("0000 0000-0000 5724");
  REQUIRE(pin.ok());
  CHECK(pin->reveal() == "0000000000005724");
  for (const char* wrong : {"", "572", "000000000000572", "00000000000005724", "000000000000572x", "٠٠٠٠٠٠٠٠٠٠٠٠٥٧٢٤",
                            "0000000000005725", "0000.0000.0000.5724"}) {
    INFO(wrong);
    const auto parsed = Pin::parse(wrong);
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().code == Errc::malformed);
  }
  const auto refused = Pin::parse("4893017265550126");
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message.find("4893") == std::string::npos);
}

TEST_CASE("the digits go with the PIN") {
  alignas(Pin) std::array<unsigned char, sizeof(Pin)> memory{};
  const auto has_digits = [&memory] {
    return std::ranges::any_of(memory, [](unsigned char octet) { return octet != 0; });
  };
  const auto typed = Pin::parse("0000000000005724");
  REQUIRE(typed.ok());
  Pin* copy = new (memory.data()) Pin(*typed);
  CHECK(copy->reveal() == typed->reveal());
  CHECK(has_digits());
  copy->~Pin();
  CHECK_FALSE(has_digits());
}

TEST_CASE("each single wrong digit and each swap of neighbours is found") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 200; ++round) {
    const std::string pin(Pin::draw([&random] { return random(); }).reveal());
    REQUIRE(Pin::parse(pin).ok());
    for (std::size_t i = 0; i < pin.size(); ++i) {
      for (char digit = '0'; digit <= '9'; ++digit) {
        std::string typed = pin;
        typed[i] = digit;
        CHECK(Pin::parse(typed).ok() == (typed == pin));
      }
      if (i + 1 == pin.size()) continue;
      std::string swapped = pin;
      std::swap(swapped[i], swapped[i + 1]);
      CHECK(Pin::parse(swapped).ok() == (swapped == pin));
    }
  }
}

TEST_CASE("every PIN is as likely as any other") {
  // 2^64 is no multiple of 10^15: what lies above the last one is drawn again.
  std::uint64_t drawn = std::numeric_limits<std::uint64_t>::max();
  int draws = 0;
  const Pin pin = Pin::draw([&] {
    ++draws;
    const std::uint64_t now = drawn;
    drawn = 1'000'000'000'000'042;
    return now;
  });
  CHECK(draws == 2);
  CHECK(pin.reveal().substr(0, 15) == "000000000000042");
  std::mt19937_64 random(11);
  std::array<int, 10> firsts{};
  for (int i = 0; i < 10'000; ++i) {
    ++firsts[static_cast<std::size_t>(Pin::draw([&random] { return random(); }).reveal().front() - '0')];
  }
  for (const int count : firsts) CHECK(std::abs(count - 1'000) < 150);
}

TEST_CASE("a serial names batch and voucher, and checks itself") {
  CHECK(to_string(Serial{12, 345}) == std::string("000012-000345-") + check_digit("000012000345"));
  for (const Serial serial : {Serial{1, 1}, Serial{12, 345}, Serial{999'999, 999'999}}) {
    const std::string text = to_string(serial);
    CHECK(parse_serial(text).value() == serial);
    std::string bare = text;
    std::erase(bare, '-');
    CHECK(parse_serial(bare).value() == serial);
    bare[3] = bare[3] == '9' ? '0' : static_cast<char>(bare[3] + 1);
    CHECK_FALSE(parse_serial(bare).ok());
  }
  for (const char* wrong : {"", "12-345", "0000000000000", "000012-000345-", "00001x-000345-7"}) {
    CHECK_FALSE(parse_serial(wrong).ok());
  }
}

}  // namespace
}  // namespace shubbak::vouchers
