#include "ussd/screen.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <charconv>
#include <optional>
#include <vector>

#include "domain/result.hpp"
#include "domain/text.hpp"
#include "smpp/text.hpp"

namespace shubbak::ussd {
namespace {

constexpr std::string_view blanks = " \n\r\t";
constexpr std::uint32_t octets_min = 40;
constexpr std::size_t items_max = 65'535;

// ---- How big a text is ----

// The size of a piece of text in both alphabets, because which one counts is known only when the page is whole: one
// character outside GSM 7-bit makes all of it UCS-2.
struct Extent {
  std::uint32_t septets = 0;  // of the characters that are in GSM 7-bit
  std::uint32_t units = 0;    // UCS-2
  bool all_gsm = true;

  Extent& operator+=(const Extent& other) {
    septets += other.septets;
    units += other.units;
    all_gsm = all_gsm && other.all_gsm;
    return *this;
  }
  friend Extent operator+(Extent one, const Extent& other) { return one += other; }
};
constexpr Extent one_gsm_character{.septets = 1, .units = 1, .all_gsm = true};

Extent extent_of(char32_t c) {
  const std::uint32_t septets = smpp::units_of(smpp::Alphabet::gsm7, c);
  return {.septets = septets, .units = smpp::units_of(smpp::Alphabet::ucs2, c), .all_gsm = septets != 0};
}

Extent extent_of(std::string_view utf8) {
  const smpp::TextSize size = smpp::measure(utf8);
  if (size.alphabet == smpp::Alphabet::ucs2) return {.septets = 0, .units = size.units, .all_gsm = false};
  return {.septets = size.units, .units = smpp::measure_as(smpp::Alphabet::ucs2, utf8), .all_gsm = true};
}

// How much a string on the air holds.
struct Capacity {
  std::uint32_t septets;
  std::uint32_t units;

  explicit Capacity(std::uint32_t octets)
      : septets(static_cast<std::uint32_t>(std::uint64_t{octets} * 8 / 7)), units(octets / 2) {}
  [[nodiscard]] bool holds(const Extent& extent) const {
    return extent.all_gsm ? extent.septets <= septets : extent.units <= units;
  }
  // The most UTF-8 that it can hold: no character has more than 3 octets a UCS-2 unit, nor more than 2 a septet.
  [[nodiscard]] std::size_t octets_of_utf8() const {
    return std::max(std::size_t{3} * units, std::size_t{2} * septets);
  }
};

// A quick yes for what is shorter in UCS-2 than a page: then it fits in GSM 7-bit as well, where a character costs at
// most two septets. Only for text without four-octet or broken UTF-8; "no" means measure it.
bool surely_fits(std::string_view utf8, std::uint32_t units_max) {
  std::uint32_t units = 0;
  for (std::size_t at = 0; at < utf8.size(); ++units) {
    const auto octet = [&](std::size_t ahead) { return static_cast<unsigned char>(utf8[at + ahead]); };
    if (octet(0) < 0x80) {
      at += 1;
    } else if (octet(0) >= 0xC2 && octet(0) < 0xE0 && at + 1 < utf8.size() && (octet(1) & 0xC0U) == 0x80U) {
      at += 2;
    } else {
      return false;
    }
  }
  return units <= units_max;
}

bool fits(std::string_view utf8, const Capacity& capacity) {
  if (utf8.size() > capacity.octets_of_utf8()) return false;
  if (surely_fits(utf8, capacity.units)) return true;
  const smpp::TextSize size = smpp::measure(utf8);
  return size.units <= (size.alphabet == smpp::Alphabet::gsm7 ? capacity.septets : capacity.units);
}

// A mark that is drawn on the letter before it; a page must not begin with one.
bool is_combining(char32_t c) {
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x0610 && c <= 0x061A) || (c >= 0x064B && c <= 0x065F) ||
         c == 0x0670 ||
         (c >= 0x06D6 && c <= 0x06ED && c != 0x06DD && c != 0x06DE && c != 0x06E5 && c != 0x06E6 && c != 0x06E9) ||
         c == 0x200D || (c >= 0x20D0 && c <= 0x20FF) || (c >= 0xFE00 && c <= 0xFE0F);
}

// ---- Keys ----

// Digits that number no item: navigation has them, or an item that brings its own key.
std::bitset<10> taken_digits(const Content& content) {
  std::bitset<10> taken;
  const auto take = [&](std::string_view key) {
    if (key.size() == 1 && key[0] >= '0' && key[0] <= '9') taken.set(static_cast<std::size_t>(key[0] - '0'));
  };
  take(content.navigation.back.key);
  take(content.navigation.home.key);
  take(content.navigation.next.key);
  take(content.navigation.previous.key);
  for (const Item& item : content.items) take(item.key);
  return taken;
}

// Numbers the items of one page: the free digits from 1 up. Where no digit at all is free, two-digit numbers from 10.
class Numbering {
 public:
  explicit Numbering(const std::bitset<10>& taken) : taken_(taken) {
    advance();
    if (next_ > 9) last_ = 99;
  }
  [[nodiscard]] bool exhausted() const { return next_ > last_; }
  std::string_view take() {
    const auto end = std::to_chars(text_.data(), text_.data() + text_.size(), next_);
    advance();
    return {text_.data(), static_cast<std::size_t>(end.ptr - text_.data())};
  }

