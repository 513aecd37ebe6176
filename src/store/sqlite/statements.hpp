// Statements by name out of statements.sql; a name that is not there does not compile. Private to store/sqlite.
#pragma once

#include <string>
#include <string_view>

#include "statements_text.hpp"  // made of statements.sql at build time

namespace shubbak::store {

consteval std::string_view statement(std::string_view name) {
  constexpr std::string_view mark = "-- @ ";
  std::size_t at = statements_text.find(mark);
  while (at != std::string_view::npos) {
    const std::size_t name_from = at + mark.size();
    const std::size_t line_end = statements_text.find('\n', name_from);
    const std::size_t next = statements_text.find(mark, name_from);
    if (statements_text.substr(name_from, line_end - name_from) == name) {
      return statements_text.substr(line_end + 1, next == std::string_view::npos ? next : next - line_end - 1);
    }
    at = next;
  }
  throw "no statement of that name";  // ends the compilation: this function runs at compile time only
}

}  // namespace shubbak::store
