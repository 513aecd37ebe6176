#include "cli/audit_output.hpp"

#include <array>
#include <cstdio>

#include <boost/json.hpp>

namespace shubbak::cli {
namespace {

std::string quoted_json(const std::string& text) {
  return boost::json::serialize(boost::json::string(text));
}

// As it was hashed, to the letter; what somebody put there that is no JSON, as a text.
std::string detail_of(const audit::Record& record) {
  boost::system::error_code error;
  const auto parsed = boost::json::parse(record.detail, error);
  const bool one_line = record.detail.find('\n') == std::string::npos;
  return !error && parsed.is_object() && one_line ? record.detail : quoted_json(record.detail);
}

}  // namespace

std::string quoted_csv(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? "\"\"" : std::string(1, c));
  return quoted + "\"";
}

std::string to_stamp(WallTime at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::milliseconds>(at - day)};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d.%03d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return text.data();
}

std::string to_text_line(const audit::Record& record, std::chrono::minutes utc_offset) {
  std::string line = std::to_string(record.number) + "  " + to_stamp(record.at + utc_offset) + "  " +
                     std::string(to_string(record.by.kind));
  if (!record.by.name.empty()) line.append(" ").append(record.by.name);
  line.append("  ").append(record.action);
  if (!record.person.empty()) line.append("  person ").append(audit::to_hex(record.person));
  if (!record.msisdn.empty()) line.append("  msisdn ").append(audit::to_hex(record.msisdn));
  if (!record.thing.empty()) line.append("  ").append(record.thing);
  if (record.detail != "{}") line.append("  ").append(record.detail);
  return line + "\n";
}

std::string to_json_line(const audit::Record& record) {
  return "{\"number\":" + std::to_string(record.number) +
         ",\"at\":" + std::to_string(record.at.time_since_epoch().count()) + ",\"by\":{\"kind\":\"" +
         std::string(to_string(record.by.kind)) + "\",\"name\":" + quoted_json(record.by.name) +
         "},\"action\":" + quoted_json(record.action) + ",\"person\":\"" + audit::to_hex(record.person) +
         "\",\"msisdn\":\"" + audit::to_hex(record.msisdn) + "\",\"thing\":" + quoted_json(record.thing) +
         ",\"detail\":" + detail_of(record) + ",\"hash\":\"" + audit::to_hex(record.hash) + "\"}\n";
}

std::string csv_heading() {
  return "number,at,actor_kind,actor_name,action,person,msisdn,thing,detail,hash\r\n";
}

std::string to_csv_line(const audit::Record& record) {
  return std::to_string(record.number) + "," + to_stamp(record.at) + "," + std::string(to_string(record.by.kind)) +
         "," + quoted_csv(record.by.name) + "," + quoted_csv(record.action) + "," + audit::to_hex(record.person) +
         "," + audit::to_hex(record.msisdn) + "," + quoted_csv(record.thing) + "," + quoted_csv(record.detail) + "," +
         audit::to_hex(record.hash) + "\r\n";
}

}  // namespace shubbak::cli