 private:
  void advance() {
    do {
      ++next_;
    } while (next_ <= 9 && taken_.test(static_cast<std::size_t>(next_)));
  }
  std::bitset<10> taken_;
  int next_ = 0;
  int last_ = 9;
  std::array<char, 4> text_{};
};

void append_line(std::string& text, std::string_view key, std::string_view label) {
  if (!text.empty()) text += '\n';
  text += key;
  if (!key.empty() && !label.empty()) text += ' ';
  text += label;
}

// ---- Navigation lines ----

// How much of the navigation is spelt out, from all of it down to nothing. A key that is not spelt out works all the
// same.
enum class Spelt : std::uint8_t { all, without_home, moves_only, next_only, nothing };
constexpr std::array spelt_levels{Spelt::all, Spelt::without_home, Spelt::moves_only, Spelt::next_only,
                                  Spelt::nothing};

constexpr std::size_t navigation_lines = 4;

// Calls visit(line, key) for the lines of a page's navigation from top to bottom; `line` is the place among all four.
template <class F>
void each_spelt(const Navigation& navigation, Spelt spelt, bool has_next, bool has_previous, F&& visit) {
  const auto offer = [&](std::size_t line, const NavigationKey& key, Spelt most) {
    if (spelt <= most && !key.key.empty() && !key.label.empty()) visit(line, key);
  };
  if (has_next) offer(0, navigation.next, Spelt::next_only);
  if (has_previous) offer(1, navigation.previous, Spelt::moves_only);
  offer(2, navigation.back, Spelt::without_home);
  offer(3, navigation.home, Spelt::all);
}

void append_navigation(std::string& text, const Navigation& navigation, Spelt spelt, bool has_next,
                       bool has_previous) {
  each_spelt(navigation, spelt, has_next, has_previous,
             [&](std::size_t, const NavigationKey& key) { append_line(text, key.key, key.label); });
}

// ---- Laying out ----

// Where in the content a page begins.
struct Position {
  std::size_t body = 0;  // octets of the body that earlier pages hold
  std::size_t item = 0;
};

// What one page holds of the content.
struct Filling {
  Spelt spelt = Spelt::all;
  std::size_t body_end = 0;   // the body up to here, without the blanks at the break
  std::size_t body_next = 0;  // where the body goes on
  std::size_t item_count = 0;
  bool complete = false;  // nothing is left for another page
};

// The parts of a page's text, each on a line of its own, added up in any order.
class Sum {
 public:
  [[nodiscard]] const Extent& total() const { return total_; }
  [[nodiscard]] Extent with(const Extent& part) const {
    return any_ ? total_ + one_gsm_character + part : total_ + part;
  }
  void add(const Extent& part) {
    total_ = with(part);
    any_ = true;
  }

 private:
  Extent total_;
  bool any_ = false;
};

class Layout {
 public:
  Layout(const Content& content, const ScreenLimits& limits)
      : content_(content),
        shows_navigation_(limits.shows_navigation),
        capacity_(limits.octets_max),
        taken_(taken_digits(content)) {}

  Page page(std::uint16_t number);

