// SMS commands: which flow a text asks for. Texts and keywords are folded (shubbak::fold), so spellings, digits and
// punctuation do not matter; the keyword of most words wins; one edit is forgiven in words of five letters or more,
// where only one flow can be meant and it moves no money. Pure. Thread: any, once built.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "flows/position.hpp"

namespace shubbak::flows {

// A text of nothing but so many numbers, each with a least and most number of digits ("21 1234567").
struct NumbersPattern {
  struct Length {
    std::uint8_t min = 1;
    std::uint8_t max = 1;
  };
  std::vector<Length> lengths;
};

class KeywordIndex {
 public:
  static constexpr std::size_t forgiven_letters_min = 5;
  static constexpr std::size_t words_max = 64;           // of a text; what comes after is not read
  static constexpr std::size_t answer_octets_max = 200;  // that stays as it was typed

  struct Owner {
    std::uint16_t flow = 0;
    bool changes_money = false;
    Position at;
  };
  // Not added and whose it is already, if it is.
  std::optional<Owner> add(std::string_view keyword, const Owner& owner);
  std::optional<Owner> add_numbers(NumbersPattern pattern, const Owner& owner);

  struct Match {
    std::uint16_t flow = 0;
    std::size_t words = 0;  // of the text that are the keyword; none of a numbers pattern
    // What stands behind the keyword, blank by blank as it was typed, since it may be the person's own words
    // (take_ready_answer reads it); of a numbers pattern, all words, folded.
    std::vector<std::string> rest;
  };
  [[nodiscard]] std::optional<Match> match(std::string_view text) const;
  // Is the text a keyword and nothing else, without a slip?
  [[nodiscard]] bool is_keyword(std::string_view text) const;

 private:
  struct Keyword {
    std::vector<std::u32string> words;
    Owner owner;
  };
  struct Numbers {
    NumbersPattern pattern;
    Owner owner;
  };
  struct Found {
    std::uint16_t flow = 0;
    std::size_t words = 0;
  };
  [[nodiscard]] std::optional<Found> exact(const std::vector<std::string>& words) const;
  [[nodiscard]] std::optional<std::uint16_t> numbers(const std::vector<std::string>& words) const;
  [[nodiscard]] std::optional<Found> forgiving(const std::vector<std::string>& words) const;

  std::unordered_map<std::string, std::size_t> by_text_;
  std::vector<Keyword> keywords_;
  std::vector<Numbers> numbers_;
  std::size_t longest_ = 0;  // words
};

}  // namespace shubbak::flows
