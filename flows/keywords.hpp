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
  static constexpr std::size_t words_max = 64;  // of a text; what comes after is not read

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
    std::vector<std::string> rest;  // folded words after the keyword; of a numbers pattern, all of them
  };
  [[nodiscard]] std::optional<Match> match(std::string_view text) const;

 private:
  struct Keyword {
    std::vector<std::u32string> words;
    Owner owner;
  };
  struct Numbers {
    NumbersPattern pattern;
    Owner owner;
  };
  [[nodiscard]] std::optional<Match> exact(const std::vector<std::string>& words) const;
  [[nodiscard]] std::optional<Match> numbers(const std::vector<std::string>& words) const;
  [[nodiscard]] std::optional<Match> forgiving(const std::vector<std::string>& words) const;

  std::unordered_map<std::string, std::size_t> by_text_;
  std::vector<Keyword> keywords_;
  std::vector<Numbers> numbers_;
  std::size_t longest_ = 0;  // words
};

}  // namespace shubbak::flows
