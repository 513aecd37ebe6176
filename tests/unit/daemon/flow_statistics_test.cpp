#include "daemon/flow_statistics.hpp"

#include <array>
#include <map>
#include <random>
#include <string>

#include <catch2/catch.hpp>

#include "daemon/metrics.hpp"
#include "daemon/statistics_metrics.hpp"
#include "daemon/walk.hpp"
#include "flows/loader.hpp"
#include "flows/revision.hpp"

namespace shubbak::daemon {
namespace {

using flows::Channel;
using flows::Place;
using flows::Step;
using store::Measure;
using store::WalkChannel;
using namespace std::chrono_literals;

constexpr const char* strings = R"(ask: Which?
one: One
bye: Bye
sys_not_linked: Link first
sys_wrong_choice: Not a choice
sys_wrong_input: Not a number
sys_invalid: Too often wrong
sys_try_later: Later
sys_unknown_command: Unknown
sys_session_lost: Lost
sys_changed: Changed
sys_no_code: No code
sys_code_by_sms: A code
sys_suspended: Suspended
sys_not_yet: Not yet
sys_audit_head: Head
sys_case_news: Case
sys_case_answer: Answer
sys_case_resolved: Resolved
sys_case_late: Late
sys_case_fee: Fee
sys_case_fee_paid: Paid
sys_case_visit_offered: Offered
sys_case_visit_cancelled: Cancelled
sys_link_asks: Link
sys_hold_asks: Hold
sys_link_reply: Reply
sys_release_asks: Release
sys_relink_asks: Relink
sys_counter_code: Code
sys_pin_reset: Reset
sys_tries_cleared: Cleared
sys_reading_refused: Refused
sys_reading_by_reader: By our reader
sys_bill_notice: Due
sys_payment_settled: Settled
sys_payment_released: Released
sys_payment_held: Held
sys_bank_card_link: Link
sys_bank_card_credited: Credited
sys_bank_card_kept: Kept
sys_bank_card_disputed: Disputed
sys_payment_refunded: Refunded
sys_cash_released: Released
sys_cash_refunded: Refunded
sys_cash_topped_up: Topped up
sys_own_phone: Own phone
sys_assist_asks: Asks
sys_assist_reply: Reply
sys_yes: "Yes"
sys_no: "No"
sys_yes_words: ok
sys_no_words: nope
nav_back: Back
nav_home: Home
nav_next: Next
nav_prev: Previous
)";

// home.main -1-> bill.show -1-> bill.paid, an end.
std::shared_ptr<const flows::Revision> revision(const std::string& second_state = "show") {
  const std::string home =
      "flow: home\nschema: 1\nstates:\n"
      "  main: {menu: {text: ask, items: [{key: \"1\", text: one, flow: bill}]}}\n";
  const std::string bill = "flow: bill\nschema: 1\nentry: {ussd: \"1\"}\nstates:\n  " + second_state +
                           ": {menu: {text: ask, items: [{key: \"1\", text: one, to: paid}]}}\n"
                           "  paid: {end: {text: bye}}\n";
  flows::LoadOptions options;
  options.locales = {"en"};
  const std::vector<flows::SourceFile> files{
      {"flows/home.yaml", home}, {"flows/bill.yaml", bill}, {"strings/en.yaml", strings}};
  auto loaded = flows::load(files, options);
  INFO((loaded.ok() ? std::string() : to_string(loaded.error().front())));
  REQUIRE(loaded.ok());
  return *loaded;
}

// A desk's statistics and walks that really go through the engine.
struct Desk {
  explicit Desk(Channel channel = Channel::ussd) : statistics(all, channel, "syriatel") {}

