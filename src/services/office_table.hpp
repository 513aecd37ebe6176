// Public offices and how people ask for one (PRODUCT.md, deployment D): by the name of an area, spelled as they like,
// or by governorate and area. Pure. Limits: Office's own, and OfficeTable::found_max found at once. Thread: any, once
// built.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace shubbak::services {

struct Office {
  static constexpr std::size_t table_max = 2'000;
  static constexpr std::size_t name_letters_max = 24;  // of it, its area and its governorate: a line of a screen
  static constexpr std::size_t address_letters_max = 60;
  static constexpr std::size_t hours_letters_max = 40;
  static constexpr std::size_t phone_letters_max = 16;
  static constexpr std::size_t governorates_max = 40;
  static constexpr std::size_t areas_max = 60;  // of one governorate
  static constexpr std::size_t in_area_max = 20;

  std::string name_ar;
  std::string name_en;
  std::string governorate_ar;
  std::string governorate_en;
  std::string area_ar;
  std::string area_en;
  std::string address_ar;
  std::string address_en;
  std::string hours_ar;
  std::string hours_en;
  std::string phone;  // as people dial it; "": none is told
};

// What is wrong with one of the table, and which: the first fault of each.
struct OfficeFault {
  std::size_t office = 0;
  std::string what;
};
std::vector<OfficeFault> faults_of(const std::vector<Office>& offices);

// Names are compared as they are folded (domain/text.hpp), in whatever language. Offices come in the order of the
// table, and live as long as it.
class OfficeTable {
 public:
  static constexpr std::size_t found_max = Office::in_area_max;
  static constexpr std::size_t typed_words_max = 8;

  OfficeTable() = default;
  explicit OfficeTable(std::vector<Office> offices);  // of which faults_of() tells none

  [[nodiscard]] std::vector<const Office*> governorates() const;  // one office of each
  // One office of each area; none: there is no such governorate.
  [[nodiscard]] std::vector<const Office*> areas(std::string_view governorate) const;
  [[nodiscard]] std::vector<const Office*> in_area(std::string_view governorate, std::string_view area) const;
  // Those whose area or own name was typed, with or without the article; else those of which every word that was
  // typed tells area, governorate or name, one slip forgiven in words of five letters or more if it must be. All of
  // them, also if they are more than found_max; none: nobody knows what is meant.
  [[nodiscard]] std::vector<const Office*> find(std::string_view typed) const;

 private:
  using Indices = std::vector<std::uint16_t>;  // ascending

  [[nodiscard]] std::vector<const Office*> at(const Indices& indices) const;
  [[nodiscard]] Indices with_word(const std::u32string& typed, std::size_t slips) const;
  [[nodiscard]] Indices with_words(const std::vector<std::u32string>& typed, std::size_t slips) const;

  std::vector<Office> offices_;
  std::unordered_map<std::string, Indices> by_name_;  // of areas and offices, without articles
  std::map<std::u32string, Indices> by_word_;
};

}  // namespace shubbak::services
