#include "cli/stats_report.hpp"

#include <algorithm>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

namespace shubbak::cli {
namespace {

using store::Measure;
using store::WalkChannel;

store::Statistic ussd(const char* state, Measure measure, std::int64_t count, const char* detail = "") {
  return {{WalkChannel::ussd, "reading", state, measure, detail}, count};
}

// 40 came to `load`, 36 of them to `pick`; there 6 hung up, 2 fell silent, 1 came back; 27 reached `taken`.
std::vector<store::Statistic> sample() {
  std::vector<store::Statistic> all{
      ussd("load", Measure::entered, 40),
      ussd("load", Measure::left, 36, "reading.pick"),
      ussd("load", Measure::left, 4, "reading.later"),
      ussd("load", Measure::stayed, 40),
      ussd("load", Measure::stayed_ms, 16'000),
      ussd("pick", Measure::entered, 36),
      ussd("pick", Measure::taken_up, 1),
      ussd("pick", Measure::left, 27, "reading.taken"),
      ussd("pick", Measure::left, 1, "home.main"),
      ussd("pick", Measure::left, 1, "sys_invalid"),
      ussd("pick", Measure::abandoned, 6, "user"),
      ussd("pick", Measure::abandoned, 2, "timeout"),
      ussd("pick", Measure::stayed, 28),
      ussd("pick", Measure::stayed_ms, 347'200),
      ussd("pick", Measure::sessions, 9, "syriatel"),
      ussd("later", Measure::entered, 4),
      ussd("later", Measure::left, 4, "end"),
      ussd("later", Measure::sessions, 4, "mtn"),
      ussd("taken", Measure::entered, 27),
      ussd("taken", Measure::left, 27, "end"),
      ussd("taken", Measure::sessions, 27, "syriatel"),
      ussd("taken", Measure::message_parts, 54, "syriatel"),
      {{WalkChannel::sms, "reading", "load", Measure::entered, ""}, 5},
      {{WalkChannel::sms, "reading", "load", Measure::abandoned, "us"}, 5},
  };
  std::ranges::sort(all, std::less<>(), &store::Statistic::key);
  return all;
}

}  // namespace

TEST_CASE("a report adds a flow up, one channel at a time") {
  const std::vector<FlowReport> reports = flow_reports(sample());
  REQUIRE(reports.size() == 2);
  const FlowReport& flow = reports[0];
  CHECK(flow.flow == "reading");
  CHECK(flow.channel == WalkChannel::ussd);
  CHECK(flow.came == 40);
  CHECK(flow.ended == 31);
  CHECK(flow.went_on == 1);
  CHECK(flow.broken == 1);
  CHECK(flow.gave_up == 8);
  CHECK(flow.taken_up == 1);
  CHECK(flow.came + flow.taken_up == flow.ended + flow.went_on + flow.broken + flow.gave_up);
  CHECK(flow.sessions == std::map<std::string, std::int64_t>{{"mtn", 4}, {"syriatel", 36}});
  CHECK(flow.messages == std::map<std::string, std::int64_t>{{"syriatel", 54}});
  CHECK(reports[1].channel == WalkChannel::sms);
  CHECK(reports[1].gave_up == 5);
}

TEST_CASE("states stand in the order in which most people walk them") {
  const FlowReport flow = flow_reports(sample()).front();
  std::vector<std::string> names;
  for (const StateReport& state : flow.states) names.push_back(state.state);
  CHECK(names == std::vector<std::string>{"load", "pick", "taken", "later"});
}

TEST_CASE("the text tells where people go and where they give up") {
  const std::string text = stats_text(flow_reports(sample()));
  for (const char* line : {
           "reading by USSD\n",
           "  40 came, 31 reached an end (78%), 8 gave up (20%), 1 came back, 1 went on to another flow, 1 were "
           "broken "
           "off\n",
           "  cost: 40 sessions (mtn 4, syriatel 36), 54 short messages (syriatel 54); for each that reached an end: "
           "1.29 sessions, 1.74 short messages\n",
           "  load         40       0.4 s         0        36    90%  pick\n"
           "                                                4    10%  later\n",
           "  pick         37      12.4 s         0        27    73%  taken\n"
           "                                                1     3%  home.main\n"
           "                                                1     3%  broken off: too many wrong answers\n"
           "                                                6    16%  GAVE UP: hung up, or asked for something else\n"
           "                                                2     5%  GAVE UP: fell silent\n",
           "  taken        27           -        54        27   100%  the end\n",
           "\nreading by SMS\n",
           "         5   100%  GAVE UP: our fault\n",
       }) {
    INFO(line << "in\n" << text);
    CHECK(text.find(line) != std::string::npos);
  }
}

TEST_CASE("flows that only lead in a circle are told too") {
  const std::vector<store::Statistic> circle{
      ussd("a", Measure::entered, 3),
      ussd("a", Measure::left, 3, "reading.b"),
      ussd("b", Measure::entered, 3),
      ussd("b", Measure::left, 3, "reading.a"),
  };
  CHECK(flow_reports(circle).front().states.size() == 2);
}

TEST_CASE("tools read every count as JSON and CSV") {
  const auto json = boost::json::parse(stats_json(flow_reports(sample())));
  const auto& pick = json.at("flows").at(0).at("states").at(1);
  CHECK(pick.at("state") == "pick");
  CHECK(pick.at("left").at("reading.taken") == 27);
  CHECK(pick.at("abandoned").at("timeout") == 2);
  CHECK(pick.at("abandoned").at("us") == 0);
  CHECK(pick.at("stayed_ms") == 347'200);
  CHECK(json.at("flows").at(0).at("sessions").at("mtn") == 4);
  CHECK(json.at("flows").at(0).at("came") == 40);

  CHECK(stats_csv({ussd("pick", Measure::abandoned, 6, "user"),
                   {{WalkChannel::sms, "reading", "taken", Measure::message_parts, "a, \"b\""}, 2}}) ==
        "channel,flow,state,measure,detail,count\n"
        "ussd,reading,pick,abandoned,user,6\n"
        "sms,reading,taken,messages,\"a, \"\"b\"\"\",2\n");
}

}  // namespace shubbak::cli
