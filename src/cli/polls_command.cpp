// shubbak polls: polls after services, and what people have answered, as far as nobody can be recognised by it.

#include <cstdio>
#include <optional>
#include <string>

#include <boost/json/serialize.hpp>

#include "admin/poll_bodies.hpp"
#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/report_table.hpp"
#include "cli/staff_at_work.hpp"

namespace shubbak::cli {
namespace {

constexpr std::string_view polls_name = "polls";

struct PollsOptions {
  std::string config;
  std::string poll;
  std::optional<std::int64_t> round;
  std::string format = "text";
};

int tell_polls(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit_ok;
  return failed(polls_name, "the output could not be written whole");
}

int list_polls(const PollsOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  auto desk = StaffAtWork::open_to_read(polls_name, std::move(*config));
  if (!desk) return desk.error();
  const auto rounds = admin::list_poll_rounds(desk->world());
  if (!rounds) return failed(polls_name, rounds.error().message);
  std::string text;
  for (const admin::PollRoundTold& one : *rounds) {
    const admin::PollRoundShown round = admin::shown(one);
    text += round.poll + "  round " + std::to_string(round.round) + "  " + round.first_day + " to " + round.last_day +
            (round.over ? "  over\n" : "  running\n");
  }
  return tell_polls(text.empty() ? "no polls are configured\n" : text);
}

std::string why_nothing_is_told(admin::PollState state) {
  switch (state) {
    case admin::PollState::told:
      return {};
    case admin::PollState::too_few:
      return "too few have answered in that round for anything to be told\n";
    case admin::PollState::running:
      return "that round is not over: only then its answers are told\n";
    case admin::PollState::none:
      return "no round of this poll with answers is over\n";
  }
  std::abort();
}

int tell_results(const PollsOptions& options) {
  auto config = read_configuration(options.config);
  if (!config) return exit_failed;
  auto desk = StaffAtWork::open_to_read(polls_name, std::move(*config));
  if (!desk) return desk.error();
  const auto told = admin::poll_results(desk->world(), options.poll, options.round);
  if (!told) return failed(polls_name, told.error().message);
  admin::PollResultsShown body = admin::shown(*told);
  const boost::json::object written = admin::written(body);
  if (options.format == "json") return tell_polls(boost::json::serialize(written) + "\n");
  const boost::json::array& rows = written.at("rows").as_array();
  if (options.format == "csv") return tell_polls(report_csv(rows));
  if (rows.empty()) return tell_polls(why_nothing_is_told(told->state));
  return tell_polls(body.poll + ", round " + std::to_string(body.round.value_or(0)) + ", " +
                    body.first_day.value_or("") + " to " + body.last_day.value_or("") + "\n" + report_text(rows));
}

}  // namespace

void add_polls_command(CLI::App& app, int& exit_code) {
  static PollsOptions options;
  CLI::App* command = app.add_subcommand("polls", "Polls after services, and what was answered");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, int (*run)(const PollsOptions&)) {
    CLI::App* added = command->add_subcommand(name, what);
    add_config_option(*added, options.config);
    added->callback([run, &exit_code] { exit_code = run(options); });
    return added;
  };
  add("list", "The polls and their rounds", list_polls);
  CLI::App* results = add("results", "How often each choice was made in a round that is over", tell_results);
  results->add_option("--poll", options.poll, "As the configuration names it")->required();
  results->add_option("--round", options.round, "Its number (else: the last one that is over)");
  results->add_option("--format", options.format, "text, csv for spreadsheets, or json as the API answers")
      ->check(CLI::IsMember({"text", "csv", "json"}));
}

}  // namespace shubbak::cli
