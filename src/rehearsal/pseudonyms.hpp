// Other values in the place of a person's: of the same length, script and kind, drawn at random and forgotten with
// the walk, but the same for the same value throughout it, so that what was equal stays equal. Pure: chance is an
// argument. Thread: one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "domain/national_id.hpp"

namespace shubbak::rehearsal {

class Pseudonyms {
 public:
  // Numbers below this tell nobody from another (counts, months, places on a page); they stay.
  static constexpr std::int64_t telling_from = 100;
  static constexpr std::size_t telling_digits_from = 3;  // and so do codes of one or two digits

  // `words` are the flows' own, which their conditions compare values with; they stay. `random` outlives it.
  Pseudonyms(Country country, std::set<std::string> words, const std::function<std::uint64_t()>& random)
      : country_(country), words_(std::move(words)), random_(&random) {}

  // How values that have no pseudonym yet get one, where the ones of the tries before led the walk another way: 0 a
  // number as far from its neighbour as it was, as long as it was; 1 the same, longer or shorter; 2 and 3 any of that
  // many digits; then one within a tenth of it.
  void set_try(int number) { try_ = number; }

  // As many digits, and as round, as far as the bounds let it.
  std::int64_t number(std::int64_t value, std::int64_t min, std::int64_t max);
  std::string digits(const std::string& value);
  std::string text(const std::string& value);  // all digits: digits()
  std::string date(const std::string& value);  // "2026-11-25": a day within five years of it
  std::string national_id(const std::string& value);
  // Who types a name that is in a list, perhaps with a slip of the finger, means that entry.
  [[nodiscard]] std::optional<std::string> known_name(const std::string& typed) const;

 private:
  std::uint64_t below(std::uint64_t bound) { return (*random_)() % bound; }
  std::optional<std::int64_t> beside_neighbour(std::int64_t value) const;
  std::int64_t drawn(std::int64_t value, std::int64_t min, std::int64_t max);
  char32_t other(char32_t c);
  std::string drawn_text(const std::string& value);
  std::string drawn_national_id(const std::string& value);

  Country country_;
  std::set<std::string> words_;
  const std::function<std::uint64_t()>* random_;
  int try_ = 0;
  std::map<std::int64_t, std::int64_t> numbers_;
  std::map<std::string, std::string> texts_;  // digits and dates too
  std::map<std::string, std::string> names_;  // texts, by their folded spelling
  std::set<std::string> drawn_;               // folded: no two values become one
};

}  // namespace shubbak::rehearsal