  Walk begin(const std::vector<std::string>& dialled = {}) {
    Walk walk{.revision = flows, .session = {}, .link_since = {}};
    step = flows::dial(*walk.revision, walk.session, dialled, context());
    statistics.moved(walk, now);
    return walk;
  }
  void press(Walk& walk, std::string_view key) {
    statistics.goes_on(walk, now);
    step = flows::answer(*walk.revision, walk.session, key, context());
    statistics.moved(walk, now);
    if (step.kind == Step::Kind::end) statistics.ended(walk, step);
  }
  flows::Context context() { return {.screen = {.octets_max = 160}, .visited = statistics.trail()}; }
  std::uint64_t count(const std::string& flow, const std::string& state, Measure measure,
                      const std::string& detail = {}, WalkChannel channel = WalkChannel::ussd) {
    std::uint64_t found = 0;
    all.for_each([&](const store::StatisticKey& key, std::uint64_t count) {
      if (key == store::StatisticKey{channel, flow, state, measure, detail}) found = count;
    });
    return found;
  }

  std::shared_ptr<const flows::Revision> flows = revision();
  FlowStatistics all;
  DeskStatistics statistics;
  Instant now{100s};
  Step step;
};

}  // namespace

TEST_CASE("a walk to its end is counted at each state, on each way, and as one session where it ended") {
  Desk desk;
  Walk walk = desk.begin();
  desk.now += 4s;
  desk.press(walk, "1");
  desk.now += 2500ms;
  desk.press(walk, "1");
  REQUIRE(desk.step.kind == Step::Kind::end);
  CHECK(desk.count("home", "main", Measure::entered) == 1);
  CHECK(desk.count("home", "main", Measure::left, "bill.show") == 1);
  CHECK(desk.count("home", "main", Measure::stayed) == 1);
  CHECK(desk.count("home", "main", Measure::stayed_ms) == 4000);
  CHECK(desk.count("bill", "show", Measure::entered) == 1);
  CHECK(desk.count("bill", "show", Measure::left, "bill.paid") == 1);
  CHECK(desk.count("bill", "show", Measure::stayed_ms) == 2500);
  CHECK(desk.count("bill", "paid", Measure::entered) == 1);
  CHECK(desk.count("bill", "paid", Measure::left, "end") == 1);
  CHECK(desk.count("bill", "paid", Measure::stayed) == 0);  // nobody stays at an end
  CHECK(desk.count("bill", "paid", Measure::sessions, "syriatel") == 1);
  CHECK(desk.count("home", "main", Measure::sessions, "syriatel") == 0);
}

TEST_CASE("a wrong answer keeps a walk where it is, and the last one breaks it off") {
  Desk desk;
  Walk walk = desk.begin({"1"});
  desk.now += 3s;
  desk.press(walk, "7");
  desk.now += 3s;
  desk.press(walk, "7");
  CHECK(desk.count("bill", "show", Measure::entered) == 1);
  CHECK(desk.count("bill", "show", Measure::stayed) == 0);
  desk.press(walk, "7");
  REQUIRE(desk.step.kind == Step::Kind::end);
  CHECK(desk.count("bill", "show", Measure::left, "sys_invalid") == 1);
  CHECK(desk.count("bill", "show", Measure::left, "end") == 0);
  CHECK(desk.count("bill", "show", Measure::sessions, "syriatel") == 1);
}

TEST_CASE("who gives up is counted once, by what was told first, at the state where they were") {
  const auto by = GENERATE(AbandonedBy::user, AbandonedBy::timeout, AbandonedBy::network, AbandonedBy::us);
  Desk desk;
  Walk walk = desk.begin({"1"});
  desk.statistics.abandoned(walk, by);
  desk.statistics.abandoned(walk, AbandonedBy::timeout);
  desk.statistics.ended(walk, desk.step);
  for (const AbandonedBy cause : {AbandonedBy::user, AbandonedBy::timeout, AbandonedBy::network, AbandonedBy::us}) {
    const std::string name(abandoned_by_names[static_cast<std::size_t>(cause)]);
    CHECK(desk.count("bill", "show", Measure::abandoned, name) == (cause == by ? 1U : 0U));
  }
  CHECK(desk.count("bill", "show", Measure::sessions, "syriatel") == 1);
  CHECK(desk.count("bill", "show", Measure::stayed) == 0);  // how long they were silent says nothing
}

