#include "smpp/framer.hpp"

#include <catch2/catch.hpp>

#include "octets.hpp"

using namespace shubbak;
using namespace shubbak::smpp;
using namespace shubbak::smpp::test;

TEST_CASE("PDUs that came together are cut one by one, and what is left over stays") {
  Buffer stream;
  for (const std::string_view name : {"enquire_link", "deliver_sm", "unbind"}) {
    stream.insert(stream.end(), sample(name).begin(), sample(name).end());
  }
  stream.insert(stream.end(), {0, 0, 0});
  Framer framer(stream, pdu_octets_max);
  for (const std::string_view name : {"enquire_link", "deliver_sm", "unbind"}) {
    const auto pdu = framer.next();
    REQUIRE(pdu);
    CHECK(std::ranges::equal(*pdu, sample(name)));
  }
  CHECK_FALSE(framer.next());
  CHECK_FALSE(framer.failed());
  CHECK(framer.rest().size() == 3);
}

TEST_CASE("a PDU cut at every octet is waited for") {
  const Bytes whole = sample("deliver_sm");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const GuardedOctets guarded(whole.first(length));
    Framer framer(guarded.bytes(), pdu_octets_max);
    CHECK_FALSE(framer.next());
    CHECK_FALSE(framer.failed());
    CHECK(framer.rest().size() == length);
  }
}

TEST_CASE("a command_length of 0 to 15, or over the limit, ends the stream") {
  for (std::uint32_t length :
       {0U, 1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U, 9U, 10U, 11U, 12U, 13U, 14U, 15U, 101U, 0x7FFFFFFFU, 0xFFFFFFFFU}) {
    const Buffer stream = {static_cast<std::uint8_t>(length >> 24), static_cast<std::uint8_t>(length >> 16),
                           static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)};
    const GuardedOctets guarded(stream);
    Framer framer(guarded.bytes(), 100);
    CHECK_FALSE(framer.next());
    REQUIRE(framer.failed());
    CHECK(framer.failed_length() == length);
    CHECK(framer.rest().size() == 4);
    CHECK_FALSE(framer.next());
  }
}

TEST_CASE("a PDU of exactly the limit passes, and the PDUs before a broken one are given out") {
  Buffer stream(sample("enquire_link").begin(), sample("enquire_link").end());
  stream.insert(stream.end(), {0, 0, 0, 17});
  Framer framer(stream, header_octets);
  CHECK(framer.next());
  CHECK_FALSE(framer.next());
  CHECK(framer.failed_length() == 17);
}
