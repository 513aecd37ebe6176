// What the counts of flows say to those who design them: for each flow and channel its states in the order in which
// people walk them, where they went on to, who gave up there and why, and what it cost. Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/flow_statistics.hpp"
#include "store/store.hpp"

namespace shubbak::cli {

struct StateReport {
  struct Way {
    std::string to;  // as store::Measure::left says
    std::int64_t count = 0;
  };
  std::string state;
  std::int64_t entered = 0;
  std::int64_t taken_up = 0;
  std::vector<Way> ways;  // the most used first
  std::array<std::int64_t, daemon::abandoned_by_names.size()> abandoned{};
  std::int64_t stayed = 0;
  std::int64_t stayed_ms = 0;
  std::int64_t messages = 0;

  [[nodiscard]] std::int64_t came() const { return entered + taken_up; }
};

struct FlowReport {
  std::string flow;
  store::WalkChannel channel = store::WalkChannel::ussd;
  std::vector<StateReport> states;
  std::int64_t came = 0;                         // from outside: began here, or came from another flow
  std::int64_t ended = 0;                        // at one of its `end` states
  std::int64_t went_on = 0;                      // to another flow
  std::int64_t broken = 0;                       // too many wrong answers, not linked, or a code was sent
  std::int64_t gave_up = 0;                      // for any cause
  std::int64_t taken_up = 0;                     // came back after that
  std::map<std::string, std::int64_t> sessions;  // by operator
  std::map<std::string, std::int64_t> messages;
};

// `statistics` as the store tells them: in the order of their keys.
std::vector<FlowReport> flow_reports(const std::vector<store::Statistic>& statistics);

std::string stats_text(const std::vector<FlowReport>& reports);
std::string stats_json(const std::vector<FlowReport>& reports);
// One line for each count, for spreadsheets: channel,flow,state,measure,detail,count.
std::string stats_csv(const std::vector<store::Statistic>& statistics);

}  // namespace shubbak::cli
