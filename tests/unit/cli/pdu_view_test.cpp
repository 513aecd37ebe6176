#include "cli/pdu_view.hpp"

#include <catch2/catch.hpp>

using namespace shubbak;

namespace {

using Octets = std::vector<std::uint8_t>;

const Octets enquire_link{0, 0, 0, 16, 0, 0, 0, 0x15, 0, 0, 0, 0, 0, 0, 0, 1};
const Octets unbind{0, 0, 0, 16, 0, 0, 0, 0x06, 0, 0, 0, 0, 0, 0, 0, 2};

Octets joined(Octets first, const Octets& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("a PDU is shown as both decoders read it") {
  const auto view = cli::view_pdus(enquire_link);
  CHECK(view.whole);
  CHECK(count(view.text, "enquire_link") == 2);
  CHECK(count(view.text, "libsmpp34") == 1);
}

TEST_CASE("several PDUs are shown one below the other, each beside its other reading") {
  const auto view = cli::view_pdus(joined(enquire_link, unbind));
  CHECK(view.whole);
  CHECK(count(view.text, "enquire_link") == 2);
  CHECK(count(view.text, " unbind") == 2);
  CHECK(count(view.text, "not read") == 0);
}

TEST_CASE("a capture that ends within a PDU is shown as far as it goes") {
  for (std::size_t length = 0; length < enquire_link.size(); ++length) {
    CAPTURE(length);
    const smpp::Bytes all(enquire_link);
    CHECK_FALSE(cli::view_pdus(all.first(length)).whole);
    const auto behind_another = cli::view_pdus(joined(unbind, {all.begin(), all.begin() + static_cast<int>(length)}));
    CHECK(behind_another.whole == (length == 0));
    CHECK(count(behind_another.text, " unbind") == 2);
  }
}

TEST_CASE("octets that no PDU can begin with are told with their reason") {
  for (std::uint8_t command_length = 0; command_length < 16; ++command_length) {
    CAPTURE(static_cast<int>(command_length));
    for (std::size_t octets = 4; octets <= 20; ++octets) {
      Octets broken(octets, 0);
      broken[3] = command_length;
      const auto view = cli::view_pdus(broken);
      CHECK_FALSE(view.whole);
      CHECK(count(view.text, "invalid_command_length") == 1);
    }
  }
}

TEST_CASE("a PDU that cannot be decoded is not whole, wherever it stands") {
  const Octets malformed{0, 0, 0, 17, 0, 0, 0, 0x15, 0, 0, 0, 0, 0, 0, 0, 1, 7};
  CHECK_FALSE(cli::view_pdus(malformed).whole);
  CHECK_FALSE(cli::view_pdus(joined(malformed, unbind)).whole);
  CHECK_FALSE(cli::view_pdus(joined(unbind, malformed)).whole);
}
