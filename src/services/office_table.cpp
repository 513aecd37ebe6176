#include "services/office_table.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "domain/text.hpp"
#include "flows/spelling.hpp"

namespace shubbak::services {
namespace {

constexpr std::size_t forgiven_letters_min = 5;  // PRODUCT.md, SMS commands

std::size_t letters_of(std::string_view utf8) {
  return flows::code_points(utf8).size();
}

bool is_line(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

bool is_phone(std::string_view text) {
  return text.size() >= 3 && text.size() <= Office::phone_letters_max &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == ' '; });
}

// "": nothing is wrong with it alone.
std::string fault_alone(const Office& office) {
  struct Field {
    const char* name;
    const std::string& text;
    std::size_t letters_max;
  };
  const std::initializer_list<Field> fields{{"name_ar", office.name_ar, Office::name_letters_max},
                                            {"name_en", office.name_en, Office::name_letters_max},
                                            {"governorate_ar", office.governorate_ar, Office::name_letters_max},
                                            {"governorate_en", office.governorate_en, Office::name_letters_max},
                                            {"area_ar", office.area_ar, Office::name_letters_max},
                                            {"area_en", office.area_en, Office::name_letters_max},
                                            {"address_ar", office.address_ar, Office::address_letters_max},
                                            {"address_en", office.address_en, Office::address_letters_max},
                                            {"hours_ar", office.hours_ar, Office::hours_letters_max},
                                            {"hours_en", office.hours_en, Office::hours_letters_max}};
  for (const Field& field : fields) {
    if (fold(field.text).empty() || letters_of(field.text) > field.letters_max || !is_line(field.text))
      return std::string(field.name) + " must be one line of 1 to " + std::to_string(field.letters_max) + " letters";
  }
  if (!office.phone.empty() && !is_phone(office.phone)) return "phone must be 3 to 16 digits, +, - and blanks";
  return {};
}

// Places by their names as they are folded, each to be written alike everywhere, and to be told apart in both
// languages.
class Places {
 public:
  // "": it is written as before, and no other is called so.
  std::string fault_of(const std::string& ar, const std::string& en) {
    const Names names{ar, en};
    for (const Names& first :
         {arabic_.try_emplace(fold(ar), names).first->second, english_.try_emplace(fold(en), names).first->second}) {
      if (first != names)
        return fmt::format("'{}' ({}) is '{}' ({}) of another office: write it alike", ar, en, first.first,
                           first.second);
    }
    return {};
  }
  [[nodiscard]] std::size_t count() const { return arabic_.size(); }

