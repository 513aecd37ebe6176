#include "reconcile/file_time.hpp"

#include <cstdlib>

namespace shubbak::reconcile {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Reads a text from its front; what has failed once fails for good.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const bool is_digit = i < rest_.size() && rest_[i] >= '0' && rest_[i] <= '9';
      if (!is_digit) {
        failed_ = true;
        return 0;
      }
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }
  void expect(char c) {
    if (!skip(c)) failed_ = true;
  }
  bool skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] bool is_over() const { return rest_.empty(); }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

struct Parts {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  std::optional<minutes> offset{};
};

void read_clock(Cursor& text, Parts& parts) {
  parts.hour = text.number(2);
  text.expect(':');
  parts.minute = text.number(2);
  if (text.skip(':')) parts.second = text.number(2);
}

void read_offset(Cursor& text, Parts& parts) {
  if (text.skip('Z')) {
    parts.offset = minutes(0);
    return;
  }
  const bool is_ahead = text.skip('+');
  if (!is_ahead && !text.skip('-')) return;
  const int offset_hours = text.number(2);
  text.skip(':');
  const minutes offset = hours(offset_hours) + minutes(text.number(2));
  parts.offset = is_ahead ? offset : -offset;
}

Parts read_iso(Cursor& text) {
  Parts parts;
  parts.year = text.number(4);
  text.expect('-');
  parts.month = text.number(2);
  text.expect('-');
  parts.day = text.number(2);
  if (!text.skip('T')) text.expect(' ');
  read_clock(text, parts);
  read_offset(text, parts);
  return parts;
}

Parts read_day_month_year(Cursor& text) {
  Parts parts;
  parts.day = text.number(2);
  text.expect('/');
  parts.month = text.number(2);
  text.expect('/');
  parts.year = text.number(4);
  text.expect(' ');
  read_clock(text, parts);
  return parts;
}

Parts read_compact(Cursor& text) {
  Parts parts;
  parts.year = text.number(4);
  parts.month = text.number(2);
  parts.day = text.number(2);
  parts.hour = text.number(2);
  parts.minute = text.number(2);
  parts.second = text.number(2);
  return parts;
}

Parts read(Cursor& text, TimeForm form) {
  switch (form) {
    case TimeForm::iso:
      return read_iso(text);
    case TimeForm::day_month_year:
      return read_day_month_year(text);
    case TimeForm::compact:
      return read_compact(text);
  }
  std::abort();
}

std::string padded(unsigned value, std::size_t digits) {
  std::string text = std::to_string(value);
  return text.insert(0, digits - text.size(), '0');
}

}  // namespace

std::string_view example_of(TimeForm form) {
  switch (form) {
    case TimeForm::iso:
      return "2026-11-26T12:34:50Z";
    case TimeForm::day_month_year:
      return "26/11/2026 12:34:50";
    case TimeForm::compact:
      return "20261126123450";
  }
  std::abort();
}

std::optional<WallTime> parse_file_time(std::string_view text, TimeForm form, minutes utc_offset) {
  Cursor cursor(text);
  const Parts parts = read(cursor, form);
  if (cursor.failed() || !cursor.is_over()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(parts.year),
                                         std::chrono::month(static_cast<unsigned>(parts.month)),
                                         std::chrono::day(static_cast<unsigned>(parts.day))};
  if (!date.ok() || parts.hour > 23 || parts.minute > 59 || parts.second > 59) return std::nullopt;
  return WallTime(std::chrono::sys_days(date)) + hours(parts.hour) + minutes(parts.minute) + seconds(parts.second) -
         parts.offset.value_or(utc_offset);
}

std::string iso_day(std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  return padded(static_cast<unsigned>(int(date.year())), 4) + "-" + padded(unsigned(date.month()), 2) + "-" +
         padded(unsigned(date.day()), 2);
}

std::string iso_time(WallTime at) {
  const auto day = std::chrono::floor<days>(at);
  const std::chrono::hh_mm_ss time(std::chrono::floor<seconds>(at - day));
  const auto two = [](auto count) { return padded(static_cast<unsigned>(count.count()), 2); };
  return iso_day(day) + "T" + two(time.hours()) + ":" + two(time.minutes()) + ":" + two(time.seconds()) + "Z";
}

}  // namespace shubbak::reconcile
