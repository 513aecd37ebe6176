#include "ussd/screen.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using shubbak::ussd::Content;
using shubbak::ussd::Item;
using shubbak::ussd::item_for_key;
using shubbak::ussd::lay_out;
using shubbak::ussd::Navigation;
using shubbak::ussd::octets_on_air;
using shubbak::ussd::Page;
using shubbak::ussd::ScreenLimits;

namespace {

const Navigation arabic{
    .back = {"0", "رجوع"}, .home = {"00", "الرئيسية"}, .next = {"9", "التالي"}, .previous = {"8", "السابق"}};
const Navigation english{
    .back = {"0", "Back"}, .home = {"00", "Home"}, .next = {"9", "Next"}, .previous = {"8", "Previous"}};

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

std::vector<std::string> texts_of(const Content& content, const ScreenLimits& limits) {
  std::vector<std::string> texts;
  for (std::uint16_t number = 0;; ++number) {
    const Page page = lay_out(content, number, limits);
    texts.push_back(page.text);
    CHECK(octets_on_air(page.text) <= limits.octets_max);
    if (!page.has_next) return texts;
    REQUIRE(number < 100);
  }
}

}  // namespace

TEST_CASE("what fits is one page: body, items, back and home") {
  const std::vector<Item> items{{"1", "فاتورة"}, {"2", "تأشيرة"}};
  const Page page = lay_out({.body = "الكوة الواحدة", .items = items, .navigation = arabic}, 0, {});
  CHECK(page.text == "الكوة الواحدة\n1 فاتورة\n2 تأشيرة\n0 رجوع\n00 الرئيسية");
  CHECK(page.first_item == 0);
  CHECK(page.item_count == 2);
  CHECK_FALSE(page.has_next);
  CHECK_FALSE(page.was_cut);
}

TEST_CASE("navigation that is not offered, or has no label, is not spelt out") {
  const std::vector<Item> items{{"1", "Pay"}};
  CHECK(lay_out({.body = "Menu", .items = items, .navigation = {}}, 0, {}).text == "Menu\n1 Pay");
  CHECK(lay_out({.body = "", .items = items, .navigation = {.back = {"0", ""}}}, 0, {}).text == "1 Pay");
  CHECK(lay_out({.body = "Bye", .items = {}, .navigation = {}}, 0, {}).text == "Bye");
  CHECK(lay_out({.body = "", .items = {}, .navigation = {}}, 0, {}).text.empty());
}

TEST_CASE("octets on the air are packed septets or UCS-2") {
  CHECK(octets_on_air("") == 0);
  CHECK(octets_on_air("12345678") == 7);
  CHECK(octets_on_air("{}") == 4);  // four septets
  CHECK(octets_on_air("نعم") == 6);
  CHECK(octets_on_air("OK نعم") == 12);
  CHECK(octets_on_air("😀") == 4);
}

TEST_CASE("160 octets hold 182 septets or 80 UCS-2 units, and not one more") {
  struct Row {
    std::string unit;
    int fits;
    int octets;
  };
  const auto row =
      GENERATE(Row{"a", 182, 160}, Row{"€", 91, 160}, Row{"ع", 80, 160}, Row{"😀", 40, 160}, Row{"a", 45, 40},
               Row{"ع", 20, 40}, Row{"a", 160, 140}, Row{"ع", 70, 140}, Row{"ع", 70, 141}, Row{"ô", 80, 160});
  CAPTURE(row.unit, row.fits, row.octets);
  const ScreenLimits limits{.octets_max = static_cast<std::uint32_t>(row.octets)};
  const std::string full = repeated(row.unit, row.fits);
  const Page page = lay_out({.body = full, .items = {}, .navigation = {}}, 0, limits);
  CHECK(page.text == full);
  CHECK_FALSE(page.has_next);
  const std::string over = full + row.unit;
  const Page first = lay_out({.body = over, .items = {}, .navigation = {}}, 0, limits);
  CHECK(first.has_next);
  CHECK(first.text == full);
  CHECK(lay_out({.body = over, .items = {}, .navigation = {}}, 1, limits).text == row.unit);
}

