// Whatever a flow and a company's data may bring: every page fits, the pages end, and nothing is lost between them.
#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "domain/text.hpp"
#include "smpp/segments.hpp"
#include "ussd/screen.hpp"

using shubbak::smpp::Alphabet;
using shubbak::smpp::LongTextMethod;
using shubbak::ussd::Content;
using shubbak::ussd::Item;
using shubbak::ussd::item_for_key;
using shubbak::ussd::lay_out;
using shubbak::ussd::Navigation;
using shubbak::ussd::NavigationKey;
using shubbak::ussd::octets_on_air;
using shubbak::ussd::Page;
using shubbak::ussd::ScreenLimits;

namespace {

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}
  std::size_t below(std::size_t end) { return random_() % end; }

  // `alphabet`: 0 Latin, 1 with the extension table, 2 Arabic, 3 Arabic with marks, 4 everything, 5 broken UTF-8 too.
  std::string text(std::size_t letters, std::size_t alphabet) {
    static const std::vector<std::u32string> letters_of{
        U"abcdefgh  ABC \n0123456789.,é",        U"ab c^{}[]~|\\€€€ de",
        U"ابتثجحخدذرز سشصضطظع غفقكلمنه وي٠١٢٣ ", U"اَبِتُثْجّحًخ دَذِ\n",
        U"aب😀é€ \n\t\u200Dع\u0301z ô",           U"aب😀 ",
    };
    const std::u32string& from = letters_of[alphabet];
    std::string out;
    for (std::size_t i = 0; i < letters; ++i) {
      if (alphabet == 5 && below(8) == 0) {
        out += static_cast<char>(static_cast<unsigned char>(0x80 + below(0x80)));
      } else {
        shubbak::append_code_point(out, from[below(from.size())]);
      }
    }
    return out;
  }

 private:
  std::mt19937_64 random_;
};

// A content with all that its views point to.
struct Sample {
  std::vector<std::string> held;
  std::vector<Item> items;
  Content content;
};

void make_sample(Generator& generator, Sample& sample) {
  const std::size_t alphabet = generator.below(6);
  sample.held.reserve(400);
  const auto hold = [&](std::string text) -> std::string_view { return sample.held.emplace_back(std::move(text)); };
  const std::size_t item_letters = generator.below(10) == 0 ? 200 : 1 + generator.below(30);
  const std::size_t item_count = generator.below(3) == 0 ? 0 : generator.below(25);
  const bool keyed = generator.below(3) == 0;
  for (std::size_t i = 0; i < item_count; ++i) {
    const std::string key = keyed || generator.below(9) == 0 ? "k" + std::to_string(i) : "";
    const std::size_t letters = generator.below(item_letters + 1);
    sample.items.push_back({hold(key), hold(generator.text(letters, alphabet))});
  }
  const auto navigation_key = [&](std::string_view key) -> NavigationKey {
    if (generator.below(5) == 0) return {};
    return {key, hold(generator.text(generator.below(generator.below(8) == 0 ? 60 : 12), alphabet))};
  };
  sample.content.body =
      hold(generator.text(generator.below(4) == 0 ? generator.below(600) : generator.below(60), alphabet));
  sample.content.items = sample.items;
  sample.content.navigation = {.back = navigation_key("0"),
                               .home = navigation_key("00"),
                               .next = navigation_key("9"),
                               .previous = navigation_key("8")};
}

void append_line(std::string& text, std::string_view key, std::string_view label) {
  text += '\n';
  text += key;
  if (!label.empty()) text += ' ';
  text += label;
}

std::string key_of(const Content& content, const Page& page, std::size_t item) {
  if (!content.items[item].key.empty()) return std::string(content.items[item].key);
  for (int number = 1; number <= 99; ++number) {
    if (item_for_key(content, page, std::to_string(number)) == static_cast<int>(item)) return std::to_string(number);
  }
  return "no key chooses it";
}