TEST_CASE("who comes back is counted where they go on, and timed from then") {
  Desk desk;
  Walk walk = desk.begin({"1"});
  desk.statistics.abandoned(walk, AbandonedBy::network);
  desk.now += 60s;
  desk.statistics.goes_on(walk, desk.now);
  desk.statistics.goes_on(walk, desk.now);
  desk.now += 5s;
  desk.press(walk, "1");
  CHECK(desk.count("bill", "show", Measure::entered) == 1);
  CHECK(desk.count("bill", "show", Measure::taken_up) == 1);
  CHECK(desk.count("bill", "show", Measure::stayed_ms) == 5000);
  CHECK(desk.count("bill", "paid", Measure::left, "end") == 1);
}

TEST_CASE("a walk that the engine cannot go on with is our fault, not the person's") {
  Desk desk;
  Walk walk = desk.begin({"1"});
  Step step;
  step.broken_off = flows::SystemString::try_later;
  desk.statistics.ended(walk, step);
  CHECK(desk.count("bill", "show", Measure::abandoned, "us") == 1);
}

TEST_CASE("an end that waits for a code is no end of the walk") {
  Desk desk;
  Walk walk = desk.begin({"1"});
  Step step;
  step.parked = true;
  desk.statistics.ended(walk, step);
  CHECK(desk.count("bill", "show", Measure::left, "parked") == 1);
  desk.statistics.goes_on(walk, desk.now);
  CHECK(desk.count("bill", "show", Measure::taken_up) == 1);
}

TEST_CASE("who cannot be served at all is told as given up at the home state by us") {
  Desk desk;
  desk.statistics.turned_away(desk.flows);
  CHECK(desk.count("home", "main", Measure::entered) == 1);
  CHECK(desk.count("home", "main", Measure::abandoned, "us") == 1);
  CHECK(desk.count("home", "main", Measure::sessions, "syriatel") == 1);
}

TEST_CASE("walks on an earlier revision count under the same names") {
  Desk desk;
  Walk old = desk.begin();
  desk.flows = revision("shown");
  Walk fresh = desk.begin();
  desk.press(old, "1");
  desk.press(fresh, "1");
  CHECK(desk.count("home", "main", Measure::entered) == 2);
  CHECK(desk.count("home", "main", Measure::left, "bill.show") == 1);
  CHECK(desk.count("home", "main", Measure::left, "bill.shown") == 1);
}

TEST_CASE("desks of one channel add up, channels stand apart, and operators in what is paid to them") {
  Desk desk;
  DeskStatistics other(desk.all, Channel::ussd, "mtn");
  DeskStatistics texts(desk.all, Channel::sms, "mtn");
  const Place show{*desk.flows->flow_index("bill"), 0};
  for (DeskStatistics* one : {&desk.statistics, &other, &texts}) {
    Walk walk{.revision = desk.flows, .session = {}, .link_since = {}};
    std::vector<Place> trail{show};
    one->moved(walk, trail, desk.now);
    CHECK(trail.empty());
    one->abandoned(walk, AbandonedBy::user);
  }
  CHECK(desk.count("bill", "show", Measure::entered) == 2);
  CHECK(desk.count("bill", "show", Measure::entered, "", WalkChannel::sms) == 1);
  CHECK(desk.count("bill", "show", Measure::sessions, "syriatel") == 1);
  CHECK(desk.count("bill", "show", Measure::sessions, "mtn") == 1);
  *texts.message_parts(desk.flows, show) += 3;
  CHECK(desk.count("bill", "show", Measure::message_parts, "mtn", WalkChannel::sms) == 3);
  CHECK(texts.message_parts(desk.flows, Stay::nowhere) == nullptr);
}

TEST_CASE("what is to be saved is what came since it was saved last, and comes again if that failed") {
  FlowStatistics all;
  const store::StatisticKey key{WalkChannel::ussd, "bill", "show", Measure::entered};
  std::uint64_t& counter = all.counter(key);
  counter += 5;
  CHECK(all.take_unsaved(10) == std::vector<store::Statistic>{{key, 5}});
  CHECK(all.take_unsaved(10).empty());
  counter += 2;
  const auto lost = all.take_unsaved(10);
  counter += 1;
  all.give_back(lost);
  CHECK(all.take_unsaved(10) == std::vector<store::Statistic>{{key, 3}});
}