TEST_CASE("one letter outside GSM 7-bit makes the whole page UCS-2") {
  const std::string latin = repeated("abcdefghi ", 10);
  CHECK_FALSE(lay_out({.body = latin, .items = {}, .navigation = {}}, 0, {}).has_next);
  const std::string mixed = latin + "ع";
  const std::vector<std::string> pages = texts_of({.body = mixed, .items = {}, .navigation = {}}, {});
  REQUIRE(pages.size() == 1 + 1);
  CHECK(pages[1].find("ع") != std::string::npos);
  // An Arabic key line alone does it too.
  CHECK(lay_out({.body = latin, .items = {}, .navigation = arabic}, 0, {}).has_next);
}

TEST_CASE("items are paged, numbered anew on each page with the digits that navigation leaves") {
  const std::vector<Item> items(17, Item{"", "Account"});
  const Content content{.body = "Choose", .items = items, .navigation = english};
  const std::vector<std::string> pages = texts_of(content, {});
  REQUIRE(pages.size() == 3);
  CHECK(
      pages[0] ==
      "Choose\n1 Account\n2 Account\n3 Account\n4 Account\n5 Account\n6 Account\n7 Account\n9 Next\n0 Back\n00 Home");
  CHECK(pages[1] ==
        "1 Account\n2 Account\n3 Account\n4 Account\n5 Account\n6 Account\n7 Account\n9 Next\n8 Previous\n0 Back\n00 "
        "Home");
  CHECK(pages[2] == "1 Account\n2 Account\n3 Account\n8 Previous\n0 Back\n00 Home");
  const Page last = lay_out(content, 2, {});
  CHECK(last.first_item == 14);
  CHECK(last.item_count == 3);
  CHECK(lay_out(content, 3, {}).text == last.text);
  CHECK(lay_out(content, 65535, {}).text == last.text);
}

TEST_CASE("a key chooses the item that its page shows under it") {
  const std::vector<Item> items(17, Item{"", "Account"});
  const Content content{.body = "Choose", .items = items, .navigation = english};
  const Page first = lay_out(content, 0, {});
  const Page second = lay_out(content, 1, {});
  CHECK(item_for_key(content, first, "1") == 0);
  CHECK(item_for_key(content, first, "7") == 6);
  CHECK(item_for_key(content, second, "1") == 7);
  for (const auto* key : {"0", "8", "9", "00", "10", "", "x", "01"}) CHECK(item_for_key(content, second, key) == -1);
  CHECK(item_for_key(content, lay_out(content, 2, {}), "4") == -1);
}

TEST_CASE("items with keys of their own keep them, and numbering leaves them out") {
  const std::vector<Item> items{{"", "a"}, {"2", "b"}, {"", "c"}, {"*", "d"}, {"", "e"}};
  const Content content{.body = "", .items = items, .navigation = {.back = {"3", "Back"}}};
  const Page page = lay_out(content, 0, {});
  CHECK(page.text == "1 a\n2 b\n4 c\n* d\n5 e\n3 Back");
  CHECK(item_for_key(content, page, "4") == 2);
  CHECK(item_for_key(content, page, "*") == 3);
  CHECK(item_for_key(content, page, "3") == -1);
}

TEST_CASE("where every digit is taken items get two-digit numbers") {
  std::vector<Item> items{{"1", "a"}, {"2", "a"}, {"3", "a"}, {"4", "a"}, {"5", "a"},
                          {"6", "a"}, {"7", "a"}, {"", "b"},  {"", "c"}};
  const Content content{.body = "", .items = items, .navigation = english};
  const Page page = lay_out(content, 0, {});
  CHECK(page.text == "1 a\n2 a\n3 a\n4 a\n5 a\n6 a\n7 a\n10 b\n11 c\n0 Back\n00 Home");
  CHECK(item_for_key(content, page, "11") == 8);
}