 private:
  [[nodiscard]] std::optional<Page> everything_on_one() const;
  [[nodiscard]] Page next_page(Position& at, bool first) const;
  [[nodiscard]] Page cut_item(Position& at, bool first, Spelt spelt) const;

  [[nodiscard]] Filling choose(const Position& at, bool first) const;
  [[nodiscard]] Filling fill(const Position& at, bool first, Spelt spelt) const;
  [[nodiscard]] Filling fill_beside(const Position& at, Sum sum) const;
  [[nodiscard]] std::size_t count_items(std::size_t begin, Sum sum) const;
  [[nodiscard]] std::size_t body_break(std::string_view body, const Sum& sum) const;

  void measure_keys();
  [[nodiscard]] const Extent& item_line(std::size_t index) const;
  [[nodiscard]] Sum navigation(Spelt spelt, bool has_next, bool first) const;
  [[nodiscard]] bool is_modest(Spelt spelt, bool first) const;
  [[nodiscard]] Spelt first_modest(bool first) const;
  void append_items(std::string& text, std::size_t begin, std::size_t count) const;
  void append_keys(std::string& text, Spelt spelt, bool has_next, bool first) const;
  [[nodiscard]] bool rest_is_out_of_reach(Spelt spelt) const;
  [[nodiscard]] Spelt at_most(Spelt spelt) const {
    return shows_navigation_ ? spelt : std::max(spelt, Spelt::moves_only);
  }

  const Content& content_;
  bool shows_navigation_;
  Capacity capacity_;
  std::bitset<10> taken_;
  mutable std::vector<Extent> item_lines_;  // of the first items, as far as they have been looked at
  // Known once the content needs more than one page.
  std::array<Extent, navigation_lines> key_lines_{};
  bool is_gsm_ = true;  // the whole content, navigation aside
};

void Layout::measure_keys() {
  const auto is_gsm = [](std::string_view text) { return smpp::measure(text).alphabet == smpp::Alphabet::gsm7; };
  is_gsm_ = is_gsm(content_.body) && std::all_of(content_.items.begin(), content_.items.end(), [&](const Item& item) {
              return is_gsm(item.label) && is_gsm(item.key);
            });
  each_spelt(content_.navigation, Spelt::all, true, true, [&](std::size_t line, const NavigationKey& key) {
    key_lines_[line] = extent_of(key.key) + one_gsm_character + extent_of(key.label);
  });
}

// The line of an item; without its number if it is to be numbered. Each is measured once, those of later pages not at
// all.
const Extent& Layout::item_line(std::size_t index) const {
  while (item_lines_.size() <= index) {
    const Item& item = content_.items[item_lines_.size()];
    Extent line = extent_of(item.key) + extent_of(item.label);
    if (!item.label.empty()) line += one_gsm_character;
    item_lines_.push_back(line);
  }
  return item_lines_[index];
}

Sum Layout::navigation(Spelt spelt, bool has_next, bool first) const {
  Sum sum;
  each_spelt(content_.navigation, at_most(spelt), has_next, !first,
             [&](std::size_t line, const NavigationKey&) { sum.add(key_lines_[line]); });
  return sum;
}

void Layout::append_keys(std::string& text, Spelt spelt, bool has_next, bool first) const {
  append_navigation(text, content_.navigation, at_most(spelt), has_next, !first);
}

// Navigation may take half of a page, so that the content always has the other half.
bool Layout::is_modest(Spelt spelt, bool first) const {
  const Sum sum = navigation(spelt, true, first);
  const Extent& lines = sum.total();
  return is_gsm_ && lines.all_gsm ? 2 * lines.septets <= capacity_.septets : 2 * lines.units <= capacity_.units;
}

Spelt Layout::first_modest(bool first) const {
  return *std::find_if(spelt_levels.begin(), spelt_levels.end() - 1,
                       [&](Spelt spelt) { return is_modest(spelt, first); });
}

// A person who is not told of the next page, or has no key for it, will never see what is there.
bool Layout::rest_is_out_of_reach(Spelt spelt) const {
  return content_.navigation.next.key.empty() || at_most(spelt) > Spelt::next_only;
}

void Layout::append_items(std::string& text, std::size_t begin, std::size_t count) const {
  Numbering numbering(taken_);
  for (const Item& item : content_.items.subspan(begin, count)) {
    append_line(text, item.key.empty() ? numbering.take() : item.key, item.label);
  }
}

// Where to break a body that does not fit: after the last word that fits, or inside a word that is longer than the
// page, but then not before a combining mark unless there are marks without end.
std::size_t Layout::body_break(std::string_view body, const Sum& sum) const {
  std::size_t word_end = 0;
  std::size_t letter_end = 0;
  std::size_t end = 0;
  bool in_word = false;
  Extent taken;
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t start = at;
    const char32_t c = next_code_point(body, at);
    const bool blank = c < 0x80 && blanks.find(static_cast<char>(c)) != std::string_view::npos;
    if (blank && in_word) word_end = start;
    in_word = !blank;
    if (!is_combining(c)) letter_end = start;
    taken += extent_of(c);
    if (!capacity_.holds(sum.with(taken))) break;
    end = at;
  }
  if (word_end > 0) return word_end;
  return letter_end > 0 ? letter_end : end;
}

