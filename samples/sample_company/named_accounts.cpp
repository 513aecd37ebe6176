#include "samples/sample_company/named_accounts.hpp"

#include <array>

namespace shubbak::samples {
namespace {

constexpr std::array home_payments{NamedPayment{"2026-09-14", 9'750'000, "صالة المزة"},
                                   NamedPayment{"2026-07-12", 8'800'000, "بريد دمشق"},
                                   NamedPayment{"2026-05-11", 10'225'050, "جابي الحي"}};
constexpr std::array shop_payments{NamedPayment{"2026-10-04", 21'300'000, "صالة المزة"}};
constexpr std::array aleppo_payments{NamedPayment{"2026-08-30", 5'120'000, "صالة الجميلية"},
                                     NamedPayment{"2026-06-28", 4'990'000, "بريد حلب"}};

constexpr std::array salmiya_payments{NamedPayment{"2026-09-20", 11'750, "بنك الكويت"},
                                      NamedPayment{"2026-07-19", 9'300, "مكتب السالمية"}};

constexpr std::array mansour_payments{NamedPayment{"2026-09-10", 64'500'000, "مكتب المنصور"},
                                      NamedPayment{"2026-07-08", 58'250'000, "جابي المحلة"}};
constexpr std::array nasr_city_payments{NamedPayment{"2026-09-14", 20'500, "مكتب بريد العباسية"},
                                        NamedPayment{"2026-07-12", 18'975, "فرع مدينة نصر"}};
constexpr std::array car_payments{NamedPayment{"2026-03-02", 30'000, "وحدة مرور مدينة نصر"}};

constexpr NamedAccount syrian(std::string_view account, std::string_view label, std::int64_t last,
                              NamedMeter metered) {
  return {"damascus", "08901234567", account, label, 0, 0, last, "2026-09-28", true, {}, {}, {}, metered};
}
constexpr NamedAccount kuwaiti(std::string_view company, std::string_view account, std::string_view meter,
                               std::string_view label, std::int64_t last, NamedMeter metered) {
  return {company, "285010142004", account, label, 0, 0, last, "2026-10-03", true, {}, "private", meter, metered};
}
struct Owed {
  std::int64_t minor;
  int bills;
};
constexpr NamedAccount iraqi(std::string_view company, std::string_view person, std::string_view account,
                             std::string_view label, Owed owed, std::int64_t last,
                             std::span<const NamedPayment> payments = {}, NamedMeter metered = {}) {
  return {company,      person, account,  label, owed.minor, owed.bills, last,
          "2026-09-30", true,   payments, {},    {},         metered};
}
constexpr NamedAccount egyptian_meter(std::string_view account, std::string_view label, std::int64_t last,
                                      NamedMeter metered) {
  return {"cairo", "29503151712342", account, label, 0, 0, last, "2026-10-03", true, {}, {}, {}, metered};
}

constexpr std::array accounts{
    NamedAccount{"damascus", "01234567890", "4521007", "منزل 4521", 12'500'000, 2, 18'250, "2026-09-28", true,
                 home_payments},
    NamedAccount{"damascus", "01234567890", "4522330", "محل 4522", 0, 0, 7'710, "2026-09-28", true, shop_payments},
    NamedAccount{"aleppo", "01234567890", "2100345", "بيت 2100", 4'875'000, 1, 9'904, "2026-10-02", true,
                 aleppo_payments},
    NamedAccount{"homs", "01234567890", "3100912", "مزرعة 3100", 31'050'000, 3, 41'200, "2026-09-15", false, {}},
    NamedAccount{"aleppo", "02345678901", "2100777", "منزل 2107", 0, 0, 5'060, "2026-10-02", true, {}},
    NamedAccount{"damascus", "04567890123", "4530001", "شقة 1", 1'000'000, 1, 110, "2026-09-28", true, {}},
    NamedAccount{"damascus", "04567890123", "4530002", "شقة 2", 2'000'000, 1, 220, "2026-09-28", true, {}},
    NamedAccount{"damascus", "04567890123", "4530003", "شقة 3", 3'000'000, 1, 330, "2026-09-28", true, {}},
    NamedAccount{"damascus", "04567890123", "4530004", "شقة 4", 4'000'000, 1, 440, "2026-09-28", true, {}},
    NamedAccount{"damascus", "04567890123", "4530005", "شقة 5", 5'000'000, 1, 550, "2026-09-28", true, {}},
    NamedAccount{"damascus", "04567890123", "4530006", "شقة 6", 6'000'000, 1, 660, "2026-09-28", true, {}},
    NamedAccount{"damascus", "04567890123", "4530007", "شقة 7", 7'000'000, 1, 770, "2026-09-28", true, {}},
    NamedAccount{"electricity", "288020122596", "10245678", "بيت السالمية", 12'450, 2, 18'250, "2026-10-03", true,
                 salmiya_payments, "private", "5541001"},
    NamedAccount{"electricity",
                 "288020122596",
                 "10245680",
                 "عمارة حولي",
                 86'500,
                 3,
                 40'120,
                 "2026-10-03",
                 true,
                 {},
                 "investment",
                 "5541017"},
    NamedAccount{"electricity",
                 "288020122596",
                 "10999001",
                 "شاليه الخيران",
                 7'250,
                 1,
                 2'210,
                 "2026-10-03",
                 true,
                 {},
                 "chalet",
                 "5549001"},
    NamedAccount{"water",
                 "288020122596",
                 "20245678",
                 "ماء السالمية",
                 3'205,
                 1,
                 960,
                 "2026-10-03",
                 true,
                 {},
                 "private",
                 "7741001"},
    NamedAccount{"electricity",
                 "227081660516",
                 "10300111",
                 "محل الشويخ",
                 45'750,
                 1,
                 7'710,
                 "2026-10-03",
                 true,
                 {},
                 "commercial",
                 "5542001"},
    NamedAccount{"electricity",
                 "227081660516",
                 "10300222",
                 "مزرعة الوفرة",
                 120'000,
                 3,
                 31'050,
                 "2026-10-03",
                 true,
                 {},
                 "agricultural",
                 "5542002"},
    NamedAccount{"electricity",
                 "227081660516",
                 "10300333",
                 "مصنع الشعيبة",
                 410'125,
                 2,
                 99'100,
                 "2026-10-03",
                 true,
                 {},
                 "industrial",
                 "5542003"},
    NamedAccount{"electricity",
                 "227081660516",
                 "10300444",
                 "روضة الفنطاس",
                 0,
                 0,
                 5'060,
                 "2026-10-03",
                 true,
                 {},
                 "service",
                 "5542004"},
    NamedAccount{"electricity",
                 "292091998298",
                 "10900001",
                 "مدرسة حكومية",
                 999'900,
                 4,
                 70'500,
                 "2026-10-03",
                 true,
                 {},
                 "government",
                 "5549901"},
    NamedAccount{"cairo", "29010280165195", "3301001", "شقة مدينة نصر", 41'250, 2, 18'250, "2026-10-03", true,
                 nasr_city_payments},
    NamedAccount{"cairo", "29010280165195", "3301002", "محل العباسية", 0, 0, 7'710, "2026-10-03", true, {}},
    NamedAccount{"alexandria", "29010280165195", "3402001", "شقة سموحة", 12'575, 1, 9'904, "2026-10-03", true, {}},
    NamedAccount{"canal", "29010280165195", "3503001", "بيت السويس", 31'000, 3, 41'200, "2026-10-03", true, {}},
    NamedAccount{"cairo", "28505051234567", "3301010", "شقة شبرا", 9'500, 1, 5'060, "2026-10-03", true, {}},
    NamedAccount{"traffic", "29010280165195", "7101001", "سيارة ب ج 1234", 90'000, 3, 0, "2026-10-03", false,
                 car_payments},
    NamedAccount{"traffic", "28505051234567", "7101010", "موتوسيكل 4321", 0, 0, 0, "2026-10-03", false, {}},
    NamedAccount{"district", "29010280165195", "7201001", "محل شارع فيصل", 15'000, 1, 0, "2026-10-03", false, {}},
    // That all water for tankers is paid onto before it is filled: nobody's.
    NamedAccount{"water", "", filling_account, "تعبئة الصهاريج", 90'000'000, 1, 0, "2026-10-03", false, {}},
    // A meter of each kind (samples/README.md, "Meters").
    syrian("4560001", "عداد 1", 99'950, {.digits = 5, .usual = 300}),
    syrian("4560002", "عداد 2", 55'000, {.digits = 6, .replaced_on = "2026-10-15", .start_value = 12}),
    syrian("4560003", "عداد 3", 0, {.state = "unmetered"}),
    syrian("4560004", "عداد 4", 0, {.state = "prepaid"}),
    syrian("4560005", "عداد 5", 4'100, {.is_closed = true}),
    syrian("4560006", "عداد 6", 8'250, {.is_read_today = true}),
    syrian("4560007", "عداد 7", 3'300, {.state = "removed"}),
    syrian("4560008", "عداد 8", 2'200, {.state = "blocked"}),
    syrian("4560009", "عداد 9", 100'000, {.digits = 6, .usual = 300}),
    syrian("4560010", "عداد 10", 99'900, {.digits = 5, .usual = 300}),
    syrian("4560011", "عداد 11", 41'000, {.digits = 5, .replaced_on = "2026-10-20", .start_value = 7}),
    syrian("4560012", "عداد 12", 20'000, {.digits = 6, .usual = 300}),
    syrian("4560013", "عداد 13", 6'100, {.digits = 5, .usual = 300}),
    syrian("4560014", "عداد 14", 7'100, {.digits = 5, .usual = 300}),
    kuwaiti("electricity", "10400001", "5544001", "بيت 1", 99'950, {.digits = 5, .usual = 900}),
    kuwaiti("electricity", "10400002", "5544002", "بيت 2", 70'000,
            {.digits = 6, .replaced_on = "2026-10-15", .start_value = 30}),
    kuwaiti("electricity", "10400003", "5544003", "بيت 3", 0, {.state = "unmetered"}),
    kuwaiti("electricity", "10400004", "5544004", "بيت 4", 5'500, {.is_read_today = true}),
    kuwaiti("electricity", "10400005", "5544005", "بيت 5", 2'500, {.state = "blocked"}),
    kuwaiti("water", "20400001", "7744001", "ماء 1", 4'000, {.digits = 6, .usual = 30}),
    kuwaiti("water", "20400002", "7744002", "ماء 2", 0, {.state = "prepaid"}),
    kuwaiti("water", "20400003", "7744003", "ماء 3", 1'200, {.is_closed = true}),
    kuwaiti("water", "20400004", "7744004", "ماء 4", 9'990, {.digits = 4, .usual = 30}),
    kuwaiti("water", "20400005", "7744005", "ماء 5", 300, {.digits = 5, .usual = 30}),
    iraqi("karkh", "198012345601", "70110045", "دار المنصور", {85'750'000, 2}, 41'250, mansour_payments),
    iraqi("karkh", "198012345601", "70110046", "محل المنصور", {0, 0}, 7'710),
    iraqi("rusafa", "198012345601", "80220017", "دار الأعظمية", {60'250'000, 1}, 33'020),
    iraqi("karkh", "198012345602", "70110100", "شقة الحارثية", {42'000'000, 1}, 5'060),
    iraqi("rusafa", "198012345603", "80220100", "دار الكرادة", {120'000'000, 3}, 99'100),
    iraqi("sadr", "198012345603", "90330050", "دار الحبيبية", {15'500'000, 1}, 12'040),
    iraqi("karkh", "198012345608", "70118001", "مقياس 1", {0, 0}, 99'950, {}, {.digits = 5, .usual = 300}),
    iraqi("karkh", "198012345608", "70118002", "مقياس 2", {0, 0}, 55'000, {},
          {.digits = 6, .replaced_on = "2026-10-15", .start_value = 12}),
    iraqi("karkh", "198012345608", "70118003", "مقياس 3", {0, 0}, 0, {}, {.state = "unmetered"}),
    iraqi("karkh", "198012345608", "70118004", "مقياس 4", {0, 0}, 8'250, {}, {.is_read_today = true}),
    iraqi("karkh", "198012345608", "70118005", "مقياس 5", {0, 0}, 7'100, {}, {.digits = 5, .usual = 300}),
    egyptian_meter("3309001", "عداد 1", 99'950, {.digits = 5, .usual = 300}),
    egyptian_meter("3309002", "عداد 2", 55'000, {.digits = 6, .replaced_on = "2026-10-15", .start_value = 12}),
    egyptian_meter("3309003", "عداد 3", 0, {.state = "prepaid"}),
    egyptian_meter("3309004", "عداد 4", 2'200, {.state = "blocked"}),
};

}  // namespace

std::span<const NamedAccount> named_accounts() {
  return accounts;
}

}  // namespace shubbak::samples