TEST_CASE("a long body is broken between words and goes on before the items") {
  const std::string body =
      "المبلغ المستحق على اشتراككم رقم مئة وعشرين عن الدورة الثانية هو ألف ليرة يرجى التسديد قبل نهاية الشهر";
  const std::vector<Item> items{{"1", "تسديد"}, {"2", "إرسال"}};
  const std::vector<std::string> pages = texts_of({.body = body, .items = items, .navigation = arabic}, {});
  REQUIRE(pages.size() == 2);
  CHECK(pages[0] == "المبلغ المستحق على اشتراككم رقم مئة وعشرين عن الدورة\n9 التالي\n0 رجوع\n00 الرئيسية");
  CHECK(pages[1] == "الثانية هو ألف ليرة يرجى التسديد قبل نهاية الشهر\n1 تسديد\n2 إرسال\n8 السابق\n0 رجوع");
}

TEST_CASE("blanks and line ends at a break are dropped, others are kept") {
  const std::string body = repeated("a", 20) + " \n " + repeated("b", 20) + "  c\nd";
  const std::vector<std::string> pages = texts_of({.body = body, .items = {}, .navigation = {}}, {.octets_max = 40});
  REQUIRE(pages.size() == 2);
  CHECK(pages[0] == repeated("a", 20) + " \n " + repeated("b", 20));
  CHECK(pages[1] == "c\nd");
}

TEST_CASE("a word longer than a page is broken between letters, not before a combining mark or inside a pair") {
  const ScreenLimits limits{.octets_max = 40};
  // One letter without a mark first, so that a page's twenty units would end between a letter and its mark.
  const std::string voweled = "ع" + repeated("عَ", 30);
  const std::vector<std::string> parts = texts_of({.body = voweled, .items = {}, .navigation = {}}, limits);
  REQUIRE(parts.size() == 4);
  CHECK(parts[0] == "ع" + repeated("عَ", 9));
  CHECK(parts[1] == repeated("عَ", 10));
  const std::vector<Item> voweled_item{{"", voweled}};  // "1 " and "…" take three units, 17 are left
  CHECK(lay_out({.body = "", .items = voweled_item, .navigation = {}}, 0, limits).text ==
        "1 ع" + repeated("عَ", 8) + "…");
  const std::string marked = repeated("عَ", 30);
  const std::vector<Item> marked_item{{"", marked}};
  CHECK(lay_out({.body = "", .items = marked_item, .navigation = {}}, 0, limits).text ==
        "1 " + repeated("عَ", 8) + "…");
  const std::string odd = "ع" + repeated("😀", 30);
  const std::vector<std::string> pages = texts_of({.body = odd, .items = {}, .navigation = {}}, limits);
  CHECK(pages[0] == "ع" + repeated("😀", 9));
  CHECK(pages[1] == repeated("😀", 10));
  const std::string marks = "ع" + repeated("\u064E", 60);  // nothing but marks: broken anywhere
  CHECK(texts_of({.body = marks, .items = {}, .navigation = {}}, limits).size() == 4);
}

TEST_CASE("home gives way where that saves a page or more than doubles the items") {
  const std::vector<Item> two{{"", "حساب المنزل القديم في دمشق"}, {"", "حساب المتجر"}};
  const std::vector<std::string> saved =
      texts_of({.body = "اختر الحساب من هنا رجاء", .items = two, .navigation = arabic}, {});
  REQUIRE(saved.size() == 1);
  CHECK(saved[0] == "اختر الحساب من هنا رجاء\n1 حساب المنزل القديم في دمشق\n2 حساب المتجر\n0 رجوع");

  const std::vector<Item> three(3, Item{"", "حساب المنزل القديم"});
  const Content content{.body = "اختر حساب الكهرباء الذي تريده من هنا", .items = three, .navigation = arabic};
  const std::vector<std::string> pages = texts_of(content, {});
  CHECK(pages[0] == "اختر حساب الكهرباء الذي تريده من هنا\n1 حساب المنزل القديم\n9 التالي\n0 رجوع");

  const std::vector<Item> many(9, Item{"", "حساب المنزل"});  // two items or three: home stays
  CHECK(lay_out({.body = "اختر الحساب", .items = many, .navigation = arabic}, 0, {}).text ==
        "اختر الحساب\n1 حساب المنزل\n2 حساب المنزل\n9 التالي\n0 رجوع\n00 الرئيسية");
}