std::size_t Layout::count_items(std::size_t begin, Sum sum) const {
  Numbering numbering(taken_);
  std::size_t count = 0;
  for (const Item& item : content_.items.subspan(begin)) {
    Extent line = item_line(begin + count);
    if (item.key.empty()) {
      if (numbering.exhausted()) break;
      const auto digits = static_cast<std::uint32_t>(numbering.take().size());
      line += {.septets = digits, .units = digits, .all_gsm = true};
    }
    if (!capacity_.holds(sum.with(line))) break;
    sum.add(line);
    ++count;
  }
  return count;
}

Filling Layout::fill_beside(const Position& at, Sum sum) const {
  Filling filling{.body_end = content_.body.size(), .body_next = content_.body.size()};
  const std::string_view body = content_.body.substr(at.body);
  if (!body.empty()) {
    const bool may_fit = body.size() <= capacity_.octets_of_utf8();
    const Extent extent = may_fit ? extent_of(body) : Extent{};
    if (!may_fit || !capacity_.holds(sum.with(extent))) {
      filling.body_end = at.body + body_break(body, sum);
      filling.body_next = std::min(content_.body.find_first_not_of(blanks, filling.body_end), content_.body.size());
      filling.complete = filling.body_next == content_.body.size() && at.item == content_.items.size();
      return filling;
    }
    sum.add(extent);
  }
  filling.item_count = count_items(at.item, sum);
  filling.complete = at.item + filling.item_count == content_.items.size();
  return filling;
}

Filling Layout::fill(const Position& at, bool first, Spelt spelt) const {
  Filling filling = fill_beside(at, navigation(spelt, false, first));
  if (!filling.complete) filling = fill_beside(at, navigation(spelt, true, first));
  filling.spelt = spelt;
  return filling;
}

// How much navigation this page spells out; see the rules at lay_out().
Filling Layout::choose(const Position& at, bool first) const {
  Filling filling = fill(at, first, Spelt::all);
  if (filling.complete) return filling;
  const Spelt modest = first_modest(first);
  if (modest != Spelt::all) {
    filling = fill(at, first, modest);
  } else {
    const Filling without_home = fill(at, first, Spelt::without_home);
    if (without_home.complete || without_home.item_count > 2 * filling.item_count) filling = without_home;
  }
  const bool holds_nothing = filling.item_count == 0 && filling.body_next == at.body;
  if (!holds_nothing || filling.complete) return filling;
  for (const Spelt spelt : {Spelt::without_home, Spelt::moves_only}) {
    if (spelt <= modest) continue;
    const Filling shorter = fill(at, first, spelt);
    if (shorter.item_count > 0) return shorter;
  }
  return filling;
}

