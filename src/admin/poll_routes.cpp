#include <array>

#include "admin/poll_bodies.hpp"
#include "admin/route_row.hpp"

namespace shubbak::admin {

using staff::Permission;

namespace {

std::string poll_day(std::chrono::sys_days day) {
  return time_text(std::chrono::time_point_cast<WallTime::duration>(day)).substr(0, poll_day_rule.letters_max);
}

// A row for each group of choices.
void add_counts(std::vector<PollCountShown>& rows, std::string_view by, const std::string& of,
                const polls::Results& results, const std::vector<std::int64_t>& answers) {
  for (std::size_t group = 0; group < answers.size(); ++group) {
    std::string choices;
    for (const std::string& choice : results.choices[group])
      choices.append(choices.empty() ? "" : "+").append(choice);
    rows.push_back({std::string(by), of, std::move(choices), answers[group]});
  }
}

std::string shown_name(const std::optional<std::string>& of) {
  if (!of) return "(others)";
  return of->empty() ? std::string("(none)") : *of;
}

}  // namespace

PollRoundShown shown(const PollRoundTold& told) {
  return {told.poll, told.round.number, poll_day(told.round.first), poll_day(told.round.last), told.is_over};
}

PollResultsShown shown(const PollTold& told) {
  PollResultsShown made;
  made.poll = told.poll;
  made.state = poll_state_names[static_cast<std::size_t>(told.state)];
  if (told.round) {
    made.round = told.round->number;
    made.first_day = poll_day(told.round->first);
    made.last_day = poll_day(told.round->last);
  }
  if (!told.results) return made;
  add_counts(made.rows, poll_group_names[0], "", *told.results, told.results->all);
  for (const polls::Row& row : told.results->by_company)
    add_counts(made.rows, poll_group_names[1], shown_name(row.of), *told.results, row.answers);
  for (const polls::Row& row : told.results->by_channel)
    add_counts(made.rows, poll_group_names[2], shown_name(row.of), *told.results, row.answers);
  return made;
}

namespace {

Served<PollRoundList> poll_rounds(World& world, Asked<Nothing>) {
  const auto found = list_poll_rounds(world);
  if (!found) co_return found.error();
  PollRoundList list;
  for (const PollRoundTold& one : *found) list.rounds.push_back(shown(one));
  co_return list;
}
Served<PollResultsShown> show_poll(World& world, Asked<PollResultsBody> asked) {
  const auto found = poll_results(world, asked.body.poll, asked.body.round);
  if (!found) co_return found.error();
  co_return shown(*found);
}

using rows::by;
using rows::get;
using rows::post;

constexpr std::array<Route, 2> poll_table{{
    row<Nothing, PollRoundList, poll_rounds>(get, "/polls", by, Permission::stats_read,
                                             "Polls after services, and their rounds"),
    row<PollResultsBody, PollResultsShown, show_poll>(
        post, "/polls/results", by, Permission::stats_read,
        "How often each choice was made in a round that is over, as far as nobody can be recognised by it"),
}};

}  // namespace

std::span<const Route> poll_routes() {
  return poll_table;
}

}  // namespace shubbak::admin
