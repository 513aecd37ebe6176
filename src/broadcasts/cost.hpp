// What a broadcast costs: short messages of each text on each operator's link, times those whom it is for, times the
// price of one. Pure. Thread: any.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "domain/result.hpp"
#include "smpp/segments.hpp"

namespace shubbak::broadcasts {

// How an operator's texts travel, and what each short message costs.
struct Way {
  std::string operator_name;
  smpp::LongTextMethod long_text = smpp::LongTextMethod::udh8;
  smpp::Alphabet default_alphabet = smpp::Alphabet::gsm7;
  std::size_t parts_max = 4;
  std::int64_t price_per_part = 0;  // minor units of the deployment's currency
};

// Those on one operator's link who read one language.
struct Group {
  std::string operator_name;
  std::string locale;
  std::int64_t recipients = 0;
  bool operator==(const Group&) const = default;
};

struct Estimate {
  std::int64_t recipients = 0;
  std::int64_t parts = 0;  // short messages
  std::int64_t cost = 0;   // minor units
  bool operator==(const Estimate&) const = default;
};

// Short messages that the text becomes there. Error limit: more than the operator's parts_max.
Result<std::int64_t> parts_of(std::string_view text, const Way& way);

// The text in that language as that operator's phones are shown it.
using TextOf = std::function<std::string(std::string_view operator_name, std::string_view locale)>;
// Groups of an operator that has no way count with the first one. Errors: limit (as of parts_of(), or more than can
// be counted); invalid: there is no way at all.
Result<Estimate> estimate(std::span<const Group> groups, const TextOf& text_of, std::span<const Way> ways);

}  // namespace shubbak::broadcasts