// An item that is longer than a page: as much as fits, with a mark that something is missing.
Page Layout::cut_item(Position& at, bool first, Spelt spelt) const {
  const bool has_next = at.item + 1 < content_.items.size();
  const Spelt keys = std::max(spelt, Spelt::moves_only);
  const Sum sum = navigation(keys, has_next, first);
  std::string line;
  append_items(line, at.item, 1);
  constexpr std::string_view gsm_mark = "..";
  constexpr std::string_view ucs2_mark = "…";
  const auto mark_after = [&](const Extent& taken) { return sum.with(taken).all_gsm ? gsm_mark : ucs2_mark; };
  std::size_t end = 0;
  Extent kept;
  Extent taken;
  for (std::size_t next = 0; next < line.size();) {
    const std::size_t start = next;
    const char32_t c = next_code_point(line, next);
    if (!is_combining(c) && capacity_.holds(sum.with(taken + extent_of(mark_after(taken))))) {
      end = start;
      kept = taken;
    }
    taken += extent_of(c);
    if (!capacity_.holds(sum.with(taken))) break;
  }
  line.resize(end);
  line += mark_after(kept);
  Page page{.text = std::move(line),
            .first_item = static_cast<std::uint16_t>(at.item),
            .item_count = 1,
            .has_next = has_next,
            .was_cut = true};
  append_keys(page.text, keys, has_next, first);
  ++at.item;
  return page;
}

Page Layout::next_page(Position& at, bool first) const {
  const Filling filling = choose(at, first);
  if (!filling.complete && filling.item_count == 0 && filling.body_next == at.body) {
    return cut_item(at, first, filling.spelt);
  }
  Page page{.text = std::string(content_.body.substr(at.body, filling.body_end - at.body)),
            .first_item = static_cast<std::uint16_t>(at.item),
            .item_count = static_cast<std::uint16_t>(filling.item_count),
            .has_next = !filling.complete,
            .was_cut = !filling.complete && rest_is_out_of_reach(filling.spelt)};
  append_items(page.text, at.item, filling.item_count);
  append_keys(page.text, filling.spelt, page.has_next, first);
  at.body = filling.body_next;
  at.item += filling.item_count;
  return page;
}

// What nearly every key press shows: one page, laid out once and looked at once.
std::optional<Page> Layout::everything_on_one() const {
  const Navigation& keys = content_.navigation;
  std::size_t octets = content_.body.size() + keys.back.key.size() + keys.back.label.size() + keys.home.key.size() +
                       keys.home.label.size() + 4;
  std::size_t numbered = 0;
  for (const Item& item : content_.items) {
    octets += item.key.size() + item.label.size() + 3;
    if (item.key.empty()) ++numbered;
  }
  if (octets > 2 * capacity_.octets_of_utf8()) return std::nullopt;  // roughly; fits() looks closely
  const std::size_t free_digits = 9 - (taken_ >> 1).count();
  if (numbered > free_digits) return std::nullopt;
  Page page;
  page.item_count = static_cast<std::uint16_t>(content_.items.size());
  page.text.reserve(octets);
  page.text += content_.body;
  append_items(page.text, 0, content_.items.size());
  append_keys(page.text, Spelt::all, false, true);
  if (!fits(page.text, capacity_)) return std::nullopt;
  return page;
}

Page Layout::page(std::uint16_t number) {
  if (std::optional<Page> only = everything_on_one()) return *std::move(only);
  measure_keys();
  Position at;
  Page page = next_page(at, true);
  for (std::uint16_t shown = 0; shown < number && page.has_next; ++shown) page = next_page(at, false);
  return page;
}

}  // namespace

Page lay_out(const Content& content, std::uint16_t page, const ScreenLimits& limits) {
  SHUBBAK_ASSERT(limits.octets_max >= octets_min);
  SHUBBAK_ASSERT(content.items.size() <= items_max);
  return Layout(content, limits).page(page);
}

int item_for_key(const Content& content, const Page& page, std::string_view key) {
  Numbering numbering(taken_digits(content));
  const std::size_t end = std::size_t{page.first_item} + page.item_count;
  SHUBBAK_ASSERT(end <= content.items.size());
  for (std::size_t i = page.first_item; i < end; ++i) {
    const Item& item = content.items[i];
    if (key == (item.key.empty() ? numbering.take() : item.key)) return static_cast<int>(i);
  }
  return -1;
}

std::uint32_t octets_on_air(std::string_view utf8) {
  return smpp::measure(utf8).octets();
}

std::optional<std::uint32_t> septets_on_air(std::string_view utf8) {
  const smpp::TextSize size = smpp::measure(utf8);
  return size.alphabet == smpp::Alphabet::gsm7 ? std::optional(size.units) : std::nullopt;
}

}  // namespace shubbak::ussd
