#include "flows/keywords.hpp"

#include <algorithm>
#include <utility>

#include "domain/text.hpp"
#include "flows/spelling.hpp"

namespace shubbak::flows {
namespace {

// May stand in an e-mail address; what is not ASCII, such as an Arabic comma, ends one.
bool is_of_address(char c) {
  return c > ' ' && c < 0x7F && std::string_view(":;,<>()\"").find(c) == std::string_view::npos;
}

// From where to where in it an e-mail address stands; an empty one: it holds none.
std::pair<std::size_t, std::size_t> address_in(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos) return {0, 0};
  std::size_t begin = at;
  while (begin > 0 && is_of_address(text[begin - 1])) --begin;
  std::size_t end = at + 1;
  while (end < text.size() && is_of_address(text[end])) ++end;
  while (text[end - 1] == '.') --end;  // of the sentence
  const bool is_address = begin < at && text.substr(at, end - at).find('.') != std::string_view::npos;
  return is_address ? std::pair(begin, end) : std::pair(std::size_t{0}, std::size_t{0});
}

// What is between e-mail addresses as `spelt` has it, blank by blank; these as they were typed, since folding would
// take them apart. The text may be as long as its sender wants: no more is looked at than so many parts.
std::vector<std::string> parts_of(std::string_view text, std::string (*spelt)(std::string_view),
                                  std::size_t parts_max) {
  std::vector<std::string> parts;
  while (!text.empty() && parts.size() < parts_max) {
    const auto [begin, end] = address_in(text);
    const bool has_address = begin < end;
    const std::string plain = spelt(has_address ? text.substr(0, begin) : text);
    for (std::size_t at = 0; at < plain.size() && parts.size() < parts_max;) {
      const std::size_t blank = std::min(plain.find(' ', at), plain.size());
      if (blank > at) parts.push_back(plain.substr(at, blank - at));
      at = blank + 1;
    }
    if (has_address && parts.size() < parts_max) parts.emplace_back(text.substr(begin, end - begin));
    text.remove_prefix(has_address ? end : text.size());
  }
  return parts;
}

std::vector<std::string> words_of(std::string_view text, std::size_t words_max) {
  return parts_of(text, fold, words_max);
}

std::string as_typed(std::string_view text) {
  std::string typed(text);
  std::ranges::replace_if(
      typed, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return typed;
}

// What was typed from the word `first` on, blank by blank without what is marks alone. Folded, but for the marks
// within numbers: what holds together with the word before, and what is too long for one answer.
std::vector<std::string> answers_behind(std::string_view text, std::size_t first, std::size_t words_max) {
  std::vector<std::string> answers;
  std::size_t words = 0;
  const auto add = [&](std::string& part) {
    const std::vector<std::string> within = words_of(part, words_max - words);
    if (words < first) {
      for (std::size_t i = first - words; i < within.size(); ++i) answers.push_back(within[i]);
    } else if (!within.empty()) {
      answers.push_back(std::move(part));
    }
    words += within.size();
  };
  for (std::string& typed : parts_of(text, as_typed, words_max)) {
    if (words >= first && typed.size() <= KeywordIndex::answer_octets_max) {
      add(typed);
    } else {
      for (std::string& part : parts_of(typed, fold_around_numbers, words_max)) add(part);
    }
  }
  return answers;
}

bool is_number(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool has_digit(std::u32string_view word) {
  return std::any_of(word.begin(), word.end(), [](char32_t c) { return c >= U'0' && c <= U'9'; });
}

bool overlap(const NumbersPattern& a, const NumbersPattern& b) {
  if (a.lengths.size() != b.lengths.size()) return false;
  for (std::size_t i = 0; i < a.lengths.size(); ++i) {
    if (a.lengths[i].max < b.lengths[i].min || b.lengths[i].max < a.lengths[i].min) return false;
  }
  return true;
}

bool matches(const NumbersPattern& pattern, const std::vector<std::string>& words) {
  if (pattern.lengths.size() != words.size()) return false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const NumbersPattern::Length& length = pattern.lengths[i];
    if (!is_number(words[i]) || words[i].size() < length.min || words[i].size() > length.max) return false;
  }
  return true;
}

bool forgives(std::u32string_view keyword, std::u32string_view typed) {
  if (keyword == typed) return true;
  // A digit that differs is another number, not a slip of the finger.
  if (keyword.size() < KeywordIndex::forgiven_letters_min || has_digit(keyword) || has_digit(typed)) return false;
  return edit_distance(keyword, typed, 1) <= 1;
}

}  // namespace

std::optional<KeywordIndex::Owner> KeywordIndex::add(std::string_view keyword, const Owner& owner) {
  const auto [place, is_new] = by_text_.emplace(fold(keyword), keywords_.size());
  if (!is_new) return keywords_[place->second].owner;
  Keyword added;
  added.owner = owner;
  for (const std::string& word : words_of(keyword, words_max)) added.words.push_back(code_points(word));
  longest_ = std::max(longest_, added.words.size());
  keywords_.push_back(std::move(added));
  return std::nullopt;
}

std::optional<KeywordIndex::Owner> KeywordIndex::add_numbers(NumbersPattern pattern, const Owner& owner) {
  for (const Numbers& other : numbers_) {
    if (overlap(other.pattern, pattern)) return other.owner;
  }
  numbers_.push_back({std::move(pattern), owner});
  return std::nullopt;
}

std::optional<KeywordIndex::Match> KeywordIndex::match(std::string_view text) const {
  const std::vector<std::string> words = words_of(text, words_max);
  if (words.empty()) return std::nullopt;
  std::optional<Found> found = exact(words);
  if (!found) {
    if (const auto flow = numbers(words)) return Match{*flow, 0, words};
    found = forgiving(words);
  }
  if (!found) return std::nullopt;
  return Match{found->flow, found->words, answers_behind(text, found->words, words_max)};
}

bool KeywordIndex::is_keyword(std::string_view text) const {
  return by_text_.contains(fold(text));
}

std::optional<KeywordIndex::Found> KeywordIndex::exact(const std::vector<std::string>& words) const {
  std::optional<Found> best;
  std::string phrase;
  for (std::size_t count = 1; count <= std::min(words.size(), longest_); ++count) {
    if (count > 1) phrase += ' ';
    phrase += words[count - 1];
    const auto found = by_text_.find(phrase);
    if (found != by_text_.end()) best = Found{keywords_[found->second].owner.flow, count};
  }
  return best;
}

std::optional<std::uint16_t> KeywordIndex::numbers(const std::vector<std::string>& words) const {
  for (const Numbers& candidate : numbers_) {
    if (matches(candidate.pattern, words)) return candidate.owner.flow;
  }
  return std::nullopt;
}

std::optional<KeywordIndex::Found> KeywordIndex::forgiving(const std::vector<std::string>& words) const {
  std::vector<std::u32string> typed;
  for (std::size_t i = 0; i < std::min(words.size(), longest_); ++i) typed.push_back(code_points(words[i]));
  const Keyword* best = nullptr;
  bool ambiguous = false;
  for (const Keyword& keyword : keywords_) {
    if (keyword.words.size() > typed.size()) continue;
    if (best != nullptr && keyword.words.size() < best->words.size()) continue;
    if (!std::equal(keyword.words.begin(), keyword.words.end(), typed.begin(), forgives)) continue;
    const bool longer = best == nullptr || keyword.words.size() > best->words.size();
    ambiguous = !longer && (ambiguous || best->owner.flow != keyword.owner.flow);
    best = &keyword;
  }
  // A flow that moves money must be named exactly; that it is near still makes the text ambiguous.
  if (best == nullptr || ambiguous || best->owner.changes_money) return std::nullopt;
  return Found{best->owner.flow, best->words.size()};
}

}  // namespace shubbak::flows
