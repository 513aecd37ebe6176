// What may become of a broadcast, by whom, and when phones may be told.
#include "broadcasts/broadcast.hpp"

#include <catch2/catch.hpp>

namespace shubbak::broadcasts {
namespace {

using namespace std::chrono_literals;

const WallTime now{std::chrono::sys_days(std::chrono::year(2026) / 11 / 25)};
const WallTime later = now + 24h;
const std::vector<Text> texts{{"ar", "انقطاع غداً"}, {"en", "No power tomorrow"}};

Standing standing(State state) {
  return {.state = state, .author = "amal", .proposer = "badr", .expires = later};
}
std::string become(State from, Act act, std::string_view by = "carl", WallTime at = now) {
  const auto state = decide(standing(from), act, by, at);
  if (state) return std::string(to_string(*state));
  return state.error().code == Errc::denied ? "denied" : state.error().code == Errc::conflict ? "conflict" : "?";
}
Errc refused(const std::vector<Text>& wanted, WallTime expires = later) {
  const Status checked = check(wanted, "ar", expires, now);
  REQUIRE_FALSE(checked.ok());
  return checked.error().code;
}

}  // namespace

TEST_CASE("a broadcast goes from draft to its end, and no other way") {
  // From each state, by each act in the order of Act.
  const std::vector<std::vector<std::string>> table{
      {"proposed", "conflict", "conflict", "conflict", "conflict", "cancelled", "conflict", "conflict", "conflict"},
      {"conflict", "approved", "rejected", "conflict", "conflict", "cancelled", "conflict", "conflict", "conflict"},
      {"conflict", "conflict", "conflict", "paused", "conflict", "cancelled", "running", "conflict", "conflict"},
      {"conflict", "conflict", "conflict", "paused", "conflict", "cancelled", "conflict", "done", "conflict"},
      {"conflict", "conflict", "conflict", "conflict", "running", "cancelled", "conflict", "conflict", "conflict"}};
  for (std::size_t state = 0; state < state_names.size(); ++state) {
    for (std::size_t act = 0; act < act_names.size(); ++act) {
      INFO(state_names[state] << " " << act_names[act]);
      const std::string expected = state < table.size() ? table[state][act] : "conflict";
      CHECK(become(static_cast<State>(state), static_cast<Act>(act)) == expected);
    }
  }
}

TEST_CASE("who has written or proposed a broadcast never approves it, and may take it back") {
  CHECK(become(State::proposed, Act::approve, "amal") == "denied");
  CHECK(become(State::proposed, Act::approve, "badr") == "denied");
  CHECK(become(State::proposed, Act::reject, "amal") == "rejected");
  CHECK(become(State::proposed, Act::cancel, "amal") == "cancelled");
}

TEST_CASE("a broadcast whose time is over starts no more, and is expired") {
  for (const auto& [from, act] : {std::pair{State::draft, Act::propose}, std::pair{State::proposed, Act::approve},
                                  std::pair{State::approved, Act::start}, std::pair{State::paused, Act::resume}}) {
    CHECK(become(from, act, "carl", later - 1ms) != "conflict");
    CHECK(become(from, act, "carl", later) == "conflict");
    CHECK(become(from, Act::expire, "", later - 1ms) == "conflict");
    CHECK(become(from, Act::expire, "", later) == "expired");
  }
  CHECK(become(State::done, Act::expire, "", later) == "conflict");
  CHECK(become(State::running, Act::cancel, "carl", later) == "cancelled");
}

TEST_CASE("what is written is a text in the deployment's language, and an end that is ahead") {
  CHECK(check(texts, "ar", later, now).ok());
  CHECK(check({texts[0]}, "ar", later, now).ok());
  CHECK(refused({}) == Errc::invalid);
  CHECK(refused({texts[1]}) == Errc::invalid);            // not in Arabic
  CHECK(refused({texts[0], texts[0]}) == Errc::invalid);  // twice
  CHECK(refused({{"ar", " \n "}}) == Errc::invalid);      // empty
  CHECK(refused({{"ar", "a\tb"}}) == Errc::invalid);      // no letter
  CHECK(refused({{"ar", "a\x1b[1m"}}) == Errc::invalid);  // likewise
  CHECK(refused({{"ar", "\xff"}}) == Errc::invalid);      // no UTF-8
  CHECK(refused({{"ar", std::string(2'401, 'a')}}) == Errc::invalid);
  CHECK(check({{"ar", "one\ntwo"}}, "ar", later, now).ok());
  CHECK(refused(texts, now) == Errc::invalid);
  CHECK(refused(texts, now + 30 * 24h + 1ms) == Errc::invalid);
  CHECK(check(texts, "ar", now + 30 * 24h, now).ok());
}

TEST_CASE("a number is told in its language, or in the deployment's") {
  CHECK(text_in(texts, "en", "ar") == texts[1].text);
  CHECK(text_in(texts, "ku", "ar") == texts[0].text);
  CHECK(text_in({texts[1]}, "ku", "ar") == texts[1].text);
}

TEST_CASE("phones are told in the hours of the local day") {
  const Hours hours{.from = 9h, .until = 20h, .utc_offset = 3h};
  CHECK_FALSE(hours.include(now + 5h + 59min));
  CHECK(hours.include(now + 6h));
  CHECK(hours.include(now + 16h + 59min));
  CHECK_FALSE(hours.include(now + 17h));
  CHECK_FALSE(hours.include(now + 22h));  // local 01:00
  const Hours west{.from = 9h, .until = 20h, .utc_offset = -5h};
  CHECK_FALSE(west.include(now + 2h));  // local 21:00 of the day before
  CHECK(west.include(now + 14h));
}

}  // namespace shubbak::broadcasts
