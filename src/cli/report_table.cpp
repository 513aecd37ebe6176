#include "cli/report_table.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "cli/audit_output.hpp"
#include "domain/money.hpp"

namespace shubbak::cli {
namespace {

constexpr std::string_view minor_end = "_minor";
constexpr std::size_t between_columns = 2;

struct Cell {
  std::string text;
  bool is_number = false;
};

Cell cell_of(const boost::json::object& row, std::string_view column, const boost::json::value& value) {
  if (const auto* text = value.if_string()) return {std::string(*text)};
  const std::int64_t number = value.to_number<std::int64_t>();
  const auto* currency = row.if_contains("currency");
  if (column.ends_with(minor_end) && currency != nullptr) {
    if (const auto known = parse_currency(currency->as_string())) return {format_amount({number, *known}), true};
  }
  return {std::to_string(number), true};
}

void add_cell(std::string& line, const Cell& cell, std::size_t width) {
  if (!line.empty()) line.append(between_columns, ' ');
  const std::size_t missing = width - std::min(width, cell.text.size());
  if (cell.is_number) line.append(missing, ' ');
  line += cell.text;
  if (!cell.is_number) line.append(missing, ' ');
}
std::string ended(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string report_text(const boost::json::array& rows) {
  if (rows.empty()) return "nothing in these days\n";
  std::vector<std::vector<Cell>> lines(1);
  for (const auto& [name, value] : rows.front().as_object()) {
    std::string_view heading = name;
    if (heading.ends_with(minor_end)) heading.remove_suffix(minor_end.size());
    const bool is_count = heading == name;
    lines.front().push_back({is_count ? std::string(heading) : std::string(heading) + " sum", !value.is_string()});
  }
  for (const boost::json::value& row : rows) {
    auto& line = lines.emplace_back();
    for (const auto& [name, value] : row.as_object()) line.push_back(cell_of(row.as_object(), name, value));
  }
  std::vector<std::size_t> widths(lines.front().size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].text.size());
  }
  std::string text;
  for (const auto& line : lines) {
    std::string one;
    for (std::size_t i = 0; i < line.size(); ++i) add_cell(one, line[i], widths[i]);
    text += ended(std::move(one));
  }
  return text;
}

std::string report_csv(const boost::json::array& rows) {
  std::string text;
  const auto add_line = [&](const boost::json::object& row, auto field) {
    std::string line;
    for (const auto& [name, value] : row) line.append(line.empty() ? "" : ",").append(field(name, value));
    text += line + "\r\n";
  };
  if (!rows.empty())
    add_line(rows.front().as_object(), [](std::string_view name, const auto&) { return std::string(name); });
  for (const boost::json::value& row : rows) {
    add_line(row.as_object(), [](std::string_view, const boost::json::value& value) {
      const auto* const word = value.if_string();
      return word != nullptr ? quoted_csv(std::string(*word)) : std::to_string(value.to_number<std::int64_t>());
    });
  }
  return text;
}

}  // namespace shubbak::cli
