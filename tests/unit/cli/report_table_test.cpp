#include "cli/report_table.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

namespace shubbak::cli {
namespace {

boost::json::array rows(const char* text) {
  return boost::json::parse(text).as_array();
}

}  // namespace

TEST_CASE("a report is a table: words to the left, numbers to the right, amounts as people write them") {
  const auto some = rows(R"([{"company": "damascus", "currency": "SYP", "settled": 7, "settled_minor": 123456},
                             {"company": "homs", "currency": "SYP", "settled": 12, "settled_minor": 100}])");
  CHECK(report_text(some) ==
        "company   currency  settled  settled sum\n"
        "damascus  SYP             7     1,234.56\n"
        "homs      SYP            12            1\n");
  CHECK(report_text({}) == "nothing in these days\n");
}

TEST_CASE("a report for spreadsheets has a heading, and its words are quoted") {
  CHECK(report_csv(rows(R"([{"company": "a \"b\", c", "settled": 7}])")) ==
        "company,settled\r\n\"a \"\"b\"\", c\",7\r\n");
  CHECK(report_csv({}).empty());
}

}  // namespace shubbak::cli
