// shubbak stats: how people walk the flows, where they give up, what it costs.

#include <chrono>
#include <cstdio>
#include <map>
#include <set>
#include <string>

#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/open_store.hpp"
#include "cli/stats_report.hpp"
#include "flows/spelling.hpp"

namespace shubbak::cli {
namespace {

using std::chrono::sys_days;

enum class StatsFormat : std::uint8_t { text, json, csv };
struct StatsOptions {
  std::string config;
  std::string flow;
  std::string from;
  std::string to;
  StatsFormat format = StatsFormat::text;
};

Result<sys_days> read_day(const std::string& text) {
  constexpr std::string_view form = "dddd-dd-dd";
  bool has_form = text.size() == form.size();
  for (std::size_t i = 0; has_form && i < form.size(); ++i)
    has_form = form[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == form[i];
  if (has_form) {
    const auto number = [&text](std::size_t at, std::size_t digits) { return std::stoi(text.substr(at, digits)); };
    const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                           std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                           std::chrono::day(static_cast<unsigned>(number(8, 2)))};
    if (date.ok()) return sys_days(date);
  }
  return Error{Errc::malformed, "'" + text + "' is no day; write it like 2026-11-25"};
}

// Keeps that flow's. Error: nothing is recorded of it.
Status keep_flow(std::vector<store::Statistic>& statistics, const std::string& flow) {
  std::set<std::string_view> names;
  for (const store::Statistic& one : statistics) names.insert(one.key.flow);
  if (!names.contains(flow)) {
    const std::vector<std::string_view> recorded(names.begin(), names.end());
    std::string message = "nothing is recorded of a flow '" + flow + "' in these days";
    if (const std::string hint = flows::did_you_mean(flow, recorded); !hint.empty()) message += " (" + hint + ")";
    message += recorded.empty() ? ", nor of any other" : "; recorded are:";
    for (const std::string_view name : recorded) message.append(" ").append(name);
    return Error{Errc::not_found, message};
  }
  std::erase_if(statistics, [&flow](const store::Statistic& one) { return one.key.flow != flow; });
  return {};
}

int tell(const std::vector<store::Statistic>& statistics, StatsFormat format) {
  switch (format) {
    case StatsFormat::text:
      std::fputs(
          statistics.empty() ? "nothing is recorded in these days\n" : stats_text(flow_reports(statistics)).c_str(),
          stdout);
      break;
    case StatsFormat::json:
      std::fputs(stats_json(flow_reports(statistics)).c_str(), stdout);
      break;
    case StatsFormat::csv:
      std::fputs(stats_csv(statistics).c_str(), stdout);
      break;
  }
  return exit_ok;
}

int show_statistics(const StatsOptions& options) {
  const auto from = options.from.empty() ? sys_days::min() : read_day(options.from);
  if (!from) return wrong_usage("stats", "--from: " + from.error().message);
  const auto to = options.to.empty() ? sys_days::max() : read_day(options.to);
  if (!to) return wrong_usage("stats", "--to: " + to.error().message);
  if (*to < *from) return wrong_usage("stats", "--to is a day before --from");
  const auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  const auto open = OpenStore::open(*config);
  if (!open) return failed("stats", open.error().message);
  auto statistics = (*open)->store().statistics(*from, *to);
  if (!statistics) return failed("stats", statistics.error().message);
  if (!options.flow.empty()) {
    if (const Status kept = keep_flow(*statistics, options.flow); !kept) return failed("stats", kept.error().message);
  }
  return tell(*statistics, options.format);
}

}  // namespace

void add_stats_command(CLI::App& app, int& exit_code) {
  static StatsOptions options;
  CLI::App* command = app.add_subcommand("stats", "Where people go in the flows, where they give up, what it costs");
  command->description(
      "Tells for each flow and channel, state by state, how many people came, how long they stayed on the way on,\n"
      "where they went and who gave up there, and what it cost in sessions and short messages (docs/operating.md).\n"
      "The daemon writes its counts every 10 seconds. The key file must be readable, so run it as the daemon's "
      "user.");
  add_config_option(*command, options.config);
  command->add_option("--flow", options.flow, "Only this flow");
  command->add_option("--from", options.from, "The first day, like 2026-11-25, where the deployment is (else: all)");
  command->add_option("--to", options.to, "The last day (else: all)");
  const std::map<std::string, StatsFormat> formats{
      {"text", StatsFormat::text}, {"json", StatsFormat::json}, {"csv", StatsFormat::csv}};
  command->add_option("--format", options.format, "text for people; json, or csv for spreadsheets, to stdout")
      ->transform(CLI::CheckedTransformer(formats));
  command->callback([&exit_code] { exit_code = show_statistics(options); });
}

}  // namespace shubbak::cli
