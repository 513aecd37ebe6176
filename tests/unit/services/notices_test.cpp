// Notices of bills: who subscribes to what, and when companies are asked for them.
#include "services/bill_notice.hpp"
#include "town.hpp"

namespace shubbak::services {
namespace {

using namespace std::chrono_literals;

struct NoticeTown : Town {
  NoticeTown() {
    const Actor console{Actor::Kind::command_line, "test"};
    REQUIRE(commit({store::ChangeLink{caller, *person, identity::LinkEvent::import, console, wall_now()}}).ok());
  }
  // The outcome, once it is committed.
  std::string carried(std::string_view service, boost::json::object args) {
    Answer answered = ask(service, std::move(args));
    last = answered.outcome.data;
    if (answered.changes.empty()) return answered.outcome.outcome;
    const auto committed = commit(std::move(answered.changes));
    if (committed) return answered.outcome.outcome;
    return committed.error().code == Errc::conflict ? answered.outcome_on_conflict : "error";
  }
  std::string subscribe(const std::string& account) {
    return carried("notices.subscribe", {{"governorate", "21"}, {"account", account}});
  }
  std::vector<store::Subscription> kept() { return *kept_store().subscriptions().subscriptions_of(caller); }
  store::Store& kept_store() { return *Town::kept; }

  boost::json::object last;
};

}  // namespace

TEST_CASE("a number subscribes by governorate or company, and cancels by the account alone") {
  NoticeTown town;
  const WallTime before = wall_now();
  CHECK(town.subscribe("2100345") == "ok");
  CHECK(town.last.at("company_label") == "aleppo");
  REQUIRE(town.kept().size() == 1);
  const store::Subscription first = town.kept().front();
  CHECK(first.company == "aleppo");
  CHECK(first.account == "2100345");
  CHECK(first.link == "syriatel");
  CHECK(first.governorate == "21");
  CHECK(first.next_at >= before + NoticeSchedule::first_after);
  CHECK(first.next_at <= wall_now() + 48h);
  CHECK(town.subscribe("2100345") == "already");
  CHECK(town.carried("notices.subscribe", {{"company", "aleppo"}, {"account", "2100777"}}) == "ok");
  CHECK_FALSE(town.kept().back().governorate);

  CHECK(town.carried("notices.list", {}) == "ok");
  CHECK(town.last.at("count") == 2);
  CHECK(town.last.at("notices").at(0).at("account") == "2100345");
  CHECK(town.last.at("notices").at(0).at("company") == "aleppo");
  CHECK(town.last.at("notices").at(0).at("company_label") == "aleppo");

  CHECK(town.carried("notices.cancel", {{"account", "7777777"}}) == "none");
  CHECK(town.carried("notices.cancel", {{"account", "2100345"}, {"company", "homs"}}) == "none");
  CHECK(town.kept().size() == 2);
  CHECK(town.carried("notices.cancel", {{"account", "2100345"}}) == "ok");
  CHECK(town.last.at("count") == 1);
  CHECK(town.kept().size() == 1);
  CHECK(town.subscribe("2100345") == "ok");
  CHECK(town.carried("notices.cancel", {}) == "ok");  // all
  CHECK(town.last.at("count") == 2);
  CHECK(town.kept().empty());
  CHECK(town.carried("notices.cancel", {}) == "none");
  CHECK(town.carried("notices.list", {}) == "ok");
  CHECK(town.last.at("count") == 0);
}

TEST_CASE("who subscribes again tells the governorate where it is not known, and changes nothing else") {
  NoticeTown town;
  REQUIRE(town.carried("notices.subscribe", {{"company", "aleppo"}, {"account", "2100345"}}) == "ok");
  const store::Subscription before = town.kept().front();
  REQUIRE_FALSE(before.governorate);
  CHECK(town.subscribe("2100345") == "already");
  REQUIRE(town.kept().size() == 1);
  const store::Subscription after = town.kept().front();
  CHECK(after.governorate == "21");
  CHECK(after.since == before.since);
  CHECK(after.next_at == before.next_at);
  CHECK(town.ask("notices.subscribe", {{"governorate", "21"}, {"account", "2100345"}}).changes.empty());
}

TEST_CASE("a subscription that there is not, one that owes nothing and anybody's are answered alike") {
  NoticeTown town;
  for (const char* account : {"2100345", "2100777", "7777777", "9000001"}) {
    INFO(account);
    CHECK(town.subscribe(account) == "ok");
    CHECK(boost::json::serialize(town.last) == R"({"company_label":"aleppo"})");
  }
  CHECK(town.carried("notices.subscribe", {{"governorate", "99"}, {"account", "2100345"}}) == "unknown_governorate");
}

TEST_CASE("what is no account's number is neither subscribed to nor cancelled") {
  NoticeTown town;
  REQUIRE(town.subscribe("2100345") == "ok");
  for (const std::string& bad : {std::string(), std::string("21a"), std::string("-1"), std::string(21, '1')}) {
    INFO(bad);
    CHECK(town.subscribe(bad) == "error");
    CHECK(town.carried("notices.cancel", {{"account", bad}}) == "none");
  }
  CHECK(town.carried("notices.subscribe", {{"governorate", "21"}}) == "error");
  CHECK(town.carried("notices.subscribe", {{"company", "nowhere"}, {"account", "2100345"}}) == "error");
  CHECK(town.carried("notices.cancel", {{"account", 2'100'345}}) == "none");  // no text
  CHECK(town.kept().size() == 1);
}

TEST_CASE("a number has so many subscriptions, and finds out no accounts by subscribing and cancelling") {
  NoticeTown town;
  const auto numbered = [](std::size_t i) { return std::to_string(7'000'000 + i); };
  for (std::size_t i = 0; i < store::subscriptions_per_number_max; ++i) CHECK(town.subscribe(numbered(i)) == "ok");
  CHECK(town.subscribe("2100345") == "full");
  CHECK(town.subscribe(numbered(0)) == "already");
  std::size_t asked = store::subscriptions_per_number_max;
  for (; asked < InquiryPolicy{}.bills_per_number; ++asked) {
    REQUIRE(town.carried("notices.cancel", {{"account", numbered(asked - 1)}}) == "ok");
    REQUIRE(town.subscribe(numbered(asked)) == "ok");
  }
  REQUIRE(town.carried("notices.cancel", {}) == "ok");
  CHECK(town.subscribe("2100345") == "limited");
  CHECK(town.ask("bills.lookup", {{"governorate", "21"}, {"subscription", "2100345"}}).outcome.outcome == "limited");
}

TEST_CASE("of two that subscribe at once only as many come through as there is room for") {
  NoticeTown town;
  for (std::size_t i = 1; i < store::subscriptions_per_number_max; ++i)
    REQUIRE(town.subscribe(std::to_string(7'000'000 + i)) == "ok");
  Answer one = town.ask("notices.subscribe", {{"governorate", "21"}, {"account", "2100345"}});
  Answer other = town.ask("notices.subscribe", {{"governorate", "21"}, {"account", "2100777"}});
  REQUIRE(one.outcome.outcome == "ok");
  REQUIRE(other.outcome.outcome == "ok");
  CHECK(town.commit(std::move(one.changes)).ok());
  const auto late = town.commit(std::move(other.changes));
  REQUIRE_FALSE(late.ok());
  CHECK(late.error().code == Errc::conflict);
  CHECK(other.outcome_on_conflict == "full");
}

namespace {

// 2026-11-25 at that local time, UTC+3.
WallTime local(std::chrono::minutes since_midnight, int days = 0) {
  using namespace std::chrono;
  return WallTime(sys_days(2026y / 11 / 25) + std::chrono::days(days) + since_midnight - 3h);
}
NoticeSchedule schedule(std::chrono::days every = std::chrono::days(1)) {
  return {.every = every, .from = 9h, .until = 20h, .utc_offset = 3h};
}
constexpr std::uint64_t at_noon = 3 * 3'600'000;  // the spread whose moment is 12:00

}  // namespace

TEST_CASE("phones are told in the hours of the local day, and companies asked until shortly before their end") {
  CHECK_FALSE(schedule().may_ask(local(9h - 1min)));
  CHECK(schedule().may_ask(local(9h)));
  CHECK(schedule().may_ask(local(19h + 44min)));
  CHECK_FALSE(schedule().may_ask(local(19h + 45min)));
  CHECK_FALSE(schedule().may_ask(local(0h)));
  CHECK_FALSE(schedule().may_ask(local(23h + 59min)));
  CHECK(schedule().end_of_hours(local(9h)) == local(20h));
  CHECK(schedule().end_of_hours(local(1h)) == local(20h));
}

TEST_CASE("each subscription has a moment of its own, in the hours, and once in so many days") {
  CHECK(schedule().first(at_noon, local(8h)) == local(12h));
  CHECK(schedule().first(at_noon, local(11h + 30min)) == local(12h));
  CHECK(schedule().first(at_noon, local(11h + 31min)) == local(12h, 1));  // not in the same breath
  CHECK(schedule().first(at_noon, local(22h)) == local(12h, 1));
  CHECK(schedule().next(at_noon, local(12h)) == local(12h, 1));
  CHECK(schedule().next(at_noon, local(19h)) == local(12h, 1));  // asked late: it stays at its moment
  CHECK(schedule().next(at_noon, local(9h, 1)) == local(12h, 2));
  CHECK(schedule(std::chrono::days(7)).next(at_noon, local(12h)) == local(12h, 7));
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    const std::uint64_t spread = spread_of(Town::caller, "aleppo", std::to_string(2'100'000 + i));
    const WallTime moment = schedule().first(spread, local(0h));
    CHECK(schedule().may_ask(moment));
    CHECK(moment < local(20h));
  }
}

