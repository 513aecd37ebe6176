// Which records somebody looks for. Pure. Thread: any.
#pragma once

#include <optional>
#include <string>

#include "audit/record.hpp"

namespace shubbak::audit {

// What is empty says nothing.
struct Filter {
  std::string person{};  // 16 octets
  std::string msisdn{};  // 16 octets
  std::string action{};  // how the action begins: "link." or "link.released"
  std::string by{};      // the actor's name
  std::optional<WallTime> from{};
  std::optional<WallTime> before{};
};

inline bool matches(const Filter& filter, const Record& record) {
  return (filter.person.empty() || filter.person == record.person) &&
         (filter.msisdn.empty() || filter.msisdn == record.msisdn) && record.action.starts_with(filter.action) &&
         (filter.by.empty() || filter.by == record.by.name) && (!filter.from || record.at >= *filter.from) &&
         (!filter.before || record.at < *filter.before);
}

}  // namespace shubbak::audit
