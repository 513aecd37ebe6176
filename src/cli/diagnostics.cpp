#include "cli/diagnostics.hpp"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

#include <boost/json.hpp>

namespace shubbak::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view rules_page = "docs/rules.md";

// SARIF counts lines and columns from 1 and knows no 0.
int from_one(int number) {
  return std::max(number, 1);
}

json::object sarif_rule(std::string_view id) {
  return {{"id", id}, {"helpUri", std::string(rules_page) + "#" + std::string(id)}};
}

json::object sarif_result(const flows::Diagnostic& one) {
  std::string text = one.message;
  if (!one.hint.empty()) text += " (" + one.hint + ")";
  const json::object region{{"startLine", from_one(one.line)}, {"startColumn", from_one(one.column)}};
  const json::object place{{"artifactLocation", json::object{{"uri", one.file}}}, {"region", region}};
  return {{"ruleId", flows::to_string(one.rule)},
          {"ruleIndex", static_cast<std::int64_t>(one.rule)},
          {"level", "error"},
          {"message", json::object{{"text", text}}},
          {"locations", json::array{json::object{{"physicalLocation", place}}}}};
}

}  // namespace

std::string to_text(const std::vector<flows::Diagnostic>& diagnostics, bool has_colour) {
  const std::string_view red = has_colour ? "\x1b[31m" : "";
  const std::string_view bold = has_colour ? "\x1b[1m" : "";
  const std::string_view dim = has_colour ? "\x1b[2m" : "";
  const std::string_view normal = has_colour ? "\x1b[0m" : "";
  std::string out;
  for (const flows::Diagnostic& one : diagnostics) {
    out.append(bold).append(one.file);
    if (one.line > 0) out.append(":" + std::to_string(one.line) + ":" + std::to_string(one.column));
    out.append(":").append(normal).append(" ").append(red).append("fault:").append(normal).append(" ");
    out.append(one.message).append(" ").append(dim).append("[").append(flows::to_string(one.rule)).append("]");
    out.append(normal).append("\n");
    if (!one.hint.empty()) out.append(dim).append("    ").append(one.hint).append(normal).append("\n");
  }
  return out;
}

std::string to_json(const std::vector<flows::Diagnostic>& diagnostics) {
  json::array faults;
  for (const flows::Diagnostic& one : diagnostics) {
    faults.push_back(json::object{{"file", one.file},
                                  {"line", one.line},
                                  {"column", one.column},
                                  {"rule", flows::to_string(one.rule)},
                                  {"message", one.message},
                                  {"hint", one.hint}});
  }
  return json::serialize(json::object{{"faults", std::move(faults)}}) + "\n";
}

std::string to_sarif(const std::vector<flows::Diagnostic>& diagnostics) {
  json::array rules;
  for (const std::string_view id : flows::rule_names) rules.push_back(sarif_rule(id));
  json::array results;
  for (const flows::Diagnostic& one : diagnostics) results.push_back(sarif_result(one));
  const json::object driver{{"name", "shubbak check"}, {"rules", std::move(rules)}};
  const json::object run{{"tool", json::object{{"driver", driver}}},
                         {"columnKind", "unicodeCodePoints"},
                         {"results", std::move(results)}};
  return json::serialize(json::object{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                                      {"version", "2.1.0"},
                                      {"runs", json::array{run}}}) +
         "\n";
}

void print_diagnostics(const std::vector<flows::Diagnostic>& diagnostics, Colour colour) {
  const bool has_colour = colour == Colour::always || (colour == Colour::automatic && isatty(STDERR_FILENO) != 0);
  std::fputs(to_text(diagnostics, has_colour).c_str(), stderr);
}

}  // namespace shubbak::cli