TEST_CASE("one that its company does not answer is asked again the same day, or on the next one") {
  CHECK(schedule().again(at_noon, local(12h)) == local(12h + 30min));
  CHECK(schedule().again(at_noon, local(19h + 14min)) == local(19h + 44min));
  CHECK(schedule().again(at_noon, local(19h + 15min)) == local(12h, 1));
  CHECK(schedule(std::chrono::days(7)).again(at_noon, local(19h + 30min)) == local(12h, 1));
}

TEST_CASE("subscriptions are spread over the hours, whichever way they differ") {
  std::array<int, 11> in_hour{};
  for (std::uint64_t i = 0; i < 1'100; ++i) {
    const auto msisdn = *Msisdn::from_value(963'933'000'000 + i);
    const WallTime moment = schedule().first(spread_of(msisdn, "aleppo", "2100345"), local(0h));
    ++in_hour[static_cast<std::size_t>((moment - local(9h)) / 1h)];
  }
  for (const int count : in_hour) CHECK(count > 50);  // 100, or a quarter less in the last one
  const std::uint64_t one = spread_of(Town::caller, "aleppo", "2100345");
  CHECK(one == spread_of(Town::caller, "aleppo", "2100345"));
  CHECK(one != spread_of(Town::caller, "homs", "2100345"));
  CHECK(one != spread_of(Town::caller, "aleppo", "2100346"));
}

}  // namespace shubbak::services
