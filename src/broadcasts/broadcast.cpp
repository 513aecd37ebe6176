#include "broadcasts/broadcast.hpp"

#include <algorithm>
#include <cstdlib>

#include "domain/text.hpp"

namespace shubbak::broadcasts {
namespace {

struct Step {
  Act act;
  State from;
  State to;
};
constexpr std::array steps{
    Step{Act::propose, State::draft, State::proposed},   Step{Act::approve, State::proposed, State::approved},
    Step{Act::reject, State::proposed, State::rejected}, Step{Act::pause, State::approved, State::paused},
    Step{Act::pause, State::running, State::paused},     Step{Act::resume, State::paused, State::running},
    Step{Act::start, State::approved, State::running},   Step{Act::finish, State::running, State::done}};

// By act.
constexpr std::array<std::string_view, act_names.size()> done_names{
    "proposed", "approved", "rejected", "paused", "resumed", "cancelled", "started", "finished", "expired"};

// Letters and line ends, in UTF-8.
bool is_shown_by_phones(std::string_view text) {
  constexpr char32_t last_control = 0x1F;
  constexpr char32_t first_upper_control = 0x7F;
  constexpr char32_t last_upper_control = 0x9F;
  constexpr char32_t malformed = 0xFFFD;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t letter = next_code_point(text, at);
    if (letter == malformed || (letter <= last_control && letter != U'\n') ||
        (letter >= first_upper_control && letter <= last_upper_control))
      return false;
  }
  return true;
}

Status check_text(const Text& one) {
  const std::string where = "the text in " + one.locale;
  if (one.text.find_first_not_of(" \n") == std::string::npos) return Error{Errc::invalid, where + " is empty"};
  if (one.text.size() > Limits::text_octets_max)
    return Error{Errc::invalid, where + " is longer than any SMS: shorten it"};
  if (!is_shown_by_phones(one.text))
    return Error{Errc::invalid, where + " holds what is no letter of UTF-8: phones show letters and line ends only"};
  return {};
}

bool starts_telling(Act act) {
  return act == Act::propose || act == Act::approve || act == Act::resume || act == Act::start;
}

}  // namespace

const std::string& text_in(const std::vector<Text>& texts, std::string_view locale, std::string_view default_locale) {
  const auto spoken = std::ranges::find(texts, locale, &Text::locale);
  if (spoken != texts.end()) return spoken->text;
  const auto own = std::ranges::find(texts, default_locale, &Text::locale);
  return own == texts.end() ? texts.front().text : own->text;
}

Status check(const std::vector<Text>& texts, std::string_view default_locale, WallTime expires, WallTime now) {
  if (std::ranges::find(texts, default_locale, &Text::locale) == texts.end())
    return Error{Errc::invalid, "there is no text in " + std::string(default_locale) + ", the deployment's language"};
  if (texts.size() > Limits::locales_max) return Error{Errc::invalid, "there are too many texts"};
  for (auto one = texts.begin(); one != texts.end(); ++one) {
    if (std::find_if(texts.begin(), one, [&](const Text& other) { return other.locale == one->locale; }) != one)
      return Error{Errc::invalid, "there are two texts in " + one->locale};
    if (Status checked = check_text(*one); !checked.ok()) return checked;
  }
  if (expires <= now) return Error{Errc::invalid, "it would be over before it begins: say a later end"};
  if (expires > now + Limits::lives_max)
    return Error{Errc::invalid,
                 "it would go on for more than " + std::to_string(Limits::lives_max.count()) + " days"};
  return {};
}

Result<State> decide(const Standing& current, Act act, std::string_view by, WallTime now) {
  if (is_over(current.state))
    return Error{Errc::conflict, "the broadcast is over: it is " + std::string(to_string(current.state))};
  if (act == Act::cancel) return State::cancelled;
  if (act == Act::expire) {
    if (now >= current.expires) return State::expired;
    return Error{Errc::conflict, "the broadcast's time is not over yet"};
  }
  const auto* const step =
      std::ranges::find_if(steps, [&](const Step& one) { return one.act == act && one.from == current.state; });
  if (step == steps.end()) {
    return Error{Errc::conflict, "the broadcast is " + std::string(to_string(current.state)) + ": it cannot be " +
                                     std::string(done_names[static_cast<std::size_t>(act)]) + " now"};
  }
  if (act == Act::approve && (by == current.author || by == current.proposer))
    return Error{Errc::denied, "who has written or proposed a broadcast does not approve it: somebody else must"};
  if (starts_telling(act) && now >= current.expires)
    return Error{Errc::conflict, "the broadcast's time is over: draft another one"};
  return step->to;
}

bool Hours::include(WallTime now) const {
  const auto local = now + utc_offset;
  const auto since_midnight = local - std::chrono::floor<std::chrono::days>(local);
  return since_midnight >= from && since_midnight < until;
}

}  // namespace shubbak::broadcasts