// The part of the body that a page shows, once its items and some of the navigation lines are taken off its end.
bool take_off(const Content& content, const Page& page, bool first, bool shows_navigation, std::string& body) {
  std::string items;
  for (std::size_t i = 0; i < page.item_count; ++i) {
    const std::size_t item = page.first_item + i;
    append_line(items, key_of(content, page, item), content.items[item].label);
  }
  const Navigation& keys = content.navigation;
  for (int dropped = shows_navigation ? 0 : 2; dropped <= 4; ++dropped) {  // by SMS home and back always are
    std::string expected = items;
    const auto line = [&](const NavigationKey& key, int dropped_max, bool shown) {
      if (shown && dropped <= dropped_max && !key.key.empty() && !key.label.empty()) {
        append_line(expected, key.key, key.label);
      }
    };
    line(keys.next, 3, page.has_next);
    line(keys.previous, 2, !first);
    line(keys.back, 1, true);
    line(keys.home, 0, true);
    const std::string text = "\n" + page.text;
    if (!text.ends_with(expected)) continue;
    body = text.substr(0, text.size() - expected.size());
    if (!body.empty()) body.erase(0, 1);
    return true;
  }
  return false;
}

std::string without_blanks(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out),
               [](char c) { return std::string_view(" \n\r\t").find(c) == std::string_view::npos; });
  return out;
}

void check_pages(const Content& content, const ScreenLimits& limits) {
  std::string body;
  std::size_t item = 0;
  for (std::uint16_t number = 0;; ++number) {
    REQUIRE(number < 2000);
    const Page page = lay_out(content, number, limits);
    CAPTURE(number, page.text);
    REQUIRE(octets_on_air(page.text) <= limits.octets_max);
    REQUIRE(page.first_item == item);
    item += page.item_count;
    std::set<std::string> keys;
    for (std::size_t i = page.first_item; i < item; ++i) {
      const std::string key = key_of(content, page, i);
      REQUIRE(keys.insert(key).second);
      REQUIRE(item_for_key(content, page, key) == static_cast<int>(i));
    }
    for (const NavigationKey& key :
         {content.navigation.back, content.navigation.home, content.navigation.next, content.navigation.previous}) {
      REQUIRE((key.key.empty() || !keys.contains(std::string(key.key))));
    }
    std::string part;
    const bool whole = take_off(content, page, number == 0, limits.shows_navigation, part);
    REQUIRE((whole || page.was_cut));
    if (whole) body += part;
    if (!page.has_next) {
      const Page again = lay_out(content, static_cast<std::uint16_t>(number + 1), limits);
      REQUIRE(again.text == page.text);
      break;
    }
    REQUIRE((page.item_count > 0 || !part.empty()));  // no page without content
  }
  REQUIRE(item == content.items.size());
  REQUIRE(without_blanks(body) == without_blanks(content.body));
}

}  // namespace

TEST_CASE("every page of any content fits, and together they hold all of it") {
  const std::uint64_t seed = GENERATE(range(1U, 1501U));
  CAPTURE(seed);
  Generator generator(seed);
  Sample sample;
  make_sample(generator, sample);
  const ScreenLimits limits{.octets_max = static_cast<std::uint32_t>(40 + generator.below(121)),
                            .shows_navigation = generator.below(4) != 0};
  CAPTURE(limits.octets_max, limits.shows_navigation);
  check_pages(sample.content, limits);
}

TEST_CASE("every page for SMS goes out in as many short messages as it may have, whatever the method") {
  const std::uint64_t seed = GENERATE(range(1U, 401U));
  CAPTURE(seed);
  Generator generator(seed);
  const std::string body = generator.text(300 + generator.below(1500), generator.below(6));
  const std::size_t parts_max = 1 + generator.below(5);
  CAPTURE(parts_max);
  for (const LongTextMethod method :
       {LongTextMethod::udh8, LongTextMethod::udh16, LongTextMethod::sar_tlvs, LongTextMethod::message_payload}) {
    CAPTURE(method);
    const ScreenLimits limits{.octets_max = shubbak::smpp::text_octets_max(method, parts_max),
                              .shows_navigation = false};
    for (std::uint16_t number = 0;; ++number) {
      const Page page = lay_out(Content{.body = body}, number, limits);
      const auto parts = shubbak::smpp::split_text(page.text, method, 7, Alphabet::gsm7, parts_max);
      REQUIRE(parts.ok());
      REQUIRE(parts->size() <= parts_max);
      if (!page.has_next) break;
    }
  }
}
