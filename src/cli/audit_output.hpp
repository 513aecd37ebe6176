// Records of the audit trail as people, tables and other programs read them. Pseudonyms are hexadecimal. Pure.
#pragma once

#include <chrono>
#include <string>

#include "audit/record.hpp"
#include "domain/clock.hpp"

namespace shubbak::cli {

std::string to_stamp(WallTime at);                // "2026-11-25 10:00:00.123"
std::string quoted_csv(const std::string& text);  // a field of RFC 4180

// One line each, with its end. Time as in local time at that offset.
std::string to_text_line(const audit::Record& record, std::chrono::minutes utc_offset);
// {"number","at","by":{"kind","name"},"action","person","msisdn","thing","detail":{...},"hash"}: all that the hash is
// of, at in milliseconds since 1970-01-01 UTC. docs/operating.md tells how to verify it.
std::string to_json_line(const audit::Record& record);
std::string to_csv_line(const audit::Record& record);  // RFC 4180, at in UTC
std::string csv_heading();

}  // namespace shubbak::cli
