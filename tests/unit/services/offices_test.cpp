// Public offices: by an area's name as people spell it, and from governorate to area to office; and what is wrong
// with a table of them.
#include "tests/unit/services/switching.hpp"
#include "town.hpp"

namespace shubbak::services {
namespace {

Office office(const std::string& name_ar, const std::string& name_en, const std::string& area_ar,
              const std::string& area_en) {
  return {.name_ar = name_ar,
          .name_en = name_en,
          .governorate_ar = "القاهرة",
          .governorate_en = "Cairo",
          .area_ar = area_ar,
          .area_en = area_en,
          .address_ar = "12 ش عباس العقاد",
          .address_en = "12 Abbas El Akkad St",
          .hours_ar = "السبت - الخميس 8 - 14",
          .hours_en = "Sat - Thu 8 - 14",
          .phone = "16000"};
}

std::vector<Office> offices_of_town() {
  std::vector<Office> all{office("بريد مدينة نصر", "Nasr City Post", "مدينة نصر", "Nasr City"),
                          office("بريد الحي السابع", "Seventh Post", "مدينة نصر", "Nasr City"),
                          office("بريد المعادي", "Maadi Post", "المعادي", "Maadi"),
                          office("بريد الدقي", "Dokki Post", "الدقي", "Dokki"),
                          office("بريد أكتوبر", "October Post", "6 أكتوبر", "6 October")};
  for (std::size_t i = 3; i < all.size(); ++i) {
    all[i].governorate_ar = "الجيزة";
    all[i].governorate_en = "Giza";
  }
  all[2].phone.clear();
  return all;
}

// The English names of what is found, in its order.
std::string found(const OfficeTable& table, std::string_view typed) {
  std::string names;
  for (const Office* one : table.find(typed)) names += (names.empty() ? "" : ", ") + one->name_en;
  return names;
}

// The first fault, with the office's place in the table.
std::string fault(const std::vector<Office>& offices) {
  const auto faults = faults_of(offices);
  return faults.empty() ? "none" : std::to_string(faults.front().office) + " " + faults.front().what;
}

struct OfficeTown : Town {
  OfficeTown() {
    world->offices = OfficeTable(offices_of_town());
    person.reset();  // anybody
  }
};

}  // namespace

TEST_CASE("offices are found by their area as people spell it, in either language") {
  const OfficeTable table(offices_of_town());
  const std::string both = "Nasr City Post, Seventh Post";
  for (const char* typed :
       {"مدينة نصر", "مدينه  نصر!", "مَدينة نصـر", "nasr city", "NASR-CITY", "نصر", "نصر القاهره"}) {
    INFO(typed);
    CHECK(found(table, typed) == both);
  }
  for (const char* typed :
       {"المعادي", "المعادى", "معادي", "Maadi", "el maadi", "al-Maadi", "بريد المعادي", "المعدي"}) {
    INFO(typed);
    CHECK(found(table, typed) == "Maadi Post");
  }
  for (const char* typed : {"6 أكتوبر", "٦ اكتوبر", "اكتوبر", "6 october", "اكتوبز"}) {
    INFO(typed);
    CHECK(found(table, typed) == "October Post");
  }
  CHECK(found(table, "الجيزة") == "Dokki Post, October Post");
  CHECK(found(table, "السابع") == "Seventh Post");
}

TEST_CASE("what nobody can tell finds no office") {
  const OfficeTable table(offices_of_town());
  // A slip in a short word, another number, two slips, nothing, words of two places, and a whole story.
  for (const char* typed : {"نصد", "7 اكتوبر", "اكتبوز", "", " - ", "المعادي الجيزة", "a b c d e f g h i"}) {
    INFO(typed);
    CHECK(found(table, typed).empty());
  }
  CHECK(found(OfficeTable(), "مدينة نصر").empty());
}

TEST_CASE("from governorates to areas to offices, by the names of either language") {
  const OfficeTable table(offices_of_town());
  const auto governorates = table.governorates();
  REQUIRE(governorates.size() == 2);
  CHECK(governorates[0]->governorate_en == "Cairo");
  CHECK(governorates[1]->governorate_en == "Giza");
  for (const char* cairo : {"القاهرة", "القاهره", "Cairo"}) {
    INFO(cairo);
    const auto areas = table.areas(cairo);
    REQUIRE(areas.size() == 2);
    CHECK(areas[0]->area_en == "Nasr City");
    CHECK(areas[1]->area_en == "Maadi");
    CHECK(table.in_area(cairo, "Nasr City").size() == 2);
    CHECK(table.in_area(cairo, "الدقي").empty());  // of the other one
  }
  CHECK(table.areas("أسوان").empty());
}

TEST_CASE("what is wrong with a table of offices is told of each") {
  const auto all = offices_of_town();
  CHECK(fault(all) == "none");
  CHECK(fault({}) == "none");
  auto wrong = all;
  wrong[1].name_ar = std::string(50, 'x');
  CHECK(fault(wrong) == "1 name_ar must be one line of 1 to 24 letters");
  wrong = all;
  wrong[4].hours_en = " - ";
  CHECK(fault(wrong) == "4 hours_en must be one line of 1 to 40 letters");
  wrong = all;
  wrong[0].address_ar = "12 ش\nالعقاد";
  CHECK(fault(wrong) == "0 address_ar must be one line of 1 to 60 letters");
  wrong = all;
  wrong[0].phone = "call us";
  CHECK(fault(wrong) == "0 phone must be 3 to 16 digits, +, - and blanks");
  wrong = all;
  wrong[4].governorate_ar = "الجيزه";
  CHECK_THAT(fault(wrong), Catch::Contains("4 'الجيزه' (Giza) is 'الجيزة' (Giza) of another office"));
  wrong = all;
  wrong[1].area_en = "Nasr Town";
  CHECK_THAT(fault(wrong), Catch::Contains("1 'مدينة نصر' (Nasr Town)"));
  wrong = all;
  wrong[2].area_en = "nasr city";
  CHECK_THAT(fault(wrong), Catch::Contains("2 'المعادي' (nasr city) is 'مدينة نصر' (Nasr City)"));
  wrong = all;
  wrong.push_back(all[2]);
  wrong[3].area_ar.clear();
  CHECK(faults_of(wrong).size() == 2);
  CHECK(faults_of(wrong).back().office == 5);
  CHECK(faults_of(wrong).back().what == "the area has another office of that name");
}

TEST_CASE("a table holds no more offices, governorates, areas, and offices of an area than lists can show") {
  const auto many = [](std::size_t count, auto change) {
    std::vector<Office> offices;
    for (std::size_t i = 0; i < count; ++i) {
      offices.push_back(office("ن", "N", "م", "M"));
      change(offices.back(), std::to_string(i));
    }
    return offices;
  };
  const auto by_governorate = [](Office& one, const std::string& i) { one.governorate_ar = one.governorate_en = i; };
  const auto by_area = [](Office& one, const std::string& i) { one.area_ar = one.area_en = i; };
  const auto by_name = [](Office& one, const std::string& i) { one.name_ar = one.name_en = i; };
  CHECK(fault(many(40, by_governorate)) == "none");
  CHECK(fault(many(41, by_governorate)) == "40 offices are in 40 governorates at most");
  CHECK(fault(many(60, by_area)) == "none");
  CHECK(fault(many(61, by_area)) == "60 a governorate has 60 areas at most");
  CHECK(fault(many(20, by_name)) == "none");
  CHECK(fault(many(21, by_name)) == "20 an area has 20 offices at most");
  const auto everywhere = [](Office& one, const std::string& i) {
    one.governorate_ar = one.governorate_en = std::to_string(std::stoul(i) / 60);
    one.area_ar = one.area_en = i;
  };
  CHECK(fault(many(2'000, everywhere)) == "none");
  CHECK(fault(many(2'001, everywhere)) == "2000 there are 2000 offices at most");
}

TEST_CASE("anybody is told an office with its hours, in their language") {
  OfficeTown town;
  const Answer english = town.ask("offices.near", {{"area", "maadi"}});
  REQUIRE(english.outcome.outcome == "ok");
  CHECK(english.changes.empty());
  CHECK(english.outcome.data.at("count") == 1);
  const auto& one = english.outcome.data.at("offices").as_array().at(0).as_object();
  CHECK(one.at("label") == "Maadi Post");
  CHECK(one.at("area") == "Maadi");
  CHECK(one.at("address") == "12 Abbas El Akkad St");
  CHECK(one.at("hours") == "Sat - Thu 8 - 14");
  CHECK(one.at("phone") == "none");
  CHECK(town.ask("offices.near", {{"area", "الدقي"}}).outcome.data.at("offices").as_array().at(0).at("phone") ==
        "16000");
  CHECK(town.ask("offices.near", {{"area", "أسوان"}}).outcome.outcome == "not_found");
}

TEST_CASE("offices are told by governorate and area") {
  OfficeTown town;
  const Answer governorates = town.ask("offices.governorates");
  CHECK(boost::json::serialize(governorates.outcome.data) ==
        R"({"governorates":[{"label":"Cairo"},{"label":"Giza"}],"count":2})");
  const Answer areas = town.ask("offices.areas", {{"governorate", "Giza"}});
  CHECK(boost::json::serialize(areas.outcome.data) ==
        R"({"areas":[{"label":"Dokki"},{"label":"6 October"}],"count":2})");
  CHECK(town.ask("offices.areas", {{"governorate", "Aswan"}}).outcome.outcome == "not_found");
  const Answer near = town.ask("offices.near", {{"governorate", "Cairo"}, {"area", "Nasr City"}});
  CHECK(near.outcome.data.at("count") == 2);
  CHECK(town.ask("offices.near", {{"governorate", "Giza"}, {"area", "Nasr City"}}).outcome.outcome == "not_found");
}

TEST_CASE("a word that tells more offices than a list can show finds too many") {
  OfficeTown town;
  std::vector<Office> many;
  for (int i = 0; i < 21; ++i) {
    many.push_back(office("بريد", "Post", "منطقة " + std::to_string(i), "Area " + std::to_string(i)));
  }
  town.world->offices = OfficeTable(many);
  CHECK(town.ask("offices.near", {{"area", "Cairo"}}).outcome.outcome == "too_many");
  CHECK(town.ask("offices.near", {{"area", "area 7"}}).outcome.data.at("count") == 1);
}

TEST_CASE("offices that are not switched on are told to nobody, by whatever way") {
  OfficeTown town;
  set_switch(town, "offices.near", "*", 0);
  for (const char* service : {"offices.near", "offices.areas", "offices.governorates"}) {
    INFO(service);
    CHECK(town.ask(service, {{"area", "maadi"}, {"governorate", "Cairo"}}).outcome.outcome == flows::switched_off);
  }
  clear_switch(town, "offices.near", "*");
  CHECK(town.ask("offices.governorates").outcome.outcome == "ok");
}

}  // namespace shubbak::services