TEST_CASE("navigation takes no more than half of a small screen") {
  const std::vector<Item> items(5, Item{"", "فاتورة"});
  const Content content{.body = "", .items = items, .navigation = arabic};
  const std::vector<std::string> pages = texts_of(content, {.octets_max = 40});
  REQUIRE(pages.size() == 4);
  CHECK(pages[0] == "1 فاتورة\n9 التالي");
  CHECK(pages[1] == "1 فاتورة\n9 التالي");  // next and previous together are over half
  CHECK(pages[3] == "1 فاتورة\n2 فاتورة");
}

TEST_CASE("an item longer than a page is cut with a mark and told") {
  const std::string label = repeated("حساب ", 30);
  const std::vector<Item> items{{"", label}, {"", "قصير"}};
  const Content content{.body = "", .items = items, .navigation = arabic};
  const Page page = lay_out(content, 0, {});
  CHECK(page.was_cut);
  CHECK(page.item_count == 1);
  CHECK(page.has_next);
  CHECK(octets_on_air(page.text) <= 160);
  CHECK(octets_on_air(page.text) >= 156);
  CHECK(page.text.starts_with("1 حساب حساب"));
  CHECK(page.text.find("…\n9 التالي") != std::string::npos);
  CHECK(item_for_key(content, page, "1") == 0);
  const Page second = lay_out(content, 1, {});
  CHECK(second.text == "1 قصير\n8 السابق\n0 رجوع\n00 الرئيسية");
  CHECK_FALSE(second.was_cut);

  const std::string latin = repeated("account ", 30);
  const std::vector<Item> latin_items{{"", latin}};
  const Page latin_page = lay_out({.body = "", .items = latin_items, .navigation = {}}, 0, {});
  CHECK(latin_page.was_cut);
  CHECK(octets_on_air(latin_page.text) == 160);
  CHECK(latin_page.text.ends_with(".."));
}

TEST_CASE("an item that fits on no page beside all navigation is shown whole without back and home") {
  const std::string label = repeated("ع", 55);
  const std::vector<Item> items{{"", label}, {"", label}};
  const Content content{.body = "", .items = items, .navigation = arabic};
  const std::vector<std::string> pages = texts_of(content, {});
  REQUIRE(pages.size() == 2);
  CHECK(pages[0] == "1 " + label + "\n9 التالي\n0 رجوع");
  CHECK(pages[1] == "1 " + label + "\n8 السابق\n0 رجوع");
  CHECK_FALSE(lay_out(content, 0, {}).was_cut);
}

TEST_CASE("more that cannot be reached is told") {
  const std::string body = repeated("word ", 60);
  CHECK(lay_out({.body = body, .items = {}, .navigation = {}}, 0, {}).was_cut);
  CHECK_FALSE(lay_out({.body = body, .items = {}, .navigation = english}, 0, {}).was_cut);
  Navigation endless = english;
  const std::string label = repeated("n", 100);
  endless.next.label = label;
  CHECK(lay_out({.body = body, .items = {}, .navigation = endless}, 0, {}).was_cut);
}

TEST_CASE("for SMS only what leads to the other pages is spelt out, and no key is given to two things") {
  const std::vector<Item> items(9, Item{"", "فاتورة"});
  const Content content{.body = "اختر", .items = items, .navigation = arabic};
  const ScreenLimits sms{.octets_max = 140, .shows_navigation = false};
  const std::vector<std::string> pages = texts_of(content, sms);
  REQUIRE(pages.size() == 2);
  CHECK(pages[0] == "اختر\n1 فاتورة\n2 فاتورة\n3 فاتورة\n4 فاتورة\n5 فاتورة\n6 فاتورة\n9 التالي");
  CHECK(pages[1] == "1 فاتورة\n2 فاتورة\n3 فاتورة\n8 السابق");
  const Page first = lay_out(content, 0, sms);
  CHECK(first.has_next);
  CHECK_FALSE(first.was_cut);
}
