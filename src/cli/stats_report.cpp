#include "cli/stats_report.hpp"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <set>

#include <boost/json.hpp>

namespace shubbak::cli {
namespace {

using store::Measure;

constexpr std::array<std::string_view, daemon::abandoned_by_names.size()> cause_words{
    "hung up, or asked for something else", "fell silent", "lost in the network", "our fault"};

std::string_view channel_name(store::WalkChannel channel) {
  return channel == store::WalkChannel::ussd ? "ussd" : "sms";
}

std::string_view measure_name(Measure measure) {
  switch (measure) {
    case Measure::entered:
      return "entered";
    case Measure::taken_up:
      return "taken_up";
    case Measure::left:
      return "left";
    case Measure::abandoned:
      return "abandoned";
    case Measure::stayed:
      return "stayed";
    case Measure::stayed_ms:
      return "stayed_ms";
    case Measure::sessions:
      return "sessions";
    case Measure::message_parts:
      return "messages";
    case Measure::company_sessions:
      return "company_sessions";
  }
  return "unknown";
}

// The state, if the way leads to one of this flow.
std::string_view inner_state(const FlowReport& flow, std::string_view to) {
  const std::size_t dot = to.find('.');
  return dot != std::string_view::npos && to.substr(0, dot) == flow.flow ? to.substr(dot + 1) : std::string_view();
}

void add(StateReport& state, FlowReport& flow, const store::Statistic& one) {
  const std::string& detail = one.key.detail;
  switch (one.key.measure) {
    case Measure::entered:
      state.entered += one.count;
      return;
    case Measure::taken_up:
      state.taken_up += one.count;
      return;
    case Measure::left:
      state.ways.push_back({detail, one.count});
      return;
    case Measure::abandoned: {
      const auto cause = std::ranges::find(daemon::abandoned_by_names, detail);
      if (cause != daemon::abandoned_by_names.end())
        state.abandoned[static_cast<std::size_t>(cause - daemon::abandoned_by_names.begin())] += one.count;
      return;
    }
    case Measure::stayed:
      state.stayed += one.count;
      return;
    case Measure::stayed_ms:
      state.stayed_ms += one.count;
      return;
    case Measure::sessions:
      flow.sessions[detail] += one.count;
      return;
    case Measure::message_parts:
      state.messages += one.count;
      flow.messages[detail] += one.count;
      return;
    case Measure::company_sessions:  // `shubbak report use` tells these, of all flows
      return;
  }
}

void add_up(FlowReport& flow) {
  for (StateReport& state : flow.states) {
    std::ranges::stable_sort(state.ways, std::greater<>(), &StateReport::Way::count);
    flow.came += state.entered;
    flow.taken_up += state.taken_up;
    for (const std::int64_t count : state.abandoned) flow.gave_up += count;
    for (const StateReport::Way& way : state.ways) {
      if (!inner_state(flow, way.to).empty()) {
        flow.came -= way.count;
      } else if (way.to == daemon::left_by_end) {
        flow.ended += way.count;
      } else if (way.to.find('.') != std::string::npos) {
        flow.went_on += way.count;
      } else {
        flow.broken += way.count;
      }
    }
  }
}

// As most people walk: from where most begin, along the most used ways first.
void put_in_order(FlowReport& flow) {
  std::map<std::string_view, std::int64_t> from_outside;
  for (const StateReport& state : flow.states) from_outside[state.state] += state.entered;
  for (const StateReport& state : flow.states) {
    for (const StateReport::Way& way : state.ways) {
      const std::string_view to = inner_state(flow, way.to);
      if (!to.empty()) from_outside[to] -= way.count;
    }
  }
  std::vector<const StateReport*> beginnings;
  for (const StateReport& state : flow.states) beginnings.push_back(&state);
  std::ranges::stable_sort(beginnings, std::greater<>(),
                           [&](const StateReport* s) { return from_outside[s->state]; });

  std::vector<StateReport> ordered;
  std::set<std::string_view> seen;
  const std::function<void(const StateReport&)> walk = [&](const StateReport& state) {
    if (!seen.insert(state.state).second) return;
    ordered.push_back(state);
    for (const StateReport::Way& way : state.ways) {
      const auto next = std::ranges::find(flow.states, inner_state(flow, way.to), &StateReport::state);
      if (next != flow.states.end()) walk(*next);
    }
  };
  for (const StateReport* state : beginnings) walk(*state);
  flow.states = std::move(ordered);
}

std::string formatted(const char* format, auto... values) {
  std::string text(static_cast<std::size_t>(std::snprintf(nullptr, 0, format, values...)), '\0');
  std::snprintf(text.data(), text.size() + 1, format, values...);
  return text;
}

std::string share(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? formatted("%.0f%%", 100.0 * static_cast<double>(part) / static_cast<double>(whole)) : "-";
}

std::string way_words(const FlowReport& flow, const std::string& to) {
  const std::string_view inner = inner_state(flow, to);
  if (!inner.empty()) return std::string(inner);
  if (to == daemon::left_by_end) return "the end";
  if (to == daemon::left_to_park) return "waits for a code that was sent";
  if (to == "sys_invalid") return "broken off: too many wrong answers";
  if (to == "sys_not_linked") return "broken off: the number is not linked";
  if (to == "sys_not_yet") return "broken off: the service is not switched on";
  return to.find('.') == std::string::npos ? "broken off: " + to : to;
}

std::string by_operator(const std::map<std::string, std::int64_t>& counts, std::int64_t& sum) {
  std::string names;
  sum = 0;
  for (const auto& [name, count] : counts) {
    names.append(names.empty() ? "" : ", ").append(name).append(" ").append(std::to_string(count));
    sum += count;
  }
  return names.empty() ? names : " (" + names + ")";
}

std::string head_of(const FlowReport& flow) {
  std::string text = flow.flow + (flow.channel == store::WalkChannel::ussd ? " by USSD\n" : " by SMS\n");
  text += formatted("  %lld came, %lld reached an end (%s), %lld gave up (%s)", static_cast<long long>(flow.came),
                    static_cast<long long>(flow.ended), share(flow.ended, flow.came).c_str(),
                    static_cast<long long>(flow.gave_up), share(flow.gave_up, flow.came).c_str());
  if (flow.taken_up > 0) text += formatted(", %lld came back", static_cast<long long>(flow.taken_up));
  if (flow.went_on > 0) text += formatted(", %lld went on to another flow", static_cast<long long>(flow.went_on));
  if (flow.broken > 0) text += formatted(", %lld were broken off", static_cast<long long>(flow.broken));
  std::int64_t sessions = 0;
  std::int64_t messages = 0;
  const std::string session_operators = by_operator(flow.sessions, sessions);
  const std::string message_operators = by_operator(flow.messages, messages);
  text += formatted("\n  cost: %lld sessions%s, %lld short messages%s", static_cast<long long>(sessions),
                    session_operators.c_str(), static_cast<long long>(messages), message_operators.c_str());
  if (flow.ended > 0) {
    const auto ended = static_cast<double>(flow.ended);
    text += formatted("; for each that reached an end: %.2f sessions, %.2f short messages",
                      static_cast<double>(sessions) / ended, static_cast<double>(messages) / ended);
  }
  return text + "\n\n";
}

std::string rows_of(const FlowReport& flow, const StateReport& state, int name_columns) {
  const std::string stay =
      state.stayed > 0
          ? formatted("%.1f s", static_cast<double>(state.stayed_ms) / static_cast<double>(state.stayed) / 1000)
          : "-";
  std::string text =
      formatted("  %-*s  %8lld  %10s  %8lld", name_columns, state.state.c_str(), static_cast<long long>(state.came()),
                stay.c_str(), static_cast<long long>(state.messages));
  const int indent = static_cast<int>(text.size());
  bool first = true;
  const auto way = [&](std::int64_t count, const std::string& words) {
    if (count == 0) return;
    if (!first) text += formatted("\n%*s", indent, "");
    first = false;
    text += formatted("  %8lld  %5s  %s", static_cast<long long>(count), share(count, state.came()).c_str(),
                      words.c_str());
  };
  for (const StateReport::Way& one : state.ways) way(one.count, way_words(flow, one.to));
  for (std::size_t i = 0; i < cause_words.size(); ++i)
    way(state.abandoned[i], "GAVE UP: " + std::string(cause_words[i]));
  return text + "\n";
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

boost::json::object json_of(const std::map<std::string, std::int64_t>& counts) {
  boost::json::object object;
  for (const auto& [name, count] : counts) object.emplace(name, count);
  return object;
}

boost::json::object json_of(const StateReport& state) {
  boost::json::object left;
  for (const StateReport::Way& way : state.ways) left.emplace(way.to, way.count);
  boost::json::object abandoned;
  for (std::size_t i = 0; i < state.abandoned.size(); ++i)
    abandoned.emplace(daemon::abandoned_by_names[i], state.abandoned[i]);
  return {{"state", state.state},         {"entered", state.entered},          {"taken_up", state.taken_up},
          {"left", std::move(left)},      {"abandoned", std::move(abandoned)}, {"stayed", state.stayed},
          {"stayed_ms", state.stayed_ms}, {"messages", state.messages}};
}

}  // namespace

std::vector<FlowReport> flow_reports(const std::vector<store::Statistic>& statistics) {
  std::vector<FlowReport> reports;
  for (const store::Statistic& one : statistics) {
    if (reports.empty() || reports.back().flow != one.key.flow || reports.back().channel != one.key.channel) {
      reports.emplace_back().flow = one.key.flow;
      reports.back().channel = one.key.channel;
    }
    FlowReport& flow = reports.back();
    if (flow.states.empty() || flow.states.back().state != one.key.state)
      flow.states.emplace_back().state = one.key.state;
    add(flow.states.back(), flow, one);
  }
  for (FlowReport& flow : reports) {
    add_up(flow);
    put_in_order(flow);
  }
  std::ranges::stable_sort(reports, std::less<>(), &FlowReport::flow);
  return reports;
}

std::string stats_text(const std::vector<FlowReport>& reports) {
  std::string text;
  for (const FlowReport& flow : reports) {
    std::size_t name_columns = std::string_view("state").size();
    for (const StateReport& state : flow.states) name_columns = std::max(name_columns, state.state.size());
    const auto columns = static_cast<int>(name_columns);
    if (!text.empty()) text += "\n";
    text += head_of(flow);
    text += formatted("  %-*s  %8s  %10s  %8s  %8s  %5s  %s\n", columns, "state", "came", "mean stay", "messages",
                      "went", "", "where to");
    for (const StateReport& state : flow.states) text += rows_of(flow, state, columns);
  }
  return text;
}

std::string stats_json(const std::vector<FlowReport>& reports) {
  boost::json::array flows;
  for (const FlowReport& flow : reports) {
    boost::json::array states;
    for (const StateReport& state : flow.states) states.emplace_back(json_of(state));
    flows.emplace_back(boost::json::object{{"flow", flow.flow},
                                           {"channel", channel_name(flow.channel)},
                                           {"came", flow.came},
                                           {"ended", flow.ended},
                                           {"went_on", flow.went_on},
                                           {"broken_off", flow.broken},
                                           {"gave_up", flow.gave_up},
                                           {"taken_up", flow.taken_up},
                                           {"sessions", json_of(flow.sessions)},
                                           {"messages", json_of(flow.messages)},
                                           {"states", std::move(states)}});
  }
  return boost::json::serialize(boost::json::object{{"flows", std::move(flows)}}) + "\n";
}

std::string stats_csv(const std::vector<store::Statistic>& statistics) {
  std::string text = "channel,flow,state,measure,detail,count\n";
  for (const store::Statistic& one : statistics) {
    text.append(channel_name(one.key.channel)).append(",").append(one.key.flow).append(",").append(one.key.state);
    text.append(",").append(measure_name(one.key.measure)).append(",").append(csv_field(one.key.detail));
    text.append(",").append(std::to_string(one.count)).append("\n");
  }
  return text;
}

}  // namespace shubbak::cli
