// Fitting what a menu says to what a phone shows: one USSD string of at most octets_max octets on the air, all GSM
// 7-bit (160 octets are 182 septets) or all UCS-2 (80 units), see 3GPP TS 23.038 and the operator's profile. Pure;
// any thread. Malformed UTF-8 is kept as it is and counted as it will be sent.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace shubbak::ussd {

struct ScreenLimits {
  std::uint32_t octets_max = 160;  // of one string on the air, 40 at least
  bool shows_navigation = true;    // false for SMS: back and home work but are not spelt out
};

struct Item {
  // Empty: numbered by the layout on each page, with the digits from 1 to 9 that are neither a key of `Navigation`
  // nor some item's own key; so with 8 and 9 taken a page has at most 7 such items.
  std::string_view key;
  std::string_view label;
};
struct NavigationKey {
  std::string_view key;    // empty: not offered on this screen
  std::string_view label;  // empty: works but is not spelt out
};
struct Navigation {
  NavigationKey back{}, home{}, next{}, previous{};  // next and previous are shown only on pages that have one
};
struct Content {
  std::string_view body;          // UTF-8; "\n" breaks lines
  std::span<const Item> items{};  // at most 65,535
  Navigation navigation{};
};

struct Page {
  std::string text;              // fits the limit, always
  std::uint16_t first_item = 0;  // the items whose keys are on this page
  std::uint16_t item_count = 0;
  bool has_next = false;
  // Something could not be shown even alone on a page, or the key to the next page could not (the checker prevents
  // it).
  bool was_cut = false;
};

// Page `page` (from 0; past the last gives the last) of the content: the body, the items as "KEY LABEL", then next,
// previous, back and home in the same form, each on its own line. The body is broken between words (a word longer
// than a page between letters); an item is never broken, only one that is longer than a page is cut. The same content
// and limits always give the same pages.
//
// Navigation gives way to the content; a key that is not spelt out works all the same:
// 1. If all that is left fits beside every line of it, nothing is dropped.
// 2. Otherwise it may take half of the page: home, then back, then previous, then next are dropped until it does.
// 3. Home is dropped too if without it all that is left fits, or more than twice as many items.
// 4. Home and back are dropped for an item that fits on no page with them.
Page lay_out(const Content& content, std::uint16_t page, const ScreenLimits& limits);

// The item that `key` chooses on that page, as an index into content.items; -1 if none.
int item_for_key(const Content& content, const Page& page, std::string_view key);

// Octets of a text on the air: packed GSM 7-bit if every character has a place in it, else UCS-2.
std::uint32_t octets_on_air(std::string_view utf8);
// Septets if every character has a place in GSM 7-bit; nothing otherwise.
std::optional<std::uint32_t> septets_on_air(std::string_view utf8);

}  // namespace shubbak::ussd