 private:
  using Names = std::pair<std::string, std::string>;
  std::map<std::string, Names> arabic_;
  std::map<std::string, Names> english_;
};

std::vector<std::string> folded_words(std::string_view text) {
  const std::string folded = fold(text);
  std::vector<std::string> words;
  for (std::size_t at = 0; at < folded.size();) {
    const std::size_t end = std::min(folded.find(' ', at), folded.size());
    words.push_back(folded.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

bool is_latin_article(std::string_view word) {
  return word == "al" || word == "el";
}

std::string without_article(std::string word) {
  constexpr std::string_view article = "ال";
  constexpr std::size_t letters_min = 4;
  if (word.starts_with(article) && letters_of(word) >= letters_min) word.erase(0, article.size());
  return word;
}

// Without articles, unless there is nothing else.
std::vector<std::string> bare_words(std::string_view text) {
  std::vector<std::string> words = folded_words(text);
  if (!std::ranges::all_of(words, is_latin_article)) std::erase_if(words, is_latin_article);
  for (std::string& word : words) word = without_article(std::move(word));
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) {
    if (!all.empty()) all += ' ';
    all += word;
  }
  return all;
}

bool has_digit(const std::u32string& word) {
  return std::ranges::any_of(word, [](char32_t c) { return c >= U'0' && c <= U'9'; });
}

bool is_called(std::string_view typed, const std::string& ar, const std::string& en) {
  const std::string folded = fold(typed);
  return folded == fold(ar) || folded == fold(en);
}

void add_index(std::vector<std::uint16_t>& indices, std::uint16_t index) {
  if (indices.empty() || indices.back() != index) indices.push_back(index);
}

}  // namespace

std::vector<OfficeFault> faults_of(const std::vector<Office>& offices) {
  if (offices.size() > Office::table_max)
    return {{Office::table_max, "there are " + std::to_string(Office::table_max) + " offices at most"}};
  std::vector<OfficeFault> faults;
  Places governorates;
  std::map<std::string, Places> areas;
  std::map<std::string, std::set<std::string>> names;
  for (std::size_t i = 0; i < offices.size(); ++i) {
    const Office& office = offices[i];
    const auto judge = [&]() -> std::string {
      if (std::string alone = fault_alone(office); !alone.empty()) return alone;
      const std::string& governorate = office.governorate_ar;
      if (std::string other = governorates.fault_of(governorate, office.governorate_en); !other.empty()) return other;
      if (governorates.count() > Office::governorates_max)
        return "offices are in " + std::to_string(Office::governorates_max) + " governorates at most";
      if (std::string other = areas[governorate].fault_of(office.area_ar, office.area_en); !other.empty())
        return other;
      if (areas[governorate].count() > Office::areas_max)
        return "a governorate has " + std::to_string(Office::areas_max) + " areas at most";
      auto& in_area = names[governorate + '\n' + office.area_ar];
      if (!in_area.insert(fold(office.name_ar)).second) return "the area has another office of that name";
      if (in_area.size() > Office::in_area_max)
        return "an area has " + std::to_string(Office::in_area_max) + " offices at most";
      return {};
    };
    if (std::string what = judge(); !what.empty()) faults.push_back({i, std::move(what)});
  }
  return faults;
}

OfficeTable::OfficeTable(std::vector<Office> offices) : offices_(std::move(offices)) {
  for (std::size_t i = 0; i < offices_.size(); ++i) {
    const Office& office = offices_[i];
    const auto index = static_cast<std::uint16_t>(i);
    for (const std::string* name : {&office.area_ar, &office.area_en, &office.name_ar, &office.name_en})
      add_index(by_name_[joined(bare_words(*name))], index);
    for (const std::string* name : {&office.area_ar, &office.area_en, &office.name_ar, &office.name_en,
                                    &office.governorate_ar, &office.governorate_en}) {
      for (const std::string& word : bare_words(*name)) add_index(by_word_[flows::code_points(word)], index);
    }
  }
}

std::vector<const Office*> OfficeTable::at(const Indices& indices) const {
  std::vector<const Office*> found;
  found.reserve(indices.size());
  for (const std::uint16_t index : indices) found.push_back(&offices_[index]);
  return found;
}

std::vector<const Office*> OfficeTable::governorates() const {
  std::vector<const Office*> found;
  std::set<std::string_view> seen;
  for (const Office& office : offices_) {
    if (seen.insert(office.governorate_ar).second) found.push_back(&office);
  }
  return found;
}

std::vector<const Office*> OfficeTable::areas(std::string_view governorate) const {
  std::vector<const Office*> found;
  std::set<std::string_view> seen;
  for (const Office& office : offices_) {
    if (is_called(governorate, office.governorate_ar, office.governorate_en) && seen.insert(office.area_ar).second)
      found.push_back(&office);
  }
  return found;
}

std::vector<const Office*> OfficeTable::in_area(std::string_view governorate, std::string_view area) const {
  std::vector<const Office*> found;
  for (const Office& office : offices_) {
    if (is_called(governorate, office.governorate_ar, office.governorate_en) &&
        is_called(area, office.area_ar, office.area_en))
      found.push_back(&office);
  }
  return found;
}

OfficeTable::Indices OfficeTable::with_word(const std::u32string& typed, std::size_t slips) const {
  if (slips == 0 || has_digit(typed)) {
    const auto exact = by_word_.find(typed);
    return exact == by_word_.end() ? Indices() : exact->second;
  }
  std::set<std::uint16_t> found;
  for (const auto& [word, indices] : by_word_) {
    const bool may_differ = word.size() >= forgiven_letters_min && !has_digit(word);
    if (may_differ ? flows::edit_distance(word, typed, slips) <= slips : word == typed)
      found.insert(indices.begin(), indices.end());
  }
  return {found.begin(), found.end()};
}

OfficeTable::Indices OfficeTable::with_words(const std::vector<std::u32string>& typed, std::size_t slips) const {
  Indices found = with_word(typed.front(), slips);
  for (auto word = typed.begin() + 1; word != typed.end() && !found.empty(); ++word) {
    const Indices more = with_word(*word, slips);
    Indices both;
    std::ranges::set_intersection(found, more, std::back_inserter(both));
    found = std::move(both);
  }
  return found;
}

std::vector<const Office*> OfficeTable::find(std::string_view typed) const {
  const std::vector<std::string> words = bare_words(typed);
  if (words.empty() || words.size() > typed_words_max) return {};
  if (const auto named = by_name_.find(joined(words)); named != by_name_.end()) return at(named->second);
  std::vector<std::u32string> letters;
  letters.reserve(words.size());
  for (const std::string& word : words) letters.push_back(flows::code_points(word));
  const Indices told = with_words(letters, 0);
  return at(told.empty() ? with_words(letters, 1) : told);
}

}  // namespace shubbak::services
