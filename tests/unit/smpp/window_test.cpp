#include "smpp/window.hpp"

#include <map>
#include <random>
#include <set>

#include <catch2/catch.hpp>

using namespace shubbak;
using namespace shubbak::smpp;
using namespace std::chrono_literals;

namespace {
const Instant opening = Instant{} + 1h;
}

TEST_CASE("requests get the numbers 1, 2, 3 and are found by them once") {
  Window window(3, 10s);
  CHECK(window.free() == 3);
  CHECK(window.open(4, 101, opening) == 1);
  CHECK(window.open(4, 102, opening) == 2);
  CHECK(window.open(3, 103, opening) == 3);
  CHECK(window.free() == 0);
  const auto second = window.close(2);
  REQUIRE(second);
  CHECK(second->tag == 102);
  CHECK(second->command_id == 4);
  CHECK(window.free() == 1);
  CHECK_FALSE(window.close(2));
  CHECK_FALSE(window.close(0));
  CHECK_FALSE(window.close(77));
  CHECK(window.find(3)->tag == 103);
  CHECK(window.find(3)->tag == 103);
}

TEST_CASE("requests expire oldest first, at their time and not before") {
  Window window(4, 10s);
  CHECK_FALSE(window.next_expiry());
  window.open(4, 1, opening);
  window.open(4, 2, opening + 1s);
  window.open(4, 3, opening + 2s);
  CHECK(window.next_expiry() == opening + 10s);
  CHECK_FALSE(window.pop_expired(opening + 9'999ms));
  window.close(2);
  CHECK(window.pop_expired(opening + 10s)->tag == 1);
  CHECK_FALSE(window.pop_expired(opening + 10s));
  CHECK(window.next_expiry() == opening + 12s);
  CHECK(window.pop_expired(opening + 1h)->tag == 3);
  CHECK_FALSE(window.pop_expired(opening + 1h));
  CHECK(window.free() == 4);
}

TEST_CASE("a number that still waits is not given again, also after its row of slots came round") {
  Window window(2, 10s);
  const std::uint32_t stuck = window.open(4, 1, opening);
  std::set<std::uint32_t> seen = {stuck};
  for (int i = 0; i < 1000; ++i) {
    const std::uint32_t number = window.open(4, 2, opening);
    CHECK(seen.insert(number).second);
    CHECK(window.close(number)->tag == 2);
  }
  CHECK(window.close(stuck)->tag == 1);
}

TEST_CASE("the numbers begin again at 1 behind 0x7FFFFFFF") {
  Window window(2, 10s);
  window.start_behind(0x7FFFFFFE);
  CHECK(window.open(4, 1, opening) == 0x7FFFFFFF);
  CHECK(window.open(4, 2, opening) == 1);
  CHECK(window.close(0x7FFFFFFF)->tag == 1);
  CHECK(window.close(1)->tag == 2);
}

TEST_CASE("numbers that are passed on belong to nobody") {
  Window window(2, 10s);
  CHECK(window.skip() == 1);
  CHECK(window.open(4, 1, opening) == 2);
  CHECK(window.free() == 1);
  CHECK_FALSE(window.close(1));
}

TEST_CASE("what still waits at the end is given back oldest first") {
  Window window(3, 10s);
  window.open(4, 1, opening);
  window.open(4, 2, opening);
  CHECK(window.pop_any()->tag == 1);
  CHECK(window.pop_any()->tag == 2);
  CHECK_FALSE(window.pop_any());
  CHECK(window.free() == 3);
}

TEST_CASE("a window agrees with a plain map over a long random life") {
  std::mt19937 random(20240131);
  for (const std::uint32_t size : {1U, 3U, 64U, 1000U}) {
    Window window(size, 10s);
    window.start_behind(0x7FFFFFFF - 5'000);  // the numbers wrap around on the way
    std::map<std::uint32_t, std::uint64_t> model;
    std::vector<std::uint32_t> order;
    Instant now = opening;
    for (std::uint64_t step = 0; step < 20'000; ++step) {
      now += std::chrono::milliseconds(random() % 20);
      if (random() % 2 == 0 && model.size() < size) {
        const std::uint32_t number = window.open(4, step, now);
        CHECK(number >= 1);
        CHECK(number <= 0x7FFFFFFF);
        CHECK(model.emplace(number, step).second);
        order.push_back(number);
      } else if (!order.empty()) {
        const std::size_t at = random() % order.size();
        const auto closed = window.close(order[at]);
        REQUIRE(closed);
        CHECK(closed->tag == model.at(order[at]));
        model.erase(order[at]);
        order.erase(order.begin() + static_cast<std::ptrdiff_t>(at));
      }
      while (const auto expired = window.pop_expired(now)) {
        CHECK(expired->sequence_number == order.front());
        model.erase(order.front());
        order.erase(order.begin());
      }
      REQUIRE(window.free() == size - model.size());
    }
  }
}
