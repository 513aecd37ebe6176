#include "cli/hex.hpp"

#include <catch2/catch.hpp>

using namespace shubbak;
using Octets = std::vector<std::uint8_t>;

TEST_CASE("hexadecimal digits are read in the ways people paste them") {
  const Octets expected{0x00, 0x1F, 0xAB};
  for (const char* text : {"001fab", "00 1F ab", "0x00 0x1f 0xAB", "00:1f:ab\n", "0x001fab"}) {
    CAPTURE(text);
    const auto octets = cli::read_hex(text);
    REQUIRE(octets.ok());
    CHECK(*octets == expected);
  }
}

TEST_CASE("what is no hexadecimal text is refused with the place") {
  CHECK(cli::read_hex("00zz").error().message == "no hexadecimal digit at character 3");
  CHECK(cli::read_hex("001").error().code == Errc::malformed);
  CHECK(cli::read_hex("  \n").error().code == Errc::malformed);
  CHECK(cli::read_hex(std::string(2 * (cli::hex_octets_max + 1), '0')).error().code == Errc::limit);
}
