// Structured logs: one JSON object a line on standard output. Fields are typed so that a phone number can only be
// written masked; national IDs, codes and texts of people have no way in. Written by a thread of its own; when that
// cannot keep up, the oldest lines are dropped, never the traffic. Thread: any.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

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

void start(Level least);
void stop();  // writes what waits
void write(Level level, std::string_view event, std::initializer_list<Field> fields);

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
