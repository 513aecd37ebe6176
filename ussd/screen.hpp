// Fitting what a menu says to what a phone shows: one USSD string of at most octets_max octets on the air, all GSM
// 7-bit (160 octets are 182 septets) or all UCS-2 (80 units), see 3GPP TS 23.038 and the operator's profile. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace shubbak::ussd {

struct ScreenLimits {
  std::uint32_t octets_max = 160;  // of one string on the air, 40 at least
  bool shows_navigation = true;    // false for SMS: the keys work but are not spelt out
};

struct Item {
  std::string_view key;  // empty: numbered by the layout from 1 up on each page, skipping the keys of `Navigation`
  std::string_view label;
};
struct NavigationKey {
  std::string_view key;  // empty: not offered on this screen
  std::string_view label;
};
struct Navigation {
  NavigationKey back, home, next, previous;  // next and previous are shown only on pages that have one
};
struct Content {
  std::string_view body;  // UTF-8; "\n" breaks lines
  std::span<const Item> items;
  Navigation navigation;
};

struct Page {
  std::string text;              // fits the limit, always
  std::uint16_t first_item = 0;  // the items whose keys are on this page
  std::uint16_t item_count = 0;
  bool has_next = false;
  bool was_cut = false;  // something could not be shown even alone on a page (the checker prevents it)
};

// Page `page` (from 0; past the last gives the last) of the content. The body comes first and is broken between
// words; an item is never broken. The same content and limits always give the same pages.
Page lay_out(const Content& content, std::uint16_t page, const ScreenLimits& limits);

// The item that `key` chooses on that page, as an index into content.items; -1 if none.
int item_for_key(const Content& content, const Page& page, std::string_view key);

// Octets of a text on the air: packed GSM 7-bit if every character has a place in it, else UCS-2.
std::uint32_t octets_on_air(std::string_view utf8);

}  // namespace shubbak::ussd