TEST_CASE("at most so many are taken at once, the others next") {
  FlowStatistics all;
  for (const char* state : {"a", "b", "c"}) ++all.counter({WalkChannel::ussd, "bill", state, Measure::entered});
  CHECK(all.take_unsaved(2).size() == 2);
  const auto rest = all.take_unsaved(2);
  REQUIRE(rest.size() == 1);
  CHECK(rest.front().key.state == "c");
}

TEST_CASE("more counters than there is room for are left out and told") {
  FlowStatistics all;
  for (std::size_t i = 0; i < FlowStatistics::series_max; ++i)
    ++all.counter({WalkChannel::ussd, "bill", "s" + std::to_string(i), Measure::entered});
  CHECK(all.left_out() == 0);
  ++all.counter({WalkChannel::ussd, "bill", "one_more", Measure::entered});
  ++all.counter({WalkChannel::ussd, "bill", "s7", Measure::entered});
  CHECK(all.left_out() == 1);
  for (int session = 0; session < 3; ++session) {  // each asks for it anew
    ++all.counter({WalkChannel::ussd, "bill", "s1", Measure::company_sessions, "syriatel aleppo"});
    ++all.counter({WalkChannel::ussd, "bill", "one_more", Measure::entered});
  }
  CHECK(all.left_out() == 2);
  for (std::size_t i = 0; i < 2 * FlowStatistics::series_max; ++i)
    ++all.counter({WalkChannel::sms, "bill", "s" + std::to_string(i), Measure::entered});
  CHECK(all.left_out() == FlowStatistics::series_max);  // what is not counted takes no more room than what is
  std::size_t told = 0;
  all.for_each([&](const store::StatisticKey& key, std::uint64_t) {
    ++told;
    CHECK(key.state != "one_more");
  });
  CHECK(told == FlowStatistics::series_max);
}

// Whatever happens in whatever order: who came to a state has left it, gave up there, or is there still.
TEST_CASE("no walk is lost between coming and going") {
  const auto seed = GENERATE(range(1U, 40U));
  std::mt19937 random(seed);
  Desk desk;
  std::vector<Walk> walks;
  for (int i = 0; i < 400; ++i) {
    const auto dice = random() % 8;
    if (walks.empty() || dice == 0) {
      walks.push_back(desk.begin(random() % 2 == 0 ? std::vector<std::string>{} : std::vector<std::string>{"1"}));
      continue;
    }
    Walk& walk = walks[random() % walks.size()];
    if (dice == 1) desk.statistics.abandoned(walk, static_cast<AbandonedBy>(random() % 4));
    if (dice > 1 && walk.session.at != Place{*desk.flows->flow_index("bill"), 1}) {
      constexpr std::array<std::string_view, 5> keys{"1", "0", "00", "7", "x"};
      desk.press(walk, keys[random() % keys.size()]);
    }
    if (dice == 7 && random() % 20 == 0) desk.flows = revision(random() % 2 == 0 ? "show" : "shown");
  }
  std::map<std::string, std::int64_t> balance;
  std::int64_t sessions = 0;
  std::int64_t begun_again = 0;
  desk.all.for_each([&](const store::StatisticKey& key, std::uint64_t counted) {
    const auto count = static_cast<std::int64_t>(counted);
    const std::string state = key.flow + "." + key.state;
    if (key.measure == Measure::entered || key.measure == Measure::taken_up) balance[state] += count;
    if (key.measure == Measure::left || key.measure == Measure::abandoned) balance[state] -= count;
    if (key.measure == Measure::sessions) sessions += count;
    if (key.measure == Measure::taken_up) begun_again += count;
  });
  std::int64_t there = 0;
  for (const Walk& walk : walks) {
    if (!walk.stay.under_way) continue;
    ++there;
    const auto& of = *walk.revision;
    --balance[std::string(of.flow_name(walk.stay.at)) + "." + std::string(of.state_name(walk.stay.at))];
  }
  for (const auto& [state, left] : balance) {
    INFO(state << " in the run with seed " << seed);
    CHECK(left == 0);
  }
  CHECK(sessions == static_cast<std::int64_t>(walks.size()) + begun_again - there);
}

