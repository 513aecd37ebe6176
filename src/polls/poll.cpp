#include "polls/poll.hpp"

#include <algorithm>

namespace shubbak::polls {
namespace {

Error wrong(const std::string& of, const std::string& what) {
  return Error{Errc::invalid, of + ": " + what};
}

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= Limits::name_octets_max &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

std::size_t letters_of(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_line(std::string_view text, std::size_t letters_max) {
  return !text.empty() && letters_of(text) <= letters_max &&
         std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

std::string letters(std::size_t most) {
  return "1 to " + std::to_string(most) + " letters on one line";
}

// Numbers of the rounds of one length: enough until the year 4707 for those of a day.
constexpr std::int64_t numbers_of_length = 1'000'000;

Status check_choices(const Poll& poll) {
  if (poll.choices.size() < Limits::choices_min || poll.choices.size() > Limits::choices_max)
    return wrong(poll.name, "it has " + std::to_string(Limits::choices_min) + " to " +
                                std::to_string(Limits::choices_max) + " choices");
  for (const Choice& choice : poll.choices) {
    if (!is_word(choice.name)) return wrong(poll.name, "a choice's name is 1 to 32 lower-case letters and _");
    if (!is_line(choice.label_ar, Limits::label_letters_max) || !is_line(choice.label_en, Limits::label_letters_max))
      return wrong(poll.name + "." + choice.name, "a label is " + letters(Limits::label_letters_max));
    if (std::ranges::count(poll.choices, choice.name, &Choice::name) > 1)
      return wrong(poll.name, "the choice '" + choice.name + "' is there twice");
  }
  return {};
}

Status check_poll(const Poll& poll) {
  if (!is_word(poll.name)) return wrong(poll.name, "a poll's name is 1 to 32 lower-case letters and _");
  if (!is_line(poll.question_ar, Limits::question_letters_max) ||
      !is_line(poll.question_en, Limits::question_letters_max))
    return wrong(poll.name, "a question is " + letters(Limits::question_letters_max));
  const auto days = std::chrono::floor<std::chrono::days>(poll.every);
  if (days != poll.every || days < std::chrono::days(1) || days > Limits::round_most)
    return wrong(poll.name, "every must be whole days: 1d to 366d");
  if (poll.least < Limits::least_min || poll.least > Limits::least_max)
    return wrong(poll.name, "least must be " + std::to_string(Limits::least_min) + " to " +
                                std::to_string(Limits::least_max) + " answers");
  for (const std::string& group : poll.after) {
    if (std::ranges::count(poll.after, group) > 1) return wrong(poll.name, "'" + group + "' is in after twice");
  }
  return check_choices(poll);
}

}  // namespace

const Choice* Poll::find_choice(std::string_view choice) const {
  const auto found = std::ranges::find(choices, choice, &Choice::name);
  return found == choices.end() ? nullptr : &*found;
}

bool Poll::is_asked_after(std::string_view group) const {
  return group.empty() || after.empty() || std::ranges::find(after, group) != after.end();
}

const Poll* find_poll(const Polls& polls, std::string_view name) {
  const auto found = std::ranges::find(polls, name, &Poll::name);
  return found == polls.end() ? nullptr : &*found;
}

Status check(const Polls& polls) {
  if (polls.size() > Limits::polls_max)
    return Error{Errc::invalid, "there are " + std::to_string(Limits::polls_max) + " polls at most"};
  for (const Poll& poll : polls) {
    if (Status checked = check_poll(poll); !checked.ok()) return checked;
    if (std::ranges::count(polls, poll.name, &Poll::name) > 1) return wrong(poll.name, "the poll is there twice");
  }
  return {};
}

// A line for each setting: none of them holds a line break.
std::string definition(const Poll& poll) {
  std::string text = std::to_string(poll.every.count()) + "\n" + std::to_string(poll.least) + "\n" +
                     poll.question_ar + "\n" + poll.question_en + "\n";
  for (const Choice& choice : poll.choices) {
    for (const std::string* part : {&choice.name, &choice.label_ar, &choice.label_en}) text += *part + "\n";
  }
  text += "after\n";
  for (const std::string& group : poll.after) text += group + "\n";
  return text;
}

Round round_at(const Poll& poll, WallTime now, std::chrono::minutes utc_offset) {
  const std::int64_t length = std::chrono::floor<std::chrono::days>(poll.every).count();
  SHUBBAK_ASSERT(length > 0);
  const std::int64_t today = std::chrono::floor<std::chrono::days>(now + utc_offset).time_since_epoch().count();
  const std::int64_t past = ((today % length) + length) % length;  // also of days before 1970
  const auto day = [](std::int64_t number) { return std::chrono::sys_days(std::chrono::days(number)); };
  // With the length in it, for rounds of two lengths have the same place at times, such as of 365 and 366 days.
  const std::int64_t number = length * numbers_of_length + (today - past) / length;
  return {number, day(today - past), day(today - past + length - 1)};
}

std::optional<std::chrono::days> length_of_rounds(std::int64_t number) {
  const std::int64_t length = number / numbers_of_length;
  if (length < 1 || length > Limits::round_most.count()) return std::nullopt;
  return std::chrono::days(length);
}

bool is_over(const Round& round, const Poll& poll, WallTime now, std::chrono::minutes utc_offset) {
  const WallTime begin = std::chrono::time_point_cast<WallTime::duration>(round.first) - utc_offset;
  return round_at(poll, begin, utc_offset) != round ||
         std::chrono::floor<std::chrono::days>(now + utc_offset) > round.last;
}

}  // namespace shubbak::polls
