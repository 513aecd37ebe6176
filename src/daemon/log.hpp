// Structured logs: one JSON object a line on standard output. Fields are typed so that a phone number can only be
// written masked; national IDs, codes and texts of people have no way in. Written by a thread of its own; when that
// cannot keep up, the oldest lines are dropped, never the traffic. Of one event at most 20 lines are written a
// second, so that nobody fills the disk from outside; the next line says how many were held back. Thread: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "domain/clock.hpp"
#include "domain/msisdn.hpp"

namespace shubbak::daemon::log {

enum class Level : std::uint8_t { debug, info, warning, error };

struct Field {
  Field(std::string_view field, std::string_view text) : name(field), value(std::string(text)) {}
  Field(std::string_view field, const char* text) : name(field), value(std::string(text)) {}
  Field(std::string_view field, const std::string& text) : name(field), value(text) {}
  Field(std::string_view field, Msisdn number) : name(field), value(number.masked()) {}
  Field(std::string_view field, bool truth) : name(field), value(truth) {}
  template <class N>
  requires std::is_integral_v<N> Field(std::string_view field, N number)
      : name(field), value(static_cast<std::int64_t>(number)) {}

  std::string_view name;
  std::variant<std::string, std::int64_t, bool> value;
};

// Counts the lines of each event. Not thread-safe.
class LineLimiter {
 public:
  explicit LineLimiter(std::size_t lines_a_second) : lines_a_second_(lines_a_second) {}
  // How many lines of this event were held back since the last one that was written. Nothing: hold this one back too.
  std::optional<std::size_t> admit(std::string_view event, Instant now);

 private:
  struct Second {
    Instant began;
    std::size_t written = 0;
    std::size_t held_back = 0;
  };
  std::size_t lines_a_second_;
  std::map<std::string, Second, std::less<>> events_;  // names are written in the program: few
};

void start(Level least);
void stop();  // writes what waits
void write(Level level, std::string_view event, std::initializer_list<Field> fields);
// As "critical", beside what waits, which is lost: for whoever ends the process at once. Done on return, unless
// standard output takes nothing (store::say_last).
void write_last(std::string_view event, std::initializer_list<Field> fields);

inline void debug(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::debug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::info, event, fields);
}
inline void warning(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::warning, event, fields);
}
inline void error(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::error, event, fields);
}

}  // namespace shubbak::daemon::log