TEST_CASE("a session counts once, when it ends, for each company of which it asked a service") {
  Desk desk;
  Walk walk = desk.begin();
  const auto counted = [&](const char* flow, const char* state, const char* company) {
    return desk.count(flow, state, Measure::company_sessions, std::string("syriatel ") + company);
  };
  desk.statistics.asked(walk, "aleppo");
  desk.press(walk, "1");
  desk.statistics.asked(walk, "aleppo");
  desk.statistics.asked(walk, "homs");
  CHECK(counted("home", "main", "aleppo") == 0);  // it is not over
  desk.statistics.abandoned(walk, AbandonedBy::timeout);
  CHECK(counted("home", "main", "aleppo") == 1);
  CHECK(counted("bill", "show", "aleppo") == 0);
  CHECK(counted("bill", "show", "homs") == 1);
  desk.statistics.asked(walk, "damascus");  // nobody waits
  desk.press(walk, "1");                    // another session, which asks nothing
  REQUIRE(desk.step.kind == Step::Kind::end);
  CHECK(desk.count("bill", "paid", Measure::sessions, "syriatel") == 1);
  CHECK(counted("home", "main", "aleppo") == 1);
  CHECK(counted("bill", "show", "homs") == 1);
  CHECK(counted("bill", "show", "damascus") == 0);
}

TEST_CASE("a session counts for so many companies, and no more") {
  Desk desk;
  Walk walk = desk.begin();
  for (std::size_t i = 0; i <= Stay::asked_max; ++i) desk.statistics.asked(walk, "company" + std::to_string(i));
  desk.statistics.abandoned(walk, AbandonedBy::user);
  CHECK(desk.count("home", "main", Measure::company_sessions, "syriatel company7") == 1);
  CHECK(desk.count("home", "main", Measure::company_sessions, "syriatel company8") == 0);
}

TEST_CASE("statistics are told in the text format that Prometheus reads") {
  Desk desk;
  Walk walk = desk.begin();
  desk.statistics.asked(walk, "aleppo");
  desk.now += 1500ms;
  desk.press(walk, "1");
  desk.statistics.abandoned(walk, AbandonedBy::timeout);
  *desk.statistics.message_parts(desk.flows, walk.stay.at) += 2;
  Metrics metrics;
  metrics.add_families([&] { return metric_families(desk.all); });
  const std::string text = metrics.text();
  for (const char* line : {
           "# TYPE shubbak_state_entered_total counter\n",
           "shubbak_state_entered_total{flow=\"bill\",state=\"show\",channel=\"ussd\"} 1\n",
           "shubbak_state_left_total{flow=\"home\",state=\"main\",channel=\"ussd\",to=\"bill.show\"} 1\n",
           "shubbak_state_abandoned_total{flow=\"bill\",state=\"show\",channel=\"ussd\",by=\"timeout\"} 1\n",
           "# TYPE shubbak_state_seconds summary\n",
           "shubbak_state_seconds_count{flow=\"home\",state=\"main\",channel=\"ussd\"} 1\n",
           "shubbak_state_seconds_sum{flow=\"home\",state=\"main\",channel=\"ussd\"} 1.5\n",
           "shubbak_flow_sessions_total{flow=\"bill\",state=\"show\",channel=\"ussd\",operator=\"syriatel\"} 1\n",
           "shubbak_flow_segments_total{flow=\"bill\",state=\"show\",channel=\"ussd\",operator=\"syriatel\"} 2\n",
           "shubbak_company_sessions_total{flow=\"home\",state=\"main\",channel=\"ussd\",operator=\"syriatel\","
           "company="
           "\"aleppo\"} 1\n",
       }) {
    INFO(line << "in\n" << text);
    CHECK(text.find(line) != std::string::npos);
  }
}

}  // namespace shubbak::daemon
