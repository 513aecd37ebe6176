// Times in companies' files.
#include "reconcile/file_time.hpp"

#include <catch2/catch.hpp>

namespace shubbak::reconcile {

using namespace std::chrono_literals;

TEST_CASE("times are read in the forms that companies write") {
  const WallTime noon = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 11 / 26)) + 12h + 34min + 50s;
  struct Row {
    std::string text;
    TimeForm form;
    std::chrono::minutes offset;
    WallTime at;
  };
  const std::vector<Row> rows{
      {"2026-11-26T12:34:50Z", TimeForm::iso, 180min, noon},
      {"2026-11-26T15:34:50+03:00", TimeForm::iso, 0min, noon},
      {"2026-11-26T15:34:50+0300", TimeForm::iso, 0min, noon},
      {"2026-11-26T10:04:50-02:30", TimeForm::iso, 0min, noon},
      {"2026-11-26 15:34:50", TimeForm::iso, 180min, noon},
      {"2026-11-26T12:34Z", TimeForm::iso, 0min, noon - 50s},
      {"26/11/2026 15:34:50", TimeForm::day_month_year, 180min, noon},
      {"26/11/2026 12:34", TimeForm::day_month_year, 0min, noon - 50s},
      {"20261126123450", TimeForm::compact, 0min, noon},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(parse_file_time(row.text, row.form, row.offset) == row.at);
  }
  for (const TimeForm form : {TimeForm::iso, TimeForm::day_month_year, TimeForm::compact})
    CHECK(parse_file_time(example_of(form), form, 0min) == noon);
  CHECK(iso_time(noon + 999ms) == "2026-11-26T12:34:50Z");
  CHECK(iso_day(std::chrono::floor<std::chrono::days>(noon)) == "2026-11-26");
}

TEST_CASE("what is no time, or another form, is none") {
  for (const char* text : {"", "2026-11-26", "2026-11-26T12", "2026-02-30T12:34:50Z", "2026-13-01T12:34:50Z",
                           "2026-11-26T24:00:00Z", "2026-11-26T12:60:00Z", "2026-11-26T12:34:50Zx", "20261126123450",
                           "26/11/2026 12:34:50", "2026-11-26T12:34:50+3", "٢٠٢٦-11-26T12:34:50Z"}) {
    INFO(text);
    CHECK_FALSE(parse_file_time(text, TimeForm::iso, 0min));
  }
  CHECK_FALSE(parse_file_time("11/26/2026 12:34:50", TimeForm::day_month_year, 0min));
  CHECK_FALSE(parse_file_time("2026112612345", TimeForm::compact, 0min));
}

}  // namespace shubbak::reconcile
