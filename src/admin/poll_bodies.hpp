// The bodies of the API for polls (message.hpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/bodies.hpp"
#include "admin/poll_service.hpp"

namespace shubbak::admin {

inline constexpr TextRule poll_name_rule{.letters_max = polls::Limits::name_octets_max};
inline constexpr TextRule poll_day_rule{.letters_min = 10, .letters_max = 10};
inline constexpr TextRule poll_state_rule{.letters_max = 7, .words = poll_state_names};
inline constexpr std::array<std::string_view, 3> poll_group_names{"all", "company", "channel"};
inline constexpr TextRule poll_group_rule{.letters_max = 7, .words = poll_group_names};
inline constexpr TextRule poll_of_rule{.letters_min = 0, .letters_max = 64};
inline constexpr TextRule poll_choices_rule{.letters_max =
                                                polls::Limits::choices_max * (polls::Limits::name_octets_max + 1)};
// Of all, of each company and of each channel, each choice.
inline constexpr std::size_t poll_rows_max = 10'000;

struct PollRoundShown {
  std::string poll;
  std::int64_t round = 0;
  std::string first_day;
  std::string last_day;
  bool over = false;
};
template <class V>
void describe(V& v, PollRoundShown& b) {
  v.text("poll", b.poll, poll_name_rule, "as the configuration names it");
  v.number("round", b.round, "its number");
  v.text("first_day", b.first_day, poll_day_rule, "of the deployment's calendar");
  v.text("last_day", b.last_day, poll_day_rule, "likewise");
  v.truth("over", b.over, "only then results are told");
}
PollRoundShown shown(const PollRoundTold& told);

struct PollRoundList {
  std::vector<PollRoundShown> rounds;
};
template <class V>
void describe(V& v, PollRoundList& b) {
  v.list("rounds", b.rounds, poll_rows_max, "by poll, the newest first");
}

struct PollResultsBody {
  std::string poll;
  std::optional<std::int64_t> round;
};
template <class V>
void describe(V& v, PollResultsBody& b) {
  v.text("poll", b.poll, poll_name_rule, "as the configuration names it");
  v.optional_number("round", b.round, "its number; without it the last one that is over");
}

struct PollCountShown {
  std::string by;
  std::string of;
  std::string choices;
  std::int64_t answers = 0;
};
template <class V>
void describe(V& v, PollCountShown& b) {
  v.text("by", b.by, poll_group_rule, "what the row is of");
  v.text("of", b.of, poll_of_rule, "a company or channel; (others): the others as one; (none): no company was told");
  v.text("choices", b.choices, poll_choices_rule, "one, or several with +: rare ones as one");
  v.number("answers", b.answers, "how many");
}

struct PollResultsShown {
  std::string poll;
  std::string state;
  std::optional<std::int64_t> round;
  std::optional<std::string> first_day;
  std::optional<std::string> last_day;
  std::vector<PollCountShown> rows;
};
template <class V>
void describe(V& v, PollResultsShown& b) {
  v.text("poll", b.poll, poll_name_rule, "as the configuration names it");
  v.text(
      "state", b.state, poll_state_rule,
      "told; too_few: answers for anything to be told; running: told when the round is over; none: no round is over");
  v.optional_number("round", b.round, "its number");
  v.optional_text("first_day", b.first_day, poll_day_rule, "of the deployment's calendar");
  v.optional_text("last_day", b.last_day, poll_day_rule, "likewise");
  v.list("rows", b.rows, poll_rows_max,
         "of all answers, by company and by channel; no row can be told from the others");
}
PollResultsShown shown(const PollTold& told);

}  // namespace shubbak::admin
